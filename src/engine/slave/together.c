/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets all ranks of a slave compute each unit together. */
#include "engine/slave/together.h"

#include <inttypes.h>
#include <stdlib.h>

#include "engine/slave/agree.h"
#include "engine/state/reduction.h"
#include "util/clock.h"

/* What rank 0 has decided on next, for all. */
enum step {
    STEP_HALT = 1,    /* nothing more */
    STEP_TAKE = 2,    /* units that were saved: rank 0 has them */
    STEP_COMPUTE = 3, /* one unit */
};

struct decision {
    uint64_t step;  /* enum step */
    uint64_t level; /* TAKE: of the node, of 2^level units */
};

/* A computation that all ranks of the slave take part in. */
struct together {
    struct slave *s;
    struct team *team;
    struct reduction *tree;
    double *state;    /* of the unit */
    struct err *why;  /* the first failure of any rank, once they have agreed */
    struct err *e;    /* the ranks cannot reach each other */
    bool agreed, cut; /* on a failure; and whether that is so */
};

/* Returns 0 if all ranks can go on. */
static int agree_all(struct together *t)
{
    if (agree(t->team, NULL, t->why, t->e) < 0)
        t->cut = true;
    t->agreed = t->why->code != ERR_NONE;
    return t->cut || t->agreed ? -1 : 0;
}

/* No rank begins with a block that another could not read: it would wait for it in the
 * function without end. */
static int accumulate_together(void *context, const struct block *block, struct err *e)
{
    struct together *t = context;

    if (agree_all(t) < 0)
        return err_set(e, ERR_INCOMPLETE, "another rank has failed");
    return bound_accumulate(t->s->bound, t->state, block, e);
}

/* Effect: the state is that of unit u, on rank 0. */
static int compute_unit_together(struct together *t, uint64_t u)
{
    const struct block unit = {.rows = 1, .first = u};
    struct err mine = {0};
    int rc = t->s->partition
                 ? partition_read_unit(t->s->partition, u, accumulate_together, t, &mine)
                 : accumulate_together(t, &unit, &mine);

    if (t->cut || t->agreed)
        return -1;
    if (rc < 0)
        err_pass(t->why, &mine);
    return agree_all(t);
}

/* Rank 0 keeps the unit's state in its tree, the others none. */
static int take_unit(struct together *t, uint64_t u)
{
    bool leader = team_rank(t->team) == 0;
    size_t length = bound_length(t->s->bound);
    struct err mine = {0};
    double *state = leader ? reduction_new_state(t->tree, &mine)
                           : err_alloc(length, sizeof *state, "a state", &mine);

    if (!state)
        err_pass(t->why, &mine);
    t->state = state;
    if (agree_all(t) < 0 || compute_unit_together(t, u) < 0 || !leader) {
        free(state);
        return t->cut || t->agreed ? -1 : 0;
    }
    reduction_push_leaf(t->tree, u, state, t->why);
    return 0; /* if that failed, the next decision is to halt, and why tells all in the end */
}

static struct decision decide(struct slave *s, struct saved *saved, struct reduction *tree,
                              uint64_t u, uint64_t to, struct err *why)
{
    struct decision d = {.step = STEP_COMPUTE};
    double *state = saved_take(saved, u, to, &d.level);

    if (state)
        d.step = reduction_push_node(tree, d.level, u >> d.level, state, why) < 0 ? STEP_HALT
                                                                                  : STEP_TAKE;
    else if (why->code != ERR_NONE || pace_stops(&s->pace))
        d.step = STEP_HALT;
    return d;
}

/* Units [first, last), one after the other. */
static int go(struct together *t, const struct saved_key *c, const struct span *span,
              struct saved *saved)
{
    struct pace *pace = &t->s->pace;
    bool leader = team_rank(t->team) == 0, fresh = false;

    for (uint64_t u = span->first; u < span->last;) {
        struct decision d = {0};
        if (leader)
            d = decide(t->s, saved, t->tree, u, span->last, t->why);
        if (agree_from_leader(t->team, &d, sizeof d, t->e) < 0)
            return -1;
        if (d.step == STEP_HALT) {
            err_set(t->why, ERR_INCOMPLETE, "halted before unit %" PRIu64, u);
            return 0;
        }
        if (d.step == STEP_COMPUTE && take_unit(t, u) < 0)
            return t->cut ? -1 : 0;
        fresh |= d.step == STEP_COMPUTE;
        u += UINT64_C(1) << d.level;
        (d.step == STEP_TAKE ? pace_restored : pace_units)(pace,
                                                           leader ? UINT64_C(1) << d.level : 0);
        if (leader && fresh && u < span->last && !span->again && pace_saves(pace)) {
            double begun = clock_steady();
            saved_write(c, span->first, span->last, t->tree, NULL);
            pace_saved(pace, begun);
            fresh = false;
        }
    }
    return 0;
}

int compute_together(struct slave *s, struct team *team, const struct saved_key *c,
                     const struct span *span, struct reduction *tree, struct err *why,
                     struct err *e)
{
    struct together t = {.s = s, .team = team, .tree = tree, .why = why, .e = e};
    struct saved *saved = NULL;

    if (team_rank(team) == 0)
        saved = saved_load(c, span->first, span->again ? span->first : span->last, why);
    bound_set_team(s->bound, team_communicator(team), team_rank(team), team_size(team));
    int rc = agree(team, NULL, why, e);
    if (rc == 0 && why->code == ERR_NONE)
        rc = go(&t, c, span, saved);
    saved_free(saved);
    return rc;
}
