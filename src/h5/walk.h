/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The walk over a foreign HDF5 image by a fixed set of rules.
 *
 * Convention: private to this layer; called in the sandbox only.
 */
#ifndef H5_WALK_H
#define H5_WALK_H

#include <stddef.h>

#include "h5/reader.h"

/* Returns everything in the image as a flat document, or NULL and which object
 * breaks which rule. */
struct flat *walk_image(const void *bytes, size_t len, const struct reader_limits *limits,
                        struct err *e);

#endif
