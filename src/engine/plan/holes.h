/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Holes: which columns have no values, where that leaves nothing to compute over.
 *
 * Convention: not collective.
 */
#ifndef ENGINE_PLAN_HOLES_H
#define ENGINE_PLAN_HOLES_H

#include "engine/plan/deal.h"

/* Effect: ERR_INPUT naming the columns that leave none of the hand's rows of the source at
 * path, or the condition that does; reads them all once. Returns -1. */
int holes_explain(const char *path, const struct source_options *o, const struct hand *h,
                  struct err *e);

#endif
