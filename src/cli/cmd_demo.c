/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/session.h"
#include "ledger/credits.h"
#include "ledger/ledger.h"
#include "util/file.h"
#include "util/paths.h"

/* The places of the demo. */
struct demo {
    const char *directory, *given_ledger, *given_jobs;
    bool again, json;
    char jobs[PATH_MAX], contract[PATH_MAX], data[PATH_MAX], result[PATH_MAX], ledger[PATH_MAX];
    char site[80];
};

static const struct options_entry entries[] = {
    {"again", NULL, "a second run on the same ledger: history weighs now", options_flag,
     .at = offsetof(struct demo, again)},
    {"dir", "DIR", "where contract, ledger and result go (default: metaneuron-demo)", options_text,
     .at = offsetof(struct demo, directory)},
    {"ledger", "DIR", "another ledger", options_text, .at = offsetof(struct demo, given_ledger)},
    {"jobs", "DIR", "where the examples are", options_text,
     .at = offsetof(struct demo, given_jobs)},
    {"json", NULL, "everything as one JSON document", options_flag,
     .at = offsetof(struct demo, json)},
    {0},
};

static const struct options options = {
    "demo",
    "Usage: metaneuron demo [OPTION…]\n"
    "       mpirun --oversubscribe -n 9 metaneuron demo [OPTION…]\n"
    "\n"
    "Runs the breast cancer example: eight hospitals compute the moments of thirty\n"
    "measurements where their data is; one hospital's lengths are in the wrong unit.\n"
    "\n",
    .list = entries,
};

static bool holds_job(const char *jobs)
{
    char path[PATH_MAX];

    return paths_join(path, sizeof path, jobs, "breast-cancer/contract.yaml", NULL) == 0 &&
           file_exists(path);
}

/* Where the examples are: as told, beside the program, or where it was installed. */
static int find_jobs(struct demo *d, struct err *e)
{
    static const char *const beside[] = {"jobs", "../jobs", "../share/metaneuron/jobs"};
    const char *told = d->given_jobs ? d->given_jobs : getenv("METANEURON_JOBS");
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);

    program[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    if (told) {
        snprintf(d->jobs, sizeof d->jobs, "%s", told);
        if (holds_job(d->jobs))
            return 0;
        return err_set(e, ERR_OPEN, "%s: holds no breast-cancer/contract.yaml", told);
    }
    for (size_t i = 0; slash && i < sizeof beside / sizeof beside[0]; i++)
        if (paths_join(d->jobs, sizeof d->jobs, program, beside[i], NULL) == 0 &&
            holds_job(d->jobs))
            return 0;
    snprintf(d->jobs, sizeof d->jobs, "%s/jobs", PKGDATADIR);
    return holds_job(d->jobs) ? 0
                              : err_set(e, ERR_OPEN,
                                        "the examples are not where they were installed (%s): "
                                        "give --jobs DIR",
                                        d->jobs);
}

static int set_places(struct demo *d, struct err *e)
{
    if (find_jobs(d, e) < 0 ||
        paths_join(d->contract, sizeof d->contract, d->directory, "contract.h5", e) < 0 ||
        paths_join(d->result, sizeof d->result, d->directory, "result.h5", e) < 0 ||
        paths_join(d->data, sizeof d->data, d->jobs, "breast-cancer/hospital-{slave}.csv", e) < 0)
        return -1;
    if (!d->given_ledger)
        return paths_join(d->ledger, sizeof d->ledger, d->directory, "ledger", e);
    return cli_ledger(d->given_ledger, d->ledger, NULL, e);
}

/* Rank 0 only, before MPI: the contract from its spec. */
static int build_contract(const struct demo *d, struct err *e)
{
    char spec[PATH_MAX];
    struct contract *c = NULL;
    int rc = -1;

    if (paths_join(spec, sizeof spec, d->jobs, "breast-cancer/contract.yaml", e) == 0 &&
        file_mkdirs(d->directory, e) == 0 && (c = contract_from_spec(spec, e)) &&
        engine_complete(c, e) == 0)
        rc = contract_write(c, d->contract, e);
    contract_destroy(c);
    return rc;
}

static void print_head(const struct session *s, const struct engine_report *report)
{
    const struct result *r = report->result;
    uint64_t items = 0;

    for (size_t k = 0; k < r->slaves; k++)
        items += r->slave[k].items;
    printf("contract  %s\n          %.16s…  %s, %zu columns, filter %s\n", r->title, r->id,
           r->function, r->columns_count, r->method);
    printf("run       %s%s; %d rank%s, %zu slaves\n", r->run,
           report->shown ? ", settled before (--again for a new one)" : "", s->size,
           s->size == 1 ? ": master and slaves in one process" : "s", r->slaves);
    printf("claims    %zu slaves, %" PRIu64
           " items; each committed to its data before computing\n\n",
           r->slaves, items);
}

