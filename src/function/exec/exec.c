/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function exec: a program in any language gets a block of rows, and gives its state. */

/*
 * State: [rows, then what the program says] where states are added up, else that of the
 * built-in function whose merge is declared.
 */
#include "function/exec/exec.h"

#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
#include "function/table.h"
#include "util/parse.h"

static const struct function_param params[EXEC_PARAMS] = {
    PARAM_STRING_REQUIRED(EXEC_PROGRAM, "program",
                          "name of its file, which is looked for where functions are"),
    PARAM_STRING_REQUIRED(EXEC_SHA256, "sha256",
                          "digest of that file, or several, any of which may run"),
    PARAM_STRING(EXEC_ARGUMENTS, "arguments", "", "words that it gets after --in and --out"),
    PARAM_CHOICE(EXEC_FORM, "form", "hdf5", "hdf5 text",
                 "the files that it gets and writes: HDF5, or numbers as text"),
    PARAM_INTEGER(EXEC_LENGTH, "length", 0, 0, 0x1p40,
                  "numbers in a state, the first of which is the rows; only with merge sum"),
    PARAM_STRING(
        EXEC_MERGE, "merge", "sum",
        "how states are merged: sum, or the built-in function over data whose states they are, "
        "NAME@VERSION; NAME is version 1"),
    PARAM_STRING(EXEC_MERGE_PARAMS, "merge_params", "",
                 "that function's parameters, as in 'order=2 | x=mean'"),
    PARAM_STRING(EXEC_NAMES, "names", "",
                 "words that name the numbers after the first; only with merge sum"),
    PARAM_INTEGER(EXEC_FEATURES, "features", 0, 0, 0x1p40,
                  "how many of them, divided by the rows, are compared; 0: all"),
    PARAM_INTEGER(EXEC_MODEL, "model", 0, 0, 0x1p40,
                  "numbers in the model of an iterative contract; 0: one round"),
    PARAM_CHOICE(EXEC_UPDATE, "update", "mean", "mean program",
                 "next model: the first numbers of the merged state divided by its rows, or what "
                 "the program says"),
    PARAM_NUMBER(EXEC_SCALE, "scale", 0, 0, 1e300,
                 "the first model is drawn between -scale and scale"),
    PARAM_INTEGER(EXEC_SEED, "seed", 0, 0, 0x1p53, "by which it is drawn"),
    PARAM_NUMBER(EXEC_TOLERANCE, "tolerance", 0, 0, 1,
                 "update mean: converged when no number of the model changes by more, relative to "
                 "1 or its size"),
    PARAM_NUMBER(EXEC_TIME, "time", 3600, 1e-3, 1e7, "that one call may take, in seconds"),
    PARAM_STRING(EXEC_MEMORY, "memory", "",
                 "address space that a process of it may have, as in '2 GiB'; empty: no limit"),
    PARAM_BOOLEAN_LATER(EXEC_SERVE, "serve", 0,
                        "it stays: started once per rank, it is called by lines of JSON"),
};

static int check_merge(struct function_env *env, size_t *n)
{
    bool mean = strcmp(env->params[EXEC_UPDATE].string, "mean") == 0;

    if (env->params[EXEC_LENGTH].integer != 0 || env->params[EXEC_FEATURES].integer != 0 ||
        env->params[EXEC_NAMES].string[0])
        return tell_error(env, "length, features and names are those of %.100s; leave them out",
                          env->params[EXEC_MERGE].string);
    if (env->params[EXEC_MODEL].integer > 0 && mean)
        return tell_error(env, "a model that is updated by the mean goes with merge sum");
    struct bound *inner = exec_merge_bind(env);
    if (!inner)
        return -1;
    *n = bound_length(inner);
    bound_destroy(inner);
    return 0;
}

static int length(struct function_env *env, size_t *n)
{
    uint64_t memory;

    if (env->columns == 0)
        return tell_error(env, "there are no columns; expected at least 1");
    if (env->params[EXEC_MEMORY].string[0] &&
        parse_size(env->params[EXEC_MEMORY].string, &memory) < 0)
        return tell_error(env, "memory is '%.40s'; expected a size, as in '2 GiB'",
                          env->params[EXEC_MEMORY].string);
    if (exec_program_check(env) < 0)
        return -1;
    return exec_is_sum(env) ? exec_sum_check(env, n) : check_merge(env, n);
}

