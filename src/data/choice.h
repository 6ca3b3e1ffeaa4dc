/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns by name: from what the user wants to what a table has.
 */
#ifndef DATA_CHOICE_H
#define DATA_CHOICE_H

#include "data/format.h"

/* Effect: fills an empty choice, but for texts, for an open table. ERR_INPUT: two columns of one
 * name, a name that is not there or wanted twice, and where texts is said, one of texts that is
 * wanted as numbers. */
int choice_make(struct choice *c, const struct format *format, const void *table,
                const char *location, const struct source_options *o, struct err *e);

/* Effect: frees what the choice owns. */
void choice_free(struct choice *c);

#endif
