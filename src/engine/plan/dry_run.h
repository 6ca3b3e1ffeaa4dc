/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A dry run: what a run would do, found out without computing.
 */
#ifndef ENGINE_PLAN_DRY_RUN_H
#define ENGINE_PLAN_DRY_RUN_H

#include "engine/plan/options.h"
#include "h5/reader.h"
#include "util/buf.h"

/* Not collective. Appends to text what a run would do, and every problem that
 * can be seen without computing; *problems is their number. ranks: of the job. */
int engine_dry_run(struct reader *r, const struct engine_options *o, int ranks, struct buf *text,
                   size_t *problems, struct err *e);

#endif
