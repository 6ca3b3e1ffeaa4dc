/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binds the function of a run on ranks that judge its results together. */
#include "engine/slave/shards_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/bind.h"

/* Whether a slave has computed over these very columns. */
static bool are_own(const struct slave *s, const char *const *names, size_t count)
{
    if (!s->bound || !s->partition || partition_columns(s->partition) != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(partition_column_names(s->partition)[i], names[i]) != 0)
            return false;
    return true;
}

static struct bound *bind(struct shards *d, const struct slave *s, const char *text, size_t len,
                          struct err *e)
{
    size_t count;

    if (!s->contract) {
        err_set(e, s->why.code, "%s", s->why.text);
        return NULL;
    }
    const char **names = message_names(text, len, &count, e);
    struct bound *b = !names ? NULL
                      : are_own(s, names, count)
                          ? s->bound
                          : (d->own = bind_function(s->contract, names, count, e));
    free(names);
    return b;
}

int shards_bind(struct shards *d, const struct slave *s, const struct shards_call *call,
                const char *names, size_t len, struct err *e)
{
    if (call) {
        d->bound = call->bound;
        d->contract = call->contract;
    } else {
        d->contract = s->contract;
        d->bound = bind(d, s, names, len, e);
        if (!d->bound)
            return -1;
        size_t model = bound_model_length(d->bound);
        if (model > 0 && (s->model_length != model || s->model_round != d->round))
            return err_set(e, ERR_SOFTWARE, "there is no model of round %d", (int)d->round);
        if (model > 0)
            bound_set_round(d->bound, contract_round(s->contract, d->round), s->model);
    }
    if (bound_length(d->bound) != d->length)
        return err_set(e, ERR_SOFTWARE, "a state has %zu doubles here, %zu elsewhere",
                       bound_length(d->bound), d->length);
    for (size_t k = 0; k < d->contract->plausible_count; k++)
        if (lookup_add(&d->ranges, d->contract->plausible[k].feature, k, e) < 0)
            return -1;
    return 0;
}

/* The contract's plausible ranges of some features. */
static int find_ranges(void *context, size_t first, size_t count, double *lower, double *upper,
                       struct err *e)
{
    const struct shards *d = context;
    char name[BOUND_FEATURE];

    (void)e;
    for (size_t i = 0; i < count; i++) {
        bound_feature_name(d->bound, first + i, name, sizeof name);
        size_t k = lookup_find(&d->ranges, name);
        if (k == LOOKUP_NONE)
            continue;
        lower[i] = d->contract->plausible[k].lower;
        upper[i] = d->contract->plausible[k].upper;
    }
    return 0;
}

struct shard_compared shards_compared(struct shards *d)
{
    return (struct shard_compared){
        .means = d->kind == SHARDS_ALL,
        .ranges = d->contract->plausible_count > 0 ? find_ranges : NULL,
        .context = d,
    };
}
