/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function sweep: another one, without data, at every point of a grid of its parameters. */

/*
 * Unit u computes point u modulo points; of the function it is unit u / points, so that
 * all points share their random numbers and differences between them are sharper than
 * they are; with common: false it is unit u, and they share none. State: [units], then
 * the function's state of each point.
 */
#include "function/builtin.h"
#include "function/table.h"

enum { WITHOUT_DATA = 1 };
#include "function/sweep/sweep_callbacks.h"

enum { COMMON = SWEEP_PARAMS, PARAMS };

static const struct function_param params[PARAMS] = {
    SWEEP_TABLE,
    PARAM_BOOLEAN(COMMON, "common", 1,
                  "whether the points share their random numbers, which makes differences between "
                  "them sharper; else they are independent"),
};

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct sweep s;
    int rc = sweep_open(&s, env, WITHOUT_DATA);

    if (rc == 0) {
        struct block unit = *block;
        size_t point = (size_t)(block->first % s.points);
        if (env->params[COMMON].integer)
            unit.first = block->first / s.points;
        rc = sweep_accumulate(&s, env, state, point, &unit);
    }
    if (rc == 0)
        state[0] += 1;
    sweep_close(&s);
    return rc;
}

const struct function function_sweep = {
    FUNCTION_HEAD,
    .name = "sweep",
    .version = "1",
    .summary = "Another function without data, at every point of a grid of its parameters.",
    FUNCTION_PARAMS(params),
    SWEEP_CALLBACKS,
    .without_data = WITHOUT_DATA,
};
