/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random numbers of a seed: xoshiro256** (Blackman and Vigna 2018), the same on every machine but
 * for the last bits of libm's log.
 */
#ifndef TESTS_ATTACKS_DRAW_H
#define TESTS_ATTACKS_DRAW_H

#include <stddef.h>
#include <stdint.h>

struct draw {
    uint64_t s[4];
};

/* Returns the generator that belongs to some words, in their order. */
struct draw draw_seeded(const uint64_t *words, size_t count);

uint64_t draw_bits(struct draw *r);
double draw_uniform(struct draw *r);     /* in (0, 1) */
double draw_normal(struct draw *r);      /* mean 0, variance 1 */
double draw_exponential(struct draw *r); /* mean 1 */
double draw_t(struct draw *r, int freedom);
size_t draw_below(struct draw *r, size_t n);

/* Effect: brings the n numbers into a random order. */
void draw_shuffle(struct draw *r, size_t *numbers, size_t n);

#endif
