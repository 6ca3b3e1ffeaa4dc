/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first line of a CSV file: names of columns, or a row that someone forgot to
 * give names to.
 *
 * A line that could be a row is not taken for names on its looks: the names count
 * if they are quoted, or if the caller chooses columns by them.
 */
#ifndef DATA_CSV_HEADER_H
#define DATA_CSV_HEADER_H

#include "data/csv_reader.h"
#include "data/csv_row.h"
#include "data/source.h"
#include "util/buf.h"
#include "util/err.h"

/* Effect: sets the names and columns of a layout that has its path; the reader, which
 * stood at the first line, then stands at the first row. What the user should know of
 * the names is added to notes. ERR_INPUT: the line names no columns. */
int csv_header_read(struct csv_layout *l, struct csv_reader *r, const struct source_options *o,
                    struct buf *notes, struct err *e);

#endif
