/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A client, for numbers of type REAL; see network_body.h.
 *
 * The ranks of a slave share the rows of every step. Each has all weights, and sums all
 * gradients of its rows; but of the optimizer's state, and of the sums of gradients over
 * ranks, it has a shard, by which it changes a shard of the weights, which it then shows
 * to the others (S. Rajbhandari, J. Rasley, O. Ruwase and Y. He, ZeRO, 2020, stages 1 and
 * 2).
 */
#ifndef FUNCTION_LEARNER_BODY_H
#define FUNCTION_LEARNER_BODY_H

#include "function/train/network_body.h"

#include <stdint.h>

#include "function/train/learner.h"
#include "function/common/philox.h"
#include "function/common/team.h"
#include "function/common/tell.h"

enum { AT_ONCE = 256 }; /* rows that are judged together */

struct client {
    const struct learner_task *task;
    const struct train_plan *plan;
    struct network net;
    size_t trained, tested;  /* rows, in this order in input and target */
    REAL *input, *target;    /* (trained + tested) x width[0], and 1 */
    uint32_t *order;         /* trained: a permutation */
    size_t from, shard;      /* of the parameters, this rank's */
    REAL *moment[2];         /* shard each: the optimizer's state; [1] for adam only */
    REAL *sum;               /* shard: the gradient over all ranks; the whole one if alone */
    REAL *batch_target;      /* most */
    double beta1_t, beta2_t; /* adam: powers of its decays */
    double *tally;           /* head and classes of a state */
};

static void client_free(struct client *c)
{
    network_free(&c->net);
    free(c->input);
    free(c->target);
    free(c->order);
    free(c->moment[0]);
    free(c->moment[1]);
    if (c->task->env->communicator)
        free(c->sum);
    free(c->batch_target);
    free(c->tally);
}

static bool is_test(const struct train_plan *p, uint64_t row)
{
    return p->test_every > 0 && row % p->test_every == p->test_every - 1;
}

static size_t greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The first bytes of each array are there even if it is empty. */
static void *array(size_t n, size_t size)
{
    return n <= SIZE_MAX / size ? calloc(greater(n, 1), size) : NULL;
}

static int client_alloc(struct client *c)
{
    const struct train_plan *p = c->plan;
    struct function_env *env = c->task->env;
    size_t rows = c->task->block->rows, n = p->shape.parameters;

    c->net.shape = &p->shape;
    c->net.tanh = p->tanh;
    c->net.most = p->average ? greater(p->batch, AT_ONCE) : AT_ONCE;
    if (c->net.most > rows)
        c->net.most = rows;
    c->from = team_shard(env, n, env->rank);
    c->shard = team_shard(env, n, env->rank + 1) - c->from;
    c->input = array(rows * p->shape.width[0], sizeof(REAL));
    c->target = array(rows, sizeof(REAL));
    c->batch_target = array(c->net.most, sizeof(REAL));
    c->tally = array(p->update, sizeof *c->tally);
    if (!c->input || !c->target || !c->batch_target || !c->tally || network_alloc(&c->net) < 0)
        return -1;
    if (!p->average)
        return 0;
    c->order = array(rows, sizeof *c->order);
    c->moment[0] = array(c->shard, sizeof(REAL));
    c->moment[1] = array(p->adam ? c->shard : 0, sizeof(REAL));
    c->sum = env->communicator ? array(c->shard, sizeof(REAL)) : c->net.gradient;
    return c->order && c->moment[0] && c->moment[1] && c->sum ? 0 : -1;
}

/* Rows to train on first, the others behind. */
static void client_load(struct client *c)
{
    const struct train_plan *p = c->plan;
    const struct block *b = c->task->block;
    size_t test = 0, train = 0, width = p->shape.width[0];

    for (size_t i = 0; i < b->rows; i++)
        c->tested += is_test(p, b->first + i);
    c->trained = b->rows - c->tested;
    for (size_t i = 0; i < b->rows; i++) {
        const double *x = b->data + i * b->columns;
        size_t at = is_test(p, b->first + i) ? c->trained + test++ : train++;
        REAL *to = c->input + at * width;
        c->target[at] = (REAL)x[p->target];
        for (size_t j = 0; j < width; j++)
            to[j] = (REAL)(x[j < p->target ? j : j + 1] / p->scale);
    }
    for (size_t i = 0; i < p->shape.parameters; i++)
        c->net.weight[i] = (REAL)c->task->env->model[i];
}

