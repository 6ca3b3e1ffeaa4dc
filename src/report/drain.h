/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A drain: takes a report that may be long part by part, so that it is never in memory as
 * a whole.
 *
 * Convention: where one can be given it may be NULL; everything then stays in the buffer.
 */
#ifndef REPORT_DRAIN_H
#define REPORT_DRAIN_H

#include "util/buf.h"

struct report_drain {
    void (*take)(void *context, struct buf *text); /* takes the text, and empties the buffer */
    void *context;
};

enum { REPORT_PART = 65536 }; /* bytes that a drain is called for */

/* Effect: the drain takes the text once it is long. Called after each line or so. */
static inline void report_flow(const struct report_drain *drain, struct buf *text)
{
    if (drain && text->len >= REPORT_PART)
        drain->take(drain->context, text);
}

#endif
