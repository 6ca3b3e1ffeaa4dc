/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says beforehand whether results can be judged in parts. */
#include "engine/plan/shards.h"

#include <math.h>
#include <string.h>

#include "stats/filter_columns.h"

int shards_check_contract(const struct engine_options *o, const struct contract *c, struct err *e)
{
    const char *what = c->work_units > 0                       ? "is over work"
                       : contract_over_sites(c) || c->part > 0 ? "is over centres"
                       : c->plausible_count > 0                ? "has plausible ranges"
                       : contract_rounds(c) > 1                ? "has rounds"
                       : strcmp(c->robust, "none") != 0        ? "has robust estimates"
                                                               : NULL;

    if (!o->shard)
        return 0;
    if (what)
        return err_set(e, ERR_USAGE,
                       "--shard: the contract %s, so its results are judged whole; leave it out",
                       what);
    return 0;
}

int shards_check(struct bound *b, struct err *e)
{
    if (bound_has_parts(b) && bound_model_length(b) == 0)
        return 0;
    return err_set(e, ERR_PERMANENT,
                   "--shard: %s has states that cannot be taken apart with these parameters; its "
                   "results are judged whole, without --shard",
                   bound_function(b)->name);
}

double shards_memory(const struct bound *b, double S, int ranks)
{
    const double block = S * FILTER_BLOCK * 8, window = 16 << 20;
    double blocks = ceil((double)bound_features_length(b) / FILTER_BLOCK);

    return (ceil(blocks / ranks) + 4) * block + S * S * 16 + window;
}
