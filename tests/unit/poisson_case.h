/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests of poisson have: binding it, and one unit of its work. */
#ifndef TESTS_UNIT_POISSON_CASE_H
#define TESTS_UNIT_POISSON_CASE_H

#include "function.h"
#include "leaks.h"

struct setting {
    const char *problem, *options;
    int64_t dimension, cells, levels, terms;
    double sigma;
};

static inline struct bound *try_bind(const struct setting *s, struct err *e)
{
    const struct function_setting settings[] = {
        {"problem", FUNCTION_STRING, {.string = s->problem}},
        {"options", FUNCTION_STRING, {.string = s->options ? s->options : ""}},
        {"dimension", FUNCTION_INTEGER, {.integer = s->dimension}},
        {"cells", FUNCTION_INTEGER, {.integer = s->cells}},
        {"levels", FUNCTION_INTEGER, {.integer = s->levels ? s->levels : 1}},
        {"terms", FUNCTION_INTEGER, {.integer = s->terms ? s->terms : 1}},
        {"sigma", FUNCTION_NUMBER, {.number = s->sigma}},
        {"seed", FUNCTION_INTEGER, {.integer = 7}},
    };

    return bound_create(registry_find("poisson", e), settings, 8, NULL, 0, e);
}

static inline struct bound *bind(const struct setting *s)
{
    struct err e = {0};
    struct bound *b = try_bind(s, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

static inline void add_unit(struct bound *b, double *state, uint64_t u)
{
    struct err e = {0};
    const struct block unit = {.rows = 1, .first = u};

    ck_ok(bound_accumulate(b, state, &unit, &e), &e);
}

#endif
