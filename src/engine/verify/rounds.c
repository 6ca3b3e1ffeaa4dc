/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Goes through the rounds of a result, and the models between them. */
#include "engine/verify/complain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/judge/merge.h"
#include "engine/judge/robust.h"
#include "util/hash.h"

/* Whether states and features have the lengths that the function trusts in. */
static bool fits(struct verify *v)
{
    size_t m = bound_length(v->bound), d = bound_features_length(v->bound);
    size_t p = bound_model_length(v->bound);

    if (m != v->r->length || d != v->r->features)
        verify_complain(
            v, "%s: states have %zu doubles and %zu features, the function's have %zu and %zu",
            v->path, v->r->length, v->r->features, m, d);
    if (p != v->r->model_length)
        verify_complain(v, "%s: models have %zu doubles, the function's have %zu", v->path,
                        v->r->model_length, p);
    return m == v->r->length && d == v->r->features && p == v->r->model_length;
}

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
    bool apart = false;

    for (size_t i = 0; i < v->r->model_length; i++) {
        enum distance d = verify_distance(model[i], again[i]);
        apart |= d == DISTANCE_SMALL;
        if (d != DISTANCE_LARGE)
            continue;
        verify_complain(v,
                        "%s: value %zu of the model of round %" PRIu64
                        " is %.17g, computed again it is %.17g",
                        v->path, i + 1, round, model[i], again[i]);
        return;
    }
    v->models_apart |= apart;
}

/* What the first round began with: the contract's model, or the function's own. */
static int check_start(struct verify *v, struct err *e)
{
    const struct result *first = result_round(v->r, 0);
    size_t bytes = first->model_length * sizeof *v->model;
    struct run run;

    if (runs_find_round(v->ledger, v->run.key, 0, &run, e) < 0)
        return -1;
    check_digest(v, 0, first->start, &run);
    runs_free(&run);
    v->model = err_alloc(first->model_length, sizeof *v->model, "a model", e);
    if (!v->model)
        return -1;
    if (v->contract->model)
        memcpy(v->model, v->contract->model, bytes);
    else if (bound_start(v->bound, v->model, e) < 0)
        return -1;
    check_values(v, 0, first->start, v->model);
    memcpy(v->model, first->start, bytes);
    return result_set_start(v->x, v->model, first->model_length, e);
}

/* What a program said cannot be asked again: it is not here, or not to be run. */
static bool is_recorded(const struct verify *v)
{
    return bound_rounds(bound_function(v->bound), bound_params(v->bound)) == FUNCTION_RECORDED;
}

/* Effect: next is the model that the round leads to, and *known says so. */
static int compute_update(struct verify *v, double *next, bool *known, struct err *e)
{
    uint64_t round = v->x->round;
    bool over = false;

    *known = !is_recorded(v) &&
             !result_is_stateless(v->x); /* without states nor is what the round gave */
    if (!*known)
        return 0;
    if (bound_update(v->bound, next, v->x->aggregate, &over, e) < 0)
        return err_context(e, "the model of round %" PRIu64 " cannot be computed again", round);
    if (over != v->now.converged)
        verify_complain(v, "ledger: round %" PRIu64 " has %sconverged, computed again it has%s",
                        round, v->now.converged ? "" : "not ", over ? "" : " not");
    return 0;
}

/* Effect: the model becomes that which the round led to: the file's if it has it. */
static int check_update(struct verify *v, const struct result *r, struct err *e)
{
    uint64_t round = v->x->round;
    double *next = err_alloc(r->model_length, sizeof *next, "a model", e);
    bool known = false;
    int rc = next ? compute_update(v, next, &known, e) : -1;

    if (rc == 0 && !known && !r->model && !result_is_stateless(r))
        rc = err_set(e, ERR_VERIFY,
                     "the model of round %" PRIu64 " was not kept, and is what a program said, "
                     "which is not run here",
                     round);
    if (rc == 0 && r->model) {
        check_digest(v, round, r->model, &v->now);
        if (known)
            check_values(v, round, r->model, next);
        memcpy(next, r->model, r->model_length * sizeof *next);
        rc = result_set_model(v->x, next, e);
    } else if (rc == 0 && !v->now.updated) {
        verify_complain(v, "ledger: has no model of round %" PRIu64, round);
    }
    if (rc < 0) {
        free(next);
        return -1;
    }
    if (known || r->model) {
        free(v->model);
        v->model = next;
    } else {
        free(next); /* it is not needed any more */
    }
    v->x->converged = v->now.converged;
    if (v->now.converged && v->x->round < v->r->round)
        verify_complain(v, "ledger: round %" PRIu64 " has converged, and is not the last", round);
    return 0;
}

/* Effect: the finished arrays; finish sees the model that the round led to. */
static int finish(struct verify *v, bool last, struct err *e)
{
    struct result *x = v->x;

    if (v->contract->part > 0 || (!last && result_is_stateless(x))) /* nothing is told of it */
        return 0;
    if (v->iterative)
        bound_set_round(v->bound, x->round, v->model);
    int rc = last && !result_is_stateless(x)
                 ? judge_finish(v->bound, x, e)
                 : judge_arrays(v->bound, x->aggregate, &x->accepted, e);
    if (rc < 0)
        return err_context(e, "the aggregate cannot be finished again");
    if (!last)
        result_keep_scalars(&x->accepted);
    return last ? judge_robust(v->contract, x, e) : 0;
}

