/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file format: what a source needs of one.
 *
 * Convention: private to this layer. table is what open() returned; the first
 * call after open() is choose(), and its struct outlives the table.
 */
#ifndef DATA_FORMAT_H
#define DATA_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/source.h"
#include "data/strip.h"
#include "util/err.h"

/* Which columns are read, and how. */
struct choice {
    size_t *columns; /* numbers of columns in the file, each at most once, in order */
    size_t count;
    const bool *texts; /* texts[i]: columns[i] is read as texts; NULL: none is */
    bool all;          /* the user left the columns open */
    enum source_missing missing;
};

struct format {
    const char *column; /* what a column is called in an error */
    bool typed;         /* the file says which columns hold texts, and which numbers */

    /* Returns a table; object is NULL or a place inside the file. Of the options what
     * says how names are found counts: which ones are wanted, whether there are any.
     * texts: what holds texts is a column, too. */
    void *(*open)(const char *path, const char *object, const struct source_options *o, bool texts,
                  struct err *e);
    void (*close)(void *table);

    size_t (*columns)(const void *table);
    const char *(*column_name)(const void *table, size_t i);
    uint64_t (*rows)(const void *table);
    const char *(*unit)(const void *table, size_t i); /* of column i; or "" */
    const char *(*notes)(const void *table);          /* as source_notes() */

    /* Returns what column i holds if the file says that it is texts, else NULL. */
    const char *(*holds)(const void *table, size_t i);

    /* The same of what has that name, and would be a column if the table had been opened with
     * texts. */
    const char *(*left)(const void *table, const char *name);

    int (*choose)(void *table, const struct choice *choice, struct err *e);

    /* As source_read(); the rows are there. */
    int (*read)(void *table, uint64_t first, size_t count, double *data, size_t *kept,
                struct err *e);

    /* Effect: fills the strip, whose columns are those of the choice, with rows from first on: count
     * of them, or fewer if it is full before, but one at least. A missing number is NaN. The rows
     * are there, and count is between 1 and the strip's room. */
    int (*read_strip)(void *table, uint64_t first, size_t count, struct strip *s, struct err *e);
};

/* What is to be done about a text where a number should be. */
#define FORMAT_TEXT_ADVICE                                                                    \
    "; if the column holds text, the contract says so: under data, types: {COLUMN: text} or " \
    "factors: {COLUMN: [LEVEL, …]} (metaneuron data levels prints them)"

#endif
