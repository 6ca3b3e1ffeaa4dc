/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares data with what was claimed of it, by openings that were kept. */
#include "engine/plan/changed.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/partition.h"
#include "engine/state/commitment.h"
#include "engine/state/opening.h"

enum how { SAME, OTHER, UNSEEN, SAMPLED };

bool changed_stamp(const struct plan *p, uint32_t k, struct source_stamp *stamp)
{
    char location[PATH_MAX];

    *stamp = (struct source_stamp){0};
    return partition_path(p->contract, p->location, k, location, sizeof location, NULL) == 0 &&
           source_stamp(location, stamp, NULL) == 0;
}

/* Returns the last opening of each partition; the caller frees it. */
static struct opening *read_openings(const struct plan *p, const struct run *run,
                                     struct changed *found, struct err *e)
{
    size_t count = (size_t)p->contract->slaves;
    char path[PATH_MAX];

    if (opening_path(p->where, run->key, path, e) < 0)
        return NULL;
    struct opening *list = opening_read(path, count, &found->unused);
    if (list)
        return list;
    if (found->unused.code != ERR_REFUSED && found->unused.code != ERR_INPUT)
        return err_null(err_set(e, found->unused.code, "%s", found->unused.text));
    return err_alloc(count, sizeof *list, "openings", e); /* somebody else may have written it */
}

/* Whether rows, or a sample of them, are those of the claim. */
static enum how compare_rows(const struct plan *p, const struct run *run, uint32_t k,
                             const struct opening *x)
{
    uint8_t digest[SHA256_LEN], commit[SHA256_LEN];
    struct err why = {0};
    uint64_t items;
    struct partition *part = partition_open(p->contract, p->location, k, &why);

    if (!part)
        return why.code == ERR_INPUT ? OTHER : UNSEEN;
    bool same = partition_items(part, &items, &why) == 0 && items == x->items &&
                partition_digest(part, run->key, digest, &why) == 0 &&
                commitment_make(x->salt, items, digest, commit, &why) == 0 &&
                memcmp(commit, x->commit, sizeof commit) == 0;
    bool sampled = partition_is_sampled(part);
    partition_close(part);
    if (why.code != ERR_NONE && why.code != ERR_INPUT)
        return UNSEEN;
    return !same ? OTHER : sampled ? SAMPLED : SAME;
}

static enum how compare(const struct plan *p, const struct run *run, uint32_t k,
                        const struct opening *x)
{
    bool full = strcmp(p->contract->commit, "full") == 0;
    struct source_stamp now;

    if (!x->known || !changed_stamp(p, k, &now) || x->size == 0)
        return UNSEEN;
    if (!full && now.size != x->size) /* what a sample cannot tell */
        return OTHER;
    if (!full && now.time_ns == x->time_ns)
        return SAME;
    return compare_rows(p, run, k, x);
}

static int tell_changed(const struct plan *p, const struct run *run, const char *slave, uint32_t k,
                        struct err *e)
{
    char path[PATH_MAX] = "";

    partition_path(p->contract, p->location, k, path, sizeof path, NULL);
    return err_set(e, ERR_INPUT,
                   "slave %s: %s is not the data any more that run %s has computed over: put "
                   "that back, or give --again for a new run",
                   slave, path, run->key);
}

int changed_check(const struct plan *p, const struct run *run, struct changed *found, struct err *e)
{
    struct opening *list;
    int rc = 0;

    *found = (struct changed){0};
    if (p->contract->work_units > 0)
        return 0;
    if (!(list = read_openings(p, run, found, e)))
        return -1;
    for (size_t i = 0; rc == 0 && i < run->count; i++) {
        const struct run_slave *s = &run->slaves[i];
        uint64_t k = runs_partition(s->name);
        if (!s->submitted || k < 1 || k > (uint64_t)p->contract->slaves)
            continue;
        enum how how = compare(p, run, (uint32_t)(k - 1), &list[k - 1]);
        found->unseen += how == UNSEEN;
        found->sampled += how == SAMPLED;
        if (how == OTHER)
            rc = tell_changed(p, run, s->name, (uint32_t)(k - 1), e);
    }
    free(list);
    return rc;
}
