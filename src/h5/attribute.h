/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attributes by which other programs say what their data means.
 *
 * Convention: private to this layer, for a site's own files. What is not there, or is of
 * another kind than asked for, reads as nothing; no HDF5 error is left behind.
 */
#ifndef H5_ATTRIBUTE_H
#define H5_ATTRIBUTE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

bool attribute_exists(hid_t object, const char *name);

/* Effect: calls visit with the name of each attribute, until it returns true. Returns whether one
 * did. */
bool attribute_any(hid_t object, bool (*visit)(void *context, const char *name), void *context);

/* Effect: copies a string of one element into text (size bytes), cut if need be; "" if
 * there is none. Returns whether there is one. */
bool attribute_text(hid_t object, const char *name, char *text, size_t size);

/* Whether the attribute is that text. */
bool attribute_is(hid_t object, const char *name, const char *text);

/* Whether the attribute holds floating-point numbers. */
bool attribute_is_real(hid_t object, const char *name);

/* Effect: reads up to room numbers of an attribute, each rounded as a value of type would
 * be, for comparison with such values; type H5T_NATIVE_DOUBLE rounds nothing. Returns how
 * many it has, 0 if there is no such attribute, or -1 if it is no list of numbers; more
 * than room are not read. */
int attribute_numbers(hid_t object, const char *name, hid_t type, double *values, size_t room);

/* Effect: *names is a list of count strings, or of the digits of as many integers, which
 * dataset holds; the caller frees each and the list. what: the dataset, for errors. */
int attribute_labels(hid_t dataset, const char *what, size_t count, char **names, struct err *e);

#endif
