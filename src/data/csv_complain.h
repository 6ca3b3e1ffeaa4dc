/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is wrong with a record of a CSV file, in words.
 *
 * Convention: each is ERR_INPUT with file and line, and returns -1.
 */
#ifndef DATA_CSV_COMPLAIN_H
#define DATA_CSV_COMPLAIN_H

#include "data/csv_field.h"
#include "data/csv_row.h"

/* A field has a quote where none can be: at that place. */
int csv_bad_quotes(const struct csv_layout *l, const struct csv_record *record, const char *place,
                   size_t column, struct err *e);

/* It has not as many fields as the header. */
int csv_ragged(const struct csv_layout *l, const struct csv_record *record, struct err *e);

/* A field gives no number, where one is wanted. */
int csv_unusable(const struct csv_layout *l, const struct csv_record *record,
                 const struct csv_field *f, size_t column, enum csv_kind kind, struct err *e);

/* A field holds a text that is not UTF-8. */
int csv_not_utf8(const struct csv_layout *l, const struct csv_record *record,
                 const struct csv_field *f, size_t column, struct err *e);

#endif
