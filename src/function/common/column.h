/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of blocks, as parameters and errors name them. */
#ifndef FUNCTION_COLUMN_H
#define FUNCTION_COLUMN_H

#include <metaneuron/function.h>

/* Returns the column of that name, or env->columns. */
size_t column_find(const struct function_env *env, const char *name);

/* Sets *column to that of the name that a parameter has; fails like a callback. */
int column_need(struct function_env *env, const char *parameter, const char *name, size_t *column);

/* Fails, like a callback, on the first missing value of a block. */
int column_check(struct function_env *env, const struct block *b);

#endif
