/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What attackers do with their features, and what happens to those who are merely wrong. */
#include "attack.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "function/common/normal.h"

static const double inches = 2.54;

static const struct {
    const char *name;
    bool meant, of_rows;
} attacks[ATTACKS] = {
    [ATTACK_NOISE] = {"noise-10", true, false},      [ATTACK_NOISE_2] = {"noise-2", true, false},
    [ATTACK_SIGN] = {"sign-flip", true, false},      [ATTACK_BIAS] = {"bias", true, false},
    [ATTACK_BIAS_SAME] = {"bias-same", true, false}, [ATTACK_ALIE] = {"alie-1.5", true, false},
    [ATTACK_ALIE_MAX] = {"alie-max", true, false},   [ATTACK_IPM] = {"ipm-.5", true, false},
    [ATTACK_IPM_3] = {"ipm-3", true, false},         [ATTACK_MIMIC] = {"mimic", true, false},
    [ATTACK_UNIT] = {"unit-one", false, true},       [ATTACK_UNITS] = {"unit-all", false, true},
    [ATTACK_SWAPPED] = {"swapped", false, true},     [ATTACK_STUCK] = {"stuck", false, true},
    [ATTACK_BITS] = {"bit-flip", false, false},      [ATTACK_LABELS] = {"label-flip", false, true},
    [ATTACK_NONE] = {"none", false, false},
};

const char *attack_name(enum attack attack)
{
    return attacks[attack].name;
}

bool attack_is_meant(enum attack attack)
{
    return attacks[attack].meant;
}

bool attack_of_rows(enum attack attack)
{
    return attacks[attack].of_rows;
}

bool attack_fits(enum attack attack, size_t d)
{
    return attack != ATTACK_LABELS && attack != ATTACK_NONE && (attack != ATTACK_SWAPPED || d > 1);
}

/* Mean and standard deviation of one column over the honest. */
struct column {
    double mean, sd;
};

static struct column look_at(const struct round *round, size_t honest, size_t j)
{
    struct column c = {0, 0};

    for (size_t i = 0; i < honest; i++)
        c.mean += round->x[i * round->d + j] / (double)honest;
    for (size_t i = 0; i < honest; i++) {
        double gap = round->x[i * round->d + j] - c.mean;
        c.sd += gap * gap / (double)(honest - 1);
    }
    c.sd = sqrt(c.sd);
    return c;
}

/* How many sd attackers can go and still have enough of the honest beyond them. */
static double alie_most(size_t n, size_t honest)
{
    double supporters = (double)(n / 2 + 1) - (double)(n - honest), h = (double)honest;
    double below = (h - supporters) / h;

    return below > 0 && below < 1 ? normal_quantile(below) : 0;
}

static double told(enum attack attack, const struct round *round, size_t honest, size_t j,
                   const struct column *c, double own, double mean, struct dice *r)
{
    switch (attack) {
    case ATTACK_NOISE:
        return mean + 10 * c->sd * dice_normal(r);
    case ATTACK_NOISE_2:
        return mean + 2 * c->sd * dice_normal(r);
    case ATTACK_SIGN:
        return -own;
    case ATTACK_BIAS:
        return own + 3 * c->sd;
    case ATTACK_BIAS_SAME:
        return c->mean + 3 * c->sd;
    case ATTACK_ALIE:
        return c->mean - 1.5 * c->sd;
    case ATTACK_ALIE_MAX:
        return c->mean - alie_most(round->n, honest) * c->sd;
    case ATTACK_IPM:
        return -.5 * c->mean;
    case ATTACK_IPM_3:
        return -3 * c->mean;
    case ATTACK_MIMIC:
        return round->x[j];
    case ATTACK_UNITS:
        return inches * own;
    case ATTACK_UNIT:
        return j == 0 ? inches * own : own;
    case ATTACK_SWAPPED:
    case ATTACK_STUCK:
    case ATTACK_BITS:
    case ATTACK_LABELS:
    case ATTACK_NONE:
    case ATTACKS:
        break;
    }
    return own;
}

void attack_bits(double *x, size_t n, struct dice *r)
{
    double *one = x + dice_below(r, n);
    uint64_t bits;

    memcpy(&bits, one, sizeof bits);
    bits ^= (uint64_t)1 << dice_below(r, 64);
    memcpy(one, &bits, sizeof bits);
}

static void exchange(double *a, double *b)
{
    double kept = *a;

    *a = *b;
    *b = kept;
}

/* What is no matter of one number. */
static void damage(enum attack attack, double *x, double *errors, size_t d, struct dice *r)
{
    if (attack == ATTACK_STUCK)
        x[0] = 0;
    if (attack == ATTACK_SWAPPED) {
        exchange(x, x + 1);
        exchange(errors, errors + 1);
    }
    if (attack == ATTACK_UNIT)
        errors[0] *= inches;
    for (size_t j = 0; j < d && attack == ATTACK_UNITS; j++)
        errors[j] *= inches;
    if (attack == ATTACK_BITS)
        attack_bits(x, d, r);
}

void attack_round(enum attack attack, struct round *round, size_t honest, const double *mean,
                  struct dice *r)
{
    size_t d = round->d;

    for (size_t j = 0; j < d; j++) {
        struct column c = look_at(round, honest, j);
        for (size_t i = honest; i < round->n; i++)
            round->x[i * d + j] =
                told(attack, round, honest, j, &c, round->x[i * d + j], mean[j], r);
    }
    for (size_t i = honest; i < round->n; i++)
        damage(attack, round->x + i * d, round->errors + i * d, d, r);
}

void attack_rows(enum attack attack, double *x, size_t count, size_t columns, struct dice r)
{
    size_t label = columns - 1, one = dice_below(&r, label), other = dice_below(&r, label - 1);
    double most = 0;

    other += other >= one;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, x[i * columns + label]);
    most = most > 1 ? 9 : 1; /* digits, or no and yes */
    for (size_t i = 0; i < count; i++, x += columns) {
        if (attack == ATTACK_UNIT)
            x[one] *= inches;
        for (size_t j = 0; j < label && attack == ATTACK_UNITS; j++)
            x[j] *= inches;
        if (attack == ATTACK_SWAPPED)
            exchange(x + one, x + other);
        if (attack == ATTACK_STUCK && i > 0)
            x[one] = x[one - columns]; /* of the row before */
        if (attack == ATTACK_LABELS)
            x[label] = most - x[label];
    }
}
