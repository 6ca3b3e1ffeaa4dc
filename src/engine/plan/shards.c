/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chooses beforehand whether results are held by the master or by the ranks that have them. */
#include "engine/plan/shards.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "stats/distance.h"
#include "stats/estimate.h"
#include "stats/filter_columns.h"

/* Returns why the results of a contract are the master's, or NULL. */
static const char *hindrance(const struct contract *c)
{
    return c->work_units > 0                       ? "is over work"
           : contract_over_sites(c) || c->part > 0 ? "is over centres"
                                                   : NULL;
}

int shards_check_contract(const struct engine_options *o, const struct contract *c, struct err *e)
{
    const char *what = hindrance(c);

    if (o->shard != ENGINE_SHARD_YES || !what)
        return 0;
    return err_set(e, ERR_USAGE,
                   "--shard: the contract %s, so its results are the master's; leave it out", what);
}

/* Whether the estimate that is asked for looks at each coordinate by itself. */
static bool is_by_coordinate(const struct contract *c)
{
    int method = estimate_of(c->robust);

    return method == ESTIMATE_NONE || method == ESTIMATE_MEAN || method == ESTIMATE_MEDIAN ||
           method == ESTIMATE_TRIMMED;
}

/* Of so many results each rank keeps what their coordinates add up to. */
static bool are_many(const struct contract *c)
{
    return c->slaves > DISTANCE_KEPT / (int64_t)sizeof(double) / c->slaves;
}

/* What can be done with the states of a function. */
static int find_kind(const struct contract *c, struct bound *b, enum shards_kind *kind,
                     struct err *e)
{
    size_t features = bound_features_length(b);

    *kind = SHARDS_NONE;
    if (bound_has_parts(b) && bound_model_length(b) == 0 && is_by_coordinate(c) && !are_many(c)) {
        *kind = SHARDS_ALL;
    } else if (features <= FILTER_BLOCK) {
        *kind = SHARDS_STATES;
    } else if (bound_model_length(b) > 0) {
        return err_set(e, ERR_PERMANENT,
                       "--shard: %s has rounds and compares %zu numbers of a result; by rounds at "
                       "most %d can be dealt: leave it out, or let it have fewer features",
                       bound_function(b)->name, features, FILTER_BLOCK);
    } else if (are_many(c)) {
        return err_set(e, ERR_PERMANENT,
                       "--shard: the %zu numbers that %s compares of each of %" PRId64
                       " results cannot be dealt, as these are too many; leave it out",
                       features, bound_function(b)->name, c->slaves);
    } else if (!is_by_coordinate(c)) {
        return err_set(e, ERR_PERMANENT,
                       "--shard: the contract asks for the estimate %s, which needs all of the %zu "
                       "numbers of a result that %s compares; with mean, median, trimmed-mean or "
                       "none they can be dealt, or leave it out",
                       c->robust, features, bound_function(b)->name);
    } else {
        *kind = SHARDS_FEATURES;
    }
    return 0;
}

int shards_choose(enum engine_shard wish, const struct contract *c, struct bound *b,
                  enum shards_kind *kind, struct err *e)
{
    bool large = bound_length(b) >= SHARDS_LARGE;

    *kind = SHARDS_NONE;
    if (hindrance(c) || wish == ENGINE_SHARD_NO || (wish == ENGINE_SHARD_AUTO && !large))
        return 0;
    return find_kind(c, b, kind, wish == ENGINE_SHARD_YES ? e : NULL) < 0 &&
                   wish == ENGINE_SHARD_YES
               ? -1
               : 0;
}

const char *shards_words(enum shards_kind kind)
{
    static const char *const words[] = {
        [SHARDS_NONE] = "all are the master's",
        [SHARDS_STATES] = "states stay with the ranks that have them",
        [SHARDS_FEATURES] = "states stay with the ranks that have them, features are dealt to all",
        [SHARDS_ALL] = "their numbers are dealt to all ranks",
    };
    return words[kind];
}

/* Doubles of whole states and what is compared of them: of one that is looked at, or of those that
 * a rank merges. */
static double count_whole(const struct bound *b, double S, int ranks)
{
    double m = (double)bound_length(b), d = (double)bound_features_length(b);

    return fmax(m + 2 * d, (3 + ceil(log2(fmax(1, ceil(S / ranks))))) * m);
}

double shards_memory(enum shards_kind kind, const struct bound *b, double S, int ranks)
{
    const double block = S * FILTER_BLOCK * 8, window = 32 << 20;
    double blocks = ceil((double)bound_features_length(b) / FILTER_BLOCK);
    double slab = (ceil(blocks / ranks) + 4) * block + S * S * 16 + window;
    double whole = count_whole(b, S, ranks) * 8;

    switch (kind) {
    case SHARDS_STATES:
        return whole;
    case SHARDS_FEATURES:
        return 2 * slab + whole;
    case SHARDS_ALL:
        return slab;
    default:
        return 0;
    }
}
