/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parameters of train come to.
 *
 * A model is the network's parameters, then, with server_momentum, their velocity. A
 * state is the head below; for each class the training rows of it, and how many of those
 * were told right; and the sum over training rows of what they want the parameters to
 * change by: minus the gradient (fedsgd), or their client's change (fedavg).
 */
#ifndef FUNCTION_TRAIN_PLAN_H
#define FUNCTION_TRAIN_PLAN_H

#include <metaneuron/function.h>

#include "function/train/mlp.h"

enum train_param {
    TRAIN_TARGET,
    TRAIN_LOSS,
    TRAIN_CLASSES,
    TRAIN_LAYERS,
    TRAIN_ACTIVATION,
    TRAIN_ALGORITHM,
    TRAIN_EPOCHS,
    TRAIN_BATCH,
    TRAIN_OPTIMIZER,
    TRAIN_RATE,
    TRAIN_MOMENTUM,
    TRAIN_DECAY,
    TRAIN_COOLING,
    TRAIN_SERVER_RATE,
    TRAIN_SERVER_MOMENTUM,
    TRAIN_SCALE,
    TRAIN_TEST_EVERY,
    TRAIN_TOLERANCE,
    TRAIN_PRECISION,
    TRAIN_SEED,
    TRAIN_PARAMS
};

extern const struct function_param train_params[TRAIN_PARAMS];

/* The head of a state: sums over the rows, all by the model of the round. */
enum train_head {
    TRAIN_ROWS,         /* rows, those to test on among them */
    TRAIN_TRAINED,      /* rows to train on */
    TRAIN_LOSSES,       /* their losses */
    TRAIN_LOSS_SQUARES, /* the squares of these */
    TRAIN_TESTED,       /* rows to test on */
    TRAIN_TEST_LOSSES,
    TRAIN_TEST_HITS,       /* how many of them were told right */
    TRAIN_OPTIMIZER_BYTES, /* bytes of optimizer state of a rank, times rows to train on */
    TRAIN_HEAD
};

/* Of a class, behind the head: sums over its rows that are trained on. */
enum train_class {
    TRAIN_CLASS_ROWS,
    TRAIN_CLASS_HITS,   /* how many of them were told right */
    TRAIN_CLASS_MISSES, /* the probabilities that the model gives to other classes */
    TRAIN_CLASS_MISS_SQUARES,
    TRAIN_CLASS
};

struct train_plan {
    struct mlp shape;
    size_t target;  /* its column */
    size_t classes; /* 0: squared loss */
    bool tanh, average, adam, single;
    size_t epochs, batch, test_every; /* 0: no row is held out */
    double rate;                      /* of this round */
    double momentum, decay, scale;
    double server_rate, server_momentum;
    uint64_t seed;
    size_t update; /* shape.parameters doubles, in a state */
    size_t length; /* of a state */
};

/* Effect: sets *p; refuses parameters that do not fit the columns or each other. */
int train_plan(struct function_env *env, struct train_plan *p);

/* The key of random numbers for a purpose; round 0 is before all. */
enum train_purpose { TRAIN_WEIGHTS = 1, TRAIN_SHUFFLES = 2, TRAIN_DIRECTIONS = 3 };
void train_key(const struct train_plan *p, enum train_purpose purpose, uint64_t round,
               uint32_t key[static 2]);

#endif
