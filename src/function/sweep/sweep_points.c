/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done point by point: adding, merging, features. */
#include "function/sweep/sweep_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "function/bound_call.h"
#include "function/common/tell.h"

double *sweep_at(const struct sweep *s, double *state, size_t point)
{
    return state + 1 + point * s->length;
}

const double *sweep_in(const struct sweep *s, const double *state, size_t point)
{
    return state + 1 + point * s->length;
}

int sweep_length(struct function_env *env, size_t *length, int without_data)
{
    struct sweep s;
    int rc = sweep_open(&s, env, without_data);

    if (rc == 0)
        rc = sweep_check(&s, env);
    if (rc == 0)
        *length = 1 + s.points * s.length;
    sweep_close(&s);
    return rc;
}

/* Effect: opens a sweep whose parameters have been checked, and asks for its lengths. */
static int open_again(struct sweep *s, struct function_env *env, int without_data)
{
    int rc = sweep_open(s, env, without_data);

    if (rc == 0)
        rc = sweep_ask_length(s, env);
    if (rc == 0)
        rc = sweep_called(s, env, s->f->features_length(&s->env, &s->features), 0);
    s->env.features_length = s->features;
    return rc;
}

int sweep_features_length(struct function_env *env, size_t *length, int without_data)
{
    struct sweep s;
    int rc = open_again(&s, env, without_data);

    *length = s.points * s.features;
    sweep_close(&s);
    return rc;
}

/* As of the function at each point; one that does not declare its counts hides those of all. */
int sweep_counts(struct function_env *env, unsigned char *is_count)
{
    struct sweep s;
    int rc = open_again(&s, env, 0);

    if (rc == 0 && !METANEURON_FUNCTION_COUNTS(s.f))
        rc = tell_error(env, "the function that is swept does not say what of a state counts rows");
    for (size_t point = 0; rc == 0 && point < s.points; point++) {
        unsigned char *at = is_count + 1 + point * s.length;
        sweep_choose(&s, point);
        at[0] = 1;
        rc = sweep_called(&s, env, s.f->counts(&s.env, at), point);
    }
    sweep_close(&s);
    return rc;
}

int sweep_accumulate(struct sweep *s, struct function_env *env, double *state, size_t point,
                     const struct block *block)
{
    if (s->length == 0 && sweep_ask_length(s, env) < 0)
        return -1;
    sweep_choose(s, point);
    return sweep_called(s, env, s->f->accumulate(&s->env, sweep_at(s, state, point), block), point);
}

/* Effect: adds one point's state; empty ones are no business of the function's. */
static int merge_point(struct sweep *s, struct function_env *env, double *into, const double *from,
                       size_t point)
{
    if (from[0] == 0)
        return 0;
    if (into[0] == 0) {
        memcpy(into, from, s->length * sizeof *into);
        return 0;
    }
    sweep_choose(s, point);
    return sweep_called(s, env, bound_add(s->f, &s->env, into, from, s->length), point);
}

int sweep_merge(struct function_env *env, double *into, const double *from, int without_data)
{
    struct sweep s;
    int rc = open_again(&s, env, without_data);

    for (size_t point = 0; rc == 0 && point < s.points; point++)
        rc = merge_point(&s, env, sweep_at(&s, into, point), sweep_in(&s, from, point), point);
    if (rc == 0)
        into[0] += from[0];
    sweep_close(&s);
    return rc;
}

/* A point without data says nothing. */
int sweep_features(struct function_env *env, const double *state, double *value, double *error,
                   int without_data)
{
    struct sweep s;
    int rc = open_again(&s, env, without_data);

    for (size_t point = 0; rc == 0 && point < s.points; point++) {
        const double *from = sweep_in(&s, state, point);
        double *v = value + point * s.features, *se = error + point * s.features;
        if (from[0] != 0) {
            sweep_choose(&s, point);
            rc = sweep_called(&s, env, s.f->features(&s.env, from, v, se), point);
            continue;
        }
        for (size_t i = 0; i < s.features; i++)
            v[i] = 0, se[i] = INFINITY;
    }
    sweep_close(&s);
    return rc;
}

void sweep_feature_name(const struct function_env *env, size_t i, char *text, size_t size,
                        int without_data)
{
    struct function_env mine = *env;
    struct sweep s;
    char label[SWEEP_LABEL], name[BOUND_FEATURE] = "";

    snprintf(text, size, "feature %zu", i);
    if (open_again(&s, &mine, without_data) == 0) {
        size_t point = i / s.features;
        sweep_choose(&s, point);
        s.f->feature_name(&s.env, i % s.features, name, sizeof name);
        snprintf(text, size, "%s at %s", name, sweep_label(&s, point, label));
    }
    sweep_close(&s);
}
