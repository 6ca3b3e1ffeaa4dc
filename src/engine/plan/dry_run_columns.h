/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a dry run says of the columns.
 */
#ifndef ENGINE_PLAN_DRY_RUN_COLUMNS_H
#define ENGINE_PLAN_DRY_RUN_COLUMNS_H

#include "contract/contract.h"
#include "util/page.h"

/* Effect: lines on the columns of a contract over data, which has that many if it names none. */
void dry_run_columns(struct page *to, const struct contract *c, size_t all);

#endif
