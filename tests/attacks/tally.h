/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What comes of attacked rounds: per filter and per estimator true and false rejections and the
 * error of what is made of the results, as lines of CSV.
 *
 * Convention: the first `honest` rows of a round are honest. The error is the squared distance from
 * the honest mean, by the mean squared distance of one honest result from it: 0 is as if there were
 * no attackers, 1 as bad as taking any one honest result. One of 100 and more counts as 100.
 */
#ifndef TESTS_ATTACKS_TALLY_H
#define TESTS_ATTACKS_TALLY_H

#include <stdint.h>
#include <stdio.h>

#include "attack.h"
#include "round.h"
#include "stats/estimate.h"

enum { TALLY_ESTIMATORS = 11, TALLY_ROWS = JUDGES + TALLY_ESTIMATORS };

/* Of which rounds a tally is. */
struct tally_key {
    const char *origin; /* "drawn", "wdbc", "digits" */
    const char *function;
    size_t n, d;
    double wrong; /* part of the slaves */
    bool unlike;  /* honest slaves */
    enum attack attack;
    const char *stake; /* of attackers: "little", "equal", "much" */
    enum known known;
};

struct tally_row {
    size_t rounds, any;
    double caught, accused; /* parts of attackers and of the honest that are rejected, summed */
    double error, squares;
};

struct tally {
    const char *filters; /* a list of those to try; NULL: all */
    double target_fpr;
    bool estimators; /* they are tried, too */
    struct tally_row row[TALLY_ROWS];
};

/* Effect: adds one filter's verdict, and the error of what it leaves. */
void tally_verdict(struct tally_row *row, const bool *rejected, size_t n, size_t honest,
                   double error);

/* Effect: tries all on one round. Where scaled, errors are in sd of the honest, column by column. */
void tally_round(struct tally *t, const struct round *round, size_t honest, enum known known,
                 bool scaled);

void tally_header(FILE *to);
void tally_write(FILE *to, const struct tally_key *key, const struct tally *t);
void tally_line(FILE *to, const struct tally_key *key, const char *kind, const char *name,
                const struct tally_row *row);

#endif
