/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The groups that rows are in: the levels of a factor, or the two values of a column of 0 and 1.
 *
 * A parameter names them. Where there are columns NAME.LEVEL, which is what a factor of a contract
 * becomes, a row is in the group of the one that is 1, or in the first group if all are 0. Else
 * NAME is a column, whose 0 and 1 are the first and the second group.
 */
#ifndef FUNCTION_FACTOR_H
#define FUNCTION_FACTOR_H

#include <stddef.h>

#include <metaneuron/function.h>

enum {
    FACTOR_MOST = 1024, /* groups */
    FACTOR_LABEL = 128, /* bytes of a group's label, with its NUL */
};

struct factor {
    const char *name;
    size_t count;               /* groups, 2 at least */
    size_t column[FACTOR_MOST]; /* of group i, i > 0 */
};

/* What level_of() says of a row in which that is missing. */
#define FACTOR_NONE SIZE_MAX

/* Finds the groups that a parameter names; fails like a callback. */
int factor_find(struct function_env *env, const char *parameter, const char *name,
                struct factor *l);

/* Sets *level to the group of row i of a block, or FACTOR_NONE; fails like a callback where it is in
 * none, or in two. */
int factor_of(struct function_env *env, const struct factor *l, const struct block *block, size_t i,
              size_t *level);

/* Effect: writes what group i is called: a level, or the column's name and its value. */
void factor_label(const struct function_env *env, const struct factor *l, size_t i,
                  char label[static FACTOR_LABEL]);

/* Whether a column is one of those that say the groups. */
int factor_has(const struct factor *l, size_t column);

#endif
