/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exec: a program in any language gets a block of rows, and gives its state.
 *
 * State: [rows, then what the program says] where states are added up, else that of the
 * built-in function whose merge is declared.
 */
#include "config.h"
#include "function/exec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/builtin.h"
#include "function/philox.h"
#include "function/tell.h"
#include "util/parse.h"

static const struct function_param params[EXEC_PARAMS] = {
    [EXEC_PROGRAM] = {.name = "program",
                      .type = FUNCTION_STRING,
                      .required = 1,
                      .help = "name of its file, which is looked for where functions are"},
    [EXEC_SHA256] = {.name = "sha256",
                     .type = FUNCTION_STRING,
                     .required = 1,
                     .help = "digest of that file, or several, any of which may run"},
    [EXEC_ARGUMENTS] = {.name = "arguments",
                        .type = FUNCTION_STRING,
                        .fallback.string = "",
                        .help = "words that it gets after --in and --out"},
    [EXEC_FORM] = {.name = "form",
                   .type = FUNCTION_STRING,
                   .fallback.string = "hdf5",
                   .choices = "hdf5 text",
                   .help = "the files that it gets and writes: HDF5, or numbers as text"},
    [EXEC_LENGTH] = {.name = "length",
                     .type = FUNCTION_INTEGER,
                     .max = 0x1p40,
                     .help = "numbers in a state, the first of which is the rows; only with "
                             "merge sum"},
    [EXEC_MERGE] = {.name = "merge",
                    .type = FUNCTION_STRING,
                    .fallback.string = "sum",
                    .help = "how states are merged: sum, or the built-in function over data whose "
                            "states they are"},
    [EXEC_MERGE_PARAMS] = {.name = "merge_params",
                           .type = FUNCTION_STRING,
                           .fallback.string = "",
                           .help = "that function's parameters, as in 'order=2 | x=mean'"},
    [EXEC_NAMES] = {.name = "names",
                    .type = FUNCTION_STRING,
                    .fallback.string = "",
                    .help = "words that name the numbers after the first; only with merge sum"},
    [EXEC_FEATURES] = {.name = "features",
                       .type = FUNCTION_INTEGER,
                       .max = 0x1p40,
                       .help = "how many of them, divided by the rows, are compared; 0: all"},
    [EXEC_MODEL] = {.name = "model",
                    .type = FUNCTION_INTEGER,
                    .max = 0x1p40,
                    .help = "numbers in the model of an iterative contract; 0: one round"},
    [EXEC_UPDATE] = {.name = "update",
                     .type = FUNCTION_STRING,
                     .fallback.string = "mean",
                     .choices = "mean program",
                     .help = "next model: the first numbers of the merged state divided by its "
                             "rows, or what the program says"},
    [EXEC_SCALE] = {.name = "scale",
                    .type = FUNCTION_NUMBER,
                    .max = 1e300,
                    .help = "the first model is drawn between -scale and scale"},
    [EXEC_SEED] = {.name = "seed",
                   .type = FUNCTION_INTEGER,
                   .max = 0x1p53,
                   .help = "by which it is drawn"},
    [EXEC_TOLERANCE] = {.name = "tolerance",
                        .type = FUNCTION_NUMBER,
                        .max = 1,
                        .help = "update mean: converged when no number of the model changes by "
                                "more, relative to 1 or its size"},
    [EXEC_TIME] = {.name = "time",
                   .type = FUNCTION_NUMBER,
                   .fallback.number = 3600,
                   .min = 1e-3,
                   .max = 1e7,
                   .help = "that one call may take, in seconds"},
    [EXEC_MEMORY] = {.name = "memory",
                     .type = FUNCTION_STRING,
                     .fallback.string = "",
                     .help = "address space that a process of it may have, as in '2 GiB'; empty: "
                             "no limit"},
};

/* The words of names, or none. */
static size_t count_names(const char *text)
{
    size_t n = 0;

    for (text += strspn(text, " "); *text; text += strspn(text, " "), n++)
        text += strcspn(text, " ");
    return n;
}

static int check_sum(struct function_env *env, size_t *n)
{
    int64_t length = env->params[EXEC_LENGTH].integer, model = env->params[EXEC_MODEL].integer;
    size_t names = count_names(env->params[EXEC_NAMES].string);

    if (length < 2)
        return tell_error(env,
                          "length is %lld; with merge sum expected at least 2: the rows, and "
                          "what is summed",
                          (long long)length);
    *n = (size_t)length;
    if (names != 0 && names != *n - 1)
        return tell_error(env, "there are %zu names for %zu numbers", names, *n - 1);
    if (env->params[EXEC_FEATURES].integer > length - 1)
        return tell_error(env, "%lld features of %zu numbers",
                          (long long)env->params[EXEC_FEATURES].integer, *n - 1);
    if (model > length - 1 && strcmp(env->params[EXEC_UPDATE].string, "mean") == 0)
        return tell_error(env, "a model of %lld numbers cannot be the mean of %zu",
                          (long long)model, *n - 1);
    return 0;
}

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
    return exec_is_sum(env) ? check_sum(env, n) : check_merge(env, n);
}

