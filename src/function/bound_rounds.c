/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The models of a function by rounds: the first one, and the next. */

#include <math.h>
#include <string.h>

#include "function/bound_call.h"

enum function_rounds bound_rounds(const struct function *f, const struct function_value *params)
{
    if (!f->update)
        return FUNCTION_ONE_ROUND;
    return f->rounds ? f->rounds(params) : FUNCTION_REPLAYED;
}

int bound_ask_model(struct bound *b, struct err *e)
{
    if (bound_rounds(b->f, b->params) == FUNCTION_ONE_ROUND)
        return 0;
    if (bound_ask_length(b, b->f->model_length, "model_length", BOUND_MODEL, &b->model_length, e) <
        0)
        return -1;
    b->env.model_length = b->model_length;
    b->model = err_alloc(b->model_length, sizeof *b->model, "a model", e);
    return b->model ? 0 : -1;
}

size_t bound_model_length(const struct bound *b)
{
    return b->model_length;
}

static int check_finite(const struct bound *b, const double *model, const char *callback,
                        struct err *e)
{
    for (size_t i = 0; i < b->model_length; i++)
        if (!isfinite(model[i]))
            return err_set(e, ERR_INPUT, "%s: %s gives a model whose value %zu is not finite",
                           b->f->name, callback, i + 1);
    return 0;
}

int bound_start(struct bound *b, double *model, struct err *e)
{
    memset(model, 0, b->model_length * sizeof *model);
    b->env.error[0] = '\0';
    if (!b->f->start)
        return 0;
    if (bound_called(b, b->f->start(&b->env, model), "start", e) < 0)
        return -1;
    return check_finite(b, model, "start", e);
}

void bound_set_round(struct bound *b, uint64_t round, const double *model)
{
    b->env.round = round;
    if (b->model_length == 0)
        return;
    memmove(b->model, model, b->model_length * sizeof *model);
    b->env.model = b->model;
}

int bound_update(struct bound *b, double *model, const double *state, bool *converged,
                 struct err *e)
{
    int over = 0;

    memcpy(model, b->model, b->model_length * sizeof *model);
    b->env.error[0] = '\0';
    if (bound_called(b, b->f->update(&b->env, model, state, &over), "update", e) < 0)
        return -1;
    *converged = over != 0;
    return check_finite(b, model, "update", e);
}

bool bound_has_feature(const struct bound *b, size_t i)
{
    return !b->has_feature || b->has_feature(&b->env, i);
}

void bound_set_team(struct bound *b, const void *communicator, int rank, int ranks)
{
    b->env.communicator = communicator;
    b->env.rank = rank;
    b->env.ranks = ranks;
}

void bound_set_host(struct bound *b, const void *host)
{
    b->env.host = host;
}
