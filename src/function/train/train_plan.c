/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parameters of train come to. */
#include "function/train/train_plan.h"

#include <math.h>
#include <string.h>

#include "function/common/column.h"
#include "function/common/numbers.h"
#include "function/common/philox.h"
#include "function/common/tell.h"
#include "function/table.h"

const struct function_param train_params[TRAIN_PARAMS] = {
    PARAM_STRING_REQUIRED(TRAIN_TARGET, "target",
                          "name of the column that is learned from all others"),
    PARAM_CHOICE(TRAIN_LOSS, "loss", "softmax", "softmax squared",
                 "softmax: cross entropy of a class, numbered from 0; squared: half of the squared "
                 "difference from a number"),
    PARAM_INTEGER(TRAIN_CLASSES, "classes", 0, 0, 4096,
                  "softmax: how many classes there are, at least 2; squared: 0"),
    PARAM_STRING(TRAIN_LAYERS, "layers", "32",
                 "widths of the hidden layers, such as '64 32'; '' for none"),
    PARAM_CHOICE(TRAIN_ACTIVATION, "activation", "relu", "relu tanh",
                 "what hidden layers do to each sum"),
    PARAM_CHOICE(TRAIN_ALGORITHM, "algorithm", "fedavg", "fedavg fedsgd",
                 "fedavg: each client trains for itself, and changes are averaged; fedsgd: "
                 "gradients are averaged, and each round is one step"),
    PARAM_INTEGER(TRAIN_EPOCHS, "epochs", 1, 1, 1e6,
                  "fedavg: passes of a client over its rows in a round"),
    PARAM_INTEGER(TRAIN_BATCH, "batch", 32, 1, 1 << 20, "fedavg: rows of one step of a client"),
    PARAM_CHOICE(TRAIN_OPTIMIZER, "optimizer", "momentum", "momentum adam",
                 "fedavg: how a client steps; adam keeps twice the state"),
    PARAM_NUMBER(TRAIN_RATE, "rate", 0.1, 1e-12, 1e6,
                 "learning rate, of clients (fedavg) or of a round (fedsgd)"),
    PARAM_NUMBER(
        TRAIN_MOMENTUM, "momentum", 0.9, 0, 0.999999,
        "fedavg: what a client's step keeps of the one before; adam: of the mean gradient"),
    PARAM_NUMBER(TRAIN_DECAY, "decay", 0, 0, 1e6,
                 "weight decay: adds decay/2 times the squared parameters to the mean loss"),
    PARAM_NUMBER(TRAIN_COOLING, "cooling", 0, 0, 1e6,
                 "round r has the rate rate / (1 + cooling (r - 1))"),
    PARAM_NUMBER(TRAIN_SERVER_RATE, "server_rate", 1, 1e-12, 1e6,
                 "what the averaged change of a round is multiplied by"),
    PARAM_NUMBER(TRAIN_SERVER_MOMENTUM, "server_momentum", 0, 0, 0.999999,
                 "what a round's change keeps of the one before"),
    PARAM_NUMBER(TRAIN_SCALE, "scale", 1, 1e-300, 1e300,
                 "what all columns but the target are divided by"),
    PARAM_INTEGER(TRAIN_TEST_EVERY, "test_every", 0, 0, 1e9,
                  "n: every n-th row of a partition is never trained on, but tested on; 0: none"),
    PARAM_NUMBER(TRAIN_TOLERANCE, "tolerance", 0, 0, 1,
                 "converged when a round changes the parameters by less than this share of their "
                 "length; 0: never"),
    PARAM_CHOICE(TRAIN_PRECISION, "precision", "double", "double single",
                 "of a client's arithmetic; single takes half the time and memory"),
    PARAM_INTEGER(
        TRAIN_SEED, "seed", 0, 0, 0x1p53,
        "key of the first weights, of the order of rows, and of the features' directions"),
};

static bool chosen(const struct function_env *env, enum train_param i, const char *word)
{
    return strcmp(env->params[i].string, word) == 0;
}

