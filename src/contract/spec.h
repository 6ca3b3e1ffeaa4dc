/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The YAML spec as a flat document, in the layout of the HDF5 file.
 *
 * Convention: private to this layer.
 */
#ifndef CONTRACT_SPEC_H
#define CONTRACT_SPEC_H

#include <stdbool.h>

#include "util/err.h"
#include "util/flat.h"

struct events;

/* Returns the document, each value with its line, or NULL and file, line, key
 * and what was expected. Aliases, tags, several documents, duplicate and
 * unknown keys are refused. */
struct flat *spec_read(const char *path, struct err *e);

/* recipe_spec.c. Whether the key of that path is one of those that make a recipe. */
bool spec_is_recipe(const char *path);

/* recipe_spec.c. Effect: adds its value, which begins at the present event, to the document. */
int spec_recipe(struct events *in, struct flat *out, const char *path, const char *key);

#endif
