/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Abandoned runs, and what was removed of them.
 */
#ifndef REPORT_PRUNE_H
#define REPORT_PRUNE_H

#include "engine/prune/prune.h"
#include "util/page.h"

/* Appends the abandoned runs, and what they have. */
void report_abandoned(struct page *to, const struct prune *p);

/* Appends what was removed; removed[i] says whether it is of list[i]. NULL: of none, as it was only
 * to be told; then only the document is one. */
void report_pruned(struct page *to, const struct prune *p, const bool *removed);
void report_pruned_json(struct page *to, const struct prune *p, const bool *removed);

#endif
