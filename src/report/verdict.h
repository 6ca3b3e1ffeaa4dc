/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a verification came to, on paper.
 */
#ifndef REPORT_VERDICT_H
#define REPORT_VERDICT_H

#include "engine/engine.h"
#include "engine/verify/verify.h"
#include "util/page.h"

/* Appends what was found to be right in the result of that path, unless something is wrong;
 * which ledger that is said of; and what is only believed. */
void report_verdict(struct page *to, const char *path, const struct engine_verdict *v);

#endif
