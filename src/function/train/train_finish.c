/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people are told of train. */
#include "function/train/train_result.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "function/common/tell.h"
#include "function/train/train_plan.h"

static double mean(double sum, double count)
{
    return count > 0 ? sum / count : NAN;
}

static int put_one(struct function_output *out, const char *name, const char *help, double value)
{
    return tell_column(out, name, help, 1, NULL, &value);
}

static int put_losses(const struct train_plan *p, const double *s, struct function_output *out)
{
    double hits = 0;

    for (size_t c = 0; c < p->classes; c++)
        hits += s[TRAIN_HEAD + c * TRAIN_CLASS + TRAIN_CLASS_HITS];
    if (put_one(out, "rows", "rows that were accumulated", s[TRAIN_ROWS]) != 0 ||
        put_one(out, "test_rows", "rows among them that are tested on, never trained on",
                s[TRAIN_TESTED]) != 0 ||
        put_one(out, "train_loss", "mean loss of the rows trained on, before the last update",
                mean(s[TRAIN_LOSSES], s[TRAIN_TRAINED])) != 0 ||
        put_one(out, "test_loss", "mean loss of the rows tested on, before the last update",
                mean(s[TRAIN_TEST_LOSSES], s[TRAIN_TESTED])) != 0)
        return -1;
    if (p->classes == 0)
        return 0;
    return put_one(out, "train_accuracy",
                   "share of the rows trained on that was told right, before the last update",
                   mean(hits, s[TRAIN_TRAINED])) != 0 ||
                   put_one(out, "test_accuracy",
                           "share of the rows tested on that was told right, before the last "
                           "update",
                           mean(s[TRAIN_TEST_HITS], s[TRAIN_TESTED])) != 0
               ? -1
               : 0;
}

static int put_classes(struct function_env *env, const struct train_plan *p, const double *s,
                       struct function_output *out)
{
    double *recall = malloc((p->classes + 1) * sizeof *recall);
    int rc;

    if (!recall)
        return tell_error(env, "out of memory for %zu classes", p->classes);
    s += TRAIN_HEAD;
    for (size_t c = 0; c < p->classes; c++, s += TRAIN_CLASS)
        recall[c] = mean(s[TRAIN_CLASS_HITS], s[TRAIN_CLASS_ROWS]);
    rc = tell_column(out, "recall", "train_accuracy of the rows of each class", p->classes, NULL,
                     recall);
    free(recall);
    return rc;
}

static int put_layers(const struct function_env *env, const struct train_plan *p,
                      struct function_output *out)
{
    for (size_t l = 0; l < p->shape.layers; l++) {
        char weight[32], bias[32];
        snprintf(weight, sizeof weight, "weight_%zu", l + 1);
        snprintf(bias, sizeof bias, "bias_%zu", l + 1);
        struct function_array array = {
            .name = weight,
            .help = "a layer maps x to x W + b, and the next one begins with its activation: W",
            .rows = p->shape.width[l],
            .columns = p->shape.width[l + 1],
            .values = env->model + p->shape.weight[l]};
        if (out->put(out, &array) != 0 ||
            tell_column(out, bias, "b of that layer", p->shape.width[l + 1], NULL,
                        env->model + p->shape.bias[l]) != 0)
            return -1;
    }
    return 0;
}

int train_finish(struct function_env *env, const double *state, struct function_output *out)
{
    struct train_plan p;
    double changed = 0, trained = state[TRAIN_TRAINED];

    if (train_plan(env, &p) < 0)
        return -1;
    if (!env->model)
        return tell_error(env, "there is no model: it is computed by rounds");
    for (size_t i = 0; i < p.shape.parameters; i++)
        changed += state[p.update + i] * state[p.update + i];
    if (put_losses(&p, state, out) != 0 ||
        (p.classes > 0 && put_classes(env, &p, state, out) != 0) ||
        put_one(out, "parameters", "weights and biases of the network",
                (double)p.shape.parameters) != 0 ||
        put_one(out, "change",
                "length of the last mean change (fedavg) or gradient (fedsgd) of all parameters",
                mean(sqrt(changed), trained)) != 0 ||
        put_one(out, "optimizer_bytes",
                "bytes of optimizer state that a rank allocated, in the mean over rows",
                mean(state[TRAIN_OPTIMIZER_BYTES], trained)) != 0)
        return -1;
    return put_layers(env, &p, out);
}
