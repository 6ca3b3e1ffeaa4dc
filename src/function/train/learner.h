/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one client, the rows of a unit, has to say about a model: how well it does on each
 * row, and how the client would change it.
 *
 * The same code is compiled for float and for double (learner_body.h, network_body.h).
 */
#ifndef FUNCTION_LEARNER_H
#define FUNCTION_LEARNER_H

#include <metaneuron/function.h>

#include "function/train/train_plan.h"

struct learner_task {
    const struct train_plan *plan;
    const struct block *block; /* whose values are finite, and whose classes are in range */
    struct function_env *env;  /* model and round are there */
};

/* Effect: adds the client into the state of rank 0, but for TRAIN_ROWS. Collective. */
int learner_double(const struct learner_task *task, double *state);
int learner_single(const struct learner_task *task, double *state);

#endif
