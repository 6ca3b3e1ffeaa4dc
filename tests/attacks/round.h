/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One round: what n slaves gave, what is known of it, and what filters make of it.
 */
#ifndef TESTS_ATTACKS_ROUND_H
#define TESTS_ATTACKS_ROUND_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/filter.h"

struct round {
    size_t n, d;
    double *x, *errors;    /* n x d: features, their standard errors */
    double *items, *share; /* n */
};

/* What a filter is told besides the features. */
enum known { KNOWN_NOTHING, KNOWN_ITEMS, KNOWN_ERRORS, KNOWN };

const char *known_name(enum known known);

/* A filter as it is tried: a method with a cut. */
struct judge {
    const char *name;
    enum filter_method method;
    enum filter_cut cut;
};

enum { JUDGES = 9 };
extern const struct judge judges[JUDGES];

/* Exits with a sentence: these programs are for developers. */
_Noreturn void round_die(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *round_alloc(size_t count, size_t size);

/* All zero, items 1, equal shares. */
struct round round_new(size_t n, size_t d);
void round_free(struct round *r);

/* Effect: rejected[n] is what the filter says. Returns false if it is not built. */
bool round_judge(const struct judge *j, const struct round *r, enum known known, double target_fpr,
                 bool *rejected);

/* Whether a list "a,b,c" has the word; NULL has all. */
bool round_listed(const char *list, const char *word);

/* Effect: reads "1,10,100" into at most `most` numbers. Returns how many. */
size_t round_sizes(const char *list, size_t *sizes, size_t most);

/* Effect: reads "I/N", I from 1: *part is I - 1. */
void round_part(const char *text, size_t *part, size_t *parts);

#endif
