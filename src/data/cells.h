/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cells: all columns of a file, each of numbers, or of texts where the file says that it holds them.
 *
 * Files and locations are those of a source. CSV says nothing: its columns are of numbers.
 */
#ifndef DATA_CELLS_H
#define DATA_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "recipe/expression.h"
#include "util/err.h"

struct cells;

/* Errors are those of source_open(). */
struct cells *cells_open(const char *location, struct err *e);
void cells_close(struct cells *c);

size_t cells_columns(const struct cells *c);
const char *cells_name(const struct cells *c, size_t i);
bool cells_is_text(const struct cells *c, size_t i);
uint64_t cells_rows(const struct cells *c);

/* Reads rows from first on, as many as fit: *count, at least one. *columns are theirs until the next
 * call; what is missing is a NaN, or at no place. The row is there. Errors are those of source_read(). */
int cells_read(struct cells *c, uint64_t first, const struct expression_column **columns,
               size_t *count, struct err *e);

#endif
