/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The index of a CSV file: how many rows it has, and where every
 * CSV_INDEX_STEP-th begins.
 *
 * Convention: rows are records after the header, numbered from 0. 16 bytes for
 * every CSV_INDEX_STEP rows.
 */
#ifndef DATA_CSV_INDEX_H
#define DATA_CSV_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "data/csv_reader.h"
#include "util/err.h"

enum { CSV_INDEX_STEP = 4096 };

struct csv_index {
    uint64_t rows;
    struct csv_place *places; /* places[i]: where row i * CSV_INDEX_STEP begins */
    size_t count;             /* rows / CSV_INDEX_STEP, rounded up */
    size_t capacity;
};

/* Effect: fills an empty index from where the reader stands to the end of the
 * file. ERR_INPUT: a NUL byte, a quote that is never closed, a record that is
 * too long. */
int csv_index_build(struct csv_index *x, struct csv_reader *r, struct err *e);

/* Effect: frees what the index owns, and empties it. */
void csv_index_free(struct csv_index *x);

#endif