static void judge(struct client *c, size_t rows, const REAL *target, struct seen *seen)
{
    if (c->plan->classes > 0)
        judge_classes(&c->net, rows, target, seen);
    else
        judge_numbers(&c->net, rows, target, seen);
}

/* What the model of the round does with rows [from, from + count), of which this rank
 * takes its share; their gradients are added if wanted. */
static void survey(struct client *c, size_t from, size_t count, bool wanted, struct seen *seen)
{
    const struct function_env *env = c->task->env;
    size_t at = from + team_shard(env, count, env->rank);
    size_t end = from + team_shard(env, count, env->rank + 1), width = c->plan->shape.width[0];
    REAL *own = c->net.a[0];

    while (at < end) {
        size_t rows = end - at < c->net.most ? end - at : c->net.most;
        c->net.a[0] = c->input + at * width;
        forward(&c->net, rows);
        judge(c, rows, c->target + at, seen);
        if (wanted)
            backward(&c->net, rows, 1);
        at += rows;
    }
    c->net.a[0] = own;
}

static void survey_all(struct client *c)
{
    const struct train_plan *p = c->plan;
    const struct function_env *env = c->task->env;
    double *t = c->tally;
    struct seen train = {.classes = p->classes ? t + TRAIN_HEAD : NULL}, test = {0};
    size_t states = (p->adam ? 2 : 1) * sizeof(REAL), mine = p->average ? c->shard * states : 0;

    survey(c, 0, c->trained, !p->average, &train);
    survey(c, c->trained, c->tested, false, &test);
    t[TRAIN_LOSSES] = train.losses, t[TRAIN_LOSS_SQUARES] = train.squares;
    t[TRAIN_TEST_LOSSES] = test.losses, t[TRAIN_TEST_HITS] = test.hits;
    t[TRAIN_OPTIMIZER_BYTES] = (double)mine * (double)c->trained / env->ranks;
    team_sum_doubles(env, t, p->update);
    t[TRAIN_TRAINED] = (double)c->trained, t[TRAIN_TESTED] = (double)c->tested;
}

/* The order of the rows in one epoch (R. Durstenfeld, 1964). */
static void shuffle(struct client *c, size_t epoch)
{
    uint64_t first = c->task->block->first;
    uint32_t key[2], counter[4] = {0, (uint32_t)epoch, (uint32_t)first, (uint32_t)(first >> 32)};

    train_key(c->plan, TRAIN_SHUFFLES, c->task->env->round, key);
    for (size_t i = 0; i < c->trained; i++)
        c->order[i] = (uint32_t)i;
    for (size_t i = c->trained; i-- > 1;) {
        uint32_t w[4];
        counter[0] = (uint32_t)i;
        philox(counter, key, w);
        /* Not quite as likely each, but by less than (i + 1) / 2^32. */
        size_t j = (size_t)(((uint64_t)w[0] * (i + 1)) >> 32);
        uint32_t held = c->order[i];
        c->order[i] = c->order[j], c->order[j] = held;
    }
}

VERSIONS static void step_momentum(REAL *restrict w, const REAL *restrict g, REAL *restrict v,
                                   size_t n, const REAL by[static 4])
{
    REAL share = by[0], decay = by[1], momentum = by[2], rate = by[3];

    for (size_t i = 0; i < n; i++) {
        v[i] = momentum * v[i] + (g[i] * share + decay * w[i]);
        w[i] -= rate * v[i];
    }
}

/* D. P. Kingma and J. Ba, 2015. */
VERSIONS static void step_adam(REAL *restrict w, const REAL *restrict g, REAL *restrict mean,
                               REAL *restrict square, size_t n, const REAL by[static 6])
{
    REAL share = by[0], decay = by[1], beta1 = by[2], beta2 = by[3], rate = by[4], grow = by[5];

    for (size_t i = 0; i < n; i++) {
        REAL slope = g[i] * share + decay * w[i];
        mean[i] = beta1 * mean[i] + (1 - beta1) * slope;
        square[i] = beta2 * square[i] + (1 - beta2) * (slope * slope);
        w[i] -= rate * mean[i] / (SQRT(square[i]) * grow + (REAL)1e-8);
    }
}

