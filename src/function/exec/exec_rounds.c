/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The models of a program by rounds. */
#include "function/exec/exec.h"

#include <string.h>

#include "function/common/philox.h"
#include "function/common/tell.h"

enum function_rounds exec_rounds(const struct function_value *p)
{
    if (p[EXEC_MODEL].integer == 0)
        return FUNCTION_ONE_ROUND;
    return strcmp(p[EXEC_UPDATE].string, "mean") == 0 ? FUNCTION_REPLAYED : FUNCTION_RECORDED;
}

int exec_model_length(struct function_env *env, size_t *n)
{
    *n = (size_t)env->params[EXEC_MODEL].integer;
    return 0;
}

int exec_start(struct function_env *env, double *model)
{
    uint64_t seed = (uint64_t)env->params[EXEC_SEED].integer;
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    double scale = env->params[EXEC_SCALE].number;

    for (size_t i = 0; i < (size_t)env->params[EXEC_MODEL].integer; i++) {
        const uint32_t counter[4] = {(uint32_t)i, (uint32_t)((uint64_t)i >> 32)};
        uint32_t words[4];
        philox(counter, key, words);
        model[i] = scale * (words[0] * 0x1p-31 - 1);
    }
    return 0;
}

/* Federated averaging: slaves say their model times their rows, of which this is the mean. */
static int update_mean(struct function_env *env, double *model, const double *state, int *converged)
{
    *converged = 1;
    for (size_t i = 0; i < (size_t)env->params[EXEC_MODEL].integer; i++) {
        double next = state[1 + i] / state[0];
        double size = model[i] < 0 ? -model[i] : model[i];
        double change = next < model[i] ? model[i] - next : next - model[i];
        if (!(change <= env->params[EXEC_TOLERANCE].number * (size > 1 ? size : 1)))
            *converged = 0;
        model[i] = next;
    }
    return 0;
}

int exec_update(struct function_env *env, double *model, const double *state, int *converged)
{
    const struct host *host = env->host;
    struct exec_task task = {.merged = state,
                             .out = model,
                             .length = (size_t)env->params[EXEC_MODEL].integer,
                             .converged = converged};

    if (strcmp(env->params[EXEC_UPDATE].string, "mean") == 0)
        return update_mean(env, model, state, converged);
    if (!host || !host->runner)
        return tell_error(env, "the next model is what %.64s says, and no program is started here",
                          env->params[EXEC_PROGRAM].string);
    return exec_run(env, &task);
}
