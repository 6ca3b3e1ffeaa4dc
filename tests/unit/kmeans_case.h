/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests of kmeans have: binding it, and rows about six points. */
#ifndef TESTS_UNIT_KMEANS_CASE_H
#define TESTS_UNIT_KMEANS_CASE_H

#include "rounds.h"

#include "function/cluster/kmeans_plan.h"

enum { D = 4 };

static const char *const names[] = {"a", "b", "c", "d"};

static inline struct bound *bind(size_t columns, int64_t k, int64_t seed, int scale, int64_t least)
{
    struct err e = {0};
    struct function_setting set[] = {{"k", FUNCTION_INTEGER, {.integer = k}},
                                     {"seed", FUNCTION_INTEGER, {.integer = seed}},
                                     {"scale", FUNCTION_BOOLEAN, {.integer = scale}},
                                     {"least", FUNCTION_INTEGER, {.integer = least}}};
    struct bound *b = bound_create(registry_find("kmeans", &e), set, 4, names, columns, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

static const struct kmeans six = {.k = 6, .d = D, .candidates = 120};

/* Rows about six points, some of more rows than others; in units of their own. */
static inline void random_rows(double *x, size_t rows, uint64_t seed)
{
    static const double unit[D] = {1e-3, 1, 50, 1e4}, far[D] = {0, 100, -3, 7};
    static const double point[6][D] = {{0, 0, 0, 0},  {9, 0, 1, 0}, {0, 9, 0, 2},
                                       {-9, 3, 0, 9}, {4, 4, 9, 4}, {4, -9, 3, -9}};

    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0, c = (size_t)(36 * uniform(&seed)) % 7 % 6; j < D; j++) {
            double noise = uniform(&seed) + uniform(&seed) + uniform(&seed) - 1.5;
            x[i * D + j] = unit[j] * (far[j] + point[c][j] + 1.5 * noise);
        }
}

#endif
