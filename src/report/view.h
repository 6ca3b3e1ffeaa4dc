/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A view of a run on paper: how it stands.
 */
#ifndef REPORT_VIEW_H
#define REPORT_VIEW_H

#include "engine/view/view.h"
#include "util/page.h"

/* Appends how the run stands, with a table of slaves that fits a screen, or of all. directory:
 * the ledger's. With colour, slaves that somebody ought to look at are red. */
void report_view(struct page *to, const struct view *v, const char *directory, bool all,
                 bool colour);

/* Appends one line, for a log. */
void report_view_line(struct page *to, const struct view *v);

/* Appends everything as one document. */
void report_view_json(struct page *to, const struct view *v);

#endif
