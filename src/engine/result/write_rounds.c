/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adds the rounds of an iterative contract to it. */
#include "engine/result/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All rounds of a result, being added. */
struct rounds {
    struct flat *f;
    const struct result *r; /* the last one */
    size_t count;
    void *room; /* for a number, an integer or a pointer of each slave in each round */
};

/* Numbers that a result has of its round. */
struct stack {
    const char *path;
    size_t offset;        /* in struct result, of a pointer */
    size_t rows, columns; /* of one round */
    size_t first;         /* round that has them, from 0 */
    enum disclose of;     /* they are in the file from that on */
    bool here;            /* the result has them */
};

/* Adds those of each round below each other. */
static int add_stack(struct rounds *a, const struct stack *x, struct err *e)
{
    const size_t dims[2] = {(a->count - x->first) * x->rows, x->columns};
    size_t one = x->rows * x->columns;
    double *stack = err_alloc(dims[0] * x->columns, sizeof *stack, "rounds", e);

    for (size_t t = x->first; stack && t < a->count; t++) {
        const char *round = (const char *)result_round(a->r, t);
        memcpy(stack + (t - x->first) * one,
               *(const double *const *)(const void *)(round + x->offset), one * sizeof *stack);
    }
    if (stack)
        flat_add(a->f, x->path, FLAT_NUMBER, 2, dims, stack, 0);
    free(stack);
    return stack ? 0 : -1;
}

/* Beside the states: those of each round below each other. */
static int add_salts(struct rounds *a, size_t first, struct err *e)
{
    size_t one = a->r->slaves * SHA256_LEN, all = (a->count - first) * one;
    uint8_t *salts = err_alloc(all, 1, "rounds", e);

    for (size_t t = first; salts && t < a->count; t++)
        memcpy(salts + (t - first) * one, result_round(a->r, t)->salts, one);
    if (salts)
        flat_add(a->f, "/rounds/salts", FLAT_BYTES, 1, &all, salts, 0);
    free(salts);
    return salts ? 0 : -1;
}

/* first: round whose states are kept. */
static int add_stacks(struct rounds *a, size_t first, struct err *e)
{
    const size_t S = a->r->slaves, m = a->r->length, d = a->r->features;
    const bool here = !a->r->dealt.states; /* else they are filled in */
    const struct stack stacks[] = {
        {"/rounds/states", offsetof(struct result, states), S, m, first, DISCLOSE_STATES, here},
        {"/rounds/features", offsetof(struct result, values), S, d, 0, DISCLOSE_FEATURES, true},
        {"/rounds/errors", offsetof(struct result, errors), S, d, 0, DISCLOSE_FEATURES, true},
        {"/rounds/centre", offsetof(struct result, centre), 1, d, 0, DISCLOSE_FEATURES, true},
        {"/rounds/aggregate_state", offsetof(struct result, aggregate), 1, m, 0, DISCLOSE_STATES,
         here},
    };

    for (size_t i = 0; i < sizeof stacks / sizeof stacks[0]; i++)
        if (stacks[i].here && a->r->disclose >= stacks[i].of && add_stack(a, &stacks[i], e) < 0)
            return -1;
    return a->r->salts && !result_is_stateless(a->r) ? add_salts(a, first, e) : 0;
}

/* The models that were kept, and which rounds led to them. */
static int add_models(struct rounds *a, struct err *e)
{
    size_t p = a->r->model_length, n = 1, most = a->count + 1;
    bool here = !a->r->dealt.states; /* else they are filled in */
    double *models = err_alloc(here ? most * p : 1, sizeof *models, "models", e);
    int64_t *rounds = err_alloc(most, sizeof *rounds, "models", e);

    if (models && rounds) {
        if (here)
            memcpy(models, result_round(a->r, 0)->start, p * sizeof *models);
        for (size_t t = 0; t < a->count; t++) {
            if (!result_has_model(a->r, t))
                continue;
            rounds[n] = (int64_t)t + 1;
            if (here)
                memcpy(models + n * p, result_round(a->r, t)->model, p * sizeof *models);
            n++;
        }
        const size_t kept[2] = {n, p};
        if (here)
            flat_add(a->f, "/rounds/models", FLAT_NUMBER, 2, kept, models, 0);
        flat_add(a->f, "/rounds/models_round", FLAT_INTEGER, 1, &n, rounds, 0);
    }
    free(models);
    free(rounds);
    return models && rounds ? 0 : -1;
}

/* The finished arrays with one value, as one of a value per round; as they are in the last. */
static void add_scalars(struct rounds *a)
{
    char path[RESULT_PATH], attribute[RESULT_PATH + sizeof "@help"];

    flat_add_group(a->f, "/rounds/aggregate");
    for (size_t i = 0; i < a->r->accepted.count; i++) {
        const struct result_array *x = &a->r->accepted.list[i];
        double *values = a->room;
        if (x->rows * x->columns != 1)
            continue;
        for (size_t t = 0; t < a->count; t++) {
            const struct result_array *then =
                result_find(&result_round(a->r, t)->accepted, x->name);
            values[t] = then && then->rows * then->columns == 1 ? then->values[0] : NAN;
        }
        snprintf(path, sizeof path, "/rounds/aggregate/%s", x->name);
        flat_add(a->f, path, FLAT_NUMBER, 1, &a->count, values, 0);
        snprintf(attribute, sizeof attribute, "%s@help", path);
        flat_add_string(a->f, attribute, x->help);
    }
}

static void add_thresholds(struct rounds *a)
{
    double *values = a->room;

    for (size_t t = 0; t < a->count; t++)
        values[t] = result_round(a->r, t)->threshold;
    flat_add(a->f, "/rounds/threshold", FLAT_NUMBER, 1, &a->count, values, 0);
}

int result_add_rounds(struct flat *f, const struct result *r, struct err *e)
{
    const size_t S = r->slaves, count = r->past_count + 1;
    struct rounds a = {f, r, count, err_alloc(count * (S + 1), sizeof(uint64_t), "rounds", e)};
    size_t first = 0; /* whose states are kept */

    if (!a.room)
        return -1;
    while (first < count && (result_is_stateless(r) || !result_has_states(result_round(r, first))))
        first++;
    flat_add_group(f, "/rounds");
    flat_add_integer(f, "/rounds@count", (int64_t)count);
    flat_add_integer(f, "/rounds@converged", r->converged);
    flat_add_integer(f, "/rounds@states_from", (int64_t)first + 1);
    for (size_t i = 0; i < RESULT_OF_ROUNDS; i++)
        result_add_column(f, r, true, &result_of_rounds[i], a.room);
    add_thresholds(&a);
    flat_add(f, "/rounds/feature_names", FLAT_STRING, 1, &r->features, r->feature_names, 0);
    if (!result_is_stateless(r))
        add_scalars(&a);
    int rc = add_stacks(&a, first, e);
    if (rc == 0)
        rc = add_models(&a, e);
    free(a.room);
    return rc;
}
