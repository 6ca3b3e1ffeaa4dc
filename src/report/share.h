/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much of the data is in an answer, in words.
 */
#ifndef REPORT_SHARE_H
#define REPORT_SHARE_H

#include "ledger/fold/share.h"
#include "util/json_page.h"
#include "util/page.h"

/* Appends "N of M items (x %) are in the answer", and of how many slaves the items are not
 * known; and a line feed. */
void report_share(struct page *to, const struct share *s, bool work);

/* Adds the same as an object. */
void report_share_json(struct json_page *j, const char *key, const struct share *s);

#endif