/* Looks for all that a call needs, at the cost of a few milliseconds. */
static int ready(struct function_env *env)
{
    const struct host *host = env->host;
    struct err e = {0};
    char *bytes;
    size_t len;

    if (host && host->runner && !runner_alive(host->runner))
        return tell_error(env, "the process that starts programs is gone");
    if (!host || !host->runner)
        return tell_error(env, "no program can be started by this process");
    if (exec_program_read(env, &bytes, &len) < 0)
        return -1;
    free(bytes);
    /* What stays is in the sandbox, and trying it again would end it. */
    if (host->sandbox.on && !runner_stay(host->runner)->key[0] && exec_sandbox_try(host, &e) < 0)
        return tell_error(env, "%s", e.text);
    return 0;
}

static int add(struct function_env *env, double *into, const double *from, size_t n)
{
    struct err e = {0};

    if (exec_is_sum(env)) {
        for (size_t i = 0; i < n; i++)
            into[i] += from[i];
        return 0;
    }
    struct bound *inner = exec_merge_bind(env);
    int rc = inner ? bound_merge(inner, into, from, &e) : -1;
    bound_destroy(inner);
    return e.code ? tell_error(env, "%s", e.text) : rc;
}

static int merge(struct function_env *env, double *into, const double *from)
{
    return add(env, into, from, exec_is_sum(env) ? (size_t)env->params[EXEC_LENGTH].integer : 0);
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct exec_task task = {.block = block};
    int rc = length(env, &task.length);

    if (rc < 0)
        return -1;
    task.out = calloc(task.length, sizeof *task.out);
    if (!task.out)
        return tell_error(env, "out of memory for a state of %zu doubles", task.length);
    rc = exec_run(env, &task);
    if (rc == 0 && task.out[0] != (double)block->rows)
        rc = tell_error(env,
                        "%.64s says that it had %.17g rows, of %zu: the first number of a "
                        "state is the rows of the block",
                        env->params[EXEC_PROGRAM].string, task.out[0], block->rows);
    if (rc == 0 && state[0] == 0)
        memcpy(state, task.out, task.length * sizeof *state);
    else if (rc == 0)
        rc = add(env, state, task.out, task.length);
    free(task.out);
    return rc;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    size_t model = (size_t)env->params[EXEC_MODEL].integer;
    struct err e = {0};

    if (model > 0 && env->model &&
        tell_column(out, "model", "the model after the last round", model, NULL, env->model) != 0)
        return -1;
    if (exec_is_sum(env))
        return exec_sum_finish(env, state, out);
    struct bound *inner = exec_merge_bind(env);
    int rc = inner ? bound_finish(inner, state, out, &e) : -1;
    bound_destroy(inner);
    return e.code ? tell_error(env, "%s", e.text) : rc;
}

static int features_length(struct function_env *env, size_t *n)
{
    if (exec_is_sum(env)) {
        *n = exec_sum_compared(env);
        return 0;
    }
    struct bound *inner = exec_merge_bind(env);
    if (!inner)
        return -1;
    *n = bound_features_length(inner);
    bound_destroy(inner);
    return 0;
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    struct err e = {0};

    if (!exec_is_sum(env)) {
        struct bound *inner = exec_merge_bind(env);
        int rc = inner ? bound_features(inner, state, value, error, &e) : -1;
        bound_destroy(inner);
        return e.code ? tell_error(env, "%s", e.text) : rc;
    }
    exec_sum_features(env, state, value, error);
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    struct function_env copy = *env;
    struct bound *inner = exec_is_sum(env) ? NULL : exec_merge_bind(&copy);

    if (inner) {
        bound_feature_name(inner, i, text, size);
        bound_destroy(inner);
        return;
    }
    exec_sum_name(env, i, text, size);
}

const struct function function_exec = {
    FUNCTION_HEAD,
    .name = "exec",
    .version = "1",
    .summary = "What a program in any language makes of the rows.",
    FUNCTION_PARAMS(params),
    FUNCTION_CALLBACKS,
    .merge = merge,
    .update = exec_update,
    .model_length = exec_model_length,
    .start = exec_start,
    .whole_units = 1,
    .ready = ready,
    .rounds = exec_rounds,
    .finish_part = exec_finish_part,
};
