/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "engine/launch/launch.h"
#include "engine/plan/slurm.h"
#include "engine/transport/transport.h"
#include "util/parse.h"
#include "util/text.h"

static const char help[] =
    "Usage: metaneuron launch CONTRACT.h5 --data NAME=PATH [OPTION…] -- mpirun -n N\n"
    "       metaneuron launch CONTRACT.h5 --data NAME=PATH [OPTION…] -- srun --mpi=pmix\n"
    "\n"
    "Runs a contract under an MPI launcher, any, until the ledger says that it is\n"
    "settled: a job that dies or hangs is started again, without the slave or the node\n"
    "that failed twice in a row.\n"
    "\n"
    "  --lease T      a job hangs that gives no sign of life for so long (default: 5 min)\n"
    "  --retries N    times that it is started again (default: as the contract says)\n"
    "  --backoff T    pause before the first time; doubled then, 60 at most (default: 1)\n"
    "  --grace T      a job that is told to end has so long (default: 30)\n"
    "  --time-left T  this command has so long (default: what Slurm says, if it is there)\n"
    "\n"
    "Of metaneuron run it takes --data, --ledger, --out, --again, --ranks-per-slave,\n"
    "--site, --json, --quiet, --spin, --checkpoint, --skip-node, --sandbox, --keep,\n"
    "--keep-models. A time is in seconds, or has one of s, min, h, d.\n"
    "\n"
    "SIGTERM, SIGINT and SIGUSR1 let the job save what it has and end, with exit code\n"
    "75: the same command goes on with it. A second SIGTERM or SIGINT kills it.\n";

enum {
    DATA = 256,
    LEDGER,
    AGAIN,
    RANKS_PER_SLAVE,
    SITE,
    JSON,
    QUIET,
    SPIN,
    CHECKPOINT,
    SKIP_NODE,
    SANDBOX,
    KEEP,
    KEEP_MODELS,
    LEASE,
    RETRIES,
    BACKOFF,
    GRACE,
    TIME_LEFT,
};

static const struct option options[] = {
    {"data", required_argument, NULL, DATA},
    {"ledger", required_argument, NULL, LEDGER},
    {"out", required_argument, NULL, 'o'},
    {"again", no_argument, NULL, AGAIN},
    {"ranks-per-slave", required_argument, NULL, RANKS_PER_SLAVE},
    {"site", required_argument, NULL, SITE},
    {"json", no_argument, NULL, JSON},
    {"quiet", no_argument, NULL, QUIET},
    {"spin", no_argument, NULL, SPIN},
    {"checkpoint", required_argument, NULL, CHECKPOINT},
    {"skip-node", required_argument, NULL, SKIP_NODE},
    {"sandbox", no_argument, NULL, SANDBOX},
    {"keep", required_argument, NULL, KEEP},
    {"keep-models", required_argument, NULL, KEEP_MODELS},
    {"lease", required_argument, NULL, LEASE},
    {"retries", required_argument, NULL, RETRIES},
    {"backoff", required_argument, NULL, BACKOFF},
    {"grace", required_argument, NULL, GRACE},
    {"time-left", required_argument, NULL, TIME_LEFT},
    {"help", no_argument, NULL, 'h'},
    {0},
};

/* The words of the command line. */
struct words {
    struct launch_options o;
    struct engine_data data;
    const char *ledger;
    char **passed; /* what run gets; room for all of argv */
    size_t passed_count;
};

/* The job's standard error is ours. */
static void on_text(void *context, const char *text, size_t len)
{
    (void)context;
    fwrite(text, 1, len, stderr);
}

static void on_say(void *context, const char *text)
{
    char safe[1200];

    (void)context;
    fprintf(stderr, "metaneuron launch: %s\n", text_printable(safe, sizeof safe, text));
}

static int take_time(const char *name, double least, double *value)
{
    if (parse_duration(optarg, value) == 0 && *value >= least)
        return 0;
    return cli_usage("launch", "%s %s: expected a time, for example 90, 2min or 1h", name, optarg);
}

/* The contract's data, a copy of which is cut in two; run checks the rest. */
static int take_data(struct words *w)
{
    char *copy = strdup(optarg), *equals = copy ? strchr(copy, '=') : NULL;

    if (!equals || equals == copy || equals[1] == '\0') {
        free(copy);
        return cli_usage("launch", "--data %s: expected NAME=PATH", optarg);
    }
    free((char *)(uintptr_t)w->data.name);
    *equals = '\0';
    w->data = (struct engine_data){copy, equals + 1};
    w->o.run.data = &w->data;
    w->o.run.data_count = 1;
    return 0;
}

