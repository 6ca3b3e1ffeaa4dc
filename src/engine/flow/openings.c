/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares data with what was claimed of it, by openings that were kept. */
#include "engine/flow/openings.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/source.h"
#include "engine/plan/partition.h"
#include "engine/state/commitment.h"
#include "engine/state/opening.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/store.h"
#include "util/tail.h"

/* Effect: stamp is that of the file of partition k; zeros if it cannot be seen from here. Returns
 * whether it can. */
static bool stamp_of(const struct job *j, uint32_t k, struct source_stamp *stamp)
{
    char location[PATH_MAX];

    *stamp = (struct source_stamp){0};
    return partition_path(j->plan->contract, j->plan->location, k, location, sizeof location,
                          NULL) == 0 &&
           source_stamp(location, stamp, NULL) == 0;
}

int openings_watch(struct job *j, uint32_t k, struct err *e)
{
    struct source_stamp now;

    if (j->plan->contract->work_units > 0 || strcmp(j->plan->contract->split, "rows") != 0 ||
        !stamp_of(j, k, &now))
        return 0;
    if (!j->watched)
        j->stamp = now;
    j->watched = true;
    if (now.size == j->stamp.size && now.time_ns == j->stamp.time_ns)
        return 0;
    return err_set(
        e, ERR_INPUT,
        "%s was changed while slaves computed over it, so that some have other rows than "
        "others: give --again once it stays as it is",
        j->plan->location);
}

int openings_keep(struct job *j, const struct message *m, struct err *e)
{
    struct opening x = {.items = j->result->slave[m->partition].items};
    char path[PATH_MAX], line[OPENING_LINE];
    struct source_stamp stamp;

    if (opening_path(j->plan->where, j->run.key, path, e) < 0 ||
        openings_watch(j, m->partition, e) < 0)
        return -1;
    if (j->openings < 0 && (j->openings = file_open_log(path, FILE_OWN, e)) < 0)
        return -1;
    stamp_of(j, m->partition, &stamp);
    x.size = stamp.size;
    x.time_ns = stamp.time_ns;
    memcpy(x.salt, m->salt, sizeof x.salt);
    memcpy(x.commit, j->partitions[m->partition].commit, sizeof x.commit);
    memcpy(x.digest, m->digest, sizeof x.digest);
    return file_log(j->openings, path, line, opening_line(line, m->partition + 1, &x), e);
}

/* Returns the last opening of each partition; the caller frees it. */
static struct opening *read_openings(const struct job *j, struct err *e)
{
    size_t count = j->result->slaves;
    char path[PATH_MAX];
    struct err why = {0};

    if (opening_path(j->plan->where, j->run.key, path, e) < 0)
        return NULL;
    struct opening *list = opening_read(path, count, &why);
    if (list || (why.code != ERR_REFUSED && why.code != ERR_INPUT))
        return list ? list : err_null(err_set(e, why.code, "%s", why.text));
    job_warn(j, "%s: it is not used", why.text); /* somebody else may have written it */
    return err_alloc(count, sizeof *list, "openings", e);
}

/* Returns 1 if the partition is as it was claimed, 0 if it is not, -1 if that cannot be
 * seen from here, or could not then: another file of that name may be here. */
static int compare(const struct job *j, uint32_t k, const struct opening *x)
{
    const struct contract *c = j->plan->contract;
    uint8_t digest[SHA256_LEN], commit[SHA256_LEN];
    bool full = strcmp(c->commit, "full") == 0;
    struct source_stamp now;
    struct err why = {0};
    uint64_t items;

    if (!stamp_of(j, k, &now) || x->size == 0)
        return -1;
    if (!full && now.size != x->size) /* what a sample cannot tell */
        return 0;
    if (!full && now.time_ns == x->time_ns)
        return 1;
    struct partition *p = partition_open(c, j->plan->location, k, &why);
    if (!p)
        return why.code == ERR_INPUT ? 0 : -1;
    bool same = partition_items(p, &items, &why) == 0 && items == x->items &&
                partition_digest(p, j->run.key, digest, &why) == 0 &&
                commitment_make(x->salt, items, digest, commit, &why) == 0 &&
                memcmp(commit, x->commit, sizeof commit) == 0;
    partition_close(p);
    return why.code == ERR_NONE || why.code == ERR_INPUT ? same : -1;
}

static int tell_changed(const struct job *j, uint32_t k, struct err *e)
{
    char path[PATH_MAX] = "";

    partition_path(j->plan->contract, j->plan->location, k, path, sizeof path, NULL);
    return err_set(e, ERR_INPUT,
                   "slave %s: %s is not the data any more that run %s has computed over: put "
                   "that back, or give --again for a new run",
                   j->result->slave[k].name, path, j->run.key);
}

int openings_check(const struct job *j, size_t *unseen, struct err *e)
{
    struct opening *list;
    int rc = 0;

    *unseen = 0;
    if (j->plan->contract->work_units > 0)
        return 0;
    if (!(list = read_openings(j, e)))
        return -1;
    for (uint32_t k = 0; rc == 0 && k < j->result->slaves; k++) {
        const struct run_slave *known = runs_slave(&j->run, j->result->slave[k].name);
        if (!known || !known->submitted)
            continue;
        int same = list[k].known ? compare(j, k, &list[k]) : -1;
        *unseen += same < 0;
        if (same == 0)
            rc = tell_changed(j, k, e);
    }
    free(list);
    return rc;
}
