/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An enumeration: names of whole numbers.
 *
 * Convention: private to this layer, for a site's own files.
 */
#ifndef H5_ENUMERATION_H
#define H5_ENUMERATION_H

#include <hdf5.h>
#include <stdint.h>

#include "util/err.h"

enum { ENUMERATION_MOST = 65536 }; /* names */

struct enumeration;

/* Returns the names of a type that is an enumeration. what: its dataset, for errors. ERR_INPUT: too
 * many names, two of one number, one that is not UTF-8. */
struct enumeration *enumeration_read(hid_t type, const char *what, struct err *e);
void enumeration_free(struct enumeration *x);

/* Returns the name of that number, or NULL. */
const char *enumeration_name(const struct enumeration *x, int64_t number);

#endif
