/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `metaneuron filter` reads: a matrix, and what is known of its rows.
 */
#ifndef CLI_FILTER_TABLE_H
#define CLI_FILTER_TABLE_H

#include <stddef.h>

#include "util/err.h"

/* Where it stands; NULL: nowhere. */
struct filter_files {
    const char *matrix;  /* CSV or HDF5: as source_open() takes it */
    const char *errors;  /* of the same shape: standard errors; what is missing is unknown */
    const char *items;   /* a number > 0 a line: how many items each row is the mean of */
    const char *weights; /* a number >= 0 a line: P of each row; without it all are equal */
    double lambda;       /* as of weight_shares() */
};

struct filter_table {
    size_t n, d;
    double *features;         /* n x d, NaN where missing */
    double *errors;           /* n x d, 0 where unknown; or NULL */
    double *items;            /* n; or NULL */
    double *share;            /* n, sum 1 */
    const char *const *names; /* d: of the columns; c0, c1 and so on where the file has none */
    struct source *source;    /* which owns the names */
};

/* Effect: reads all, and says what is uncertain about the files. *t is emptied by
 * filter_table_free(), after a failure too. ERR_INPUT names file, row or line, and column. */
int filter_table_read(struct filter_table *t, const struct filter_files *files, struct err *e);
void filter_table_free(struct filter_table *t);

#endif
