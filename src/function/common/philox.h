/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Philox4x32-10: random bits as a function of a counter and a key.
 *
 * Source: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, Parallel random
 * numbers: as easy as 1, 2, 3 (SC11, 2011). Nothing is carried from one call to
 * the next, so that any rank can compute any part of the sequence. Under one key
 * the function is a bijection of the 2^128 counters.
 */
#ifndef FUNCTION_PHILOX_H
#define FUNCTION_PHILOX_H

#include <stdint.h>

/* Effect: writes the four words that belong to the counter under the key. */
void philox(const uint32_t counter[static 4], const uint32_t key[static 2],
            uint32_t words[static 4]);

/* Returns a number in (0, 1), symmetric about 1/2: the middle of one of 2^52 intervals. */
double philox_uniform(uint32_t high, uint32_t low);

#endif
