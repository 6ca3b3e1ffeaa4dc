/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tests of train have: binding it, rows that can be learned, and states and models
 * of them.
 */
#ifndef TESTS_UNIT_TRAIN_CASE_H
#define TESTS_UNIT_TRAIN_CASE_H

#include "function.h"

#include <stdio.h>

#include "function/train/train_plan.h"

enum { COLUMNS = 6, TARGET = 2, ROWS = 90, CLASSES = 4, MANY = 24 };

static const char *const names[COLUMNS] = {"a", "b", "y", "c", "d", "e"};

/* Settings of a test, ended by a name of NULL; the target is set for all. */
struct set {
    const char *name, *text;
    double number;
};

static const struct function_param *find_param(const char *name)
{
    for (size_t i = 0; i < TRAIN_PARAMS; i++)
        if (strcmp(train_params[i].name, name) == 0)
            return &train_params[i];
    ck_abort_msg("no parameter '%s'", name);
    return NULL;
}

static inline struct bound *try_bind(const struct set *set, size_t columns, struct err *e)
{
    struct function_setting s[MANY] = {{"target", FUNCTION_STRING, {.string = "y"}}};
    size_t n = 1;

    for (; set->name; set++, n++) {
        s[n].name = set->name;
        s[n].type = find_param(set->name)->type;
        s[n].value.string = set->text;
        s[n].value.number = set->number;
        s[n].value.integer = (int64_t)set->number;
    }
    return bound_create(registry_find("train", e), s, n, names, columns, e);
}

static inline struct bound *bind(const struct set *set)
{
    struct err e = {0};
    struct bound *b = try_bind(set, COLUMNS, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

/* Rows that can be learned: the class, or the number, is one of a sum's. */
static inline void make_rows(double *x, size_t rows, bool classes, uint64_t seed)
{
    for (size_t i = 0; i < rows; i++, x += COLUMNS) {
        for (size_t j = 0; j < COLUMNS; j++)
            x[j] = 2 * uniform(&seed) - 1;
        double sum = x[0] + 0.7 * x[1] - x[3] + 0.3 * x[4] + 0.2 * x[5];
        x[TARGET] = classes ? floor((sum + 3.2) / 6.4 * CLASSES) : sum;
    }
}

static inline double *first_model(struct bound *b)
{
    struct err e = {0};
    double *model = calloc(bound_model_length(b), sizeof *model);

    ck_assert_ptr_nonnull(model);
    ck_ok(bound_start(b, model, &e), &e);
    return model;
}

/* The state of rows as one block, by a model. */
static inline double *state_of(struct bound *b, uint64_t round, const double *model,
                               const double *x, size_t rows)
{
    double *state = new_state(b);

    bound_set_round(b, round, model);
    add_rows(b, state, x, rows, COLUMNS, rows);
    return state;
}

static const double *change_of(const struct bound *b, const double *state, size_t parameters)
{
    return state + bound_length(b) - parameters;
}

static inline void ck_near(const double *a, const double *b, size_t n, double tolerance)
{
    double size = 0;

    for (size_t i = 0; i < n; i++)
        size = fmax(size, fabs(b[i]));
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(fabs(a[i] - b[i]) <= tolerance * size, "%zu: %.17g and %.17g", i, a[i], b[i]);
}

#define SOFTMAX                  \
    {                            \
        "classes", NULL, CLASSES \
    }
#define SQUARED              \
    {                        \
        "loss", "squared", 0 \
    }
#define FEDSGD                   \
    {                            \
        "algorithm", "fedsgd", 0 \
    }

static inline double *updated(struct bound *b, uint64_t round, const double *model,
                              const double *state, bool *converged)
{
    struct err e = {0};
    double *next = calloc(bound_model_length(b), sizeof *next);
    bool ignored;

    ck_assert_ptr_nonnull(next);
    bound_set_round(b, round, model);
    ck_ok(bound_update(b, next, state, converged ? converged : &ignored, &e), &e);
    return next;
}

#endif
