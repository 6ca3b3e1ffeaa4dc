/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converts decimal text to a double. */
#include "data/number.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGITS_MAX = 19,   /* any so many fit in 64 bits */
    POWER_DOUBLE = 22, /* the largest power of ten that is a double */
    POWER_EXACT = 27,  /* the largest power of five that fits in 64 bits */
    EXPONENT_MAX = 99999,
};

/* (-1)^negative * digits * 10^exponent, when not too long. */
struct decimal {
    bool negative;
    bool too_long; /* more digits than 64 bits hold: digits is meaningless */
    uint64_t digits;
    int64_t exponent;
};

static inline bool digit(char c)
{
    return (unsigned)(c - '0') <= 9;
}

static inline const char *scan_digits(const char *p, uint64_t *value)
{
    uint64_t v = *value;

    while (digit(*p))
        v = v * 10 + (uint64_t)(*p++ - '0');
    *value = v;
    return p;
}

/* Returns p when there is no whole exponent. */
static const char *scan_exponent(const char *p, int64_t *exponent)
{
    const char *q = p + 1;
    bool negative = *q == '-';
    int64_t v = 0;

    if (*q == '-' || *q == '+')
        q++;
    if (!digit(*q))
        return p;
    for (; digit(*q); q++)
        if (v < EXPONENT_MAX)
            v = v * 10 + (*q - '0');
    *exponent += negative ? -v : v;
    return q;
}

static inline const char *scan(const char *p, struct decimal *d)
{
    d->negative = *p == '-';
    d->digits = 0;
    d->exponent = 0;
    p += d->negative | (*p == '+'); /* a branch on the sign is a coin's toss */
    const char *begin = p;
    p = scan_digits(p, &d->digits);
    int64_t count = p - begin;
    if (*p == '.') {
        const char *fraction = ++p;
        p = scan_digits(p, &d->digits);
        d->exponent = fraction - p;
        count += p - fraction;
    }
    if (count == 0)
        return NULL;
    /* Zeros in front are not significant. */
    for (; count > DIGITS_MAX && (*begin == '0' || *begin == '.'); begin++)
        count -= *begin == '0';
    d->too_long = count > DIGITS_MAX;
    if (*p == 'e' || *p == 'E')
        p = scan_exponent(p, &d->exponent);
    return p;
}

/* 2^exponent, for exponents of normal doubles. */
static double power_of_two(int exponent)
{
    uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

/*
 * digits * 10^power in exact integers: 10^n is 5^n * 2^n, and the 128-bit
 * product with 5^n is exact, as is the quotient with its remainder. Its upper 64
 * bits, with a sticky last bit for all that is below, round once to a double.
 */
static double scale(uint64_t digits, int power)
{
    static const uint64_t five[POWER_EXACT + 1] = {
        1u,
        5u,
        25u,
        125u,
        625u,
        3125u,
        15625u,
        78125u,
        390625u,
        1953125u,
        9765625u,
        48828125u,
        244140625u,
        1220703125u,
        6103515625u,
        30517578125u,
        152587890625u,
        762939453125u,
        3814697265625u,
        19073486328125u,
        95367431640625u,
        476837158203125u,
        2384185791015625u,
        11920928955078125u,
        59604644775390625u,
        298023223876953125u,
        1490116119384765625u,
        7450580596923828125u,
    };

    if (power >= 0) {
        unsigned __int128 product = (unsigned __int128)digits * five[power];
        uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
        if (high == 0)
            return (double)low * power_of_two(power);
        int shift = 64 - __builtin_clzll(high);
        uint64_t rest = low << (64 - shift);
        return (double)((uint64_t)(product >> shift) | (rest != 0)) * power_of_two(power + shift);
    }
    int up = __builtin_clzll(digits), divisor_up = __builtin_clzll(five[-power]);
    uint64_t divisor = five[-power] << divisor_up;
    unsigned __int128 dividend = (unsigned __int128)(digits << up) << 63;
    uint64_t quotient = (uint64_t)(dividend / divisor);
    bool rest = (unsigned __int128)quotient * divisor != dividend;
    return (double)(quotient | rest) * power_of_two(power + divisor_up - up - 63);
}

const char *number_read(const char *text, double *value)
{
    static const double ten[POWER_DOUBLE + 1] = {
        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    };
    static const double sign[2] = {1, -1};
    struct decimal d;
    const char *end = scan(text, &d);
    double v;

    if (!end)
        return NULL;
    if (d.too_long || d.exponent < -POWER_EXACT || d.exponent > POWER_EXACT) {
        *value = strtod(text, NULL);
        return end;
    }
    int power = (int)d.exponent;
    /* Two exact doubles and one rounding (W. D. Clinger, 1990). */
    if (d.digits <= UINT64_C(1) << 53 && power >= -POWER_DOUBLE && power <= POWER_DOUBLE)
        v = power < 0 ? (double)d.digits / ten[-power] : (double)d.digits * ten[power];
    else
        v = d.digits ? scale(d.digits, power) : 0;
    *value = v * sign[d.negative];
    return end;
}
