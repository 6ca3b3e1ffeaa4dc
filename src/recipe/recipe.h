/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A recipe: how the columns of a file become the columns that a function sees. FORMAT says it in
 * full.
 *
 * The order is part of it: columns are read; where drops rows; derived columns are computed; levels
 * of factors are looked up; then columns are chosen, a factor becoming one for each level but its
 * first (or, if it is ordered, one with the number of the level, from 1). What is filled in for
 * missing values, and by what columns are standardised, has to be learnt of all rows of all slaves:
 * it is said here, and done by who has learnt it.
 *
 * Convention: a recipe owns its strings. It is plain data: recipe_plan() has the checks of what it
 * says, needs no file, and is called where a contract is made and where its data is read.
 */
#ifndef RECIPE_RECIPE_H
#define RECIPE_RECIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "recipe/expression.h"
#include "util/err.h"

enum {
    RECIPE_LISTED = 4096,  /* entries of each list, at most */
    RECIPE_LEVELS = 65536, /* levels of all factors together */
    RECIPE_NAME = 256,     /* bytes of a name or a level */
    RECIPE_BYTES = 131072, /* of the expressions of all derived columns together */
};

enum recipe_kind {
    RECIPE_NUMBER = 1,
    RECIPE_TEXT = 2,
    RECIPE_DATE = 3, /* a text in each row that is an ISO 8601 date, YYYY-MM-DD */
};

/* What a column of the file holds, where that is not a number. A factor that is not derived is a
 * text. */
struct recipe_typed {
    char *name;
    enum recipe_kind kind;
};

struct recipe_factor {
    char *name; /* of a column of the file, or a derived one that is a text */
    char **levels;
    size_t levels_count; /* 2 at least, or 1 with other */
    bool other;          /* what is none of them is a last level, "other"; else an error */
    bool ordered;
};

struct recipe_derived {
    char *name;       /* unlike all that the file's columns are called here */
    char *expression; /* of columns of the file and other derived ones, without a circle */
};

enum recipe_fill { RECIPE_FILL_NONE = 0, RECIPE_FILL_MEAN = 1, RECIPE_FILL_MEDIAN = 2 };

struct recipe_imputed {
    char *name;          /* of a chosen column that is no factor */
    enum recipe_fill by; /* what its missing values become; they drop no row, and are no error */
};

struct recipe {
    struct recipe_typed *typed;
    size_t typed_count;
    char *where; /* a truth, of columns of the file; or NULL */
    struct recipe_factor *factors;
    size_t factors_count;
    struct recipe_derived *derived;
    size_t derived_count;
    struct recipe_imputed *imputed;
    size_t imputed_count;
    char **standardised; /* names of chosen columns that are no factors */
    size_t standardised_count;
};

/* Whether it says nothing, so that columns are read as they are. */
bool recipe_is_empty(const struct recipe *r);

/* Effect: frees what it owns, and makes it empty. */
void recipe_free(struct recipe *r);

/* Effect: *to, which was empty, is a copy. */
int recipe_copy(struct recipe *to, const struct recipe *from, struct err *e);

/* What a recipe comes to with the columns that are chosen. */
struct recipe_plan;

/* Returns the plan. ERR_INPUT names the key (such as data.derive.lbmi), the cause and, of an
 * expression, the place. columns: those that are chosen, at least one: numbers of the file, derived
 * numbers and truths, and factors. */
struct recipe_plan *recipe_plan(const struct recipe *r, const char *const *columns,
                                size_t columns_count, struct err *e);
void recipe_plan_free(struct recipe_plan *p);

/* Returns the canonical text of where, or NULL without one, and of the i-th derived column. */
const char *recipe_plan_where(const struct recipe_plan *p);
const char *recipe_plan_derived(const struct recipe_plan *p, size_t i);

/* The columns of the file that are read, each once: how they are called, and what they hold. */
size_t recipe_plan_reads(const struct recipe_plan *p);
const char *recipe_plan_read(const struct recipe_plan *p, size_t i);
enum recipe_kind recipe_plan_kind(const struct recipe_plan *p, size_t i);

/* The columns that come out, in order: a name, and where it is of a factor, that one's number in
 * the recipe, else -1. */
size_t recipe_plan_columns(const struct recipe_plan *p);
const char *const *recipe_plan_column_names(const struct recipe_plan *p);
long recipe_plan_factor(const struct recipe_plan *p, size_t i);

/* Whether anything is to be learnt of the columns that come out, and what is done with column i of
 * them. */
bool recipe_plan_learns(const struct recipe_plan *p);
enum recipe_fill recipe_plan_fill(const struct recipe_plan *p, size_t i);
bool recipe_plan_standardises(const struct recipe_plan *p, size_t i);

/* What happened to rows, counted over all blocks. */
struct recipe_tally {
    uint64_t rows;       /* that were read */
    uint64_t left_out;   /* for which where is not true */
    uint64_t unknown;    /* of these, those for which it is missing */
    uint64_t incomplete; /* dropped because a value was missing */
    uint64_t *missing;   /* of the rows that where kept: missing values by column that comes out */
    uint64_t *undefined; /* values that were not finite, by derived column */
    uint64_t *levels;    /* rows by level of each factor, one after the other, an "other" behind its
                          * factor's levels; of the rows that where kept */
};

/* Returns an empty tally with room for what that plan counts. */
struct recipe_tally *recipe_tally_create(const struct recipe_plan *p, struct err *e);
void recipe_tally_free(struct recipe_tally *t);

/* A tally as a list of counts, in the order of its fields; where it is kept, and whoever reads it there
 * has the plan. */
size_t recipe_counts(const struct recipe_plan *p);
void recipe_counts_write(const struct recipe_plan *p, const struct recipe_tally *t,
                         uint64_t *counts);

/* Effect: writes what count i is of: rows, left_out, unknown, incomplete, "missing COLUMN", "undefined
 * DERIVED", "FACTOR = LEVEL". */
void recipe_counts_name(const struct recipe_plan *p, size_t i, char *text, size_t size);
enum { RECIPE_COUNT_NAME = 2 * RECIPE_NAME + 16 }; /* bytes of it, at most */

/* Fails unless rows can have these counts, from wherever they are, so that kept of them come out. */
int recipe_counts_check(const struct recipe_plan *p, const uint64_t *counts, uint64_t kept,
                        struct err *e);

/* What becomes of a row with a missing value: as enum source_missing of layer data. */
enum recipe_missing { RECIPE_MISSING_ERROR = 1, RECIPE_MISSING_SKIP = 2, RECIPE_MISSING_NAN = 3 };

/* A cook applies a plan, which has to live as long, to block after block, in one thread. */
struct recipe_cook;
struct recipe_cook *recipe_cook_create(const struct recipe_plan *p, enum recipe_missing missing,
                                       struct err *e);
void recipe_cook_free(struct recipe_cook *k);

/* Computes a block: columns[i] is of recipe_plan_read(p, i), and first is the number of its first
 * row in the file, from 0, for messages. out gets *kept rows of recipe_plan_columns() doubles, room
 * for rows; NaN is a missing value. tally (may be NULL) grows. A level that is not declared, a text
 * that is no date, a missing value that may not be: ERR_INPUT that names the column, and where the
 * data is (util/err.h) row and value. After a failure what out and tally hold is undefined. */
int recipe_cook(struct recipe_cook *k, const struct expression_column *columns, uint64_t first,
                size_t rows, double *out, size_t *kept, struct recipe_tally *tally, struct err *e);

#endif
