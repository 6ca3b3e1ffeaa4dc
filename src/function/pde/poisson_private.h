/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of poisson share: a problem -div(a grad u) = f on the unit square or
 * cube, its two kinds, and how it is solved.
 *
 * Convention: places are counted in half cells from the corner at 0: cell i of n along a
 * side has its centre at 2i + 1 and its faces at 2i and 2i + 2; x = place / 2n.
 */
#ifndef FUNCTION_POISSON_PRIVATE_H
#define FUNCTION_POISSON_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include <metaneuron/function.h>
#include <stddef.h>

enum { POISSON_WORD = 64 }; /* bytes of an option's name or value, with NUL */

struct poisson_problem {
    int dimension;       /* 2 or 3; the third place is 0 in two dimensions */
    int64_t cells;       /* along a side */
    const char *options; /* for PETSc, once poisson_options_check() has passed */
    double (*coefficient)(const void *context, const int64_t place[static 3]); /* a */
    double (*source)(const void *context, const int64_t place[static 3]);      /* f */
    double (*exact)(const void *context, const int64_t place[static 3]); /* u, on the walls too;
                                                                          * NULL: 0 on the walls */
    const void *context;
    bool ready; /* false: this rank could not prepare it, which the others shall know */
};

struct poisson_solution {
    double mean;   /* integral of u */
    double centre; /* u in the middle: the mean of the cells that touch it */
    double flux;   /* what leaves by the wall x = 0: the integral of a du/dx there */
    double l2;     /* sqrt(integral of (u - exact)^2), if that is known */
    double max;    /* greatest |u - exact| at a centre, if that is known */
};

/* Effect: solves the problem on the slave's ranks; all have the same solution. *Collective*
 * over env->communicator. Returns -1 with env->error written. */
int poisson_solve(struct function_env *env, const struct poisson_problem *problem,
                  struct poisson_solution *solution);

/* Effect: takes the next option from *text, and moves it behind that; value is empty if it
 * has none. Returns 1, 0 past the last one, -1 for a word that is not allowed, which
 * *text then begins with. */
int poisson_option(const char **text, char name[static POISSON_WORD],
                   char value[static POISSON_WORD]);

/* Fails on a word that is not allowed. */
int poisson_options_check(struct function_env *env, const char *options);

/* Effect: makes the problem whose solution is known on that many cells. */
void poisson_wave(struct poisson_problem *problem);

/* What a random coefficient is made from. */
struct poisson_law {
    uint64_t seed;
    int64_t terms;
    double sigma, correlation, smoothness, source;
};

/* Effect: draws coefficient number unit for the problem, whose dimension and cells are
 * set, and makes it ready. poisson_field_free() takes what it left in its context. */
void poisson_field(struct poisson_problem *problem, const struct poisson_law *law, uint64_t unit);
void poisson_field_free(struct poisson_problem *problem);

#endif
