/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the example. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "cli/session.h"
#include "engine/plan/bind.h"
#include "engine/verify/verify.h"
#include "ledger/ledger.h"
#include "report/demo.h"
#include "util/directory.h"
#include "util/paths.h"
#include "util/place.h"

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
    {"ledger", "DIR", "another ledger (default: $METANEURON_LEDGER, else DIR/ledger)", options_text,
     .at = offsetof(struct demo, given_ledger)},
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

static int set_places(struct demo *d, struct err *e)
{
    if (cli_find_jobs(d->given_jobs, "breast-cancer/contract.yaml", d->jobs, e) < 0 ||
        paths_join(d->contract, sizeof d->contract, d->directory, "contract.h5", e) < 0 ||
        paths_join(d->result, sizeof d->result, d->directory, "result.h5", e) < 0 ||
        paths_join(d->data, sizeof d->data, d->jobs, "breast-cancer/hospital-{slave}.csv", e) < 0)
        return -1;
    if (!d->given_ledger && !cli_ledger_of_site())
        return paths_join(d->ledger, sizeof d->ledger, d->directory, "ledger", e);
    return cli_ledger(d->given_ledger, d->ledger, NULL, e);
}

/* Fails if what is about to be replaced was not made by a demo, as far as its title tells. */
static int check_place(const struct demo *d, const char *title, struct err *e)
{
    struct contract *c = file_exists(d->contract) ? cli_contract(d->contract, NULL) : NULL;
    struct result *r = file_exists(d->result) ? cli_result(d->result, NULL) : NULL;
    const char *alien = NULL;

    if (file_is_taken(d->result) && !(r && strcmp(r->title, title) == 0))
        alien = d->result;
    if (file_is_taken(d->contract) && !(c && strcmp(c->title, title) == 0))
        alien = d->contract;
    contract_destroy(c);
    result_free(r);
    return alien ? err_set(e, ERR_USAGE,
                           "%s: is there already, and no demo has made it: give another directory, "
                           "by --dir",
                           alien)
                 : 0;
}

/* Rank 0 only, before MPI: the contract from its spec. */
static int build_contract(const struct demo *d, struct err *e)
{
    char spec[PATH_MAX];
    struct contract *c = NULL;
    int rc = -1;

    if (paths_join(spec, sizeof spec, d->jobs, "breast-cancer/contract.yaml", e) == 0 &&
        file_mkdirs(d->directory, e) == 0 && (c = contract_from_spec(spec, e)) &&
        engine_complete(c, e) == 0 && check_place(d, c->title, e) == 0)
        rc = contract_write(c, d->contract, e);
    contract_destroy(c);
    return rc;
}

/* Standard output is for the one document, if that is wanted. */
static void print_wrong(void *context, const char *text)
{
    const struct demo *d = context;

    (d->json ? print_error : print_answer)("WRONG     %s\n", text);
}

/* Rank 0 only: shows the run. Returns the exit code. */
static int show_run(const struct demo *d, const struct session *s,
                    const struct engine_report *report)
{
    struct report_demo o = {.program = program_invocation_name,
                            .result = d->result,
                            .ledger = d->ledger,
                            .ranks = s->size,
                            .again = d->again};
    struct chain_state state = {0};
    struct engine_verdict verdict = {0};
    struct page text = print_page();
    struct err e = {0};

    if (!d->json)
        report_demo_run(&text, &o, report, cli_colour());
    int code = cli_print(&text, 0);
    text = print_page();
    if (engine_verify(s->reader, d->result, d->ledger, NULL, print_wrong, (void *)(uintptr_t)d,
                      &verdict, &e) < 0 ||
        ledger_verify(d->ledger, &state, &e) < 0)
        return cli_fail(&e);
    o.problems = verdict.problems;
    o.records = state.count;
    engine_verdict_free(&verdict);
    if (d->json)
        report_demo_json(&text, &o, report);
    else
        report_demo_end(&text, &o, report);
    return cli_print(&text, o.problems ? ERR_VERIFY : code);
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
                               .again = d.again,
                               .force = true}; /* what is there is a demo's */
    if (session_open(&s, NULL, false, false, false, &e) < 0 || session_run(&s, &o, &report, &e) < 0)
        code = cli_fail(&e);
    else if (s.rank == 0)
        code = show_run(&d, &s, &report);
    result_free(report.result);
    free(report.credits);
    return session_close(&s, code);
}
