/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the rounds of result.h5. */
#include "engine/result/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The datasets of all rounds, found once. */
struct stacks {
    size_t count, first; /* rounds; and the first whose states are kept, from 0; all: none are */
    enum disclose disclose;
    const struct flat_value *column[RESULT_OF_ROUNDS];
    const struct flat_value *states, *salts, *values, *errors, *centre, *aggregate, *threshold;
    const struct flat_value *names, *models, *models_round;
};

static const struct flat_value *numbers(const struct load *l, const char *path, size_t rows,
                                        size_t columns)
{
    return load_expect(l, path, FLAT_NUMBER, 2, rows, columns);
}

static int load_count(const struct load *l, struct stacks *k, bool *converged)
{
    const struct flat_value *count = load_expect(l, "/rounds@count", FLAT_INTEGER, 0, 1, 1);
    const struct flat_value *over = load_expect(l, "/rounds@converged", FLAT_INTEGER, 0, 1, 1);
    const struct flat_value *from = load_expect(l, "/rounds@states_from", FLAT_INTEGER, 0, 1, 1);

    if (!count || !over || !from)
        return -1;
    if (count->integers[0] < 1 || count->integers[0] > contract_rounds(l->contract) ||
        from->integers[0] < 1 || from->integers[0] > count->integers[0] + 1)
        return err_set(l->e, ERR_INPUT,
                       "%s: has %" PRId64 " rounds, with states from %" PRId64 " on: impossible",
                       l->name, count->integers[0], from->integers[0]);
    k->count = (size_t)count->integers[0];
    k->first = (size_t)from->integers[0] - 1;
    *converged = over->integers[0] != 0;
    return 0;
}

/* What there is of single slaves' features. */
static int find_features(const struct load *l, size_t S, struct stacks *k)
{
    size_t d = k->names->count;

    return !(k->values = numbers(l, "/rounds/features", k->count * S, d)) ||
                   !(k->errors = numbers(l, "/rounds/errors", k->count * S, d)) ||
                   !(k->centre = numbers(l, "/rounds/centre", k->count, d))
               ? -1
               : 0;
}

/* Without states there is the aggregate of the last round; and features, of centres. */
static int find_last(const struct load *l, size_t S, struct stacks *k)
{
    bool features = flat_find(l->f, "/rounds/features") != NULL;

    k->disclose = features ? DISCLOSE_FEATURES : DISCLOSE_AGGREGATE;
    k->aggregate = flat_find(l->f, "/aggregate_state");
    if (!k->aggregate || k->aggregate->type != FLAT_NUMBER || k->aggregate->rank != 1 ||
        k->aggregate->count > (uint64_t)l->contract->state_length ||
        flat_find(l->f, "/rounds/states") || (features && !contract_over_sites(l->contract)))
        return err_set(l->e, ERR_INPUT,
                       "%s: is of no states, but has some, or no /aggregate_state: impossible",
                       l->name);
    return features ? find_features(l, S, k) : 0;
}

/* Those of single slaves, and of what they gave in each round. */
static int find_singles(const struct load *l, size_t S, struct stacks *k)
{
    const struct flat_value *states = flat_find(l->f, "/rounds/states");

    if (k->first == k->count)
        return find_last(l, S, k);
    k->disclose = DISCLOSE_STATES;
    if (!states || states->rank != 2)
        return err_set(l->e, ERR_INPUT, "%s: /rounds/states is missing or of another shape",
                       l->name);
    if (load_check_length(l, states) < 0)
        return -1;
    size_t m = states->dims[1];
    k->salts = flat_find(l->f, "/rounds/salts");
    return !(k->states = numbers(l, "/rounds/states", (k->count - k->first) * S, m)) ||
                   find_features(l, S, k) < 0 ||
                   !(k->aggregate = numbers(l, "/rounds/aggregate_state", k->count, m))
               ? -1
               : 0;
}

/* Finds the datasets, whose shapes must fit each other. */
static int find_stacks(const struct load *l, size_t S, struct stacks *k)
{
    const struct flat_value *models = flat_find(l->f, "/rounds/models");

    k->names = flat_find(l->f, "/rounds/feature_names");
    if (!models || models->rank != 2 || models->dims[1] == 0 || !k->names || k->names->rank != 1 ||
        k->names->type != FLAT_STRING)
        return err_set(l->e, ERR_INPUT,
                       "%s: /rounds is missing or of another shape: not a whole result", l->name);
    size_t n = models->dims[0];
    if (find_singles(l, S, k) < 0 ||
        !(k->models = numbers(l, "/rounds/models", n, models->dims[1])) ||
        !(k->models_round = load_expect(l, "/rounds/models_round", FLAT_INTEGER, 1, n, 1)) ||
        !(k->threshold = load_expect(l, "/rounds/threshold", FLAT_NUMBER, 1, k->count, 1)))
        return -1;
    if (n < 1 || k->models_round->integers[0] != 0)
        return err_set(l->e, ERR_INPUT, "%s: /rounds/models lacks the first model", l->name);
    for (size_t i = 0; i < RESULT_OF_ROUNDS; i++)
        if (!(k->column[i] = load_column(l, &result_of_rounds[i], k->count, S)))
            return -1;
    return 0;
}

