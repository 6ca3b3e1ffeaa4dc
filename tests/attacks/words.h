/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words on the command lines of programs that attack.
 */
#ifndef TESTS_ATTACKS_WORDS_H
#define TESTS_ATTACKS_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "tally.h"

enum { WORDS_SIZES = 16 };

struct words {
    size_t seeds, part, parts; /* rounds of a kind; of so many parts of the kinds which, from 0 */
    size_t slaves[WORDS_SIZES], slaves_count, features[WORDS_SIZES], features_count;
    const char *attacks, *filters, *stakes, *told, *source; /* lists with commas, NULL: all */
    double target;
    uint64_t seed;
    size_t kinds; /* that were asked for so far */
};

/* Returns what is said by --seeds N --part I/N --slaves N,… --features N,… --attacks NAME,…
 * --filters NAME,… --stakes NAME,… --told NAME,… --source DIR --target P --seed N; otherwise one
 * part of one, source ".", target .05, seed 1, and the numbers given here. */
struct words words_read(int argc, char **argv, size_t seeds, const char *slaves,
                        const char *features);

/* Whether rounds of this kind are asked for, in this part. */
bool words_want(struct words *w, const struct tally_key *key);

#endif
