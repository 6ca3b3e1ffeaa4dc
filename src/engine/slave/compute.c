/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accumulates a partition over the ranks of a slave. */
#include "engine/slave/compute.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/slave/agree.h"
#include "engine/slave/together.h"
#include "engine/state/reduction.h"
#include "util/clock.h"

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

size_t span_states(const struct span *s)
{
    uint64_t units = s->last - s->first;

    return units <= s->range ? 1 : (size_t)(units / s->range + (units % s->range != 0));
}

/* The level of the tree at which a range's state stands. */
static unsigned level_of(const struct span *s)
{
    unsigned level = 0;

    while (level < REDUCTION_UNCAPPED && s->range >> level > 1)
        level++;
    return s->range == UINT64_MAX ? REDUCTION_UNCAPPED : level;
}

struct saved_key compute_saved_key(const struct slave *s)
{
    const struct contract *c = s->contract;

    return (struct saved_key){
        .seal = &s->seal,
        .contract = c->id,
        .partition = s->claim.number,
        .round = s->round,
        .unit = (uint64_t)(c->work_units > 0 ? c->range_units : c->unit_rows),
        .length = bound_length(s->bound),
        .digest = s->claim.digest,
        .shared = c->work_units > 0,
    };
}

/* Computes unit u into a new leaf of the tree. */
static int compute_unit(struct slave *s, struct reduction *t, uint64_t u, struct err *e)
{
    const struct block block = {.rows = 1, .first = u};
    struct unit unit = {s->bound, reduction_new_state(t, e)};
    int rc;

    if (!unit.state)
        return -1;
    if (s->partition)
        rc = partition_read_unit(s->partition, u, accumulate, &unit, e);
    else
        rc = bound_accumulate(s->bound, unit.state, &block, e);
    if (rc == 0)
        return reduction_push_leaf(t, u, unit.state, e);
    free(unit.state);
    return -1;
}

/* Without a disk to save on, the work goes on all the same. */
static void save(struct slave *s, const struct saved_key *c, uint64_t first, uint64_t last,
                 const struct reduction *t)
{
    double begun = clock_steady();

    saved_write(c, first, last, t, NULL);
    pace_saved(&s->pace, begun);
}

/* Pushes units [from, to): those that were saved, and the others computed. */
static int compute_share(struct slave *s, const struct saved_key *c, uint64_t from, uint64_t to,
                         bool again, struct reduction *t, struct err *e)
{
    struct saved *saved = saved_load(c, from, again ? from : to, e);
    uint64_t u = from, fresh = 0;
    int rc = saved ? 0 : -1;

    while (rc == 0 && u < to) {
        uint64_t level = 0;
        double *state = saved_take(saved, u, to, &level);
        if (state) {
            rc = reduction_push_node(t, level, u >> level, state, e);
        } else if (pace_stops(&s->pace)) {
            rc = err_set(e, ERR_INCOMPLETE, "halted before unit %" PRIu64, u);
            break;
        } else {
            rc = compute_unit(s, t, u, e);
            fresh++;
            if (rc < 0 && s->pace.stopped) { /* it was broken off, or another will fail again */
                err_clear(e);
                err_set(e, ERR_INCOMPLETE, "halted in unit %" PRIu64, u);
            }
        }
        u += UINT64_C(1) << level;
        (state ? pace_restored : pace_units)(&s->pace, UINT64_C(1) << level);
        if (rc == 0 && fresh > 0 && u < to && !again && pace_saves(&s->pace)) {
            save(s, c, from, to, t);
            fresh = 0;
        }
    }
    saved_free(saved);
    return rc;
}

/* This rank's equal, contiguous share of a span, from the first unit on. */
static uint64_t share_of(const struct span *span, const struct team *team, int rank)
{
    typedef unsigned __int128 wide;

    return span->first +
           (uint64_t)((wide)(span->last - span->first) * (wide)rank / (wide)team_size(team));
}

/* The states of all ranks in the order that MPI likes, as the contract allows.
 * All ranks reduce, or none. */
static int reduce_fast(struct slave *s, struct team *team, struct reduction *t, double *state,
                       struct err *why, struct err *e)
{
    reduction_finish(t, state, why);
    if (agree(team, NULL, why, e) < 0)
        return -1;
    if (why->code != ERR_NONE)
        return 0;
    team_reduce(team, s->bound, state, why);
    return agree_failures(team, why, e);
}

/* The states of the span's ranges, out of a tree that covers it. */
static int states_of_ranges(struct reduction *t, const struct span *span, size_t length,
                            double *states, struct err *e)
{
    for (size_t i = 0; i < span_states(span); i++) {
        uint64_t left = span->last - span->first - i * span->range;
        uint64_t end = left > span->range ? span->last - left + span->range : UINT64_MAX;
        if (reduction_take(t, end, states + i * length, e) < 0)
            return -1;
    }
    return 0;
}

int compute(struct slave *s, struct team *team, const struct span *span, double *states,
            struct err *why, struct err *e)
{
    bool together = bound_function(s->bound)->collective != 0, leader = team_rank(team) == 0;
    bool fast = strcmp(s->contract->order, "fast") == 0 && span_states(span) == 1 && !together;
    uint64_t from = share_of(span, team, team_rank(team));
    uint64_t to = together ? span->last : share_of(span, team, team_rank(team) + 1);
    struct reduction *t = reduction_create(s->bound, level_of(span), why);
    /* By the leader's digest of the partition all ranks know what was saved. */
    int rc = agree_from_leader(team, s->claim.digest, sizeof s->claim.digest, e);

    struct saved_key c = compute_saved_key(s);
    bool ready = t && rc == 0;
    if (ready)
        pace_begin(&s->pace, span->number);
    if (rc == 0 && together && (rc = agree(team, NULL, why, e)) == 0 && why->code == ERR_NONE)
        rc = compute_together(s, team, &c, span, t, why, e);
    else if (ready && !together)
        compute_share(s, &c, from, to, span->again, t, why);
    if (ready)
        pace_end(&s->pace);
    if (rc == 0)
        rc = agree(team, fast ? NULL : t, why, e);
    if (rc == 0 && why->code == ERR_NONE && fast)
        rc = reduce_fast(s, team, t, states, why, e);
    else if (rc == 0 && why->code == ERR_NONE && leader)
        states_of_ranges(t, span, bound_length(s->bound), states, why);
    if (rc == 0 && why->code == ERR_INCOMPLETE) { /* one rank was halted: all save theirs */
        if (ready && s->pace.save > 0 && !span->again && (leader || !together))
            save(s, &c, from, to, t);
        rc = agree_units(team, &s->pace.units, e);
        if (rc == 0)
            rc = agree_failures(team, why, e);
    }
    reduction_destroy(t);
    return rc;
}
