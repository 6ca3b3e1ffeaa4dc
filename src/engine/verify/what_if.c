/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes what would have come out with other decisions. */
#include "engine/verify/what_if.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/judge/merge.h"
#include "engine/plan/bind.h"
#include "util/parse.h"

/* Returns the slave of that name or number, or SIZE_MAX. */
static size_t find_slave(const struct result *r, const char *word)
{
    uint64_t number;

    if (parse_u64(word, &number) == 0)
        return number >= 1 && number <= r->slaves ? (size_t)number - 1 : SIZE_MAX;
    for (size_t k = 0; k < r->slaves; k++)
        if (r->slave[k].name[0] && strcmp(r->slave[k].name, word) == 0)
            return k;
    return SIZE_MAX;
}

static int turn(const struct result *r, const char *path, const char *word, bool accept,
                struct what_if *w, struct err *e)
{
    size_t k = find_slave(r, word);

    if (k == SIZE_MAX)
        return err_set(e, ERR_USAGE, "%s: has no slave %.200s: expected 1 to %zu, or a name", path,
                       word, r->slaves);
    if (!r->slave[k].answered)
        return err_set(e, ERR_USAGE, "%s: slave %s has not answered, so there is no state of it",
                       path, r->slave[k].name);
    if (r->slave[k].decision.rejected != accept)
        return err_set(e, ERR_USAGE, "%s: slave %s is %s already", path, r->slave[k].name,
                       accept ? "accepted" : "rejected");
    if (w->changed[k])
        return err_set(e, ERR_USAGE, "%s: slave %s is named twice", path, r->slave[k].name);
    for (size_t i = 0; i < r->length; i++)
        if (!isfinite(r->states[k * r->length + i]))
            return err_set(
                e, ERR_USAGE,
                "%s: the state of slave %s has a number that is not finite, and cannot be "
                "merged",
                path, r->slave[k].name);
    w->changed[k] = true;
    return 0;
}

/* Words with commas between them. */
static int turn_all(const struct result *r, const char *path, const char *words, bool accept,
                    struct what_if *w, struct err *e)
{
    char *copy = words ? strdup(words) : NULL, *rest = copy, *word;
    int rc = 0;

    if (words && !copy)
        return err_memory(e, "names");
    while (rc == 0 && (word = strsep(&rest, ",")))
        rc = turn(r, path, word, accept, w, e);
    free(copy);
    return rc;
}

/* Fails when what is to be merged again is not there. */
static int check(const struct result *r, const char *path, struct err *e)
{
    if (r->part > 0)
        return err_set(e, ERR_INPUT,
                       "%s: is of a centre's part, in which nothing is accepted or rejected", path);
    if (!r->states || result_is_stateless(r))
        return err_set(e, ERR_INPUT,
                       "%s: has no states (run --no-states, or a run of centres that discloses "
                       "none), and without them nothing can be merged again",
                       path);
    return 0;
}

/* Whether the function makes what the file has. */
static int check_lengths(const struct result *r, const char *path, const struct bound *b,
                         struct err *e)
{
    if (bound_length(b) == r->length && bound_features_length(b) == r->features &&
        bound_model_length(b) == r->model_length)
        return 0;
    return err_set(e, ERR_INPUT, "%s: its states are not those of %s: metaneuron verify says more",
                   path, r->function);
}

/* Effect: finish sees the model that the last round would have led to. */
static int update(struct bound *b, const struct contract *c, const struct result *r,
                  const char *path, const double *state, struct err *e)
{
    const struct result *before = r->past_count > 0 ? r->past[r->past_count - 1] : NULL;
    const double *model = before ? before->model : r->start;
    bool over;

    if (bound_rounds(bound_function(b), bound_params(b)) == FUNCTION_RECORDED)
        return err_set(e, ERR_INPUT,
                       "%s: its models are what a program said, which is not run here", path);
    if (!model)
        return err_set(e, ERR_INPUT,
                       "%s: the model that its last round began with was not kept (run "
                       "--keep-models)",
                       path);
    double *next = err_alloc(r->model_length, sizeof *next, "a model", e);
    if (!next)
        return -1;
    bound_set_round(b, contract_round(c, r->round), model);
    int rc = bound_update(b, next, state, &over, e);
    if (rc == 0)
        bound_set_round(b, r->round, next);
    free(next);
    return rc;
}

static int finish(struct bound *b, const struct contract *c, const struct result *r,
                  const char *path, struct what_if *w, struct err *e)
{
    double *state = err_alloc(r->length, sizeof *state, "a state", e);
    bool *in = err_alloc(r->slaves, sizeof *in, "results", e);
    int rc = -1;

    for (size_t k = 0; in && k < r->slaves; k++) {
        const struct result_slave *s = &r->slave[k];
        in[k] = s->answered && s->decision.rejected == w->changed[k];
        w->items += in[k] ? s->items : 0;
    }
    int merged = state && in ? judge_merge_of(b, r, in, state, e) : -1;
    w->merged = merged > 0 ? (size_t)merged : 0;
    if (merged == 0)
        err_set(e, ERR_USAGE, "%s: then no result would be left to merge", path);
    else if (merged > 0 && (r->model_length == 0 || update(b, c, r, path, state, e) == 0))
        rc = judge_arrays(b, state, &w->arrays, e);
    free(state);
    free(in);
    return rc;
}

int engine_what_if(struct reader *reader, const char *path, const struct result *r,
                   const char *accepted, const char *rejected, struct what_if *w, struct err *e)
{
    struct contract *c = NULL;
    struct bound *b = NULL;
    int rc = -1;

    *w = (struct what_if){.changed = err_alloc(r->slaves, sizeof *w->changed, "results", e)};
    if (w->changed && check(r, path, e) == 0 && turn_all(r, path, accepted, true, w, e) == 0 &&
        turn_all(r, path, rejected, false, w, e) == 0 &&
        (c = contract_from_bytes(reader, "/contract", r->contract, r->contract_len, e)) &&
        (b = bind_function(c, (const char *const *)r->columns, r->columns_count, e)) &&
        check_lengths(r, path, b, e) == 0)
        rc = finish(b, c, r, path, w, e);
    bound_destroy(b);
    contract_destroy(c);
    if (rc < 0)
        what_if_free(w);
    return rc;
}

void what_if_free(struct what_if *w)
{
    result_free_arrays(&w->arrays);
    free(w->changed);
    *w = (struct what_if){0};
}
