/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/report.h"
#include "cli/session.h"
#include "engine/plan/dry_run.h"
#include "engine/result/name.h"
#include "ledger/credits.h"
#include "util/parse.h"
#include "util/text.h"

static const char help[] =
    "Usage: metaneuron run CONTRACT.h5 --data NAME=PATH [OPTION…]\n"
    "       mpirun -n N metaneuron run CONTRACT.h5 --data NAME=PATH [OPTION…]\n"
    "\n"
    "Runs a contract: slaves claim and compute, abnormal results are rejected, the\n"
    "rest is aggregated, recorded and settled. Rank 0 is the master; alone, one\n"
    "process is master and slaves.\n"
    "\n"
    "  --data NAME=PATH     where the contract's data is: a CSV file, or HDF5 as\n"
    "                       PATH or PATH:/OBJECT; {slave} is the slave's number, from 1\n"
    "  --ledger DIR         the ledger (default: ~/.local/share/metaneuron/ledger)\n"
    "  -o, --out FILE       the result (default: result.h5)\n"
    "  --again              a new run, though one of this contract and data is settled\n"
    "  --ranks-per-slave R  ranks that share one slave's work (default: as the contract says;\n"
    "                       work without data: as many as make at most 256 slaves)\n"
    "  --ranks N            with --dry-run: plan for N ranks (default: those of this job)\n"
    "  --dry-run            say what would be done, and every problem that can be seen\n"
    "  --site NAME          name of this site in a new ledger (default: the host's name)\n"
    "  --checkpoint TIME    save a slave's units so often, 0: never (default: 30 s)\n"
    "  --lease TIME         a slave that gives no sign for so long is lost, 0: never\n"
    "                       (default: 5 min); more than a unit of work without data takes\n"
    "  --sandbox            programs of the function exec run without network, and write in\n"
    "                       their own directory only (needs bubblewrap)\n"
    "  --time-left TIME     end in good order before it is over (default: as Slurm says)\n"
    "  --skip-node NAME     this node serves nothing; may be given again\n"
    "  --skip-slave K       slave K is not asked; may be given again\n"
    "  --keep all|last      of an iterative contract: the states of all rounds (default), or\n"
    "                       of the last one only, which alone can then be verified\n"
    "  --keep-models K      the model of each K-th round and the last (default: 1)\n"
    "  --heartbeat FILE     FILE changes every half second as long as rank 0 lives: a\n"
    "                       count, the run's key, and what it is at\n"
    "  --json               the report as one JSON document\n"
    "  --quiet              no progress\n"
    "  --spin               never sleep while waiting; for those who own the node\n"
    "\n"
    "A run that was interrupted is resumed by the same command. SIGINT, SIGTERM and\n"
    "SIGUSR1 interrupt it in good order: units end, what is done is saved, and the exit\n"
    "code is 75.\n";

enum {
    DATA = 256,
    LEDGER,
    AGAIN,
    RANKS_PER_SLAVE,
    RANKS,
    DRY_RUN,
    SITE,
    HEARTBEAT,
    JSON,
    QUIET,
    SPIN,
    CHECKPOINT,
    LEASE,
    TIME_LEFT,
    SKIP_NODE,
    SKIP_SLAVE,
    SANDBOX,
    KEEP,
    KEEP_MODELS
};

static const struct option options[] = {
    {"data", required_argument, NULL, DATA},
    {"ledger", required_argument, NULL, LEDGER},
    {"out", required_argument, NULL, 'o'},
    {"again", no_argument, NULL, AGAIN},
    {"ranks-per-slave", required_argument, NULL, RANKS_PER_SLAVE},
    {"ranks", required_argument, NULL, RANKS},
    {"dry-run", no_argument, NULL, DRY_RUN},
    {"site", required_argument, NULL, SITE},
    {"heartbeat", required_argument, NULL, HEARTBEAT},
    {"json", no_argument, NULL, JSON},
    {"quiet", no_argument, NULL, QUIET},
    {"spin", no_argument, NULL, SPIN},
    {"checkpoint", required_argument, NULL, CHECKPOINT},
    {"lease", required_argument, NULL, LEASE},
    {"time-left", required_argument, NULL, TIME_LEFT},
    {"skip-node", required_argument, NULL, SKIP_NODE},
    {"skip-slave", required_argument, NULL, SKIP_SLAVE},
    {"sandbox", no_argument, NULL, SANDBOX},
    {"keep", required_argument, NULL, KEEP},
    {"keep-models", required_argument, NULL, KEEP_MODELS},
    {"help", no_argument, NULL, 'h'},
    {0},
};

