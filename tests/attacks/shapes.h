/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Features of honest slaves, drawn at random from distributions of many shapes.
 */
#ifndef TESTS_ATTACKS_SHAPES_H
#define TESTS_ATTACKS_SHAPES_H

#include "dice.h"
#include "round.h"

enum shape {
    SHAPE_INDEPENDENT, /* normal */
    SHAPE_EQUI_50,     /* normal, each two features correlated by .5 */
    SHAPE_EQUI_90,
    SHAPE_EQUI_95,
    SHAPE_AUTO_90,        /* normal, correlated by .9^|i - j| */
    SHAPE_LOW_RANK,       /* normal, three factors with a hundredth of noise */
    SHAPE_UNEQUAL,        /* normal means of very different numbers of items: variance 1/items */
    SHAPE_UNEQUAL_90,     /* the same, correlated by .9 */
    SHAPE_UNEQUAL_SPREAD, /* the same, and slaves differ by as much as the usual one's noise */
    SHAPE_T3,             /* Student's t with 3 degrees of freedom */
    SHAPE_EXPONENTIAL,
    SHAPE_GROUPS,    /* normal, of 30 % the mean is 3 off in each feature */
    SHAPE_COUNTS,    /* of rare events: Poisson of mean .7, half of which is 0 */
    SHAPE_COUNTS_5,  /* Poisson of mean 5 */
    SHAPE_YES_NO,    /* 0 or 1, as probable as each other */
    SHAPE_RARE,      /* 0 or 1000, the latter of a tenth */
    SHAPE_GRADES,    /* 1, 2 or 3 */
    SHAPE_HALF_ZERO, /* 0 of a half, and normal of the others */
    SHAPES
};

const char *shape_name(enum shape shape);

/* Whether items and standard errors say something of this shape. */
bool shape_unequal(enum shape shape);

/* Whether its rows are normal and of one cloud, apart from what items and standard errors say. */
bool shape_normal(enum shape shape);

struct round shape_round(enum shape shape, size_t n, size_t d, struct dice *r);

#endif
