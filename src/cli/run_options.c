/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holds the options of run, launch and dry run in one table. */
#include "cli/run_options.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/print.h"
#include "engine/plan/slurm.h"
#include "util/parse.h"

/* Who takes an option. */
enum {
    RUN = 1,
    LAUNCH = 2, /* and reads it */
    HANDED = 4, /* launch hands it on to run, whether it reads it or not */
};

enum { HELP_WIDTH = 80 };

static options_take take_count, take_data, take_keep, take_lease, take_no_shard, take_no_states,
    take_ranks, take_retries, take_shard, take_skip_node, take_skip_slave, take_time;

#define AT(field) offsetof(struct run_words, field)

/* In the order of run's help. place: among those that launch's help names as run's. */
static const struct options_entry entries[] = {
    {"data", "NAME=PATH",
     "where the contract's data is: a CSV file, or HDF5 as\n"
     "PATH or PATH:/OBJECT; {slave} is the slave's number, from 1",
     take_data, AT(data), RUN | LAUNCH | HANDED, 1, 0},
    {"ledger", "DIR", CLI_LEDGER_HELP, options_text, AT(ledger), RUN | LAUNCH | HANDED, 2, 0},
    {"out", "FILE", "the result (default: result.h5)", options_text, AT(o.out),
     RUN | LAUNCH | HANDED, 3, 'o'},
    {"again", NULL,
     "a new run, though one of this contract and data is settled;\n"
     "of a batch job that is requeued, at its first start",
     options_flag, AT(o.again), RUN | LAUNCH, 4, 0},
    {"force", NULL, "replace what is there at --out and --heartbeat, whatever it is", options_flag,
     AT(o.force), RUN | HANDED, 15, 0},
    {"exclusive", NULL,
     "where locks do not hold between nodes: no other node writes to the\n"
     "ledger meanwhile, which you promise",
     options_flag, AT(o.exclusive), RUN | LAUNCH | HANDED, 22, 0},
    {"ranks-per-slave", "R",
     "ranks that share one slave's work (default: as the contract says;\n"
     "work without data: as many as make at most 256 slaves)",
     take_ranks, AT(o.ranks_per_slave), RUN | LAUNCH | HANDED, 5, 0},
    {"ranks", "N", "with --dry-run: plan for N ranks (default: those of this job)", take_ranks,
     AT(ranks), RUN, 0, 0},
    {"dry-run", NULL, "say what would be done, and every problem that can be seen", options_flag,
     AT(dry_run), RUN, 0, 0},
    {"site", "NAME", "name of this site in a new ledger (default: the host's name)", options_text,
     AT(site), RUN | HANDED, 6, 0},
    /* Called so before a checkpoint was a signed tree head; users have it in their scripts. */
    {"checkpoint", "TIME", "save a slave's units so often, 0: never (default: 30 s)", take_time,
     AT(o.save_every), RUN | HANDED, 10, 0},
    {"lease", "TIME",
     "a slave that gives no sign for so long is lost, 0: never\n"
     "(default: 5 min); more than a unit of work without data takes",
     take_time, AT(o.lease), RUN, 0, 0},
    {"sandbox", NULL,
     "programs of the function exec, and shared objects, have no network,\n"
     "and see no more than what is installed and their own directory\n"
     "(needs bubblewrap)",
     options_flag, AT(o.sandbox.on), RUN | HANDED, 12, 0},
    {"bind", "DIR[,DIR]", "directories that they can read there, too", run_take_bind, AT(o.sandbox),
     RUN | HANDED, 18, 0},
    {"sandbox-user", "NAME", "of root: the user that they are there", run_take_sandbox_user,
     AT(o.sandbox), RUN | HANDED, 19, 0},
    {"sandbox-space", "SIZE", "that they may write there, in memory (default: 1 GiB)",
     run_take_sandbox_space, AT(o.sandbox.space), RUN | HANDED, 20, 0},
    {"pass-env", "NAME[,NAME]", "variables that programs of the function exec may have, too",
     run_take_pass_env, AT(pass_env), RUN | LAUNCH | HANDED, 16, 0},
    {"time-left", "TIME", "end in good order before it is over (default: as Slurm says)", take_time,
     AT(o.time_left), RUN, 0, 0},
    {"skip-node", "NAME", "this node serves nothing; may be given again", take_skip_node,
     AT(skip_nodes), RUN | HANDED, 11, 0},
    {"skip-slave", "K", "slave K is not asked; may be given again", take_skip_slave,
     AT(skip_slaves), RUN, 0, 0},
    {"keep", "all|last",
     "of an iterative contract: the states of all rounds (default), or\n"
     "of the last one only, which alone can then be verified",
     take_keep, AT(o.keep_last), RUN | HANDED, 13, 0},
    {"no-states", NULL,
     "the result has no single slave's state, for a result that is given\n"
     "away; it cannot be verified in full",
     take_no_states, AT(o.disclose), RUN | HANDED, 17, 0},
    {"shard", NULL,
     "no rank holds all results: states stay with the ranks that have them,\n"
     "as they do anyway from 2^20 numbers on (best with --no-states)",
     take_shard, AT(o.shard), RUN | HANDED, 24, 0},
    {"no-shard", NULL, "the master has all states, however large they are", take_no_shard,
     AT(o.shard), RUN | HANDED, 25, 0},
    {"keep-models", "K", "the model of each K-th round and the last (default: 1)", take_count,
     AT(o.keep_models), RUN | HANDED, 14, 0},
    {"least-rows", "N",
     "a slave with fewer rows declines: a result says much of few rows\n"
     "(default: 1)",
     take_count, AT(o.least_rows), RUN | HANDED, 21, 0},
    {"on-reject", "settle|stop",
     "stop: when a result is rejected the run ends before it is settled, with\n"
     "exit code 79, so that somebody can look; the same command with\n"
     "settle (default) goes on from there",
     run_take_on_reject, AT(o.stop_rejected), RUN | HANDED, 23, 0},
    {"heartbeat", "FILE",
     "FILE changes every half second as long as rank 0 lives: a\n"
     "count, the run's key, and what it is at",
     options_text, AT(o.heartbeat), RUN, 0, 0},
    {"json", NULL, "the report as one JSON document", options_flag, AT(json), RUN | HANDED, 7, 0},
    {"quiet", NULL, "no progress", options_flag, AT(quiet), RUN | HANDED, 8, 0},
    {"spin", NULL, "never sleep while waiting; for those who own the node", options_flag, AT(spin),
     RUN | HANDED, 9, 0},

    {"lease", "T", "a job hangs that gives no sign of life for so long (default: 5 min)",
     take_lease, AT(launch.lease), LAUNCH, 0, 0},
    {"retries", "N", "times that it is started again (default: as the contract says)", take_retries,
     AT(launch.retries), LAUNCH, 0, 0},
    {"backoff", "T", "pause before the first time; doubled then, 60 at most (default: 1)",
     take_time, AT(launch.backoff), LAUNCH, 0, 0},
    {"grace", "T", "a job that is told to end has so long (default: 30)", take_time,
     AT(launch.grace), LAUNCH, 0, 0},
    {"time-left", "T", "this command has so long (default: what Slurm says, if it is there)",
     take_time, AT(launch.time_left), LAUNCH, 0, 0},
    {0},
};