/* The words of the command line. */
struct words {
    struct engine_options o;
    struct engine_data data[16];
    const char *skip_nodes[64];
    uint32_t *skip_slaves; /* as o.skip_slaves */
    const char *ledger, *site;
    int ranks;
    bool dry_run, json, quiet, spin;
};

static int parse_ranks(const char *text, int *value)
{
    uint64_t v;

    if (parse_u64(text, &v) < 0 || v < 1 || v > 1000000)
        return cli_usage("run", "'%s' is no number of ranks", text);
    *value = (int)v;
    return 0;
}

static int parse_time(const char *name, const char *text, double *value)
{
    if (parse_duration(text, value) == 0)
        return 0;
    return cli_usage("run", "%s %s: expected a time, as in 90 or '5 min'", name, text);
}

static int parse_keep(const char *text, bool *last)
{
    *last = strcmp(text, "last") == 0;
    if (*last || strcmp(text, "all") == 0)
        return 0;
    return cli_usage("run", "--keep %s: expected all or last", text);
}

static int add_skip_node(struct words *w, const char *name)
{
    if (w->o.skip_nodes_count == sizeof w->skip_nodes / sizeof w->skip_nodes[0])
        return cli_usage("run", "too many --skip-node");
    w->skip_nodes[w->o.skip_nodes_count++] = name;
    return 0;
}

static int add_data(struct words *w, char *text)
{
    char *equals = strchr(text, '=');

    if (!equals || equals == text || equals[1] == '\0')
        return cli_usage("run", "--data %s: expected NAME=PATH", text);
    if (w->o.data_count == sizeof w->data / sizeof w->data[0])
        return cli_usage("run", "too many --data");
    *equals = '\0';
    w->data[w->o.data_count++] = (struct engine_data){text, equals + 1};
    return 0;
}

static int add_skip(struct words *w, const char *text)
{
    uint32_t *more = realloc(w->skip_slaves, (w->o.skip_slaves_count + 1) * sizeof *more);
    uint64_t k;

    if (!more)
        return ERR_SOFTWARE;
    w->o.skip_slaves = w->skip_slaves = more;
    if (parse_u64(text, &k) < 0 || k < 1 || k > UINT32_MAX)
        return cli_usage("run", "--skip-slave %s: expected a slave's number, from 1", text);
    w->skip_slaves[w->o.skip_slaves_count++] = (uint32_t)k;
    return 0;
}

/* Takes one option; returns 0, or the exit code of a wrong one. */
static int take_option(struct words *w, int c)
{
    switch (c) {
    case DATA:
        return add_data(w, optarg);
    case LEDGER:
        w->ledger = optarg;
        break;
    case 'o':
        w->o.out = optarg;
        break;
    case AGAIN:
        w->o.again = true;
        break;
    case RANKS_PER_SLAVE:
        return parse_ranks(optarg, &w->o.ranks_per_slave);
    case RANKS:
        return parse_ranks(optarg, &w->ranks);
    case DRY_RUN:
        w->dry_run = true;
        break;
    case SITE:
        w->site = optarg;
        break;
    case HEARTBEAT:
        w->o.heartbeat = optarg;
        break;
    case JSON:
        w->json = true;
        break;
    case QUIET:
        w->quiet = true;
        break;
    case CHECKPOINT:
        return parse_time("--checkpoint", optarg, &w->o.checkpoint);
    case LEASE:
        return parse_time("--lease", optarg, &w->o.lease);
    case TIME_LEFT:
        return parse_time("--time-left", optarg, &w->o.time_left);
    case SKIP_NODE:
        return add_skip_node(w, optarg);
    case SKIP_SLAVE:
        return add_skip(w, optarg);
    case SPIN:
        w->spin = true;
        break;
    case SANDBOX:
        w->o.sandbox = true;
        break;
    case KEEP:
        return parse_keep(optarg, &w->o.keep_last);
    case KEEP_MODELS:
        if (parse_u64(optarg, &w->o.keep_models) == 0 && w->o.keep_models >= 1)
            break;
        return cli_usage("run", "--keep-models %s: expected a number from 1 on", optarg);
    }
    return 0;
}

