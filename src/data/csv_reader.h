/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A CSV file's records, read through one window.
 *
 * A record is what ends with a newline that an even number of quotes precede;
 * blank lines at the end of the file are not records, nor is a byte order mark
 * part of the first.
 *
 * Convention: lines are counted from 1 as an editor counts them, also inside
 * quotes. Memory: the window, which grows with the longest record up to
 * what is said at csv_reader_open(). After an error the place is undefined until csv_reader_seek().
 */
#ifndef DATA_CSV_READER_H
#define DATA_CSV_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

enum {
    CSV_RECORD_MAX = 16 << 20, /* bytes of a record */
    CSV_RECORD_WIDE = 1 << 30, /* the same of a matrix with any number of columns: no more than its
                                * file has are ever taken */
};

struct csv_reader;

/* A place between two records. */
struct csv_place {
    uint64_t offset; /* bytes from the beginning of the file */
    uint64_t line;   /* number of the line that begins there */
};

/* One record, valid until the next call. The byte after it can be read, and is
 * not part of any number. */
struct csv_record {
    const char *text;
    size_t len;    /* without the end of line */
    uint64_t line; /* where it begins */
    bool quoted;   /* whether there is any quote in it */
};

/* Returns a reader that stands at the file's first record, of records of at most `most` bytes. */
struct csv_reader *csv_reader_open(const char *path, size_t most, struct err *e);
void csv_reader_close(struct csv_reader *r);

const char *csv_reader_path(const struct csv_reader *r);
size_t csv_reader_most(const struct csv_reader *r); /* bytes of a record */
struct csv_place csv_reader_tell(const struct csv_reader *r);
void csv_reader_seek(struct csv_reader *r, struct csv_place place);

/* Returns 1 and the next record, 0 at the end, or -1. */
int csv_reader_next(struct csv_reader *r, struct csv_record *record, struct err *e);

/* Returns 1 and a stretch of bytes as they come, valid until the next call and
 * ending anywhere, 0 at the end, or -1. Its offset is what tell said before;
 * lines are not counted. */
int csv_reader_bytes(struct csv_reader *r, const char **bytes, size_t *len, struct err *e);

/* Effect: fails if the file has another size than when it was opened. */
int csv_reader_check(const struct csv_reader *r, struct err *e);

#endif
