/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reasons, each with all whom it concerns: what is wrong for many is told once.
 *
 * Two reasons are one if their texts are, or if each has its own number in the place that it
 * begins with, as in "data/3.csv: cannot be opened".
 *
 * Convention: zero-initialise, add, then ask for failed once.
 */
#ifndef UTIL_REASONS_H
#define UTIL_REASONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

/* One reason. */
struct reason_of {
    struct buf text;   /* as the first one has it */
    uint64_t number;   /* of that one, or 0 */
    struct buf common; /* with {slave} for the number of each, once there are two */
    struct buf who, where;
    size_t count;  /* whom it concerns */
    size_t places; /* where they are */
};

struct reasons {
    struct reason_of *list;
    size_t count, capacity;
    bool failed; /* no memory */
};

/* Effect: adds one more who has the reason, with its number (0: none) and where it is (empty
 * or "-": nowhere). */
void reasons_add(struct reasons *r, const char *who, uint64_t number, const char *where,
                 const char *text);

/* Appends "WHO: TEXT (node WHERE)", or "3 slaves (WHO, WHO, WHO): TEXT (nodes WHERE, WHERE)";
 * before comes first where it is one. At most so many bytes of the text. */
void reasons_tell(struct buf *to, const struct reason_of *x, const char *before, size_t most);

void reasons_free(struct reasons *r);

#endif
