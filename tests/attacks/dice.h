/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random numbers of a seed: xoshiro256** (Blackman and Vigna 2018), the same on every machine but
 * for the last bits of libm's log.
 */
#ifndef TESTS_ATTACKS_DICE_H
#define TESTS_ATTACKS_DICE_H

#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t s[4];
};

/* Returns the generator that belongs to some words, in their order. */
struct dice dice_seeded(const uint64_t *words, size_t count);

uint64_t dice_bits(struct dice *r);
double dice_uniform(struct dice *r);     /* in (0, 1) */
double dice_normal(struct dice *r);      /* mean 0, variance 1 */
double dice_exponential(struct dice *r); /* mean 1 */
double dice_t(struct dice *r, int freedom);
size_t dice_below(struct dice *r, size_t n);

/* Effect: brings the n numbers into a random order. */
void dice_shuffle(struct dice *r, size_t *numbers, size_t n);

#endif
