/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often somebody of honest rounds is rejected, as lines of CSV.
 */
#ifndef TESTS_ATTACKS_ALARMS_H
#define TESTS_ATTACKS_ALARMS_H

#include <stdio.h>

#include "round.h"

struct alarms {
    size_t rounds, any, rejected; /* rounds, those in which anybody is rejected; results */
};

/* Effect: adds one verdict about n honest results. */
void alarms_count(struct alarms *a, const bool *rejected, size_t n);

/* Returns a 99 % bound of the rate of which `any` of `rounds` were seen: the lower one or the upper one
 * (Clopper and Pearson 1934). */
double alarms_bound(size_t any, size_t rounds, bool upper);

/* The columns: what the rounds are of, results, features, what the filter is told, its name,
 * rounds, the part of them in which anybody is rejected and its bounds, the part of results. */
void alarms_header(FILE *to);
void alarms_line(FILE *to, const char *name, size_t n, size_t d, enum known known,
                 const char *filter, const struct alarms *a);

#endif