/* In launch what is wrong with it is for run to say. */
static int take_ranks(const struct options_given *g)
{
    uint64_t v;

    if (parse_u64(g->value, &v) == 0 && v >= 1 && v <= 1000000)
        *(int *)g->field = (int)v;
    else if (g->o->of & RUN)
        return cli_usage(g->o->command, "'%s' is no number of ranks", g->value);
    return 0;
}

static int take_time_from(const struct options_given *g, double least)
{
    if (parse_duration(g->value, g->field) == 0 && *(double *)g->field >= least)
        return 0;
    return options_wrong(g, "expected a time, %s",
                         g->o->of & RUN ? "as in 90 or '5 min'" : "for example 90, 2min or 1h");
}

static int take_time(const struct options_given *g)
{
    return take_time_from(g, 0);
}

static int take_lease(const struct options_given *g)
{
    return take_time_from(g, 1e-3);
}

static int take_keep(const struct options_given *g)
{
    bool *last = g->field;

    *last = strcmp(g->value, "last") == 0;
    return *last || strcmp(g->value, "all") == 0 ? 0 : options_wrong(g, "expected all or last");
}

int run_take_on_reject(const struct options_given *g)
{
    bool *stop = g->field;

    *stop = strcmp(g->value, "stop") == 0;
    return *stop || strcmp(g->value, "settle") == 0 ? 0
                                                    : options_wrong(g, "expected settle or stop");
}

static int take_shard(const struct options_given *g)
{
    *(enum engine_shard *)g->field = ENGINE_SHARD_YES;
    return 0;
}

static int take_no_shard(const struct options_given *g)
{
    *(enum engine_shard *)g->field = ENGINE_SHARD_NO;
    return 0;
}

static int take_no_states(const struct options_given *g)
{
    *(enum disclose *)g->field = DISCLOSE_AGGREGATE;
    return 0;
}

static int take_count(const struct options_given *g)
{
    uint64_t *count = g->field;

    if (parse_u64(g->value, count) == 0 && *count >= 1)
        return 0;
    return options_wrong(g, "expected a number from 1 on");
}

static int take_retries(const struct options_given *g)
{
    int64_t *retries = g->field;

    if (parse_i64(g->value, retries) == 0 && *retries >= 0)
        return 0;
    return options_wrong(g, "expected a number");
}

static int take_skip_node(const struct options_given *g)
{
    struct run_words *w = g->words;

    if (w->o.skip_nodes_count == RUN_SKIP_NODES)
        return cli_usage(g->o->command, "too many --%s", g->x->name);
    w->skip_nodes[w->o.skip_nodes_count++] = g->value;
    w->o.skip_nodes = w->skip_nodes;
    return 0;
}

