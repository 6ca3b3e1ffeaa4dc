/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The number of a name, among many: of a slave in a list of slaves, of a path in a document.
 *
 * Convention: names may come from elsewhere. What is hashed has a seed that is drawn when the
 * program starts, so that nobody can choose names that collide: a look-up costs the same
 * however many names there are.
 */
#ifndef UTIL_LOOKUP_H
#define UTIL_LOOKUP_H

#include <stddef.h>

#include "util/err.h"

/* All zeros is an empty one. Of copies only one may be changed, or freed. */
struct lookup {
    struct json_t *table;
};

/* What lookup_find() returns for a name that is not there. */
#define LOOKUP_NONE ((size_t)-1)

/* Returns the number of that name, or LOOKUP_NONE. */
size_t lookup_find(const struct lookup *l, const char *name);

/* Effect: the name, which is copied, has that number, whatever it had before. */
int lookup_add(struct lookup *l, const char *name, size_t number, struct err *e);

/* Effect: it is empty. */
void lookup_free(struct lookup *l);

#endif
