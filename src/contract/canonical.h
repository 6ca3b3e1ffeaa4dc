/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The canonical text of a contract, as a JSON value.
 *
 * Convention: private to this layer.
 */
#ifndef CONTRACT_CANONICAL_H
#define CONTRACT_CANONICAL_H

#include <jansson.h>

#include "contract/contract.h"

/* Returns the logical content: one object per group, in it every field with its
 * default filled in; integers beyond 2^53 as strings; without what is only a
 * hint (ranks_per_slave). The caller drops the reference. */
json_t *canonical_json(const struct contract *c, struct err *e);

/* recipe_write.c. Effect: the object of /data has the recipe. Returns 0, or another number for want
 * of memory. */
int canonical_recipe(json_t *data, const struct recipe *r);

#endif
