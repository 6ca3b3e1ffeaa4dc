/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What attackers do with their features, knowing those of the honest, and what happens to those
 * who are merely wrong.
 *
 * Convention: the first `honest` rows of a round are honest, and the others hold what these slaves
 * would have said.
 */
#ifndef TESTS_ATTACKS_ATTACK_H
#define TESTS_ATTACKS_ATTACK_H

#include "dice.h"
#include "round.h"

enum attack {
    ATTACK_NOISE,     /* the true mean with ten times the noise */
    ATTACK_NOISE_2,   /* with twice the noise */
    ATTACK_SIGN,      /* everything negated */
    ATTACK_BIAS,      /* 3 sd beside the own result */
    ATTACK_BIAS_SAME, /* all of them 3 sd beside the honest mean */
    ATTACK_ALIE,      /* a little is enough (Baruch et al. 2019), 1.5 sd */
    ATTACK_ALIE_MAX,  /* by as many sd as its authors say that are not seen */
    ATTACK_IPM,       /* inner-product manipulation (Xie et al. 2020): -.5 of the honest mean */
    ATTACK_IPM_3,     /* -3 of it */
    ATTACK_MIMIC,     /* copies of one honest slave (Karimireddy et al. 2022) */
    ATTACK_UNIT,      /* one column in inches for centimetres */
    ATTACK_UNITS,     /* all of them */
    ATTACK_SWAPPED,   /* two columns are exchanged; needs 2 */
    ATTACK_STUCK,     /* one column says the same always */
    ATTACK_BITS,      /* one bit of one number is another */
    ATTACK_LABELS,    /* labels are turned round; data only */
    ATTACK_NONE,      /* all are honest */
    ATTACKS
};

const char *attack_name(enum attack attack);

/* Whether somebody means it: then the mean of honest results is 1 in each column. */
bool attack_is_meant(enum attack attack);

/* Whether it is done to features of so many columns. */
bool attack_fits(enum attack attack, size_t d);

/* Whether it is done to the rows before they are accumulated, if there are any. */
bool attack_of_rows(enum attack attack);

/* Effect: the rows from honest on are those of attackers. mean[d]: of a result that is true. */
void attack_round(enum attack attack, struct round *round, size_t honest, const double *mean,
                  struct dice *r);

/* Effect: the same to count rows of columns columns, the last of which is the label. The draw
 * decides of columns, and is the same for all attackers. */
void attack_rows(enum attack attack, double *x, size_t count, size_t columns, struct dice r);

/* Effect: turns round one bit of one of n numbers. */
void attack_bits(double *x, size_t n, struct dice *r);

#endif
