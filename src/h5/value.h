/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One attribute or dataset as a flat value, both ways.
 *
 * Convention: private to this layer. Reading checks type and size before it
 * allocates; h5py's ways of writing (variable-length scalar strings, enumerated
 * booleans, 32-bit numbers) are understood, one way of each is written.
 */
#ifndef H5_VALUE_H
#define H5_VALUE_H

#include <hdf5.h>
#include <stdint.h>

#include "util/err.h"
#include "util/flat.h"

/* Adds the value under path. A type or size that is not allowed: ERR_INPUT. */
int value_read_attribute(struct flat *out, const char *path, hid_t attribute, struct err *e);
int value_read_dataset(struct flat *out, const char *path, hid_t dataset, uint64_t elements,
                       struct err *e);

/* Writes v as an attribute called name of object, or as a dataset called name
 * in it. */
int value_write_attribute(hid_t object, const char *name, const struct flat_value *v,
                          struct err *e);
int value_write_dataset(hid_t group, const char *name, const struct flat_value *v, struct err *e);

#endif
