/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Draws numbers for simulations that have to give the same again. */
#include "stats/chance.h"

#include <math.h>

static const double freedom = 5, full_turn = 6.283185307179586477;

uint64_t chance_bits(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15u;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

double chance_uniform(uint64_t *state)
{
    return ((double)(chance_bits(state) >> 11) + 0.5) / 9007199254740992.0;
}

double chance_normal(uint64_t *state)
{
    double length = chance_uniform(state), angle = chance_uniform(state);

    return sqrt(-2 * log(length)) * cos(full_turn * angle);
}

double chance_student(uint64_t *state)
{
    double length = chance_uniform(state), angle = chance_uniform(state);

    return sqrt(freedom * (pow(length, -2 / freedom) - 1)) * cos(full_turn * angle);
}
