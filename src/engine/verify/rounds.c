/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goes through the rounds of an iterative contract, and its models. */

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/judge/merge.h"
#include "engine/verify/complain.h"

/* A model that the file has, against the ledger's digest. */
static void check_digest(struct verify *v, uint64_t round, const double *model,
                         const struct run *run)
{
    uint8_t digest[SHA256_LEN];

    if (!run->updated)
        verify_complain(v, "ledger: has no model of round %" PRIu64, round);
    else if (hash_doubles(model, v->r->model_length, digest, NULL) < 0 ||
             memcmp(digest, run->model, sizeof digest) != 0)
        verify_complain(v, "%s: the model of round %" PRIu64 " is not the one in the ledger",
                        v->path, round);
}

/* The same, against what was computed again. */
static void check_values(struct verify *v, uint64_t round, const double *model, const double *again)
{
    for (size_t i = 0; i < v->r->model_length; i++) {
        if (verify_close(model[i], again[i]))
            continue;
        verify_complain(v,
                        "%s: value %zu of the model of round %" PRIu64
                        " is %.17g, computed again it is %.17g",
                        v->path, i + 1, round, model[i], again[i]);
        return;
    }
}

/* What the first round began with: the contract's model, or the function's own. */
static int check_start(struct verify *v, const struct result *last, struct err *e)
{
    const struct result *first = result_round(last, 0);
    size_t bytes = first->model_length * sizeof *v->model;
    struct run run;

    if (runs_find_round(v->ledger, last->run, 0, &run, e) < 0)
        return -1;
    check_digest(v, 0, first->start, &run);
    runs_free(&run);
    if (v->contract->model)
        memcpy(v->model, v->contract->model, bytes);
    else if (bound_start(v->bound, v->model, e) < 0)
        return -1;
    check_values(v, 0, first->start, v->model);
    memcpy(v->model, first->start, bytes);
    return 0;
}

/* Effect: the model becomes that which the round led to: the file's if it has it. */
static void check_update(struct verify *v, double *next)
{
    const struct result *r = v->r;
    struct err e = {0};
    /* What a program said cannot be asked again: the program is not here, or not to be run. */
    bool recorded =
        bound_rounds(bound_function(v->bound), bound_params(v->bound)) == FUNCTION_RECORDED;
    /* Nor is known what the round began with, or gave. */
    bool blind = r->stateless;
    bool over = false,
         known = !recorded && !blind && bound_update(v->bound, next, r->aggregate, &over, &e) == 0;

    v->recorded += recorded && !blind;
    if (blind)
        ;
    else if (recorded && !r->model)
        verify_complain(v,
                        "the model of round %" PRIu64
                        " was not kept, and is what a program said, which is not run here",
                        r->round);
    else if (!recorded && !known)
        verify_complain(v, "the model of round %" PRIu64 " cannot be computed again: %s", r->round,
                        e.text);
    if (!v->run.updated)
        verify_complain(v, "ledger: has no model of round %" PRIu64, r->round);
    if (known && over != v->run.converged)
        verify_complain(v, "ledger: round %" PRIu64 " has %sconverged, computed again it has%s",
                        r->round, v->run.converged ? "" : "not ", over ? "" : " not");
    if (v->run.converged && r->round < v->last)
        verify_complain(v, "ledger: round %" PRIu64 " has converged, and is not the last",
                        r->round);
    if (r->model) {
        check_digest(v, r->round, r->model, &v->run);
        if (known)
            check_values(v, r->round, r->model, next);
        memcpy(next, r->model, r->model_length * sizeof *next);
    }
    memcpy(v->model, next, r->model_length * sizeof *next);
}

/* Effect: compares what the file tells of a past round with its aggregate, finished again
 * with the model that it led to. */
static void check_scalars(struct verify *v)
{
    struct result *r = v->r;
    struct result_arrays told = v->then ? v->then->accepted : r->accepted, again = {0};
    struct err e = {0};

    bound_set_round(v->bound, r->round, v->model);
    if (judge_arrays(v->bound, r->aggregate, &again, &e) < 0)
        verify_complain(v, "the aggregate of round %" PRIu64 " cannot be finished again: %s",
                        r->round, e.text);
    for (size_t i = 0; i < told.count; i++) {
        const struct result_array *x = &told.list[i], *y = result_find(&again, x->name);
        if (e.code == ERR_NONE && !verify_close(x->values[0], y ? y->values[0] : NAN))
            verify_complain(v, "%s: %s of round %" PRIu64 " is %.17g, computed again it is %.17g",
                            v->path, x->name, r->round, x->values[0], y ? y->values[0] : NAN);
    }
    result_free_arrays(&again);
}

static void check_round(struct verify *v, const char *run, double *next)
{
    struct err e = {0};

    runs_free(&v->run);
    if (runs_find_round(v->ledger, run, v->r->round, &v->run, &e) < 0) {
        verify_complain(v, "%s", e.text);
        return;
    }
    bound_set_round(v->bound, v->r->round, v->model);
    if (v->r->states) {
        verify_states(v);
        verify_replay(v);
    } else {
        verify_recorded(v);
    }
    check_update(v, next);
    if (v->r->round < v->last && !v->r->stateless)
        check_scalars(v);
}

/* How many there are, and why no more. Returns whether they can be gone through. */
static bool check_count(struct verify *v, const struct result *last)
{
    bool possible = last->round <= (uint64_t)v->contract->rounds;

    if (!possible)
        verify_complain(v, "%s: has %" PRIu64 " rounds, the contract allows %" PRId64, v->path,
                        last->round, v->contract->rounds);
    else if (last->round < (uint64_t)v->contract->rounds && !v->run.converged)
        verify_complain(v, "%s: ends after round %" PRIu64 " of %" PRId64 ", without convergence",
                        v->path, last->round, v->contract->rounds);
    if (v->run.last_round != last->round)
        verify_complain(v, "%s: has %" PRIu64 " rounds, the ledger %" PRIu64, v->path, last->round,
                        v->run.last_round);
    if (last->converged != v->run.converged)
        verify_complain(v, "%s: says that it has %sconverged, the ledger that it has%s", v->path,
                        last->converged ? "" : "not ", v->run.converged ? "" : " not");
    return possible;
}

void verify_rounds(struct verify *v, struct result *last)
{
    struct err e = {0};
    double *next = err_alloc(last->model_length, sizeof *next, "a model", &e);
    bool fits = verify_fits(v, last) && check_count(v, last);

    v->model = err_alloc(last->model_length, sizeof *v->model, "a model", &e);
    if (!next || !v->model || check_start(v, last, &e) < 0) {
        verify_complain(v, "%s: %s", v->path, e.text);
        free(next);
        return;
    }
    v->last = last->round;
    for (size_t i = 0; fits && i <= last->past_count; i++) {
        v->r = i < last->past_count ? last->past[i] : last;
        check_round(v, last->run, next);
        if (v->r != last)
            verify_forget(v);
    }
    bound_set_round(v->bound, last->round, v->model);
    if (last->stateless)
        verify_finished(v);
    else if (!v->then) /* it was told why */
        ;
    else if (judge_finish(v->bound, last, &e) < 0)
        verify_complain(v, "the aggregate cannot be computed again: %s", e.text);
    else
        verify_arrays(v);
    free(next);
}
