/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Data that is another than was computed over, by the openings of claims that were kept.
 *
 * Convention: not collective; what only other nodes can see is not compared.
 */
#ifndef ENGINE_CHANGED_H
#define ENGINE_CHANGED_H

#include <stdbool.h>

#include "data/source.h"
#include "engine/plan/plan.h"
#include "ledger/fold/runs.h"

/* What a comparison can not tell. */
struct changed {
    size_t unseen;     /* partitions that cannot be reached from here, or have no opening */
    size_t sampled;    /* whose files have another time, and the same rows in a sample */
    struct err unused; /* why openings were not read, which are not this user's alone */
};

/* Effect: stamp is that of the file of partition k; zeros if it cannot be seen from here. Returns
 * whether it can. */
bool changed_stamp(const struct plan *p, uint32_t k, struct source_stamp *stamp);

/* Fails with ERR_INPUT when data that the run has computed over is another now. A file of the
 * same size and time is taken to be the same, unless the contract commits to all rows. */
int changed_check(const struct plan *p, const struct run *run, struct changed *found,
                  struct err *e);

#endif
