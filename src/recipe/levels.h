/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The number of a text among the levels of a factor, in a time that does not grow with the rows, and
 * hardly with the levels.
 */
#ifndef RECIPE_LEVELS_H
#define RECIPE_LEVELS_H

#include <stddef.h>
#include <stdint.h>

#include "recipe/expression.h"

#define LEVELS_NONE UINT32_MAX /* a text that is none of them */

struct levels;

/* Returns a table of texts, which have to live as long. *twice is the number of one that is there
 * before, or count. */
struct levels *levels_create(char *const *texts, size_t count, size_t *twice, struct err *e);
void levels_free(struct levels *l);

/* Returns the number of a text that is not missing. */
uint32_t levels_find(const struct levels *l, struct expression_text text);

#endif
