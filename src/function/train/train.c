/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function train: a multilayer perceptron, by rounds of federated learning. */

/*
 * Rounds are of federated averaging (H. B. McMahan et al., 2017) or of federated gradient
 * descent.
 *
 * Model and state: see train_plan.h. A client of federated averaging is a unit: it starts
 * from the round's model, whatever came before it, so that its change depends on its rows
 * and their number in the partition alone, not on who computes it, or when; and changes
 * are summed as gradients are.
 */
#include "function/builtin.h"
#include "function/common/tell.h"

#include <inttypes.h>
#include <math.h>

#include "function/table.h"
#include "function/train/learner.h"
#include "function/train/train_result.h"

static int length(struct function_env *env, size_t *n)
{
    struct train_plan p;

    if (train_plan(env, &p) < 0)
        return -1;
    *n = p.length;
    return 0;
}

static int model_length(struct function_env *env, size_t *n)
{
    struct train_plan p;

    if (train_plan(env, &p) < 0)
        return -1;
    *n = p.shape.parameters * (p.server_momentum > 0 ? 2 : 1);
    return 0;
}

static int start(struct function_env *env, double *model)
{
    struct train_plan p;
    uint32_t key[2];

    if (train_plan(env, &p) < 0)
        return -1;
    train_key(&p, TRAIN_WEIGHTS, 0, key);
    mlp_start(&p.shape, p.tanh, key, model);
    for (size_t i = p.shape.parameters; i < env->model_length; i++)
        model[i] = 0;
    return 0;
}

static int check_row(struct function_env *env, const struct train_plan *p, const double *x,
                     uint64_t row)
{
    double target = x[p->target], last = (double)p->classes - 1;

    for (size_t j = 0; j < env->columns; j++)
        if (!isfinite(x[j]))
            return tell_error(env,
                              "row %" PRIu64 " has %s value in column '%.60s'; use missing: skip "
                              "to leave rows without a value out",
                              row, isnan(x[j]) ? "a missing" : "an infinite", env->column_names[j]);
    if (p->classes > 0 && !(target >= 0 && target <= last && target == floor(target)))
        return tell_error(env,
                          "row %" PRIu64
                          " has %.6g in the target column '%.60s'; expected a class, "
                          "a whole number from 0 to %.0f",
                          row, target, env->column_names[p->target], last);
    return 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    struct train_plan p;
    const struct learner_task task = {.plan = &p, .block = block, .env = env};

    if (train_plan(env, &p) < 0)
        return -1;
    if (!env->model)
        return tell_error(env, "there is no model: it is computed by rounds");
    for (size_t i = 0; i < block->rows; i++)
        if (check_row(env, &p, block->data + i * block->columns, block->first + i) < 0)
            return -1;
    if ((p.single ? learner_single : learner_double)(&task, state) < 0)
        return -1;
    state[TRAIN_ROWS] += (double)block->rows;
    return 0;
}

/* The change is that of gradient descent with heavy-ball momentum. */
static int update(struct function_env *env, double *model, const double *state, int *converged)
{
    struct train_plan p;
    double moved = 0, size = 0, tolerance = env->params[TRAIN_TOLERANCE].number;

    if (train_plan(env, &p) < 0)
        return -1;
    if (!(state[TRAIN_TRAINED] > 0))
        return tell_error(env, "there is no row to train on");
    double *velocity = p.server_momentum > 0 ? model + p.shape.parameters : NULL;
    for (size_t i = 0; i < p.shape.parameters; i++) {
        double mean = state[p.update + i] / state[TRAIN_TRAINED];
        double change = p.average ? mean : p.rate * (mean - p.decay * model[i]);
        if (velocity)
            change = velocity[i] = p.server_momentum * velocity[i] + change;
        change *= p.server_rate;
        model[i] += change;
        moved += change * change, size += model[i] * model[i];
    }
    *converged = tolerance > 0 && sqrt(moved) < tolerance * sqrt(size);
    return 0;
}

static int counts(struct function_env *env, unsigned char *is_count)
{
    struct train_plan p;

    if (train_plan(env, &p) < 0)
        return -1;
    is_count[TRAIN_TRAINED] = is_count[TRAIN_TESTED] = is_count[TRAIN_TEST_HITS] = 1;
    for (size_t i = 0; i < p.classes; i++) {
        unsigned char *class = is_count + TRAIN_HEAD + i * TRAIN_CLASS;
        class[TRAIN_CLASS_ROWS] = class[TRAIN_CLASS_HITS] = 1;
    }
    return 0;
}

const struct function function_train = {
    FUNCTION_HEAD,
    .name = "train",
    .version = "1",
    .summary = "Training of a multilayer perceptron by rounds.",
    FUNCTION_PARAMS(train_params),
    .length = length,
    .accumulate = accumulate,
    .finish = train_finish,
    .features_length = train_features_length,
    .features = train_features,
    .feature_name = train_feature_name,
    .update = update,
    .model_length = model_length,
    .start = start,
    .collective = 1,
    .whole_units = 1,
    .counts = counts,
};
