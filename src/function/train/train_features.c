/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the filter compares of train. */

/*
 * How much the model misses the rows, and those of each class: what a wrong label makes
 * larger as soon as the model has learned anything. It is the mean probability of the
 * other classes, and not the loss, of which one odd row of an honest slave may have as
 * much as all the others. The length of the mean change, and the change along directions
 * that are drawn anew in each round: what is merged.
 */
#include "function/train/train_result.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

#include "function/common/philox.h"
#include "function/train/train_plan.h"

enum { DIRECTIONS = 16 };      /* bits of half a word of philox */
enum { MISS, CHANGE, OTHERS }; /* with squared loss, MISS is the mean loss */

int train_features_length(struct function_env *env, size_t *n)
{
    struct train_plan p;

    if (train_plan(env, &p) < 0)
        return -1;
    *n = OTHERS + p.classes + DIRECTIONS;
    return 0;
}

/* The sum of a vector along vectors of +1 and -1, which are the same for all slaves. */
static void project(const struct function_env *env, const struct train_plan *p, const double *u,
                    double along[static DIRECTIONS])
{
    uint32_t key[2], words[4] = {0};

    train_key(p, TRAIN_DIRECTIONS, env->round, key);
    for (size_t k = 0; k < DIRECTIONS; k++)
        along[k] = 0;
    for (size_t i = 0; i < p->shape.parameters; i++) {
        const uint32_t counter[4] = {(uint32_t)(i / 8), 0, 0, 0};
        if (i % 8 == 0)
            philox(counter, key, words);
        uint32_t bits = words[i / 2 % 4] >> (i % 2 * DIRECTIONS);
        for (size_t k = 0; k < DIRECTIONS; k++)
            along[k] += bits >> k & 1 ? u[i] : -u[i];
    }
}

/* The mean of n numbers and its standard error; of none nothing is known. */
static void mean_of(double sum, double squares, double n, double *value, double *error)
{
    *value = n > 0 ? sum / n : 0;
    *error = n > 1 ? sqrt(fmax(0, squares / n - *value * *value) / (n - 1)) : INFINITY;
}

/* Whether the counts of a state fit each other. */
static bool agrees(const struct train_plan *p, const double *state)
{
    const double *s = state + TRAIN_HEAD;
    double rows = 0, hits = 0;
    bool fits = state[TRAIN_TEST_HITS] <= state[TRAIN_TESTED];

    for (size_t c = 0; c < p->classes; c++, s += TRAIN_CLASS) {
        fits = fits && s[TRAIN_CLASS_HITS] >= 0 && s[TRAIN_CLASS_HITS] <= s[TRAIN_CLASS_ROWS];
        rows += s[TRAIN_CLASS_ROWS];
        hits += s[TRAIN_CLASS_HITS];
    }
    return fits && (p->classes == 0 || rows == state[TRAIN_TRAINED]) && state[TRAIN_TRAINED] >= 0 &&
           state[TRAIN_TESTED] >= 0 &&
           state[TRAIN_TRAINED] + state[TRAIN_TESTED] == state[TRAIN_ROWS];
}

/* A change of length L that points anywhere is L times a standard normal number along
 * each direction. That is given as its error, as it bounds what of the change is noise:
 * without, a direction in which honest changes happen to agree would reject one of them.
 * Likewise the length has the error of a mean of rows that each want as much again or
 * nothing. */
static void change_features(const struct function_env *env, const struct train_plan *p,
                            const double *state, double *value, double *error)
{
    const double *u = state + p->update;
    double n = state[TRAIN_TRAINED], squares = 0, *along = value + OTHERS + p->classes;

    for (size_t i = 0; i < p->shape.parameters; i++)
        squares += u[i] * u[i];
    project(env, p, u, along);
    value[CHANGE] = n > 0 ? sqrt(squares) / n : 0;
    error[CHANGE] = n > 0 ? value[CHANGE] / sqrt(n) : INFINITY;
    for (size_t k = 0; k < DIRECTIONS; k++) {
        along[k] = n > 0 ? along[k] / n : 0;
        error[OTHERS + p->classes + k] = n > 0 ? value[CHANGE] : INFINITY;
    }
}

int train_features(struct function_env *env, const double *state, double *value, double *error)
{
    const double *s = state + TRAIN_HEAD;
    struct train_plan p;
    double sum = 0, squares = 0;

    if (train_plan(env, &p) < 0)
        return -1;
    for (size_t c = 0; c < p.classes; c++, s += TRAIN_CLASS) {
        mean_of(s[TRAIN_CLASS_MISSES], s[TRAIN_CLASS_MISS_SQUARES], s[TRAIN_CLASS_ROWS],
                value + OTHERS + c, error + OTHERS + c);
        sum += s[TRAIN_CLASS_MISSES], squares += s[TRAIN_CLASS_MISS_SQUARES];
    }
    if (p.classes == 0)
        sum = state[TRAIN_LOSSES], squares = state[TRAIN_LOSS_SQUARES];
    mean_of(sum, squares, state[TRAIN_TRAINED], value + MISS, error + MISS);
    change_features(env, &p, state, value, error);
    if (!agrees(&p, state))
        for (size_t i = 0; i < OTHERS + p.classes + DIRECTIONS; i++)
            value[i] = NAN;
    return 0;
}

void train_feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    size_t classes = (size_t)env->params[TRAIN_CLASSES].integer;

    if (i < OTHERS)
        snprintf(text, size, "%s", i == CHANGE ? "change" : classes > 0 ? "miss" : "loss");
    else if (i < OTHERS + classes)
        snprintf(text, size, "miss(%zu)", i - OTHERS);
    else
        snprintf(text, size, "direction(%zu)", i - OTHERS - classes + 1);
}
