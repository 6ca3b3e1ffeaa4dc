/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A location: PATH or PATH:/OBJECT, and the table that is there.
 *
 * Convention: private to this layer.
 */
#ifndef DATA_LOCATION_H
#define DATA_LOCATION_H

#include "data/format.h"

/* Cuts PATH:/OBJECT in two. Returns the path, which the caller frees; *object
 * points into location, or is NULL. The longest path that exists wins. */
char *location_split(const char *location, const char **object, struct err *e);

/* Returns the table that is there, and its format. texts: see open() of a format. */
void *location_open(const char *location, const struct source_options *o, bool texts,
                    const struct format **format, struct err *e);

#endif
