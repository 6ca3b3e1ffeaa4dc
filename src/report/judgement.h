/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person needs beside decisions to judge them: who of the rejected agree, what leaves the
 * answer with them, whether it happened before, and how near the threshold the others were.
 */
#ifndef REPORT_JUDGEMENT_H
#define REPORT_JUDGEMENT_H

#include "engine/result/agreed.h"
#include "ledger/fold/share.h"
#include "util/json_page.h"
#include "util/page.h"

/* How a line begins: what stands before its key, and how wide the key is. */
struct report_keys {
    const char *prefix;
    int width;
};

/* Appends a line for what there is to say of a result; with back, also for each rejected slave of which
 * the ledger was asked. */
void report_judgement(struct page *to, const struct report_keys *keys, const struct result *r,
                      bool back);

/* Appends who agree, if any do. */
void report_agreed(struct page *to, const struct report_keys *keys, const struct agreed *a);

/* A slave, its node, which may be "", and what was settled of both before the run. */
struct report_before {
    const char *name, *node;
    const struct history_earlier *earlier;
};

/* Sets *b to entry k of a list; false: it is not told of. */
typedef bool report_each(const void *list, size_t k, struct report_before *b);

/* Appends which of those of which it is known were rejected before, or on nodes where others were:
 * a few by name, the others counted. */
void report_earlier(struct page *to, const struct report_keys *keys, report_each *each,
                    const void *list, size_t count);

/* Appends how near the threshold an accepted one was. */
void report_nearest(struct page *to, const struct report_keys *keys, const char *name, double part);

/* Appends how many items are not in the answer as they were rejected, if there are any, and whether
 * that is much. */
void report_left_out(struct page *to, const struct report_keys *keys, const struct share *s,
                     bool work);

/* Adds the same as members: null where there is nothing to say. */
void report_agreed_json(struct json_page *j, const struct agreed *a);
void report_nearest_json(struct json_page *j, const char *name, double part);
void report_earlier_json(struct json_page *j, const struct history_earlier *x);

/* Adds both for a result. */
void report_judgement_json(struct json_page *j, const struct result *r);

#endif
