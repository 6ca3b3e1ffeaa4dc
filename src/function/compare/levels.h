/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The groups that rows are in: the levels of a factor, or the two values of a column of 0 and 1.
 *
 * A parameter names them. Where there are columns NAME.LEVEL, which is what a factor of a contract
 * becomes, a row is in the group of the one that is 1, or in the first group if all are 0. Else
 * NAME is a column, whose 0 and 1 are the first and the second group.
 */
#ifndef FUNCTION_LEVELS_H
#define FUNCTION_LEVELS_H

#include <stddef.h>

#include <metaneuron/function.h>

enum {
    LEVELS_MOST = 1024, /* groups */
    LEVELS_LABEL = 128, /* bytes of a group's label, with its NUL */
};

struct levels {
    const char *name;
    size_t count;               /* groups, 2 at least */
    size_t column[LEVELS_MOST]; /* of group i, i > 0 */
};

/* What level_of() says of a row in which that is missing. */
#define LEVELS_NONE SIZE_MAX

/* Finds the groups that a parameter names; fails like a callback. */
int levels_find(struct function_env *env, const char *parameter, const char *name,
                struct levels *l);

/* Sets *level to the group of row i of a block, or LEVELS_NONE; fails like a callback where it is in
 * none, or in two. */
int levels_of(struct function_env *env, const struct levels *l, const struct block *block, size_t i,
              size_t *level);

/* Effect: writes what group i is called: a level, or the column's name and its value. */
void levels_label(const struct function_env *env, const struct levels *l, size_t i,
                  char label[static LEVELS_LABEL]);

/* Whether a column is one of those that say the groups. */
int levels_has(const struct levels *l, size_t column);

#endif
