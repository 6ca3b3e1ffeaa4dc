/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Datasets of a file that are too large to be held: they are written a part at a time.
 *
 * Convention: between writer_write_slabs() and its return. A dataset lies in the file in one piece,
 * as those of writer_write() do: one that was written in parts is the same as one that was not.
 */
#ifndef H5_SLABS_H
#define H5_SLABS_H

#include <stddef.h>

#include "util/err.h"

struct slabs; /* the file, once all else is in it */

/* Effect: the file has a dataset of count numbers, or if size is not 0 of strings of that many bytes,
 * in a group that there is; with an attribute help, unless that is NULL. */
int slabs_make(struct slabs *s, const char *path, size_t count, size_t size, const char *help,
               struct err *e);

/* The same of rows x columns numbers; and a part of one of its rows. All of it is to be written. */
int slabs_make_rows(struct slabs *s, const char *path, size_t rows, size_t columns, struct err *e);
int slabs_row(struct slabs *s, const char *path, size_t row, size_t first, size_t count,
              const double *numbers, struct err *e);

/* Effect: the part of a dataset that begins at first is that: numbers, or strings, each filled
 * up with NUL to the dataset's size. */
int slabs_numbers(struct slabs *s, const char *path, size_t first, size_t count,
                  const double *numbers, struct err *e);
int slabs_strings(struct slabs *s, const char *path, size_t first, size_t count, const char *bytes,
                  struct err *e);

#endif
