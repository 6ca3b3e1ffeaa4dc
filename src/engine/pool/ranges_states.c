/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the states of ranges durably. */
#include "engine/pool/ranges_states.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/answered.h"
#include "engine/result/name.h"
#include "util/file.h"
#include "util/owner.h"
#include "util/place.h"
#include "util/store.h"
#include "util/tail.h"

/* What stands before each state in the file. */
struct head {
    char magic[8];
    uint32_t range, unused;
    uint64_t length; /* doubles */
};

static const char magic[8] = "MNstate1";

/* Returns the number of the range in a name SLAVE#k, from 0, or -1. */
static int64_t range_of(const struct ranges *w, const char *name)
{
    uint64_t k = runs_range(name);

    return k >= 1 && k <= w->ranges ? (int64_t)k - 1 : -1;
}

/* Whose submission stands for each range, as the ledger has it: the last one, unless that
 * slave was found out and nobody had confirmed it. */
static const struct run_slave **find_known(const struct ranges *w, struct err *e)
{
    const struct run *run = &w->g.j->run;
    const struct run_slave **known = err_alloc(w->ranges, sizeof *known, "the work", e);

    for (size_t i = 0; known && i < run->count; i++) {
        const struct run_slave *s = &run->slaves[i];
        int64_t k = range_of(w, s->name);
        char name[SLAVE_NAME];
        if (k < 0 || !s->submitted)
            continue;
        const struct run_slave *who = runs_slave(run, result_slave_name(s->name, name));
        if (s->confirmed || !who || !who->wrong)
            known[k] = s;
    }
    return known;
}

/* One state of the file: taken, if it is the one that the ledger acknowledges. */
static int take_up_range(struct ranges *w, const struct head *h, const double *state,
                         const struct run_slave *const *known, struct err *e)
{
    struct result *x = w->g.j->result;
    const struct run_slave *s = h->range < w->ranges ? known[h->range] : NULL;
    uint8_t digest[SHA256_LEN];
    uint32_t k = h->range;

    if (!s || w->g.j->partitions[k].stage == JOB_ANSWERED)
        return 0;
    if (hash_doubles(state, x->length, digest, e) < 0)
        return -1;
    if (memcmp(digest, s->state, sizeof digest) != 0)
        return 0;
    memcpy(x->states + (size_t)k * x->length, state, x->length * sizeof *state);
    if (result_set(&x->slave[k].name, s->name, e) < 0)
        return -1;
    x->slave[k].answered = true;
    x->slave[k].items = s->submitted_items;
    x->slave[k].seconds = s->seconds;
    x->slave[k].confirmed = s->confirmed;
    w->g.j->partitions[k].stage = JOB_ANSWERED;
    w->g.j->partitions[k].units_done = w->g.j->partitions[k].units_before = s->submitted_items;
    w->waiting--;
    w->range[k].inspection = s->confirmed ? INSPECT_DONE : INSPECT_NONE;
    if (!s->confirmed && (s->differs || w->range[k].drawn)) /* or that was not settled */
        ranges_want(w, k);
    return 0;
}

/* Reads the file as far as it is whole. */
static int read_states(struct ranges *w, const char *data, size_t len, struct err *e)
{
    size_t bytes = w->g.j->result->length * sizeof(double);
    const struct run_slave **known = find_known(w, e);
    int rc = known ? 0 : -1;
    struct head h;

    for (; rc == 0 && len - w->size >= sizeof h + bytes; w->size += sizeof h + bytes) {
        memcpy(&h, data + w->size, sizeof h);
        if (memcmp(h.magic, magic, sizeof magic) != 0 || h.length != w->g.j->result->length)
            break;
        rc = take_up_range(w, &h, (const double *)(const void *)(data + w->size + sizeof h), known,
                           e);
    }
    free(known);
    return rc;
}

int ranges_states_open(struct pool *pool, struct err *e)
{
    struct ranges *w = (struct ranges *)pool;
    char *data;
    size_t len;

    if (job_path(w->g.j, "states", w->path, sizeof w->path, e) < 0)
        return -1;
    if (file_exists(w->path)) {
        if (file_read(w->path, UINT64_MAX, &data, &len, e) < 0)
            return -1;
        int rc = read_states(w, data, len, e);
        free(data);
        if (rc < 0)
            return -1;
    }
    w->fd = file_open_rw(w->path, FILE_OWN, e);
    return w->fd < 0 ? -1 : file_truncate(w->fd, w->path, w->size, e);
}

static int add_state(struct ranges *w, uint32_t range, const double *state, struct err *e)
{
    struct head h = {.range = range, .length = w->g.j->result->length};

    memcpy(h.magic, magic, sizeof magic);
    buf_add(&w->pending, &h, sizeof h);
    buf_add(&w->pending, state, h.length * sizeof *state);
    return buf_failed(&w->pending) ? err_memory(e, "states") : 0;
}

int ranges_states_commit(struct ranges *w, struct err *e)
{
    if (w->pending.len == 0)
        return 0;
    if (w->failed)
        return err_set(e, ERR_IO, "%s: a write failed before", w->path);
    if (file_append(w->fd, w->path, w->pending.data, w->pending.len, w->size, e) < 0) {
        w->failed = true;
        return -1;
    }
    w->size += w->pending.len;
    buf_reset(&w->pending);
    return 0;
}

int ranges_accept(struct ranges *w, uint32_t k, int group, const char *name, const double *state,
                  double seconds, struct err *e)
{
    struct result *x = w->g.j->result;
    struct result_slave *s = &x->slave[k];
    uint8_t digest[SHA256_LEN];
    char entry[SLAVE_NAME];

    memcpy(x->states + (size_t)k * x->length, state, x->length * sizeof *state);
    snprintf(entry, sizeof entry, "%s#%" PRIu32, name, k + 1);
    if (result_set(&s->name, entry, e) < 0 || hash_doubles(state, x->length, digest, e) < 0 ||
        (group >= 0 && result_set(&s->node, w->worker[group].node, e) < 0) ||
        add_state(w, k, state, e) < 0)
        return -1;
    s->answered = true;
    s->confirmed = false;
    s->seconds = seconds;
    s->items = contract_range_items(w->g.j->plan->contract, k);
    w->g.j->partitions[k].stage = JOB_ANSWERED;
    w->g.j->partitions[k].units_done = s->items;
    if (w->range[k].drawn && w->range[k].inspection == INSPECT_NONE)
        ranges_want(w, k);
    return answered_record(w->g.j, k, digest, e);
}
