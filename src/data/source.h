/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A source: a file of named columns, of which some are read, by ranges of rows.
 *
 * Files: CSV (first line names the columns, RFC 4180 quotes) and HDF5 (one 2-D
 * dataset, or a group of equally long 1-D datasets, one per column). FORMAT says
 * exactly which.
 *
 * Convention: rows are numbered from 0 as they stand in the file. Memory is
 * bounded whatever the file's size: for CSV one read buffer of at most 16 MiB (of a wide
 * matrix its longest row) and 16 bytes for every 4096 rows, for HDF5 4 MiB and at most 256 MiB of its
 * chunks. A source is used by one thread.
 */
#ifndef DATA_SOURCE_H
#define DATA_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "recipe/recipe.h"
#include "util/err.h"

enum source_missing {
    SOURCE_MISSING_ERROR = 1, /* a missing value is ERR_INPUT, with file, line and column */
    SOURCE_MISSING_SKIP = 2,  /* a row with one is left out */
    SOURCE_MISSING_NAN = 3,   /* it is read as NaN */
};

struct source_options {
    const char *const *columns; /* names of the columns to read, in this order; or NULL for all */
    size_t columns_count;
    enum source_missing missing;
    const struct recipe *recipe; /* how the columns come of those of the file, which are then to be
                                  * said; NULL or an empty one: they are the file's */
    bool header_optional;        /* CSV: a first line that looks like a row is one */
    bool wide; /* it is a matrix, of which all is read: up to SOURCE_WIDEST columns, whose names may
                * be the same, in records as long as that takes */
};

enum {
    SOURCE_COLUMNS_MAX = 65536, /* of a file whose columns have names */
    SOURCE_WIDEST = 1 << 27,    /* of a matrix: a row of 1 GiB */
};

struct source;

/* How a file looks from outside. */
struct source_stamp {
    uint64_t size;   /* bytes */
    int64_t time_ns; /* of its last change, since 1970 */
};

/* Effect: sets the stamp of the file of a location, without looking into it. */
int source_stamp(const char *location, struct source_stamp *stamp, struct err *e);

/* Returns an open source. location is PATH, or PATH:/OBJECT for one dataset or
 * group of an HDF5 file (without it: the file's only 2-D dataset, else its root
 * group). Which format it is, its first bytes tell. A column that is not there:
 * ERR_INPUT listing those that are. CSV: reads the file once, to count rows. */
struct source *source_open(const char *location, const struct source_options *o, struct err *e);
void source_close(struct source *s);

/* Columns that are read; with a recipe, those that come out. */
size_t source_columns(const struct source *s);
const char *const *source_column_names(const struct source *s); /* their names, in order */
uint64_t source_rows(const struct source *s);                   /* rows in the file */

/* Returns the unit that the file gives for a column that is read, or "", as of one that a recipe has
 * made. */
const char *source_unit(const struct source *s, size_t i);

/* Returns what the user should know of how the file is read: a sentence a line, each
 * ended by LF; "" if there is nothing. */
const char *source_notes(const struct source *s);

/* Returns what has happened to the rows that were read since source_open() or source_count_anew(), as
 * often as they were read; NULL without a recipe. */
const struct recipe_tally *source_tally(const struct source *s);

/* Effect: the tally is empty. */
int source_count_anew(struct source *s, struct err *e);

/* Reads count rows from row first on into data, row-major, room for count x
 * columns doubles; *kept is how many there are: count, or fewer when rows with
 * missing values are skipped, or the recipe drops some. Going on where the last read ended costs no seek.
 * Any division into ranges gives the same rows. A file that has another size
 * than at source_open() is ERR_INPUT; rows that are not there are ERR_SOFTWARE.
 * After a failure what data holds is undefined, and the source can be read on. */
int source_read(struct source *s, uint64_t first, size_t count, double *data, size_t *kept,
                struct err *e);

#endif
