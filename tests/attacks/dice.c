/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers of a seed. */
#include "dice.h"

#include <math.h>

#include "function/common/normal.h"

static uint64_t split_mix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

struct dice dice_seeded(const uint64_t *words, size_t count)
{
    struct dice r;
    uint64_t state = 0;

    for (size_t i = 0; i < count; i++) {
        state ^= words[i];
        state = split_mix(&state);
    }
    for (int i = 0; i < 4; i++)
        r.s[i] = split_mix(&state);
    return r;
}

static uint64_t turn(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

uint64_t dice_bits(struct dice *r)
{
    uint64_t bits = turn(r->s[1] * 5, 7) * 9, t = r->s[1] << 17;

    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = turn(r->s[3], 45);
    return bits;
}

double dice_uniform(struct dice *r)
{
    return ((double)(dice_bits(r) >> 12) + 0.5) * 0x1p-52;
}

double dice_normal(struct dice *r)
{
    return normal_quantile(dice_uniform(r));
}

double dice_exponential(struct dice *r)
{
    return -log(dice_uniform(r));
}

double dice_t(struct dice *r, int freedom)
{
    double square = 0, z = dice_normal(r);

    for (int i = 0; i < freedom; i++) {
        double g = dice_normal(r);
        square += g * g;
    }
    return z / sqrt(square / freedom);
}

size_t dice_below(struct dice *r, size_t n)
{
    return (size_t)(dice_uniform(r) * (double)n);
}

void dice_shuffle(struct dice *r, size_t *numbers, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = dice_below(r, i), kept = numbers[k];
        numbers[k] = numbers[i - 1];
        numbers[i - 1] = kept;
    }
}
