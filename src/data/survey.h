/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A survey: what the columns of a file hold, for who writes a contract.
 *
 * Convention: all of the file is read once, each value as a text. Memory: the texts that differ, of
 * columns that have no more of them than are asked for; SURVEY_LEVELS in all.
 */
#ifndef DATA_SURVEY_H
#define DATA_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

enum {
    SURVEY_LEVELS = 1 << 18, /* texts that are kept, of all columns */
    SURVEY_LEVEL = 256,      /* bytes of one, at most */
};

enum survey_kind {
    SURVEY_EMPTY = 0, /* it has no values */
    SURVEY_NUMBER, /* all values are finite numbers, and the file does not say that they are texts */
    SURVEY_DATE,   /* all are dates, YYYY-MM-DD */
    SURVEY_TEXT,
};

struct survey_level {
    char *text;
    uint64_t rows; /* that have it */
};

struct survey_column {
    char *name;
    enum survey_kind kind;
    uint64_t missing;
    struct survey_level *levels; /* by their bytes */
    size_t count;
    bool many; /* more of them than were asked for: there are none of them */
    bool wide; /* one has more than SURVEY_LEVEL bytes: there are none of them */
};

struct survey {
    char *notes; /* as source_notes() */
    struct survey_column *columns;
    size_t count;
    uint64_t rows;
};

/* Effect: surveys the named columns of a file, or all (names NULL): levels of those that have at most
 * `most` of them. Locations and errors are those of source_open() and source_read(). */
int survey_make(struct survey *s, const char *location, const char *const *names, size_t count,
                size_t most, struct err *e);
void survey_free(struct survey *s);

#endif
