/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A contract out of a flat document, which came from an HDF5 file or a spec.
 *
 * Convention: private to this layer. A function here returns 0, or -1 and what
 * is wrong: the file, the line (of a spec), the key, what was found, what was
 * expected.
 */
#ifndef CONTRACT_LOAD_H
#define CONTRACT_LOAD_H

#include "contract/complain.h"

/* Effect: fills the empty contract from the document. Missing groups, unknown
 * members, wrong types and ranges are ERR_INPUT. */
int load_document(const struct load *l);

/* The parts of it: tables and the model; the ranges of work; the recipe; what no single field
 * can say. */
int load_lists(const struct load *l);
int load_work(const struct load *l);
int load_recipe(const struct load *l);
int load_check(const struct load *l);

/* lists.c. Returns a list: a dataset of one dimension, of that type, with so many entries. */
const struct flat_value *load_list(const struct load *l, const char *path, enum flat_type type,
                                   size_t least, size_t most);

/* lists.c. Returns a copy of entry i of a list of strings, which has 1 to most bytes. */
char *load_text(const struct load *l, const struct flat_value *v, size_t i, size_t most);

/* lists.c. Fails if a list of strings has one twice. */
int load_distinct(const struct load *l, const struct flat_value *v);

/* Effect: orders parameters by name; one that is there twice is an error. */
int load_sort_params(struct contract_param *params, size_t count, struct err *e);

#endif
