/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of a contract without data: its slaves, each with all of its ranges.
 */
#ifndef REPORT_VIEW_PRIVATE_H
#define REPORT_VIEW_PRIVATE_H

#include "report/view.h"

/* Whether the entries are ranges; before the first is in, nothing shows it. */
bool report_is_work(const struct view *v);

/* Appends the table. */
void report_view_work(struct page *to, const struct view *v, bool colour);

#endif
