/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cooking: a recipe between a table and who reads its rows.
 *
 * Convention: private to this layer. The options say the recipe, which is not empty, and the columns
 * that are to come out.
 */
#ifndef DATA_COOKING_H
#define DATA_COOKING_H

#include "data/format.h"

struct cooking;

/* Returns the recipe's plan for the columns of the options, and what works by it. */
struct cooking *cooking_create(const struct source_options *o, struct err *e);
void cooking_free(struct cooking *k);

/* What is read of the file: names of columns, and which of them are texts. */
size_t cooking_reads(const struct cooking *k);
const char *const *cooking_read_names(const struct cooking *k);
const bool *cooking_texts(const struct cooking *k);

/* What comes out: names of columns. */
size_t cooking_columns(const struct cooking *k);
const char *const *cooking_column_names(const struct cooking *k);

/* Returns which of the columns that are read comes out unchanged as the i-th; SIZE_MAX: none. */
size_t cooking_origin(const struct cooking *k, size_t i);

/* As source_read(), of a table whose choice is what is read; location: for errors. */
int cooking_read(struct cooking *k, const struct format *format, void *table, const char *location,
                 uint64_t first, size_t count, double *data, size_t *kept, struct err *e);

const struct recipe_tally *cooking_tally(const struct cooking *k);

/* Effect: the tally is empty. */
int cooking_count_anew(struct cooking *k, struct err *e);

#endif
