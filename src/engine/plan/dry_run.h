/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A dry run: what a run would do, found out without computing.
 */
#ifndef ENGINE_PLAN_DRY_RUN_H
#define ENGINE_PLAN_DRY_RUN_H

#include "engine/plan/options.h"
#include "h5/reader.h"
#include "util/page.h"

/* What a dry run finds wrong. */
struct engine_problems {
    size_t count;
    enum err_code first; /* of the first of them */
};

/* Not collective. Appends to text what a run would do, and every problem that
 * can be seen without computing. ranks: of the job. */
int engine_dry_run(struct reader *r, const struct engine_options *o, int ranks, struct page *text,
                   struct engine_problems *problems, struct err *e);

#endif
