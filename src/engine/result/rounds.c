/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holds what is left of earlier rounds. */
#include "engine/result/result.h"

#include <stdlib.h>
#include <string.h>

#include "engine/result/preparation.h"

/* Who the slaves are does not change from round to round. */
static int copy_slaves(struct result *to, const struct result *from, struct err *e)
{
    for (size_t k = 0; k < from->slaves; k++) {
        const struct result_slave *s = &from->slave[k];
        struct result_slave *n = &to->slave[k];
        n->items = s->items;
        n->weight = s->weight;
        if (result_set(&n->name, s->name, e) < 0 || result_set(&n->node, s->node, e) < 0)
            return -1;
    }
    return 0;
}

struct result *result_next(struct result *r, struct err *e)
{
    struct result *n = result_create(r->slaves, e);

    if (!n)
        return NULL;
    size_t count = r->past_count;
    if ((count & (count - 1)) == 0) { /* doubled at 0, 1, 2, 4, … */
        struct result **more = realloc(r->past, (count ? 2 * count : 1) * sizeof *more);
        if (!more) {
            err_memory(e, "rounds");
            result_free(n);
            return NULL;
        }
        r->past = more;
    }
    n->disclose = r->disclose;
    n->coded = r->coded;
    n->dealt = r->dealt;
    if (copy_slaves(n, r, e) < 0 || result_size(n, r->length, r->features, e) < 0 ||
        result_set(&n->origin, r->origin, e) < 0 || (r->salts && result_salt(n, e) < 0)) {
        result_free(n);
        return NULL;
    }
    memcpy(n->run, r->run, sizeof n->run);
    preparation_move(n, r);
    n->round = r->round + 1;
    n->model_length = r->model_length;
    n->past = r->past;
    n->past[count] = r;
    n->past_count = count + 1;
    r->past = NULL;
    r->past_count = 0;
    return n;
}

static int set_copy(double **place, const double *model, size_t length, struct err *e)
{
    double *copy = err_alloc(length, sizeof *copy, "a model", e);

    if (!copy)
        return -1;
    memcpy(copy, model, length * sizeof *copy);
    free(*place);
    *place = copy;
    return 0;
}

int result_set_start(struct result *r, const double *start, size_t length, struct err *e)
{
    r->model_length = length;
    return set_copy(&r->start, start, length, e);
}

int result_set_model(struct result *r, const double *model, struct err *e)
{
    return set_copy(&r->model, model, r->model_length, e);
}

void result_forget(struct result *r, bool states, uint64_t models)
{
    if (r->past_count == 0)
        return;
    struct result *last = r->past[r->past_count - 1];
    for (size_t i = 0; states && i < r->past_count; i++) {
        free(r->past[i]->states);
        r->past[i]->states = NULL;
        r->past[i]->forgotten = true;
    }
    /* That of the last round is what this one begins with. */
    if (models > 1 && r->past_count > 1 && (last->round - 1) % models != 0) {
        free(r->past[r->past_count - 2]->model);
        r->past[r->past_count - 2]->model = NULL;
        r->past[r->past_count - 2]->filed.model = false;
    }
}

bool result_has_model(const struct result *r, size_t i)
{
    const struct result *x = result_round(r, i);

    return (x->model || x->filed.model) && (!result_is_stateless(r) || i == r->past_count);
}

const struct result *result_round(const struct result *r, size_t i)
{
    return i < r->past_count ? r->past[i] : r;
}
