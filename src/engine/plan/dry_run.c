/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what a run would do. */
#include "engine/plan/dry_run.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/plan/dry_run_columns.h"
#include "engine/plan/bind.h"
#include "engine/plan/changed.h"
#include "engine/plan/deal.h"
#include "engine/plan/kinds.h"
#include "engine/plan/output.h"
#include "engine/plan/partition.h"
#include "engine/plan/plan.h"
#include "engine/plan/resources.h"
#include "engine/plan/shards.h"
#include "ledger/fold/reason.h"
#include "ledger/fold/runs.h"
#include "util/alike.h"
#include "util/parse.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/text.h"

enum { SHOWN = 16 }; /* partitions that get a line of their own */

/* What is being found out. */
struct preview {
    const struct plan *plan;
    const struct contract *c; /* the plan's */
    struct host host;
    struct page *text;
    struct engine_problems *problems;
    struct bound *bound;
    struct partition *first;   /* the one whose columns all are to have */
    struct kinds *kinds;       /* of the blocks of a file; NULL: there are none */
    struct buf told;           /* the notes that were shown last */
    uint8_t units[SHA256_LEN]; /* digest of the columns' units; zeros: none has any */
    uint64_t rows, units_most;
};

static void problem(struct preview *p, const char *what, const struct err *why)
{
    char whole[ERR_WHOLE];

    page_addf(p->text, "  PROBLEM  %s%s\n", what, err_whole(why, whole));
    if (p->problems->count++ == 0)
        p->problems->first = why->code;
}

/* Every partition has the columns of the first, in the same order. */
static int check_columns(const struct preview *p, const struct partition *x, struct err *e)
{
    const char *const *names = partition_column_names(x);
    const char *const *first = partition_column_names(p->first);
    char how[ALIKE_HOW];

    if (partition_columns(x) != partition_columns(p->first))
        return err_set(e, ERR_INPUT, "has %zu columns, others have %zu", partition_columns(x),
                       partition_columns(p->first));
    for (size_t i = 0; i < partition_columns(x); i++)
        if (strcmp(names[i], first[i]) != 0)
            return err_set(e, ERR_INPUT, "column %zu is '%.100s', elsewhere it is '%.100s'%s%s",
                           i + 1, names[i], first[i],
                           alike_how(how, names[i], first[i]) ? ", which differs only by its " : "",
                           how);
    return 0;
}

/* And where they have units, the same ones. */
static int check_units(struct preview *p, const struct partition *x, struct err *e)
{
    uint8_t units[SHA256_LEN];

    if (partition_meaning(x, units, e) < 0)
        return -1;
    if (partition_agrees(p->units, units))
        return 0;
    return err_set(e, ERR_INPUT,
                   "the units of its columns (attributes 'units' of the file) are not those of "
                   "slaves before it");
}

static int check_partition(struct preview *p, struct partition *x, struct err *e)
{
    uint64_t rows = partition_rows(x), most = (uint64_t)p->c->items_per_slave;

    if (rows == 0)
        return err_set(e, ERR_INPUT, "%s", reason_text(REASON_EMPTY));
    if (rows > most && !partition_drops(x))
        return err_set(e, ERR_INPUT,
                       "has %" PRIu64 " items, at most %" PRIu64 " per slave are allowed", rows,
                       most);
    if (rows < p->plan->options->least_rows)
        return err_set(e, ERR_REFUSED, "has %" PRIu64 " rows, --least-rows wants %" PRIu64, rows,
                       p->plan->options->least_rows);
    if (check_units(p, x, e) < 0)
        return -1;
    if (p->first)
        return check_columns(p, x, e);
    p->bound = bind_function(p->c, partition_column_names(x), partition_columns(x), e);
    if (p->bound && deal_is_blocks(p->c)) /* the first partition, and its names, are kept */
        p->kinds = kinds_create(partition_column_names(x), partition_columns(x), e);
    return p->bound ? bind_check_features(p->bound, e) : -1;
}

/* Rows at the ends of a partition. */
static int look(void *context, const struct block *rows, struct err *e)
{
    const struct preview *p = context;

    return p->kinds ? kinds_visit(p->kinds, rows, e) : 0;
}