/* Looks for all that a call needs, at the cost of a few milliseconds. */
static int ready(struct function_env *env)
{
    const struct host *host = env->host;
    struct err e = {0};
    char *bytes;
    size_t len;

    if (!host || !host->runner)
        return tell_error(env, "no program can be started by this process");
    if (exec_program_read(env, &bytes, &len) < 0)
        return -1;
    free(bytes);
    if (host->sandbox && exec_sandbox_try(host->runner, &e) < 0)
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

/* Returns the names, one after the other in one piece of memory, which the caller frees. */
static const char **split_names(const char *text, size_t count)
{
    size_t size = strlen(text) + 1;
    const char **names = malloc((count + 1) * sizeof *names + size);

    if (!names)
        return NULL;
    char *p = memcpy((char *)(names + count + 1), text, size);
    for (size_t i = 0; i < count; i++) {
        p += strspn(p, " ");
        names[i] = p;
        p += strcspn(p, " ");
        if (*p)
            *p++ = '\0';
    }
    return names;
}

static int finish_sum(struct function_env *env, const double *state, struct function_output *out)
{
    size_t n = (size_t)env->params[EXEC_LENGTH].integer - 1;
    size_t count = count_names(env->params[EXEC_NAMES].string);
    const char **names = split_names(env->params[EXEC_NAMES].string, count);
    double *mean = malloc(n * sizeof *mean);
    int rc = -1;

    if (!names || !mean) {
        tell_error(env, "out of memory for %zu numbers", n);
        goto done;
    }
    for (size_t i = 0; i < n; i++)
        mean[i] = state[1 + i] / state[0];
    if (tell_column(out, "count", "rows", 1, NULL, state) != 0 ||
        tell_column(out, "sum", "what the program gave, over all rows", n, count ? names : NULL,
                    state + 1) != 0 ||
        tell_column(out, "mean", "the same, divided by the rows", n, count ? names : NULL, mean) !=
            0)
        goto done;
    rc = 0;
done:
    free(mean);
    free(names);
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
        return finish_sum(env, state, out);
    struct bound *inner = exec_merge_bind(env);
    int rc = inner ? bound_finish(inner, state, out, &e) : -1;
    bound_destroy(inner);
    return e.code ? tell_error(env, "%s", e.text) : rc;
}

static int features_length(struct function_env *env, size_t *n)
{
    if (exec_is_sum(env)) {
        int64_t some = env->params[EXEC_FEATURES].integer;
        *n = (size_t)(some > 0 ? some : env->params[EXEC_LENGTH].integer - 1);
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
    size_t n;

    if (!exec_is_sum(env)) {
        struct bound *inner = exec_merge_bind(env);
        int rc = inner ? bound_features(inner, state, value, error, &e) : -1;
        bound_destroy(inner);
        return e.code ? tell_error(env, "%s", e.text) : rc;
    }
    features_length(env, &n);
    for (size_t i = 0; i < n; i++) {
        value[i] = state[0] != 0 ? state[1 + i] / state[0] : 0;
        error[i] = state[0] != 0 ? 0 : INFINITY;
    }
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    struct function_env copy = *env;
    const char *name = env->params[EXEC_NAMES].string;
    struct bound *inner = exec_is_sum(env) ? NULL : exec_merge_bind(&copy);

    if (inner) {
        bound_feature_name(inner, i, text, size);
        bound_destroy(inner);
        return;
    }
    for (name += strspn(name, " "); *name && i > 0; i--) {
        name += strcspn(name, " ");
        name += strspn(name, " ");
    }
    if (*name)
        snprintf(text, size, "mean(%.*s)", (int)strcspn(name, " "), name);
    else
        snprintf(text, size, "mean(value_%zu)", i + 1);
}

static enum function_rounds rounds(const struct function_value *p)
{
    if (p[EXEC_MODEL].integer == 0)
        return FUNCTION_ONE_ROUND;
    return strcmp(p[EXEC_UPDATE].string, "mean") == 0 ? FUNCTION_REPLAYED : FUNCTION_RECORDED;
}

static int model_length(struct function_env *env, size_t *n)
{
    *n = (size_t)env->params[EXEC_MODEL].integer;
    return 0;
}

static int start(struct function_env *env, double *model)
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

static int update(struct function_env *env, double *model, const double *state, int *converged)
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

const struct function function_exec = {
    .abi = METANEURON_FUNCTION_ABI,
    .size = sizeof(struct function),
    .name = "exec",
    .version = "1",
    .summary = "What a program in any language makes of the rows.",
    .params = params,
    .params_count = EXEC_PARAMS,
    .length = length,
    .accumulate = accumulate,
    .merge = merge,
    .finish = finish,
    .features_length = features_length,
    .features = features,
    .feature_name = feature_name,
    .update = update,
    .model_length = model_length,
    .start = start,
    .whole_units = 1,
    .ready = ready,
    .rounds = rounds,
};