static int take_data(const struct options_given *g)
{
    struct run_words *w = g->words;
    char *equals = strchr(g->value, '=');

    if (!equals || equals == g->value || equals[1] == '\0')
        return options_wrong(g, "expected NAME=PATH");
    if (!(g->o->of & RUN))
        w->o.data_count = 0; /* the last one counts; run says what is wrong with more */
    if (w->o.data_count == RUN_DATA)
        return cli_usage(g->o->command, "too many --%s", g->x->name);
    *equals = '\0';
    for (size_t i = 0; i < w->o.data_count; i++)
        if (strcmp(w->data[i].name, g->value) == 0)
            return cli_usage(g->o->command, "--%s: '%s' is given twice", g->x->name, g->value);
    w->data[w->o.data_count++] = (struct engine_data){g->value, equals + 1};
    w->o.data = w->data;
    return 0;
}

static int take_skip_slave(const struct options_given *g)
{
    struct run_words *w = g->words;
    uint32_t *more = realloc(w->skip_slaves, (w->o.skip_slaves_count + 1) * sizeof *more);
    uint64_t k;

    if (!more)
        return ERR_SOFTWARE;
    w->o.skip_slaves = w->skip_slaves = more;
    if (parse_u64(g->value, &k) < 0 || k < 1 || k > UINT32_MAX)
        return options_wrong(g, "expected a slave's number, from 1");
    w->skip_slaves[w->o.skip_slaves_count++] = (uint32_t)k;
    return 0;
}

/* Before launch reads an option: what is run's is handed on as --NAME[=VALUE]. */
static int hand_on(const struct options_given *g)
{
    struct run_words *w = g->words;

    if (g->x->of & HANDED) {
        struct buf b = {0};
        buf_addf(&b, "--%s%s%s", g->x->name, g->value ? "=" : "", g->value ? g->value : "");
        if (buf_failed(&b))
            return ERR_SOFTWARE;
        w->handed[w->handed_count++] = b.data;
    }
    return g->x->of & LAUNCH ? -1 : 0;
}

/* Returns the option of run that launch's help names there, or NULL. */
static const struct options_entry *shared_at(unsigned place)
{
    for (const struct options_entry *x = entries; x->name; x++)
        if (x->place == place)
            return x;
    return NULL;
}

static void add_shared(struct page *help)
{
    static const char begin[] = "Of metaneuron run it takes";
    size_t column = sizeof begin - 1;
    const struct options_entry *x;

    page_addf(help, "\n%s", begin);
    for (unsigned place = 1; (x = shared_at(place)); place++) {
        size_t n = strlen("--,") + strlen(x->name);
        bool fits = column + 1 + n < HELP_WIDTH;
        column = fits ? column + 1 + n : n;
        page_addf(help, fits ? " --%s%s" : "\n--%s%s", x->name, shared_at(place + 1) ? "," : ".");
    }
}

const struct options run_options = {
    "run",
    "Usage: metaneuron run CONTRACT.h5 --data NAME=PATH [OPTION…]\n"
    "       mpirun -n N metaneuron run CONTRACT.h5 --data NAME=PATH [OPTION…]\n"
    "\n"
    "Runs a contract: slaves claim and compute, abnormal results are rejected, the\n"
    "rest is aggregated, recorded and settled. Rank 0 is the master; alone, one\n"
    "process is master and slaves.\n"
    "\n",
    .list = entries,
    .of = RUN,
    .end = "\n"
           "A run that was interrupted is resumed by the same command. SIGINT, SIGTERM and\n"
           "SIGUSR1 interrupt it in good order: units end, what is done is saved, and the exit\n"
           "code is 75.\n",
};

const struct options run_options_of_launch = {
    "launch",
    "Usage: metaneuron launch CONTRACT.h5 --data NAME=PATH [OPTION…] -- mpirun -n N\n"
    "       metaneuron launch CONTRACT.h5 --data NAME=PATH [OPTION…] -- srun --mpi=" MN_SRUN_MPI
    "\n"
    "\n"
    "Runs a contract under an MPI launcher, any, until the ledger says that it is\n"
    "settled: a job that dies or hangs is started again, without the slave or the node\n"
    "that failed twice in a row.\n"
    "\n",
    .list = entries,
    .of = LAUNCH | HANDED,
    .unlisted = RUN,
    .add = add_shared,
    .end = " A time is in seconds, or has one of s, min, h, d.\n"
           "\n"
           "SIGTERM, SIGINT and SIGUSR1 let the job save what it has and end, with exit code\n"
           "75: the same command goes on with it. A second SIGTERM or SIGINT kills it.\n",
    .see = hand_on,
};

void run_words_resolve_again(struct run_words *w)
{
    uint64_t restarts = slurm_restarts();

    if (!w->o.again || restarts == 0)
        return;
    w->o.again = false;
    if (cli_speaks())
        print_error("metaneuron: this is start %" PRIu64 " of the batch job: --again was for the "
                    "first one, and its run goes on\n",
                    restarts + 1);
}

void run_words_free(struct run_words *w)
{
    free(w->skip_slaves);
    for (size_t i = 0; i < w->handed_count; i++)
        free(w->handed[i]);
    free(w->handed);
}