static void copy_slice(double *to, const struct flat_value *v, size_t slice, size_t length)
{
    memcpy(to, v->numbers + slice * length, length * sizeof *to);
}

/* Round t, from 0, out of the stacks. */
static int take_round(const struct load *l, const struct stacks *k, size_t t, struct result *r)
{
    size_t S = r->slaves, m = r->length, d = r->features;

    for (size_t i = 0; i < S * RESULT_OF_ROUNDS; i++)
        if (load_entry(l, &result_of_rounds[i / S], k->column[i / S], t * S + i % S,
                       &r->slave[i % S]) < 0)
            return -1;
    for (size_t i = 0; i < d; i++)
        if (result_set(&r->feature_names[i], k->names->strings[i], l->e) < 0)
            return -1;
    r->threshold = k->threshold->numbers[t];
    if (r->disclose >= DISCLOSE_FEATURES) {
        copy_slice(r->values, k->values, t, S * d);
        copy_slice(r->errors, k->errors, t, S * d);
        copy_slice(r->centre, k->centre, t, d);
    }
    copy_slice(r->aggregate, k->aggregate, result_is_stateless(r) ? 0 : t, m);
    if (t >= k->first) {
        copy_slice(r->states, k->states, t - k->first, S * m);
        return load_salts(l, k->salts, k->count - k->first, t - k->first, r);
    }
    free(r->states);
    r->states = NULL;
    return 0;
}

/* The model that the round led to, if it was kept; *next is where to look. */
static int take_model(const struct load *l, const struct stacks *k, size_t *next, struct result *r)
{
    size_t p = k->models->dims[1];

    if (*next == k->models->dims[0] || k->models_round->integers[*next] != (int64_t)r->round)
        return 0;
    return result_set_model(r, k->models->numbers + (*next)++ * p, l->e);
}

/* What each past round is told of by: the arrays with one value per round. */
static int take_scalars(const struct load *l, struct result *last)
{
    struct result_arrays stacks = {0};
    int rc = load_arrays(l, "/rounds/aggregate", &stacks);

    for (size_t i = 0; rc == 0 && i < stacks.count; i++) {
        const struct result_array *x = &stacks.list[i];
        if (x->rows != last->past_count + 1 || x->columns != 1)
            rc = err_set(l->e, ERR_INPUT, "%s: /rounds/aggregate/%s is not one value of each round",
                         l->name, x->name);
        for (size_t t = 0; rc == 0 && t < last->past_count; t++) {
            const struct function_array one = {
                .name = x->name, .help = x->help, .rows = 1, .columns = 1, .values = x->values + t};
            rc = result_add(&last->past[t]->accepted, &one, l->e);
        }
    }
    result_free_arrays(&stacks);
    return rc;
}

/* The last round stands in /slaves, too, for who looks no further: it is the same. */
static int compare_last(const struct load *l, const struct stacks *k, size_t S)
{
    for (size_t i = 0; i < RESULT_OF_ROUNDS; i++) {
        const struct flat_value *all = k->column[i];
        const struct flat_value *v = load_column(l, &result_of_rounds[i], 0, S);
        if (!v)
            return -1;
        for (size_t s = 0, from = (k->count - 1) * S; s < S; s++) {
            bool same = v->type == FLAT_STRING
                            ? strcmp(v->strings[s], all->strings[from + s]) == 0
                            : memcmp(&v->numbers[s], &all->numbers[from + s], sizeof(double)) == 0;
            if (!same)
                return err_set(l->e, ERR_INPUT, "%s: %s is not that of the last round", l->name,
                               v->path);
        }
    }
    return 0;
}

/* Effect: makes room for round t. Without states only the last has an aggregate: earlier ones have
 * states of no length, or they would take what the file does not have. */
static int make_room(const struct load *l, const struct stacks *k, size_t t, struct result *r)
{
    r->disclose = k->disclose;
    if (!result_is_stateless(r))
        return t > 0 ? 0 : result_size(r, k->states->dims[1], k->names->count, l->e);
    if (t + 1 < k->count)
        return result_size(r, 0, r->disclose < DISCLOSE_FEATURES ? 0 : k->names->count, l->e);
    return result_size(r, k->aggregate->count, k->names->count, l->e);
}

int load_rounds(const struct load *l, struct result **result)
{
    struct result *r = *result;
    struct stacks k = {0};
    size_t next = 1; /* model */
    bool converged = false;

    if (load_count(l, &k, &converged) < 0 || find_stacks(l, r->slaves, &k) < 0 ||
        result_set_start(r, k.models->numbers, k.models->dims[1], l->e) < 0)
        return -1;
    for (size_t t = 0; t < k.count; t++) {
        if (t > 0 && !(r = result_next(r, l->e)))
            return -1;
        *result = r;
        if (make_room(l, &k, t, r) < 0 || take_round(l, &k, t, r) < 0 ||
            take_model(l, &k, &next, r) < 0)
            return -1;
    }
    r->converged = converged;
    if (compare_last(l, &k, r->slaves) < 0)
        return -1;
    if (take_scalars(l, r) < 0)
        return -1;
    /* A centre's part leads to none. */
    if (!r->model != (l->contract->part > 0) || next != k.models->dims[0])
        return err_set(l->e, ERR_INPUT, "%s: /rounds/models are not of its rounds in their order",
                       l->name);
    return 0;
}
