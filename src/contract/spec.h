/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The YAML spec as a flat document, in the layout of the HDF5 file.
 *
 * Convention: private to this layer.
 */
#ifndef CONTRACT_SPEC_H
#define CONTRACT_SPEC_H

#include "util/err.h"
#include "util/flat.h"

/* Returns the document, each value with its line, or NULL and file, line, key
 * and what was expected. Aliases, tags, several documents, duplicate and
 * unknown keys are refused. */
struct flat *spec_read(const char *path, struct err *e);

#endif
