/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function kmeans: clusters of rows about k centres, by rounds. */

/* Layouts of state and model, and the method: kmeans_plan.h. */
#include "config.h"
#include "function/builtin.h"
#include "function/common/tell.h"

#include "function/cluster/kmeans_plan.h"
#include "function/common/profile.h"
#include "function/table.h"

enum { K, SEED, SCALE, LEAST, TOLERANCE, PARAMS };

enum {
    CANDIDATES = 20,    /* for each cluster */
    LARGEST = 16777216, /* k times columns, at most: a state of 400 MiB */
};

static const struct function_param params[PARAMS] = {
    PARAM_INTEGER_REQUIRED(K, "k", 1, 4096, "how many clusters there are"),
    PARAM_INTEGER(SEED, "seed", 0, 0, 0x1p53,
                  "key of the random numbers; another seed begins elsewhere, and may end so"),
    PARAM_BOOLEAN(SCALE, "scale", 1,
                  "whether columns are divided by their standard deviations before; columns of "
                  "different units need it"),
    PARAM_INTEGER(LEAST, "least", 1, 1, 0x1p53,
                  "rows of all slaves below which a cluster counts as empty: models, which all "
                  "slaves see, have no means of fewer"),
    PARAM_NUMBER(TOLERANCE, "tolerance", 1e-9, 0, 1,
                 "way of a centre, beside the root mean squared distance of the rows from their "
                 "mean, below which it was the last"),
};

static struct kmeans plan(const struct function_env *env)
{
    size_t k = (size_t)env->params[K].integer;

    return (struct kmeans){.k = k,
                           .d = env->columns,
                           .seed = (uint64_t)env->params[SEED].integer,
                           .tolerance = env->params[TOLERANCE].number,
                           .least = (double)env->params[LEAST].integer,
                           .scale = env->params[SCALE].integer != 0,
                           .candidates = CANDIDATES * k};
}

static int length(struct function_env *env, size_t *n)
{
    struct kmeans p = plan(env);

    if (p.d == 0)
        return tell_error(env, "there are no columns");
    if (p.d > LARGEST / p.k)
        return tell_error(env, "%zu clusters of %zu columns; expected a product of at most %d", p.k,
                          p.d, LARGEST);
    *n = kmeans_length(&p);
    return 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct kmeans p = plan(env);

    return kmeans_accumulate(env, &p, state, block);
}

static int merge(struct function_env *env, double *into, const double *from)
{
    struct kmeans p = plan(env);

    profile_merge(into, from, p.d);
    for (size_t i = profile_length(p.d); i < kmeans_length(&p); i++)
        into[i] += from[i];
    return 0;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    struct kmeans p = plan(env);

    return kmeans_finish(env, &p, state, out);
}

static int features_length(struct function_env *env, size_t *n)
{
    struct kmeans p = plan(env);

    *n = kmeans_features_length(&p);
    return 0;
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    struct kmeans p = plan(env);

    kmeans_features(env, &p, state, value, error);
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    struct kmeans p = plan(env);

    kmeans_feature_name(env, &p, i, text, size);
}

static int model_length(struct function_env *env, size_t *n)
{
    struct kmeans p = plan(env);

    *n = kmeans_model_length(&p);
    return 0;
}

static int update(struct function_env *env, double *model, const double *state, int *converged)
{
    struct kmeans p = plan(env);

    return kmeans_update(env, &p, model, state, converged);
}

const struct function function_kmeans = {
    FUNCTION_HEAD,
    .name = "kmeans",
    .version = "1",
    .summary = "Clusters of rows about k centres, by rounds; no row is ever a seed.",
    FUNCTION_PARAMS(params),
    FUNCTION_CALLBACKS,
    .merge = merge,
    .update = update,
    .model_length = model_length,
};
