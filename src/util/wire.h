/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers and texts one after the other, as two processes of one machine hand them to each other.
 *
 * Each is a multiple of 8 bytes, so that numbers can be used where they lie. A text has its
 * length before it, with its NUL; none (NULL) has the length 0.
 *
 * Convention: what is read may be hostile. A read that finds nothing gives 0 or NULL, and from
 * then on all do: ask wire_read_all() once.
 */
#ifndef UTIL_WIRE_H
#define UTIL_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

void wire_add_number(struct buf *b, uint64_t number);
void wire_add_doubles(struct buf *b, const double *numbers, size_t count);
void wire_add_text(struct buf *b, const char *text);

/* What is read: data is aligned as for a double, and at is how far it was read. */
struct wire {
    const char *data;
    size_t len, at;
    bool failed;
};

uint64_t wire_number(struct wire *w);
int64_t wire_signed(struct wire *w);

/* Returns count doubles where they lie. */
const double *wire_doubles(struct wire *w, size_t count);

/* Returns a text where it lies, or NULL, where there is none. */
const char *wire_text(struct wire *w);

/* Whether all of it was read, and all that was read was there. */
bool wire_read_all(const struct wire *w);

#endif
