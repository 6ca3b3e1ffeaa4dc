/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function sweep_data: another one, over data, at every point of a grid of its parameters. */

/*
 * One pass over the rows is enough for all points. State: [rows], then the function's
 * state of each point.
 */
#include "function/builtin.h"

enum { WITHOUT_DATA = 0 };
#include "function/sweep/sweep_callbacks.h"

static const struct function_param params[SWEEP_PARAMS] = {
    SWEEP_TABLE,
};

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct sweep s;
    int rc = sweep_open(&s, env, WITHOUT_DATA);

    for (size_t point = 0; rc == 0 && point < s.points; point++)
        rc = sweep_accumulate(&s, env, state, point, block);
    if (rc == 0)
        state[0] += (double)block->rows;
    sweep_close(&s);
    return rc;
}

const struct function function_sweep_data = {
    FUNCTION_HEAD,
    .name = "sweep_data",
    .version = "1",
    .summary = "Another function over data, at every point of a grid of its parameters.",
    FUNCTION_PARAMS(params),
    SWEEP_CALLBACKS,
    .counts = sweep_counts,
};