/* What partition k says of how it is read, unless one before it has said the same. */
static void show_notes(struct preview *p, const struct partition *x, uint32_t k)
{
    const char *notes = partition_notes(x);
    size_t len;

    if (!*notes || (p->told.len > 0 && strcmp(p->told.data, notes) == 0))
        return;
    buf_reset(&p->told);
    buf_adds(&p->told, notes);
    for (const char *line; (line = text_line(&notes, &len));)
        page_addf(p->text, "  NOTE     slave %" PRIu32 ": %.*s\n", k + 1, (int)len, line);
}

static void show_partition(struct preview *p, uint32_t k)
{
    char path[PATH_MAX], name[32];
    struct err why = {0};
    uint64_t read;
    bool moved = p->first && partition_move(p->first, k);
    struct partition *x = moved ? p->first : partition_open(p->c, p->plan->location, k, &why);

    snprintf(name, sizeof name, "slave %" PRIu32 ": ", k + 1);
    if (!x || check_partition(p, x, &why) < 0 || partition_probe(x, look, p, &read, &why) < 0)
        problem(p, name, &why);
    else if (p->kinds)
        kinds_next(p->kinds, read);
    if (!x)
        return;
    if (k < SHOWN && partition_path(p->c, p->plan->location, k, path, sizeof path, NULL) == 0)
        page_addf(p->text, "  slave %-4" PRIu32 " %10" PRIu64 " rows, %" PRIu64 " units  %s\n",
                  k + 1, partition_rows(x), partition_units(x), path);
    if (k == SHOWN)
        page_addf(p->text, "  …\n");
    show_notes(p, x, k);
    p->rows += partition_rows(x);
    if (partition_units(x) > p->units_most)
        p->units_most = partition_units(x);
    if (p->bound && !p->first)
        p->first = x;
    else if (!moved)
        partition_close(x);
}

static void show_ranks(struct preview *p, int ranks)
{
    struct err why = {0};
    int per_slave = plan_ranks(p->plan->options, p->c, ranks);
    int groups = (ranks - 1) / per_slave, left = ranks - 1 - groups * per_slave;

    if (ranks == 1)
        page_addf(p->text, "ranks      1: master and slaves in one process, one after the other\n");
    else
        page_addf(p->text, "ranks      %d: 1 master, %d groups of %d for %" PRId64 " %s%s", ranks,
                  groups, per_slave, p->c->slaves, p->c->work_units > 0 ? "ranges" : "slaves",
                  groups < p->c->slaves ? " (groups serve several in turn)" : "");
    if (left > 0)
        page_addf(p->text, "; %d left over", left);
    if (ranks > 1)
        page_addf(p->text, "\n");
    if (plan_check_ranks(p->plan->options, ranks, &why) < 0)
        problem(p, "", &why);
}

/* What is large of a run, in bytes: a state, features, a model; and of how many rounds the master has
 * what it has of each. */
struct sizes {
    double m, d, model, rounds;
};

/* Where states stay with their ranks, a slave has one once more as it keeps it, and judges others. */
static void show_shards(struct preview *p, int ranks, const struct sizes *x, double *rank,
                        double *master)
{
    double S = (double)p->c->slaves;
    enum shards_kind kind;
    struct err why = {0};

    if (shards_choose(p->plan->options->shard, p->c, p->bound, &kind, &why) < 0)
        problem(p, "", &why);
    if (kind == SHARDS_NONE)
        return;
    double shard = shards_memory(kind, p->bound, S, ranks);
    *rank = fmax(*rank + x->m, shard + 2 * x->model);
    *master = shard;
    if (kind == SHARDS_STATES)
        *master += 2 * S * x->rounds * 4 * x->d;
    if (kind != SHARDS_ALL)
        *master += 2 * x->rounds * (x->m + x->model);
    page_addf(p->text, "results    %s (%s)\n", shards_words(kind),
              p->plan->options->shard == ENGINE_SHARD_YES ? "--shard"
                                                          : "as a state is large; else --no-shard");
}

