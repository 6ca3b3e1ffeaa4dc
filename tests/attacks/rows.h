/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The data sets of the repository, cut at random into honest slaves, and what the function moments
 * makes of each part: its features and their standard errors.
 */
#ifndef TESTS_ATTACKS_ROWS_H
#define TESTS_ATTACKS_ROWS_H

#include "attack.h"
#include "dice.h"
#include "function/bound.h"
#include "round.h"

struct rows {
    const char *name;
    size_t rows, columns; /* the last column is the label */
    double *data;         /* rows x columns */
    char **names;         /* columns */
};

enum { ROWS_SETS = 2 };

/* Returns set 0 (wdbc, the hospital that has other units mended) or 1 (digits) from the jobs of a source
 * tree. */
struct rows rows_read(size_t set, const char *source);

/* Returns the set of a file, whose last column is the label. */
struct rows rows_read_file(const char *path);
void rows_free(struct rows *t);

/* How a set becomes slaves. */
struct rows_cut {
    size_t slaves;
    bool label;  /* the label is a column, too */
    bool uneven; /* parts of very different sizes, 8 rows at least; else equal ones */
    bool unlike; /* some have more of low labels, and others of high */
};

/* Which rows are whose: order[rows], of which slave i has those from from[i] to to[i] - 1. */
struct rows_parts {
    size_t *order, *from, *to;
};

struct rows_parts rows_deal(const struct rows *t, const struct rows_cut *cut, struct dice *r);
void rows_parts_free(struct rows_parts *p);

/* Features of a round of these slaves. */
size_t rows_features(const struct rows *t, const struct rows_cut *cut);

/* What slaves from `honest` on do to their rows or states. */
struct rows_attack {
    enum attack attack;
    size_t honest;
};

/* Effect: puts the rows of a slave into x, all columns or all but the label, and does to them
 * what an attack does. Returns how many. */
size_t rows_gather(const struct rows *t, const struct rows_cut *cut, const struct rows_parts *p,
                   const struct rows_attack *a, size_t slave, const struct dice *r, double *x);

/* Effect: row `slave` of a round is the features of a state; not numbers, if the function does not
 * take it for one. */
void rows_features_of(struct bound *b, const double *state, struct round *round, size_t slave);

/* Returns a round: moments of rows dealt at random. */
struct round rows_round(const struct rows *t, const struct rows_cut *cut,
                        const struct rows_attack *a, struct dice *r);

#endif