/* The plan's lines, in which titles and names come from others. */
static void print_plan(char *text, size_t problems)
{
    char safe[8192];

    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        printf("%s\n", text_printable(safe, sizeof safe, line));
    }
    if (!problems)
        printf("no problem seen\n");
}

static int dry_run(struct words *w)
{
    struct err e = {0};
    struct buf text = {0};
    size_t problems = 0;
    int code = 0;
    const char *launched = getenv("OMPI_COMM_WORLD_SIZE");
    uint64_t size = 1;

    if (!cli_speaks())
        return 0;
    if (launched)
        parse_u64(launched, &size);
    int ranks = w->ranks ? w->ranks : (int)size;
    struct reader *reader = reader_start(&e);
    struct runner *runner = reader ? runner_start(&e) : NULL;
    w->o.runner = runner;
    if (!runner || engine_dry_run(reader, &w->o, ranks, &text, &problems, &e) < 0)
        code = cli_fail(&e);
    else
        print_plan(text.data, problems);
    if (problems)
        code = ERR_INPUT;
    buf_free(&text);
    runner_stop(runner);
    reader_stop(reader);
    return code;
}

static void print_report(const struct words *w, const struct engine_report *report, bool said)
{
    const struct result *r = report->result;
    bool colour = cli_colour();
    char credits[CREDITS_TEXT], title[600];
    size_t answered, rejected;

    result_count(r, &answered, &rejected);
    if (report->shown)
        printf("this contract is settled already; this is its result (--again for a new run)\n");
    if (report->resumed)
        printf("resumed: results that had been submitted before were not computed again\n");
    printf("%s\n  contract %s\n  run %s in ledger %s%s\n\n",
           text_printable(title, sizeof title, r->title), r->id, r->run, w->o.ledger,
           said ? " (the default place)" : "");
    report_slaves(stdout, r, report->credits, colour);
    putchar('\n');
    report_rejections(stdout, r, colour);
    if (r->model_length > 0)
        printf("rounds    %" PRIu64 ": %s\n", r->round,
               r->converged ? "converged" : "not converged");
    printf("settled   %zu of %zu %s, %zu rejected; %s MNT of credits\n", answered, r->slaves,
           result_is_work(r) ? "ranges are in" : "slaves answered", rejected,
           credits_format(credits, report->emission));
    printf("result    %s   (metaneuron result show %s)\n", w->o.out, w->o.out);
}

int cmd_run(int argc, char **argv)
{
    struct words w = {
        .o = {.out = "result.h5", .checkpoint = ENGINE_CHECKPOINT, .lease = ENGINE_LEASE}};
    struct engine_report report = {0};
    struct session s;
    struct err e = {0};
    char ledger[PATH_MAX], site[80];
    bool is_default;
    int c, code;

    while ((c = cli_option(argc, argv, "run", help, options, &code)) != -1) {
        if (c == 'h' || c == '?' || (code = take_option(&w, c)) != 0)
            return code;
    }
    if (optind + 1 != argc)
        return cli_usage("run", "expected one contract");
    w.o.contract = argv[optind];
    w.o.data = w.data;
    w.o.skip_nodes = w.skip_nodes;
    if (cli_ledger(w.ledger, ledger, &is_default, &e) < 0)
        return cli_fail(&e);
    w.o.ledger = ledger;
    w.o.site = cli_site(w.site, site);
    if (w.dry_run)
        return dry_run(&w);
    code = 0;
    if (session_open(&s, w.o.contract, w.spin, w.quiet, &e) < 0 ||
        session_run(&s, &w.o, &report, &e) < 0)
        code = cli_fail(&e);
    else if (s.rank == 0 && w.json)
        cli_print_json(report_json(report.result, &report));
    else if (s.rank == 0)
        print_report(&w, &report, is_default);
    result_free(report.result);
    free(report.credits);
    free(w.skip_slaves);
    session_close(&s, code);
    return code;
}