static int take_retries(struct words *w)
{
    if (parse_i64(optarg, &w->o.retries) == 0 && w->o.retries >= 0)
        return 0;
    return cli_usage("launch", "--retries %s: expected a number", optarg);
}

/* An option of run is handed on as --NAME[=VALUE]. */
static int pass(struct words *w, int c)
{
    const struct option *o = options;
    struct buf b = {0};

    while (o->val != c)
        o++;
    buf_addf(&b, "--%s%s%s", o->name, o->has_arg ? "=" : "", o->has_arg ? optarg : "");
    if (buf_failed(&b))
        return ERR_SOFTWARE;
    w->passed[w->passed_count++] = b.data;
    return 0;
}

/* What is wrong with the number, run says. */
static int take_ranks(struct words *w)
{
    uint64_t ranks;

    if (parse_u64(optarg, &ranks) == 0 && ranks <= 1000000)
        w->o.run.ranks_per_slave = (int)ranks;
    return pass(w, RANKS_PER_SLAVE);
}

/* Takes one option; returns 0, or the exit code of a wrong one. */
static int take_option(struct words *w, int c)
{
    switch (c) {
    case DATA:
        return take_data(w) ? ERR_USAGE : pass(w, c);
    case LEDGER:
        w->ledger = optarg;
        return pass(w, c);
    case 'o':
        w->o.run.out = optarg;
        return pass(w, c);
    case AGAIN:
        w->o.run.again = true;
        break;
    case RANKS_PER_SLAVE:
        return take_ranks(w);
    case LEASE:
        return take_time("--lease", 1e-3, &w->o.lease);
    case RETRIES:
        return take_retries(w);
    case BACKOFF:
        return take_time("--backoff", 0, &w->o.backoff);
    case GRACE:
        return take_time("--grace", 0, &w->o.grace);
    case TIME_LEFT:
        return take_time("--time-left", 0, &w->o.time_left);
    default:
        return pass(w, c);
    }
    return 0;
}

/* Whose words the program of the job begins with: the file that runs now. */
static int find_program(char path[static PATH_MAX], struct err *e)
{
    ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

    if (n <= 0)
        return err_errno(e, ERR_SOFTWARE, "/proc/self/exe");
    path[n] = '\0';
    return 0;
}

static int supervise(struct words *w)
{
    char ledger[PATH_MAX], program[PATH_MAX];
    struct err e = {0};
    int code = 0;

    if (cli_ledger(w->ledger, ledger, NULL, &e) < 0 || find_program(program, &e) < 0)
        return cli_fail(&e);
    w->o.run.ledger = ledger;
    w->o.program = program;
    w->o.words = w->passed;
    w->o.words_count = w->passed_count;
    slurm_learn_end();
    struct reader *reader = reader_start(&e);
    if (!reader || engine_launch(reader, &w->o, &e) < 0)
        code = cli_fail(&e);
    reader_stop(reader);
    return code;
}

/* Returns the number of words before the first "--", or argc. */
static int find_launcher(int argc, char **argv)
{
    int i = 1;

    while (i < argc && strcmp(argv[i], "--") != 0)
        i++;
    return i;
}

static int parse(struct words *w, int argc, char **argv)
{
    int own = find_launcher(argc, argv), c, code = 0;

    while ((c = cli_option(own, argv, "launch", help, options, &code)) != -1) {
        if (c == 'h')
            return -1;
        if (c == '?' || (code = take_option(w, c)) != 0)
            return code;
    }
    if (optind + 1 != own)
        return cli_usage("launch", "expected one contract");
    if (own + 1 >= argc)
        return cli_usage("launch", "expected a launcher at the end, for example -- mpirun -n 9");
    w->o.run.contract = argv[optind];
    w->o.launcher = argv + own + 1;
    w->o.launcher_count = (size_t)(argc - own - 1);
    return 0;
}

int cmd_launch(int argc, char **argv)
{
    struct words w = {.o = {.run = {.out = "result.h5"},
                            .lease = ENGINE_LEASE,
                            .grace = 30,
                            .backoff = 1,
                            .time_left = NAN,
                            .retries = -1,
                            .pass = on_text,
                            .say = on_say}};

    w.passed = calloc((size_t)argc + 2, sizeof *w.passed);
    int code = w.passed ? parse(&w, argc, argv) : ERR_SOFTWARE;
    if (code == 0 && transport_launched())
        code = cli_usage("launch", "starts the MPI launcher itself: do not start it under one");
    if (code == 0)
        code = supervise(&w);
    for (size_t i = 0; i < w.passed_count; i++)
        free(w.passed[i]);
    free(w.passed);
    free((char *)(uintptr_t)w.data.name);
    return code < 0 ? 0 : code;
}
