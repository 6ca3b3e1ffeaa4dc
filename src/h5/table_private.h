/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table's body, and how its datasets are found.
 *
 * Convention: private to table*.c.
 */
#ifndef H5_TABLE_PRIVATE_H
#define H5_TABLE_PRIVATE_H

/* The names that 1.12 and later give other meanings are those of 1.10. */
#define H5_USE_110_API 1
#include <hdf5.h>
#include <stdbool.h>

#include "h5/close.h"
#include "h5/table.h"

/* A dataset, and where its values lie in the file if they lie there one after
 * the other as doubles; else PLACE_NONE. */
struct dataset {
    hid_t id;
    uint64_t place;
};

#define PLACE_NONE UINT64_MAX

struct table {
    char *path;
    char *location; /* PATH:/OBJECT */
    int fd;         /* the same file, to see whether it changes, and to read doubles */
    uint64_t size;  /* of the file, when it was opened */
    hid_t file;
    bool grid; /* one 2-D dataset; otherwise one 1-D dataset per column */
    struct dataset *datasets;
    size_t datasets_count;
    char **names; /* of the columns */
    size_t columns;
    uint64_t rows;
    double *scratch; /* TABLE_SCRATCH doubles, made when first needed */
};

/* H5Pset_file_locking() came with 1.10.7 and 1.12.1. */
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 11, 0))
#define HAVE_H5_LOCKING 1
#endif

/* What a dataset is to a table. */
struct shape {
    int rank;      /* 1 or 2; 0: of no use */
    hsize_t of[2]; /* its extents */
    bool numeric;  /* whether it holds integers or floating-point numbers */
};

/* Returns an access list that refuses to go to another file, or -1. */
hid_t table_access(void);

/* Effect: looks at a dataset; anything unusual gives rank 0. */
void table_shape(hid_t dataset, struct shape *shape);

/* Returns the object that a file without a named one stands for, which the
 * caller frees: its only numeric 2-D dataset, else "/". */
char *table_find(const struct table *t, struct err *e);

/* Effect: sets names of the numeric 1-D datasets in a group, and columns. */
int table_list(struct table *t, hid_t group, struct err *e);

/* Effect: sets names of a 2-D dataset's columns from its attribute. */
int table_label(struct table *t, hid_t dataset, struct err *e);

#endif
