/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A strip: some rows of a table by columns, each of numbers or of texts.
 *
 * Convention: private to this layer. A strip has room for a number of rows that depends on its
 * columns alone. Its texts may have STRIP_STOP bytes together, and then it ends early, or those of
 * its only row STRIP_MOST: so how rows are cut into strips changes none, nor what is too much.
 */
#ifndef DATA_STRIP_H
#define DATA_STRIP_H

#include <stdbool.h>
#include <stddef.h>

#include "recipe/expression.h"
#include "util/arena.h"
#include "util/err.h"

enum {
    STRIP_ROWS = 4096,       /* at most */
    STRIP_VALUES = 64 << 10, /* at most, but for one row of more columns */
    STRIP_STOP = 8 << 20,
    STRIP_MOST = 24 << 20, /* more than a record of CSV can have */
};

struct strip_column { /* one of them is NULL */
    double *numbers;
    struct expression_text *texts;
};

struct strip {
    struct strip_column *columns;
    struct expression_column *seen; /* the same, for who reads it */
    size_t count;                   /* columns */
    size_t room, rows;
    struct arena bytes; /* of its texts */
};

/* Effect: makes an empty strip of count columns, those of texts where texts[i]. */
int strip_make(struct strip *s, const bool *texts, size_t count, struct err *e);

/* Effect: frees what it owns. */
void strip_free(struct strip *s);

/* Effect: it has no rows. */
void strip_reset(struct strip *s);

/* Whether no more rows are to be put in. */
bool strip_is_full(const struct strip *s);

#endif
