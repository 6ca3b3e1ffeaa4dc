/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/tree.h"

/* A unit being accumulated. */
struct unit {
    struct bound *bound;
    double *state;
};

static int accumulate(void *context, const struct block *block, struct err *e)
{
    struct unit *u = context;

    return bound_accumulate(u->bound, u->state, block, e);
}

/* Pushes the units that this rank computes: an equal, contiguous share. */
static int compute_units(struct slave *s, const struct team *team, struct tree *t, struct err *e)
{
    uint64_t units = partition_units(s->partition);
    uint64_t rank = (uint64_t)team_rank(team), size = (uint64_t)team_size(team);

    for (uint64_t u = units * rank / size; u < units * (rank + 1) / size; u++) {
        struct unit unit = {s->bound, tree_new_state(t, e)};
        if (!unit.state)
            return -1;
        if (partition_read_unit(s->partition, u, accumulate, &unit, e) < 0) {
            free(unit.state);
            return -1;
        }
        if (tree_push_leaf(t, u, unit.state, e) < 0)
            return -1;
        if (s->tick)
            s->tick(s->tick_context);
    }
    return 0;
}

/* What a rank sends to another: whether it failed and why, and its nodes or nothing. */
static int send_words(struct team *team, int to, const struct tree *t, const struct err *why,
                      struct err *e)
{
    struct buf b = {0};

    buf_add(&b, why, sizeof *why);
    if (why->code == ERR_NONE && t)
        tree_encode(t, &b);
    int rc = buf_failed(&b) ? err_memory(e, "states") : team_send(team, to, b.data, b.len, e);
    buf_free(&b);
    return rc;
}

static int receive_from(struct team *team, int from, struct tree *t, struct err *why, struct err *e)
{
    struct buf b = {0};
    struct err theirs;
    int rc = team_receive(team, from, &b, e);

    if (rc == 0 && b.len >= sizeof theirs) {
        memcpy(&theirs, b.data, sizeof theirs);
        if (theirs.code != ERR_NONE)
            err_set(why, theirs.code, "%s", theirs.text);
        else if (t && why->code == ERR_NONE)
            tree_push_encoded(t, b.data + sizeof theirs, b.len - sizeof theirs, why);
    }
    buf_free(&b);
    return rc;
}

/* Gathers the nodes on rank 0, pairwise: rank r takes over from r + 1, r + 2, r + 4, …,
 * whose units follow its own. why tells of the first failure of any rank. */
static int gather(struct team *team, struct tree *t, struct err *why, struct err *e)
{
    int rank = team_rank(team), size = team_size(team);

    for (int step = 1; step < size; step *= 2) {
        if (rank % (2 * step) != 0)
            return send_words(team, rank - step, t, why, e);
        if (rank + step < size && receive_from(team, rank + step, t, why, e) < 0)
            return -1;
    }
    return 0;
}

int compute_failures(struct team *team, struct err *why, struct err *e)
{
    return gather(team, NULL, why, e);
}

/* The way back down: every rank learns of a failure of any. */
static int spread(struct team *team, struct err *why, struct err *e)
{
    int rank = team_rank(team), size = team_size(team), step = 1;

    while (step < size && rank % (2 * step) == 0)
        step *= 2;
    if (rank != 0 && receive_from(team, rank - step, NULL, why, e) < 0)
        return -1;
    for (step /= 2; step >= 1; step /= 2)
        if (rank + step < size && send_words(team, rank + step, NULL, why, e) < 0)
            return -1;
    return 0;
}

/* The states of all ranks in the order that MPI likes, as the contract allows.
 * All ranks reduce, or none. */
static int reduce_fast(struct slave *s, struct team *team, struct tree *t, double *state,
                       struct err *why, struct err *e)
{
    if (why->code == ERR_NONE && t)
        tree_finish(t, state, why);
    if (compute_failures(team, why, e) < 0 || spread(team, why, e) < 0)
        return -1;
    if (why->code != ERR_NONE)
        return 0;
    team_reduce(team, s->bound, state, why);
    return compute_failures(team, why, e);
}

int compute(struct slave *s, struct team *team, double *state, struct err *why, struct err *e)
{
    struct tree *t = tree_create(s->bound, why);
    int rc;

    if (t)
        compute_units(s, team, t, why);
    if (strcmp(s->contract->order, "fast") == 0) {
        rc = reduce_fast(s, team, t, state, why, e);
    } else {
        rc = gather(team, t, why, e);
        if (rc == 0 && why->code == ERR_NONE && team_rank(team) == 0)
            tree_finish(t, state, why);
    }
    tree_destroy(t);
    return rc;
}