/* Why a slave was rejected: which features, by how much. */
static void print_why(const struct result *r, size_t k, bool colour)
{
    const struct result_slave *s = &r->slave[k];

    printf("\n%srejected%s  %s scores %.3g, above the threshold %.3g. What deviates most:\n",
           colour ? "\033[31m" : "", colour ? "\033[0m" : "", s->name, s->decision.score,
           r->threshold);
    if (s->decision.worst[0] >= r->features) /* of a settled run, whose file has it in words */
        printf("            %s\n", s->why);
    for (size_t i = 0; i < FILTER_WORST; i++) {
        size_t j = s->decision.worst[i];
        if (j < r->features)
            printf("            %-24s %10.4g here, %10.4g in the middle: %+.1f spreads\n",
                   r->feature_names[j], r->values[k * r->features + j], r->centre[j],
                   s->decision.deviation[i]);
    }
}

/* The columns whose mean the filter changed most, filtered and unfiltered. */
static void print_aggregate(const struct result *r)
{
    enum { ROWS = 4 };
    const struct result_array *mean = result_find(&r->accepted, "mean");
    const struct result_array *mean_all = result_find(&r->all, "mean");
    const struct result_array *sd = result_find(&r->accepted, "sd");
    const struct result_array *sd_all = result_find(&r->all, "sd");
    double last = INFINITY;

    if (!mean || !mean_all || !sd || !sd_all || !mean->row_labels)
        return;
    printf("\naggregate              mean, filtered  unfiltered    sd, filtered  unfiltered\n");
    for (int row = 0; row < ROWS; row++) {
        size_t best = mean->rows;
        double most = -1;
        for (size_t i = 0; i < mean->rows; i++) {
            double change = fabs(mean_all->values[i] / mean->values[i] - 1);
            if (change > most && change < last) {
                most = change;
                best = i;
            }
        }
        if (best == mean->rows)
            return;
        last = most;
        printf("  %-22s %12.5g %11.5g %15.5g %11.5g\n", mean->row_labels[best], mean->values[best],
               mean_all->values[best], sd->values[best], sd_all->values[best]);
    }
}

static void print_end(const struct demo *d, const struct engine_report *report, size_t problems,
                      uint64_t records)
{
    char credits[CREDITS_TEXT];
    size_t answered, rejected;

    result_count(report->result, &answered, &rejected);
    printf("\ncredits   %s MNT among the %zu accepted slaves\n",
           credits_format(credits, report->emission), answered - rejected);
    if (!problems)
        printf("verified  filter and aggregate computed again from the states: the same bits; "
               "%" PRIu64 " records\n",
               records);
    const char *me = program_invocation_name;
    printf("\nlook further:\n"
           "  %s result show %s\n"
           "  %s ledger show %s\n"
           "  %s ledger balance %s\n"
           "  %s verify %s --ledger %s\n",
           me, d->result, me, d->ledger, me, d->ledger, me, d->result, d->ledger);
    if (!d->again)
        printf("  %s demo --again      (history weighs in the second run)\n", me);
}

static void print_problem(void *context, const char *text)
{
    fprintf(context, "WRONG     %s\n", text);
}

/* Rank 0 only: shows the run. Returns the exit code. */
static int show(const struct demo *d, const struct session *s, const struct engine_report *report)
{
    const struct result *r = report->result;
    struct chain_state state = {0};
    struct err e = {0};
    struct engine_verdict verdict = {0};
    bool colour = cli_colour();

    if (!d->json) {
        print_head(s, report);
        report_slaves(stdout, r, report->credits, colour);
        for (size_t k = 0; k < r->slaves; k++)
            if (r->slave[k].answered && r->slave[k].decision.rejected)
                print_why(r, k, colour);
        print_aggregate(r);
    }
    if (engine_verify(s->reader, d->result, d->ledger, print_problem, d->json ? stderr : stdout,
                      &verdict, &e) < 0 ||
        ledger_verify(d->ledger, &state, &e) < 0)
        return cli_fail(&e);
    result_free(verdict.result);
    if (d->json) {
        json_t *document = report_json(r, report);
        json_object_set_new(document, "verified", json_boolean(verdict.problems == 0));
        json_object_set_new(document, "records", json_integer((json_int_t)state.count));
        json_object_set_new(document, "ledger", json_string(d->ledger));
        cli_print_json(document);
    } else {
        print_end(d, report, verdict.problems, state.count);
    }
    return verdict.problems ? ERR_VERIFY : 0;
}

int cmd_demo(int argc, char **argv)
{
    struct demo d = {.directory = "metaneuron-demo"};
    struct engine_report report = {0};
    struct session s;
    struct err e = {0};
    int code = options_read(&options, argc, argv, &d);

    if (code >= 0)
        return code;
    if (optind != argc)
        return cli_usage("demo", "'%s': expected options only", argv[optind]);
    if (set_places(&d, &e) < 0 || (cli_speaks() && build_contract(&d, &e) < 0))
        return cli_fail(&e);
    code = 0;
    const struct engine_data data = {"nuclei", d.data};
    struct engine_options o = {.contract = d.contract,
                               .lease = ENGINE_LEASE,
                               .ledger = d.ledger,
                               .site = cli_site(NULL, d.site),
                               .data = &data,
                               .data_count = 1,
                               .out = d.result,
                               .again = d.again};
    if (session_open(&s, NULL, false, false, &e) < 0 || session_run(&s, &o, &report, &e) < 0)
        code = cli_fail(&e);
    else if (s.rank == 0)
        code = show(&d, &s, &report);
    result_free(report.result);
    free(report.credits);
    session_close(&s, code);
    return code;
}
