/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parameters, the state and the model of kmeans come to. */
#include "function/cluster/kmeans_plan.h"

#include "function/common/profile.h"

enum { CANDIDATES = 20 }; /* for each cluster */

struct kmeans kmeans_plan(const struct function_env *env)
{
    const struct function_value *v = env->params;
    size_t k = (size_t)v[KMEANS_K].integer;

    return (struct kmeans){.k = k,
                           .d = env->columns,
                           .seed = (uint64_t)v[KMEANS_SEED].integer,
                           .tolerance = v[KMEANS_TOLERANCE].number,
                           .least = (double)v[KMEANS_LEAST].integer,
                           .scale = v[KMEANS_SCALE].integer != 0,
                           .candidates = CANDIDATES * k};
}

size_t kmeans_length(const struct kmeans *p)
{
    size_t clusters = p->k * (1 + 2 * p->d);

    return profile_length(p->d) + KMEANS_COUNT +
           (clusters > p->candidates ? clusters : p->candidates);
}

size_t kmeans_model_length(const struct kmeans *p)
{
    return KMEANS_HEAD + 3 * p->d + 2 * p->k * p->d;
}

struct kmeans_sums kmeans_sums_at(const struct kmeans *p, const double *state)
{
    double *sums = (double *)state + profile_length(p->d), *count = sums + KMEANS_COUNT;

    return (struct kmeans_sums){.far = sums,
                                .far_squares = sums + 1,
                                .count = count,
                                .offset = count + p->k,
                                .square = count + p->k + p->k * p->d};
}

struct kmeans_model kmeans_model_at(const struct kmeans *p, const double *model)
{
    double *numbers = (double *)model + KMEANS_HEAD, *point = numbers + 3 * p->d;

    return (struct kmeans_model){.head = (struct kmeans_head *)model,
                                 .centre = numbers,
                                 .unit = numbers + p->d,
                                 .width = numbers + 2 * p->d,
                                 .point = point,
                                 .variance = point + p->k * p->d};
}

enum kmeans_phase kmeans_phase_of(const struct function_env *env)
{
    if (!env->model || !(env->model[0] >= KMEANS_VOTES))
        return KMEANS_PROFILE;
    return env->model[0] < KMEANS_LLOYD ? KMEANS_VOTES : KMEANS_LLOYD;
}
