/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What would have come out with other decisions, on paper.
 */
#ifndef REPORT_WHAT_IF_H
#define REPORT_WHAT_IF_H

#include "engine/verify/what_if.h"
#include "util/page.h"

/* Appends whose decisions were turned, and the arrays, now and then. */
void report_what_if(struct page *to, const struct result *r, const struct what_if *w);

/* The same as one document. */
void report_what_if_json(struct page *to, const struct result *r, const struct what_if *w);

#endif
