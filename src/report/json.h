/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON documents of a report: indented, numbers in full.
 *
 * Convention: private to this layer; others get text.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <jansson.h>

#include "report/drain.h"

/* Returns a JSON number, or null for what JSON has no number for. */
json_t *report_number(double value);

/* Appends the document, and a newline; drops it. */
void report_add_json(struct buf *to, json_t *document, const struct report_drain *drain);

#endif
