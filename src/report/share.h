/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much of the data is in an answer, in words.
 */
#ifndef REPORT_SHARE_H
#define REPORT_SHARE_H

#include <jansson.h>

#include "ledger/share.h"
#include "util/buf.h"

/* Appends "N of M items (x %) are in the answer", and of how many slaves the items are not
 * known; and a line feed. */
void report_share(struct buf *to, const struct share *s, bool work);

/* Returns the same as an object. */
json_t *report_share_json(const struct share *s);

#endif
