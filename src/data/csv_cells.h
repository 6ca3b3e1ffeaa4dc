/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cells: the record of a CSV file as numbers and texts, some columns of it.
 */
#ifndef DATA_CSV_CELLS_H
#define DATA_CSV_CELLS_H

#include "data/csv_row.h"
#include "data/strip.h"

/* Effect: adds a row to the strip, which is not full. A missing number is NaN, whatever the layout
 * says of such rows. */
int csv_cells_read(const struct csv_layout *l, const struct csv_record *record, struct strip *s,
                   struct err *e);

#endif