static int go_round(struct verify *v, struct result *r, struct err *e)
{
    uint64_t round = v->x->round;

    runs_free(&v->now);
    if (runs_find_round(v->ledger, v->run.key, round, &v->now, e) < 0)
        return -1;
    if (v->iterative)
        bound_set_round(v->bound, contract_round(v->contract, round), v->model);
    if (verify_slaves(v, r, e) < 0 || verify_replay(v, r, e) < 0 ||
        (v->iterative && v->contract->part == 0 && check_update(v, r, e) < 0))
        return -1;
    return finish(v, r == v->r, e);
}

static bool has_slaves(struct verify *v, size_t slaves)
{
    if (v->r->slaves == slaves)
        return true;
    verify_complain(v, "%s: has %zu slaves, the run was of %zu", v->path, v->r->slaves, slaves);
    return false;
}

/* A run of centres says beforehand what is published of them. */
static void check_disclosed(struct verify *v)
{
    enum disclose has = v->r->disclose, said = v->run.asked.disclose;

    if (v->run.asked.count > 0 && has != said)
        verify_complain(v, "%s: has the %s, expected the %s: it is not what was to be published",
                        v->path, disclose_word(has), disclose_word(said));
}

/* How many there are, and why no more. */
static void check_count(struct verify *v)
{
    uint64_t rounds = v->r->round, allowed = (uint64_t)contract_rounds(v->contract);

    if (rounds < allowed && !v->run.converged)
        verify_complain(v, "%s: ends after round %" PRIu64 " of %" PRIu64 ", without convergence",
                        v->path, rounds, allowed);
    if (v->run.last_round != rounds)
        verify_complain(v, "%s: has %" PRIu64 " rounds, the ledger %" PRIu64, v->path, rounds,
                        v->run.last_round);
}

/* What is said where decisions were made again from features. */
static void tell_features(struct verify *v)
{
    static const char features[] = "what the master has computed from states, which the result has "
                                   "none of";

    verify_believe(v, v->iterative ? "/rounds/features" : "/rounds/1/features", features);
    verify_believe(v, v->iterative ? "/rounds/errors" : "/rounds/1/errors", features);
    if (v->objections > 0)
        verify_believe(v, v->iterative ? "/rounds/objection" : "/slaves/objection",
                       "that states have other items than were claimed");
}

/* What is said of rounds whose states the file does not have. */
static void tell_unkept(struct verify *v)
{
    static const char recorded[] = "ledger: filter score threshold share decision why";
    static const char why[] = "of rounds without states: as the master has decided";

    if (v->unkept > 0 && result_is_stateless(v->r)) {
        verify_believe(v, "ledger: aggregate state",
                       "what the master has merged; the result has no states");
        if (v->r->disclose < DISCLOSE_FEATURES) {
            verify_believe(v, recorded, "as the master has decided; the result has no states");
            verify_believe(v, "/slaves/objection", "which of these reasons came before the filter");
            if (v->iterative)
                verify_believe(v, "/rounds/objection", "likewise");
        } else {
            tell_features(v);
        }
        if (v->iterative) {
            verify_believe(v, "ledger: update model converged", "as the master has computed it");
        }
    } else if (v->unkept > 0) {
        verify_believe(v, recorded, why);
        verify_believe(v, "/rounds/features", "of rounds without states");
        verify_believe(v, "/rounds/errors", "of rounds without states");
        verify_believe(v, "/rounds/centre", "of rounds without states");
        verify_believe(v, "/rounds/objection", "of these, which reasons came before the filter");
    }
    if (v->iterative && is_recorded(v))
        verify_believe(v, "/rounds/models",
                       "what a program said, which is not run here; they are "
                       "those of the ledger");
}

/* What is a little different from what it is now. */
static void tell_apart(struct verify *v)
{
    static const char words[] = "the words of a reason, which another version of this program, or "
                                "somebody else, has chosen";

    if (v->models_apart)
        verify_apart(v, "/rounds/models",
                     "have numbers that differ from what they are computed again, if by no more "
                     "than 1e-9");
    if (!v->words_apart)
        return;
    verify_apart(v, "ledger: filter why", words);
    verify_believe(v, "/slaves/why", words);
    verify_believe(v, "/slaves/objection", words);
    if (v->iterative) {
        verify_believe(v, "/rounds/why", words);
        verify_believe(v, "/rounds/objection", words);
    }
}

int verify_rounds(struct verify *v, struct err *e)
{
    size_t count = v->r->past_count + 1;

    size_t slaves = v->run.asked.count > 0 ? v->run.asked.count : (size_t)v->contract->slaves;
    if (!fits(v) || !has_slaves(v, slaves))
        return 0;
    check_disclosed(v);
    check_count(v);
    if (!(v->x = result_create(slaves, e)))
        return -1;
    v->x->disclose = v->r->disclose;
    v->x->part = (uint64_t)v->contract->part;
    v->x->coded = v->run.asked.count > 0 && v->r->disclose < DISCLOSE_FEATURES;
    if (v->run.asked.count > 0 && result_salt(v->x, e) < 0)
        return -1;
    if (result_size(v->x, v->r->length, v->r->features, e) < 0 ||
        (v->iterative && check_start(v, e) < 0))
        return -1;
    for (size_t i = 0; i < count; i++) {
        struct result *next = i > 0 ? result_next(v->x, e) : v->x;
        if (!next)
            return -1;
        v->x = next;
        if (go_round(v, i + 1 < count ? v->r->past[i] : v->r, e) < 0)
            return -1;
    }
    tell_unkept(v);
    tell_apart(v);
    return 0;
}