/* States that a rank holds: one per level of the tree, the leaf, a few spare. */
static void show_memory(struct preview *p, int ranks)
{
    char of_rank[NUMBER_TEXT], of_master[NUMBER_TEXT], disk[NUMBER_TEXT];
    double m = (double)bound_length(p->bound) * 8, d = (double)bound_features_length(p->bound) * 8;
    double S = (double)p->c->slaves, levels = 8, model = (double)bound_model_length(p->bound) * 8;
    double rounds = model > 0 ? (double)contract_rounds(p->c) : 1,
           kept = p->plan->options->keep_last ? 1 : rounds;
    const struct sizes sizes = {m, d, model, rounds};
    struct err why = {0};
    uint64_t space;

    for (uint64_t u = p->units_most; u > 0; u /= 2)
        levels++;
    double rank = levels * m + model;
    /* The states twice, while they are written; the filter's distances. */
    double master = 2 * S * (kept * m + rounds * 4 * d) + 2 * rounds * (m + model) + S * S * 8;
    show_shards(p, ranks, &sizes, &rank, &master);
    format_size(of_rank, rank + 2 * (1 << 20));
    format_size(of_master, master + (1 << 20));
    double need =
        (1 + kept) * S * m + rounds * (S * (2 * d + 1000) + m + 2 * model) + S * 4000 + (1 << 16);
    format_size(disk, need);
    if (model > 0)
        page_addf(p->text, "rounds     %" PRId64 " at most, with a model of %zu doubles\n",
                  contract_rounds(p->c), bound_model_length(p->bound));
    page_addf(p->text,
              "state      %zu doubles, %zu features\n"
              "memory     %s per slave rank, %s on the master, besides the libraries\n"
              "disk       %s for result and ledger\n",
              bound_length(p->bound), bound_features_length(p->bound), of_rank, of_master, disk);
    if (file_space(p->plan->options->out, &space, &why) == 0 && (double)space < need) {
        err_set(&why, ERR_IO, "only %" PRIu64 " bytes are free where %s is to be", space,
                p->plan->options->out);
        problem(p, "", &why);
    }
}

/* What is there already must be the run's to replace. */
static void show_output(struct preview *p, const char *run)
{
    struct err why = {0};
    enum output_there there;

    if (output_check(p->plan, p->host.reader, run, &there, &why) < 0)
        problem(p, "", &why);
}

/* What was computed before must be of the data that there is. */
static void show_changed(struct preview *p, const struct run *run)
{
    struct changed found;
    struct err why = {0};

    if (changed_check(p->plan, run, &found, &why) < 0)
        problem(p, "", &why);
    if (found.unseen > 0)
        page_addf(p->text,
                  "  NOTE     the data of %zu slaves is not compared with what was computed over\n",
                  found.unseen);
    if (found.sampled > 0)
        page_addf(
            p->text,
            "  NOTE     the files of %zu slaves were written after they were computed over; a "
            "sample of their rows is the same\n",
            found.sampled);
}

/* The ledger, and what it knows of this contract on this data. */
/* Whether all that a run opens in the ledger could be opened. run: the one that would be gone on
 * with, or NULL. */
static void show_writable(struct preview *p, const char *run)
{
    const struct engine_options *o = p->plan->options;
    struct err why = {0};

    if (ledger_try(o->ledger, run, o->exclusive, &why) < 0)
        problem(p, "", &why);
}

static void show_ledger(struct preview *p)
{
    char path[PATH_MAX], data[DIGEST_TEXT];
    struct err why = {0};
    struct run run = {0};
    size_t answers = 0;

    if (paths_join(path, sizeof path, p->plan->options->ledger, "log", &why) == 0 &&
        !file_exists(path)) {
        page_addf(p->text, "ledger     %s: to be made\n", p->plan->options->ledger);
        show_writable(p, NULL);
        show_output(p, "");
        return;
    }
    struct ledger *l = why.code ? NULL : ledger_open_read(p->plan->options->ledger, &why);
    if (!l || plan_data(p->plan, data, &why) < 0 || runs_last(l, p->c->id, data, &run, &why) < 0) {
        problem(p, "", &why);
    } else {
        for (size_t i = 0; i < run.count; i++)
            answers += run.slaves[i].submitted;
        page_addf(p->text, "ledger     %s: ", p->plan->options->ledger);
        if (!run.key[0] || p->plan->options->again)
            page_addf(p->text, "a new run\n");
        else if (run.settled)
            page_addf(p->text, "run %s is settled and would be shown (--again for a new one)\n",
                      run.key);
        else
            page_addf(p->text, "run %s is to be resumed, with %zu answers\n", run.key, answers);
        if (run.key[0] && !p->plan->options->again)
            show_changed(p, &run);
        if (p->plan->options->again || !run.settled)
            show_output(p, p->plan->options->again ? "" : run.key);
        show_writable(p, p->plan->options->again || run.settled ? NULL : run.key);
    }
    runs_free(&run);
    ledger_close(l);
}

