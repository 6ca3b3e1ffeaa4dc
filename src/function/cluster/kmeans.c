/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function kmeans: clusters of rows about k centres, by rounds. */

/* Layouts of state and model, and the method: kmeans_plan.h. */
#include "function/builtin.h"
#include "function/common/tell.h"

#include <string.h>

#include "function/cluster/kmeans_plan.h"
#include "function/common/profile.h"
#include "function/table.h"

enum { LARGEST = 16777216 }; /* k times columns, at most: a state of 400 MiB */

static const struct function_param params[KMEANS_PARAMS] = {
    PARAM_INTEGER_REQUIRED(KMEANS_K, "k", 1, 4096, "how many clusters there are"),
    PARAM_INTEGER(KMEANS_SEED, "seed", 0, 0, 0x1p53,
                  "key of the random numbers; another seed begins elsewhere, and may end so"),
    PARAM_BOOLEAN(KMEANS_SCALE, "scale", 1,
                  "whether columns are divided by their standard deviations before; columns of "
                  "different units need it"),
    PARAM_INTEGER(KMEANS_LEAST, "least", 1, 1, 0x1p53,
                  "rows of all slaves below which a cluster counts as empty: models, which all "
                  "slaves see, have no means of fewer"),
    PARAM_NUMBER(KMEANS_TOLERANCE, "tolerance", 1e-9, 0, 1,
                 "way of a centre, beside the root mean squared distance of the rows from their "
                 "mean, below which it was the last"),
};

static int length(struct function_env *env, size_t *n)
{
    struct kmeans p = kmeans_plan(env);

    if (p.d == 0)
        return tell_error(env, "there are no columns");
    if (p.d > LARGEST / p.k)
        return tell_error(env, "%zu clusters of %zu columns; expected a product of at most %d", p.k,
                          p.d, LARGEST);
    *n = kmeans_length(&p);
    return 0;
}

static int merge(struct function_env *env, double *into, const double *from)
{
    struct kmeans p = kmeans_plan(env);

    profile_merge(into, from, p.d);
    for (size_t i = profile_length(p.d); i < kmeans_length(&p); i++)
        into[i] += from[i];
    return 0;
}

static int model_length(struct function_env *env, size_t *n)
{
    struct kmeans p = kmeans_plan(env);

    *n = kmeans_model_length(&p);
    return 0;
}

/* Votes for candidates, or rows of clusters. */
static int counts(struct function_env *env, unsigned char *is_count)
{
    const enum kmeans_phase phase = kmeans_phase_of(env);
    struct kmeans p = kmeans_plan(env);
    unsigned char *count = is_count + profile_length(p.d) + KMEANS_COUNT;

    profile_counts(p.d, is_count);
    if (phase != KMEANS_PROFILE)
        memset(count, 1, phase == KMEANS_VOTES ? p.candidates : p.k);
    return 0;
}

const struct function function_kmeans = {
    FUNCTION_HEAD,
    .name = "kmeans",
    .version = "1",
    .summary = "Clusters of rows about k centres, by rounds; no row is ever a seed.",
    FUNCTION_PARAMS(params),
    .length = length,
    .accumulate = kmeans_accumulate,
    .merge = merge,
    .finish = kmeans_finish,
    .features_length = kmeans_features_length,
    .features = kmeans_features,
    .feature_name = kmeans_feature_name,
    .update = kmeans_update,
    .model_length = model_length,
    .counts = counts,
};
