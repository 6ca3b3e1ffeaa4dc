/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drawn numbers for simulations that have to give the same again.
 *
 * Convention: the state is one 64-bit number, which the caller seeds.
 */
#ifndef STATS_CHANCE_H
#define STATS_CHANCE_H

#include <stdint.h>

/* Returns 64 bits. SplitMix64 (Steele, Lea, Flood 2014). */
uint64_t chance_bits(uint64_t *state);

/* Returns a number in (0, 1), of the upper 53 bits. */
double chance_uniform(uint64_t *state);

/* Returns a number of the normal distribution, by the method of Box and Muller (1958). */
double chance_normal(uint64_t *state);

/* Returns a number of Student's t with 5 degrees of freedom, by Bailey's polar method (Bailey 1994,
 * Mathematics of Computation 62, 779). */
double chance_student(uint64_t *state);

#endif