static void show_data(struct preview *p)
{
    page_addf(p->text, "data       %s: %s\n", p->c->data, p->plan->location);
    for (uint32_t k = 0; k < (uint32_t)p->c->slaves; k++)
        show_partition(p, k);
    page_addf(p->text, "rows       %" PRIu64 " in %" PRId64 " partitions\n", p->rows, p->c->slaves);
    if (p->kinds)
        kinds_tell(p->kinds, p->text);
    if (p->bound)
        dry_run_columns(p->text, p->c, partition_columns(p->first));
}

static void show_work(struct preview *p)
{
    struct err why = {0};

    page_addf(p->text,
              "work       %" PRId64 " units in %" PRId64 " ranges of %" PRId64
              ", %.3g of them twice\n",
              p->c->work_units, p->c->slaves, p->c->range_units, p->c->work_check);
    p->units_most = (uint64_t)p->c->range_units;
    p->bound = bind_function(p->c, NULL, 0, &why);
    if (!p->bound || bind_check_features(p->bound, &why) < 0)
        problem(p, "", &why);
}

/* Whether what the function needs is here; other nodes may differ. */
static void show_node(struct preview *p)
{
    struct err why = {0};

    if (resources_check(p->c, resources_time_left(), &why) < 0)
        problem(p, "this node: ", &why);
    err_clear(&why);
    if (!p->bound)
        return;
    bound_set_host(p->bound, &p->host);
    if (bound_ready(p->bound, &why) < 0)
        problem(p, "this node: ", &why);
}

static bool is_among(const uint32_t *list, size_t count, uint32_t x)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == x)
            return true;
    return false;
}

/* How many slaves have to answer, and whether so many are asked. */
static void show_answers(struct preview *p)
{
    const struct engine_options *o = p->plan->options;
    int64_t least = p->c->slaves_min ? p->c->slaves_min : p->c->slaves, asked = p->c->slaves;
    struct err why = {0};

    for (size_t i = 0; i < o->skip_slaves_count; i++)
        asked -= !is_among(o->skip_slaves, i, o->skip_slaves[i]);
    page_addf(p->text, "answers    %" PRId64 " of %" PRId64 " slaves are needed\n", least,
              p->c->slaves);
    if (asked < least) {
        err_set(&why, ERR_INCOMPLETE,
                "%" PRId64 " slaves are asked, %" PRId64 " are needed (--skip-slave)", asked,
                least);
        problem(p, "", &why);
    }
}

static void show_run(struct preview *p, int ranks)
{
    page_addf(p->text, "contract   %s\n           %s\nfunction   %s\n", p->c->title, p->c->id,
              p->c->digest);
    if (p->c->part > 0)
        page_addf(p->text,
                  "part       of round %" PRId64
                  ", of one centre: its state is the result, neither "
                  "updated nor finished\n",
                  p->c->part);
    if (p->c->work_units > 0)
        show_work(p);
    else
        show_data(p);
    if (p->bound)
        show_memory(p, ranks);
    show_ranks(p, ranks);
    show_ledger(p);
    show_node(p);
    if (p->c->work_units == 0)
        show_answers(p);
}

int engine_dry_run(struct reader *r, const struct engine_options *o, int ranks, struct page *text,
                   struct engine_problems *problems, struct err *e)
{
    struct plan plan = {0};
    struct preview p = {
        .plan = &plan, .text = text, .problems = problems, .host = bind_options(o, r)};

    bind_shut_in(o);
    int rc = plan_open(&plan, o, false, r, e);
    *problems = (struct engine_problems){0};
    if (rc == 0) {
        p.c = plan.contract;
        show_run(&p, ranks);
    }
    bound_destroy(p.bound);
    buf_free(&p.told);
    kinds_free(p.kinds);
    partition_close(p.first);
    plan_close(&plan);
    return rc;
}
