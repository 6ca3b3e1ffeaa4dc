/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row: the record of a CSV file as doubles, some columns of it.
 */
#ifndef DATA_CSV_ROW_H
#define DATA_CSV_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "data/csv_reader.h"
#include "data/source.h"
#include "util/err.h"

/* A column that is not read has this slot. */
#define CSV_NO_SLOT SIZE_MAX

/* What a row must have, and where its values go. */
struct csv_layout {
    const char *path;
    char **names;   /* of the file's columns */
    bool *unnamed;  /* unnamed[i]: the file has no name for column i */
    size_t columns; /* in the file */
    size_t *slots;  /* slots[i]: where in a row of values column i goes */
    bool all;       /* whether the user left the columns open */
    enum source_missing missing;
};

/* Returns 1 with the row's values, 0 when it is left out because one is missing,
 * or -1. */
int csv_row_read(const struct csv_layout *l, const struct csv_record *record, double *values,
                 struct err *e);

#endif