/* Widths from that of the columns to that of the output. */
static int plan_layers(struct function_env *env, struct train_plan *p)
{
    const char *text = env->params[TRAIN_LAYERS].string;
    size_t n = 1;

    p->shape.width[0] = env->columns - 1;
    if (text[strspn(text, " ")] == '\0')
        text = NULL;
    for (; text; n++) {
        double width;
        text += strspn(text, " ");
        if (n == MLP_LAYERS)
            return tell_error(env, "parameter 'layers' has more than %d widths", MLP_LAYERS - 1);
        if (numbers_read(&text, ' ', &width) < 0 || width < 1 || width > MLP_WIDTH ||
            width != floor(width))
            return tell_error(env,
                              "parameter 'layers' is '%.60s'; expected whole numbers from 1 to %d, "
                              "with a space between two",
                              env->params[TRAIN_LAYERS].string, MLP_WIDTH);
        p->shape.width[n] = (size_t)width;
        if (text && text[strspn(text, " ")] == '\0')
            text = NULL;
    }
    p->shape.width[n] = p->classes > 0 ? p->classes : 1;
    p->shape.layers = n;
    if (mlp_arrange(&p->shape) < 0)
        return tell_error(env, "a network of more than %d parameters", MLP_PARAMETERS);
    return 0;
}

static int plan_columns(struct function_env *env, struct train_plan *p)
{
    if (column_need(env, "target", env->params[TRAIN_TARGET].string, &p->target) < 0)
        return -1;
    if (env->columns < 2 || env->columns > MLP_WIDTH)
        return tell_error(env, "%zu columns; expected the target and 1 to %d others", env->columns,
                          MLP_WIDTH - 1);
    return 0;
}

static int plan_classes(struct function_env *env, struct train_plan *p)
{
    bool softmax = chosen(env, TRAIN_LOSS, "softmax");

    p->classes = (size_t)env->params[TRAIN_CLASSES].integer;
    if (softmax && p->classes < 2)
        return tell_error(env, "parameter 'classes' is %zu; loss softmax needs at least 2",
                          p->classes);
    if (!softmax && p->classes != 0)
        return tell_error(env, "parameter 'classes' is %zu; loss squared has none", p->classes);
    return 0;
}

int train_plan(struct function_env *env, struct train_plan *p)
{
    const struct function_value *v = env->params;

    *p = (struct train_plan){.tanh = chosen(env, TRAIN_ACTIVATION, "tanh"),
                             .average = chosen(env, TRAIN_ALGORITHM, "fedavg"),
                             .adam = chosen(env, TRAIN_OPTIMIZER, "adam"),
                             .single = chosen(env, TRAIN_PRECISION, "single"),
                             .epochs = (size_t)v[TRAIN_EPOCHS].integer,
                             .batch = (size_t)v[TRAIN_BATCH].integer,
                             .test_every = (size_t)v[TRAIN_TEST_EVERY].integer,
                             .momentum = v[TRAIN_MOMENTUM].number,
                             .decay = v[TRAIN_DECAY].number,
                             .scale = v[TRAIN_SCALE].number,
                             .server_rate = v[TRAIN_SERVER_RATE].number,
                             .server_momentum = v[TRAIN_SERVER_MOMENTUM].number,
                             .seed = (uint64_t)v[TRAIN_SEED].integer};
    p->rate = v[TRAIN_RATE].number / (1 + v[TRAIN_COOLING].number * (double)(env->round - 1));
    if (plan_columns(env, p) < 0 || plan_classes(env, p) < 0 || plan_layers(env, p) < 0)
        return -1;
    if (p->test_every == 1)
        return tell_error(env, "parameter 'test_every' is 1, which leaves no row to train on");
    p->update = TRAIN_HEAD + p->classes * TRAIN_CLASS;
    p->length = p->update + p->shape.parameters;
    return 0;
}

void train_key(const struct train_plan *p, enum train_purpose purpose, uint64_t round,
               uint32_t key[static 2])
{
    const uint32_t seed[2] = {(uint32_t)p->seed, (uint32_t)(p->seed >> 32)};
    const uint32_t counter[4] = {(uint32_t)round, (uint32_t)(round >> 32), purpose, 0};
    uint32_t words[4];

    philox(counter, seed, words);
    key[0] = words[0], key[1] = words[1];
}
