/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table in an HDF5 file: columns that are read by ranges of rows.
 *
 * Either one 2-D dataset (its columns named by a string attribute "columns" of
 * as many elements, else c0, c1, …), or a group of 1-D numeric datasets of one
 * length, each a column with the dataset's name, in alphabetical order; or one
 * 1-D dataset, the only column; or a frame or series that pandas wrote in its fixed
 * format. What the file says of the numbers is believed or refused (data/FORMAT): scale,
 * offset and missing values of netCDF, matrices of MATLAB that are stored transposed.
 *
 * A dataset may also hold texts: strings, or an enumeration. These are columns if they are wanted.
 *
 * Convention: for a site's own data, not for files from elsewhere. Any integer
 * or floating-point type is converted to double. Columns are chosen by number.
 * What lies in another file is refused: external links and storage, virtual
 * datasets. Memory: a scratch of at most 4 MiB, and TABLE_CACHE_MAX bytes of
 * chunks.
 */
#ifndef H5_TABLE_H
#define H5_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/err.h"

enum {
    TABLE_COLUMNS_MAX = 65536,
    TABLE_UNIT = 128,            /* bytes of a unit, with its NUL; a longer one is cut */
    TABLE_CACHE_MAX = 256 << 20, /* bytes of chunks that are kept for the next read */
};

struct table;

/* The names of the columns that are chosen of a group; the others are not opened. */
struct table_wanted {
    const char *const *names; /* NULL: all are */
    size_t count;
    bool texts;  /* 1-D datasets of strings and enumerations are columns, too */
    size_t most; /* columns that a 2-D dataset may have; 0: TABLE_COLUMNS_MAX */
};

/* Returns an open table. object is a path inside the file, or NULL: the file's
 * only table of several columns, else the root group. */
struct table *table_open(const char *path, const char *object, const struct table_wanted *wanted,
                         struct err *e);
void table_close(struct table *t);

/* Returns PATH:/OBJECT of what was opened, for errors. */
const char *table_location(const struct table *t);

size_t table_columns(const struct table *t);
const char *table_column_name(const struct table *t, size_t i);
uint64_t table_rows(const struct table *t);

/* Returns the unit that the file gives for a column, or "". */
const char *table_unit(const struct table *t, size_t i);

/* Returns what the user should know of how the table is read: a sentence a line, each ended
 * by LF; or "". */
const char *table_notes(const struct table *t);

/* Returns what column i holds, "text" or a kind of enumeration, if that is texts; else NULL. */
const char *table_holds(const struct table *t, size_t i);

/* The same of what has that name in a group, and is no column as texts are none. */
const char *table_left(const struct table *t, const char *name);

/* One of a column of texts: UTF-8, without a NUL; at is NULL where it is missing. */
struct table_text {
    const char *at;
    size_t length; /* bytes */
};

/* Reads rows [first, first + rows) of a column as texts: strings, names of an enumeration's values,
 * or of numbers the shortest decimals that read back the same. Their bytes are there until the
 * arena is reset and the table is closed. If the arena is full, which it tells, fewer rows may fit;
 * the error is for one row that does not. */
int table_read_texts(struct table *t, uint64_t first, size_t rows, size_t column,
                     struct table_text *texts, struct arena *arena, struct err *e);

/* Reads rows [first, first + rows) of the count chosen columns into data, row-
 * major, rows x count doubles; none of them holds texts. */
int table_read(struct table *t, uint64_t first, size_t rows, const size_t *columns, size_t count,
               double *data, struct err *e);

#endif