/* Effect: the weights take a step by the gradient of so many rows. */
static void step(struct client *c, size_t rows)
{
    const struct train_plan *p = c->plan;
    const double beta2 = 0.999;
    REAL share = (REAL)(1 / (double)rows), decay = (REAL)p->decay, *w = c->net.weight + c->from;

    TEAM_SCATTER(c->task->env, c->net.gradient, p->shape.parameters, c->sum);
    if (p->adam) {
        c->beta1_t *= p->momentum, c->beta2_t *= beta2;
        /* Both moments begin at 0, and would be too small at first: their corrections. */
        const REAL by[6] = {share,
                            decay,
                            (REAL)p->momentum,
                            (REAL)beta2,
                            (REAL)(p->rate / (1 - c->beta1_t)),
                            (REAL)(1 / sqrt(1 - c->beta2_t))};
        step_adam(w, c->sum, c->moment[0], c->moment[1], c->shard, by);
    } else {
        const REAL by[4] = {share, decay, (REAL)p->momentum, (REAL)p->rate};
        step_momentum(w, c->sum, c->moment[0], c->shard, by);
    }
    TEAM_GATHER(c->task->env, c->net.weight, p->shape.parameters);
}

/* One step on the rows order[0 … count), of which this rank takes its share. */
static void train_batch(struct client *c, const uint32_t *order, size_t count)
{
    const struct function_env *env = c->task->env;
    size_t from = team_shard(env, count, env->rank), to = team_shard(env, count, env->rank + 1);
    size_t width = c->plan->shape.width[0];

    for (size_t i = from; i < to; i++) {
        memcpy(c->net.a[0] + (i - from) * width, c->input + order[i] * width, width * sizeof(REAL));
        c->batch_target[i - from] = c->target[order[i]];
    }
    if (to > from) {
        forward(&c->net, to - from);
        judge(c, to - from, c->batch_target, NULL);
        backward(&c->net, to - from, 0);
    } else {
        memset(c->net.gradient, 0, c->plan->shape.parameters * sizeof(REAL));
    }
    step(c, count);
}

static void train(struct client *c)
{
    size_t batch = c->plan->batch;

    c->beta1_t = c->beta2_t = 1;
    for (size_t epoch = 0; epoch < c->plan->epochs; epoch++) {
        shuffle(c, epoch);
        for (size_t i = 0; i < c->trained; i += batch)
            train_batch(c, c->order + i, c->trained - i < batch ? c->trained - i : batch);
    }
}

/* Effect: adds what the client wants the parameters to change by, times its rows. It began
 * with the model as REAL has it: what that rounded off is no change of the client's. */
static void add_update(struct client *c, double *update)
{
    size_t n = c->plan->shape.parameters;
    const REAL *w = c->net.weight, *g = c->net.gradient;
    const double *model = c->task->env->model;

    if (c->plan->average)
        for (size_t i = 0; i < n; i++)
            update[i] += (double)c->trained * ((double)w[i] - (double)(REAL)model[i]);
    else
        for (size_t i = 0; i < n; i++)
            update[i] -= (double)g[i];
}

static int learn(const struct learner_task *task, double *state)
{
    struct client c = {.task = task, .plan = task->plan};
    int rc = client_alloc(&c);

    if (rc < 0)
        tell_error(task->env, "out of memory for %zu parameters and %zu rows",
                   task->plan->shape.parameters, task->block->rows);
    rc = team_agree(task->env, rc);
    if (rc == 0) {
        client_load(&c);
        survey_all(&c);
        if (c.plan->average)
            train(&c);
        else
            TEAM_SUM(task->env, c.net.gradient, c.plan->shape.parameters);
        for (size_t i = 0; i < c.plan->update; i++)
            state[i] += c.tally[i];
        add_update(&c, state + c.plan->update);
    }
    client_free(&c);
    return rc;
}

#endif
