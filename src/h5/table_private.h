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
#include "h5/enumeration.h"
#include "h5/packing.h"
#include "h5/table.h"
#include "util/buf.h"

/* A dataset: rows of one or more of the table's columns. */
struct dataset {
    hid_t id;
    const char *name;                /* of its column, or NULL if it has several; the table's */
    size_t width;                    /* columns */
    int rank;                        /* as it is stored */
    bool turned;                     /* it is stored columns x rows, as MATLAB does */
    const char *holds;               /* what it holds, if that is texts, else NULL */
    struct enumeration *enumeration; /* of these, made when first needed */
    uint64_t place; /* where its values lie in the file, if they lie there row by row as
                         doubles; else PLACE_NONE */
    struct packing packing;
    char unit[TABLE_UNIT]; /* what its attribute units says, or "" */
};

#define PLACE_NONE UINT64_MAX

/* Where a column is. */
struct home {
    size_t dataset, at;
};

struct table {
    char *path;
    char *location; /* PATH:/OBJECT */
    int fd;         /* the same file, to see whether it changes, and to read doubles */
    uint64_t size;  /* of the file, when it was opened */
    hid_t file;
    bool netcdf;
    bool texts; /* datasets of texts are columns, too */
    bool grid;  /* one dataset that has all columns, in order */
    struct dataset *datasets;
    size_t datasets_count;
    char **names;        /* of the columns */
    const char *measure; /* the column of a group whose length the others are to have */
    struct home *homes;  /* of the columns; NULL: column i is dataset i, or the grid's */
    size_t columns;
    uint64_t rows;
    double *scratch; /* TABLE_SCRATCH doubles, made when first needed */
    struct buf notes;
};

/* H5Pset_file_locking() came with 1.10.7 and 1.12.1. */
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 11, 0))
#define HAVE_H5_LOCKING 1
#endif

/* What a dataset is to a table. */
struct shape {
    int rank;         /* 1 or 2; 0: of no use. One column of MATLAB's is of rank 1 */
    hsize_t of[2];    /* rows and columns */
    int stored;       /* the rank that it is stored with */
    bool turned;      /* it is stored columns x rows */
    bool numeric;     /* whether it holds integers or floating-point numbers that are values */
    bool text;        /* whether it is one column of strings or of an enumeration */
    const char *kind; /* what it is, if that is no numbers of rank 1 or 2 */
};

/* table.c. Sets e to why those rows could not be read: contents, the device, or a filter that is
 * not there. Returns -1. Called before another call loses HDF5's reason. */
int table_unread(const struct table *t, const struct dataset *d, uint64_t first, uint64_t last,
                 struct err *e);

/* table.c. Fails unless the file has the size that it had. HDF5 reads zeros behind the end of a
 * file that was cut after it was opened. Asked before reading, to say so of a file that has become
 * too short; and after it. */
int table_check_size(const struct table *t, struct err *e);

/* table_add.c. Returns an access list that refuses to go to another file, or -1. */
hid_t table_access(void);

/* table_shape.c. Effect: looks at a dataset; anything unusual gives rank 0. */
void table_shape(hid_t dataset, struct shape *shape);

/* table_find.c. Returns the object that a file without a named one stands for, which the
 * caller frees: its only table of several columns, else "/". */
char *table_find(struct table *t, struct err *e);

enum { TABLE_LEFT_MOST = 360 }; /* bytes of what is said to be left out */

/* Effect: left, a list, tells of one thing more that is no column, and what it is, unless it has
 * told of many. */
void table_leave_out(struct buf *left, const char *name, const char *kind);

/* Returns what ends that list: it may not be all. */
const char *table_left_more(const struct buf *left);

/* table_list.c. Effect: sets names of the numeric 1-D datasets in a group, and columns; notes
 * say what is left out. */
int table_list(struct table *t, hid_t group, struct err *e);

/* table_label.c. Effect: sets names of a 2-D dataset's columns from its attribute, or from
 * those who wrote it. object: its path in the file. */
int table_label(struct table *t, hid_t dataset, const char *object, struct err *e);

/* table_frame.c. Whether a group is by pandas. */
bool table_is_frame(hid_t group);

/* table_frame.c. Effect: opens the columns of a group that is. */
int table_open_frame(struct table *t, hid_t group, struct err *e);

/* table_add.c. Effect: adds a dataset of these columns, that keeps at most so many bytes of
 * chunks; there is room in t->datasets. name: of its column, or NULL. */
int table_add(struct table *t, hid_t parent, const char *object, const char *name, size_t most,
              struct shape *shape, struct err *e);

#endif
