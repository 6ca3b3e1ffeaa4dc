/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pruning: removing what abandoned runs have left beside the ledger.
 *
 * A run is abandoned that was published, is not settled, has had no record for long, and that
 * nobody works on. Its files are those in runs/RUN and logs/RUN, and openings/RUN. Once its prune
 * record stands, no start goes on with it: the next one of its contract publishes a run of its own.
 */
#ifndef ENGINE_PRUNE_H
#define ENGINE_PRUNE_H

#include <stdbool.h>

#include "ledger/ledger.h"

/* An abandoned run. */
struct prune_run {
    char key[RUN_HEX + 1];
    char contract[SHA256_HEX + 1]; /* its id, as far as it fits */
    int64_t last_us;               /* of its last record */
    bool pruned;                   /* its record stands already: some files were left */
    uint64_t files, bytes;
};

struct prune {
    struct prune_run *list;
    size_t count, capacity;
    uint64_t files, bytes; /* of all */
};

/* Effect: *p is the abandoned runs that have files, whose last record is older than that time, in
 * the order in which they were published. Locks nothing. */
int prune_find(struct ledger *l, int64_t before_us, struct prune *p, struct err *e);
void prune_free(struct prune *p);

/* Effect: records that the run's files are removed, and removes them, unless it is not abandoned
 * any more: then *removed is false. *r has what was removed. exclusive: as in ledger_open_alone(). */
int prune_remove(const char *ledger, bool exclusive, struct prune_run *r, int64_t before_us,
                 bool *removed, struct err *e);

#endif
