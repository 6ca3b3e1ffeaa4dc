/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A function for tests of the fixed tree: its merge is far from associative, so that any
 * other order than that of the tree shows.
 */
#ifndef UNIT_ODD_H
#define UNIT_ODD_H

#include "unit.h"

#include <stdio.h>

#include "engine/state/reduction.h"
#include "function/bound.h"

/* into = into * 0.7 + from * 1.3 */
static int odd_length(struct function_env *env, size_t *n)
{
    (void)env;
    *n = 2;
    return 0;
}

static int odd_accumulate(struct function_env *env, double *state, const struct block *b)
{
    (void)env;
    state[0] += (double)b->rows;
    state[1] += b->data[0];
    return 0;
}

static int odd_merge(struct function_env *env, double *into, const double *from)
{
    (void)env;
    into[0] += from[0];
    into[1] = into[1] * 0.7 + from[1] * 1.3;
    return 0;
}

static int odd_finish(struct function_env *env, const double *state, struct function_output *out)
{
    (void)env, (void)state, (void)out;
    return 0;
}

static int odd_features(struct function_env *env, const double *state, double *v, double *se)
{
    (void)env;
    *v = state[1];
    *se = 0;
    return 0;
}

static int odd_features_length(struct function_env *env, size_t *n)
{
    (void)env;
    *n = 1;
    return 0;
}

static void odd_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    (void)env, (void)i;
    snprintf(text, size, "odd");
}

static const struct function odd = {
    .abi = METANEURON_FUNCTION_ABI,
    .size = sizeof odd,
    .name = "odd",
    .version = "1",
    .summary = "For tests.",
    .length = odd_length,
    .accumulate = odd_accumulate,
    .merge = odd_merge,
    .finish = odd_finish,
    .features_length = odd_features_length,
    .features = odd_features,
    .feature_name = odd_name,
};

static struct bound *bind_odd(void)
{
    static const char *const columns[] = {"x"};
    struct err e = {0};
    struct bound *b = bound_create(&odd, NULL, 0, columns, 1, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

static void push_range(struct reduction *t, uint64_t from, uint64_t to)
{
    struct err e = {0};

    for (uint64_t i = from; i < to; i++) {
        double *state = reduction_new_state(t, &e);
        ck_assert_ptr_nonnull(state);
        state[0] = 1;
        state[1] = 1 / (double)(i + 1);
        ck_ok(reduction_push_leaf(t, i, state, &e), &e);
    }
}

/* The tree's definition, by recursion over aligned ranges; the rest right to left. */
static double slow_node(uint64_t level, uint64_t index)
{
    if (level == 0)
        return 1 / (double)(index + 1);
    return slow_node(level - 1, 2 * index) * 0.7 + slow_node(level - 1, 2 * index + 1) * 1.3;
}

#endif
