/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reading of result.h5 in progress.
 *
 * Convention: private to the files that read it. What fails has set the reading's error.
 */
#ifndef ENGINE_RESULT_LOAD_H
#define ENGINE_RESULT_LOAD_H

#include "engine/result/format.h"

/* A reading in progress. */
struct load {
    const struct flat *f;
    const char *name;
    struct err *e;
    const struct contract *contract; /* that is in the file */
};

/* Returns the value at path, which must have that type and shape. */
const struct flat_value *load_expect(const struct load *l, const char *path, enum flat_type type,
                                     unsigned rank, size_t rows, size_t columns);

/* Fails when states, of two dimensions, are longer than the contract allows. */
int load_check_length(const struct load *l, const struct flat_value *states);

/* Returns a column of /slaves, or of that many rounds in /rounds, which must be one of S slaves. */
const struct flat_value *load_column(const struct load *l, const struct result_column *c,
                                     size_t rounds, size_t S);

/* Effect: entry i of the column goes into the slave. */
int load_entry(const struct load *l, const struct result_column *c, const struct flat_value *v,
               size_t i, struct result_slave *s);

/* Effect: r has the salts of that slice, from 0, of so many that lie below each other; none if v is
 * NULL. */
int load_salts(const struct load *l, const struct flat_value *v, size_t slices, size_t slice,
               struct result *r);

/* Effect: adds the arrays of a group. */
int load_arrays(const struct load *l, const char *group, struct result_arrays *a);

/* read_rounds.c. Effect: *result is that of the last round, which has those before. If it fails, *result is
 * what there is to free. */
int load_rounds(const struct load *l, struct result **result);

#endif
