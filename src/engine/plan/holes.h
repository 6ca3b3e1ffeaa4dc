/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Holes: which columns have no values, where that leaves nothing to compute over.
 *
 * Convention: not collective.
 */
#ifndef ENGINE_PLAN_HOLES_H
#define ENGINE_PLAN_HOLES_H

#include "data/source.h"
#include "util/err.h"

/* Effect: ERR_INPUT naming the columns that leave none of the rows [first, first + rows)
 * of the source at path; reads them all once. Returns -1. */
int holes_explain(const char *path, const struct source_options *o, uint64_t first, uint64_t rows,
                  struct err *e);

#endif
