/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan that is being made: its stages, in the order of recipe_plan(), and what they share.
 *
 * Convention: each stage returns 0, or -1 and ERR_INPUT that begins with the key at fault.
 */
#ifndef RECIPE_PLANNING_H
#define RECIPE_PLANNING_H

#include "recipe/recipe_private.h"
#include "util/lookup.h"

struct planning {
    struct recipe_plan *p;
    struct lookup typed, factors, derived; /* numbers in the recipe, by name */
    struct lookup reads;                   /* numbers of those that are read */
    struct lookup used;                    /* names that an expression or a choice has */
    struct lookup chosen;                  /* numbers of chosen columns */
};

/* Whether a name, or a level of a factor, may be one. key and what ("name") begin the message. */
int planning_check(const char *key, const char *what, const char *name, struct err *e);

/* Whether the lists are short enough to be copied. */
int planning_limits(const struct recipe *r, struct err *e);

/* Effect: checks what each list says, and fills the look-ups of lists and the levels. */
int planning_lists(struct planning *pl, struct err *e);

/* Returns what the column of that name, which is not derived, holds in the file. */
enum recipe_kind planning_kind(const struct planning *pl, const char *name);

/* Effect: the name is used, and is read if it is not derived; *from is where its values are. */
int planning_use(struct planning *pl, const char *name, struct recipe_from *from, struct err *e);

/* Effect: parses where, and then what is derived, in an order in which it can be computed. */
int planning_parse(struct planning *pl, struct err *e);

/* Effect: finds what the chosen columns are, and what comes out of them. */
int planning_choose(struct planning *pl, const char *const *columns, size_t count, struct err *e);

/* Effect: notes at the chosen columns what is to be learnt of them. */
int planning_learn(struct planning *pl, struct err *e);

/* Whether all that the recipe declares is used. */
int planning_unused(const struct planning *pl, struct err *e);

/* Effect: finds where the texts of the factors are, all of which are used. */
int planning_factors(struct planning *pl, struct err *e);

#endif
