/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/engine.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/job.h"
#include "engine/resources.h"
#include "util/file.h"
#include "util/parse.h"

enum { SHOWN = 16 }; /* partitions that get a line of their own */

/* What is being found out. */
struct plan {
    const struct engine_options *o;
    const struct contract *c;
    const char *location;
    struct buf *text;
    size_t problems;
    struct bound *bound;
    size_t columns;
    uint64_t rows, units_most;
};

static void problem(struct plan *p, const char *what, const struct err *why)
{
    buf_addf(p->text, "  PROBLEM  %s%s\n", what, why->text);
    p->problems++;
}

static void plan_partition(struct plan *p, uint32_t k)
{
    char path[PATH_MAX], name[32];
    struct err why = {0};
    struct partition *x = partition_open(p->c, p->location, k, &why);

    snprintf(name, sizeof name, "slave %" PRIu32 ": ", k + 1);
    if (!x) {
        problem(p, name, &why);
        return;
    }
    if (!p->bound) {
        p->columns = partition_columns(x);
        p->bound = bind_function(p->c, partition_column_names(x), p->columns, &why);
        if (!p->bound)
            problem(p, name, &why);
    } else if (partition_columns(x) != p->columns) {
        err_set(&why, ERR_INPUT, "has %zu columns, others have %zu", partition_columns(x),
                p->columns);
        problem(p, name, &why);
    }
    if (partition_rows(x) == 0) {
        err_set(&why, ERR_INPUT, "the partition has no rows");
        problem(p, name, &why);
    }
    if (k < SHOWN && partition_path(p->c, p->location, k, path, sizeof path, NULL) == 0)
        buf_addf(p->text, "  slave %-4" PRIu32 " %10" PRIu64 " rows, %" PRIu64 " units  %s\n",
                 k + 1, partition_rows(x), partition_units(x), path);
    if (k == SHOWN)
        buf_adds(p->text, "  …\n");
    p->rows += partition_rows(x);
    if (partition_units(x) > p->units_most)
        p->units_most = partition_units(x);
    partition_close(x);
}

static void plan_ranks(struct plan *p, int ranks)
{
    struct err why = {0};
    int per_slave = p->o->ranks_per_slave ? p->o->ranks_per_slave : (int)p->c->ranks_per_slave;
    int groups = ranks > 1 ? (ranks - 1) / per_slave : 1;

    if (ranks <= 1)
        buf_adds(p->text, "ranks      1: master and slaves in one process, one after the other\n");
    else
        buf_addf(p->text, "ranks      %d: 1 master, %d groups of %d for %" PRId64 " slaves%s\n",
                 ranks, groups, per_slave, p->c->slaves,
                 groups < p->c->slaves ? " (groups serve several in turn)" : "");
    if (groups < 1) {
        err_set(&why, ERR_USAGE, "%d ranks are too few for a master and one slave of %d", ranks,
                per_slave);
        problem(p, "", &why);
    }
}

/* States that a rank holds: one per level of the tree, the leaf, a few spare. */
static void plan_memory(struct plan *p)
{
    char rank[NUMBER_TEXT], master[NUMBER_TEXT], disk[NUMBER_TEXT];
    double m = (double)bound_length(p->bound) * 8, d = (double)bound_features_length(p->bound) * 8;
    double S = (double)p->c->slaves, levels = 8;
    struct err why = {0};
    uint64_t space;

    for (uint64_t u = p->units_most; u > 0; u /= 2)
        levels++;
    format_size(rank, levels * m + 2 * (1 << 20));
    format_size(master, S * (m + 4 * d) + (1 << 20));
    double need = 2 * S * m + S * 2 * d + S * 5000 + (1 << 16);
    format_size(disk, need);
    buf_addf(p->text,
             "state      %zu doubles, %zu features\n"
             "memory     %s per slave rank, %s on the master, besides the libraries\n"
             "disk       %s for result and ledger\n",
             bound_length(p->bound), bound_features_length(p->bound), rank, master, disk);
    if (file_space(p->o->out, &space, &why) == 0 && (double)space < need) {
        err_set(&why, ERR_IO, "only %" PRIu64 " bytes are free where %s is to be", space,
                p->o->out);
        problem(p, "", &why);
    }
}

static void plan_columns(struct plan *p)
{
    buf_addf(p->text, "columns    ");
    if (p->c->columns_count == 0)
        buf_addf(p->text, "all %zu", p->columns);
    for (size_t i = 0; i < p->c->columns_count && i < 12; i++)
        buf_addf(p->text, "%s%s", i ? ", " : "", p->c->columns[i]);
    buf_addf(p->text, "%s\n", p->c->columns_count > 12 ? ", …" : "");
}

static void plan_run(struct plan *p, int ranks)
{
    struct err why = {0};

    buf_addf(p->text, "contract   %s\n           %s\nfunction   %s\ndata       %s: %s\n",
             p->c->title, p->c->id, p->c->digest, p->c->data, p->location);
    for (uint32_t k = 0; k < (uint32_t)p->c->slaves; k++)
        plan_partition(p, k);
    buf_addf(p->text, "rows       %" PRIu64 " in %" PRId64 " partitions\n", p->rows, p->c->slaves);
    if (p->bound) {
        plan_columns(p);
        plan_memory(p);
    }
    plan_ranks(p, ranks);
    if (resources_check(p->c, &why) < 0)
        problem(p, "this node: ", &why);
    buf_addf(p->text, "answers    %" PRId64 " of %" PRId64 " slaves are needed\n",
             p->c->slaves_min ? p->c->slaves_min : p->c->slaves, p->c->slaves);
}

int engine_dry_run(struct reader *r, const struct engine_options *o, int ranks, struct buf *text,
                   size_t *problems, struct err *e)
{
    struct job j = {.options = o, .lock = -1};
    struct plan p = {.o = o, .text = text};
    int rc = engine_prepare(&j, r, e);

    if (rc == 0) {
        p.c = j.contract;
        p.location = j.location;
        plan_run(&p, ranks);
        *problems = p.problems;
    }
    bound_destroy(p.bound);
    job_free(&j);
    return rc;
}
