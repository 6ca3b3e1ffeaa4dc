/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exp, logarithms and powers, the same to the bit everywhere. */

/*
 * A logarithm is a sum of two doubles, good to some 70 bits, as x^y = e^(y ln x) has y times its
 * error. Such sums and products are those of T. J. Dekker (A floating-point technique for extending
 * the available precision, Numerische Mathematik 18, 1971), without fused multiply-add.
 *
 *   ln x  = k ln 2 + ln m, m between sqrt(1/2) and sqrt(2); ln m = 2 artanh(s), s = (m - 1)/(m + 1),
 *           by its series up to s^27/27, of which all terms up to s^5 are in two doubles
 *   e^x   = 2^k e^r, |r| <= ln(2)/2, by its series up to r^14/14!
 *
 * Choices are made by ?: between values that are both there, and whole numbers are found by adding
 * so much that their last bit is that of a double: so all of it is straight.
 */
#include "util/elementary.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "util/versions.h"

/* ln 2 and log10 2 in two parts: products of the first with small integers are exact. */
#define LN2_HIGH     0x1.62e42fee00000p-1
#define LN2_LOW      0x1.a39ef35793c76p-33
#define LOG10_2_HIGH 0x1.3441350800000p-2
#define LOG10_2_LOW  0x1.f79fef311f12bp-34
#define LOG2_E       0x1.71547652b82fep+0

/* 1/ln 10, 1/3 and 1/5 as sums of two doubles. */
#define LOG10_E_HIGH 0x1.bcb7b1526e50ep-2
#define LOG10_E_LOW  0x1.95355baaafad3p-57
#define THIRD_HIGH   0x1.5555555555555p-2
#define THIRD_LOW    0x1.5555555555555p-56
#define FIFTH_HIGH   0x1.999999999999ap-3
#define FIFTH_LOW    (-0x1.999999999999ap-57)

/* A call would keep a loop from becoming vectors. */
#define INLINE static inline __attribute__((always_inline))

#define SQRT_2 0x1.6a09e667f3bcdp+0
#define WHOLE  0x1.8p52 /* the sum with it, of a number below 2^51, is a whole number */

/* high + low, of which high is the sum as a double. */
struct pair {
    double high, low;
};

INLINE uint64_t bits_of(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

INLINE double of_bits(uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* |a| >= |b|, or a is 0. */
INLINE struct pair sum(double a, double b)
{
    double s = a + b;

    return (struct pair){s, b - (s - a)};
}

INLINE struct pair product(double a, double b)
{
    double p = a * b, x = 0x8000001p0 * a, y = 0x8000001p0 * b;
    double ah = x - (x - a), al = a - ah, bh = y - (y - b), bl = b - bh;

    return (struct pair){p, al * bl - (((p - ah * bh) - al * bh) - ah * bl)};
}

INLINE struct pair times(struct pair a, struct pair b)
{
    struct pair p = product(a.high, b.high);

    return sum(p.high, p.low + (a.high * b.low + a.low * b.high));
}

/* k and ln m of a number above 0, which is not infinite. */
struct parts {
    double k;
    struct pair log;
};

INLINE struct parts part(double x)
{
    uint64_t bits = bits_of(x < DBL_MIN ? x * 0x1p54 : x);
    double k = of_bits(bits >> 52 | bits_of(0x1p52)) - (0x1p52 + 1023) - (x < DBL_MIN ? 54 : 0);
    double m = of_bits((bits & ((UINT64_C(1) << 52) - 1)) | bits_of(1));
    k = m > SQRT_2 ? k + 1 : k;
    m = m > SQRT_2 ? m / 2 : m;

    double below = m + 1, s = (m - 1) / below;
    struct pair back = product(s, below);
    double rest = (m - 1 - back.high) - back.low - s * (m - (below - 1));
    struct pair t = sum(s, rest / below), w = times(t, t);
    double v = w.high, q = 1.0 / 25 + v * (1.0 / 27);
    q = 1.0 / 19 + v * (1.0 / 21 + v * (1.0 / 23 + v * q));
    q = 1.0 / 13 + v * (1.0 / 15 + v * (1.0 / 17 + v * q));
    q = 1.0 / 7 + v * (1.0 / 9 + v * (1.0 / 11 + v * q));
    struct pair inner = sum(FIFTH_HIGH, FIFTH_LOW + v * q), outer = times(w, inner);
    outer = sum(THIRD_HIGH, outer.high);
    outer.low += THIRD_LOW + w.low * inner.high;
    outer = times(w, sum(outer.high, outer.low));
    outer = times(t, outer);
    struct pair log = sum(2 * t.high, 2 * outer.high);
    return (struct parts){k, sum(log.high, log.low + (2 * outer.low + 2 * t.low))};
}

INLINE struct pair logarithm(double x)
{
    struct parts p = part(x);
    struct pair s = sum(p.k * LN2_HIGH, p.log.high);

    return sum(s.high, s.low + (p.log.low + p.k * LN2_LOW));
}

INLINE double exponential(struct pair x)
{
    double high = x.high < -760 ? -760 : x.high, low = x.high < -760 ? 0 : x.low;

    low = high > 720 ? 0 : low;
    high = high > 720 ? 720 : high;
    double shifted = high * LOG2_E + WHOLE, k = shifted - WHOLE;
    struct pair r = sum(high - k * LN2_HIGH, low - k * LN2_LOW);
    double v = r.high, q = 1.0 / 6227020800 + v * (1.0 / 87178291200);
    q = 1.0 / 3628800 + v * (1.0 / 39916800 + v * (1.0 / 479001600 + v * q));
    q = 1.0 / 5040 + v * (1.0 / 40320 + v * (1.0 / 362880 + v * q));
    q = 1.0 / 24 + v * (1.0 / 120 + v * (1.0 / 720 + v * q));
    q = 1.0 / 2 + v * (1.0 / 6 + v * q);
    struct pair y = sum(1, v);
    double e = y.high + (y.low + (r.low + v * v * q));
    /* 2^k in two steps, as 2^1024 is no double, and 2^-1074 not a normal one. */
    uint64_t n = bits_of(shifted) - bits_of(WHOLE), half = (n + 2048) >> 1;
    return e * of_bits((half - 1) << 52) * of_bits((n - half + 2047) << 52);
}

VERSIONS void elementary_exp(double *y, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = exponential((struct pair){x[i], 0});
}

VERSIONS void elementary_log(double *y, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double log = logarithm(x[i]).high;
        log = x[i] > 0 ? log : (double)NAN;
        y[i] = x[i] <= DBL_MAX ? log : x[i];
    }
}

VERSIONS void elementary_log10(double *y, const double *x, size_t n)
{
    const struct pair factor = {LOG10_E_HIGH, LOG10_E_LOW};

    for (size_t i = 0; i < n; i++) {
        struct parts p = part(x[i]);
        struct pair log = times(p.log, factor), s = sum(p.k * LOG10_2_HIGH, log.high);
        double all = s.high + (s.low + (log.low + p.k * LOG10_2_LOW));
        all = x[i] > 0 ? all : (double)NAN;
        y[i] = x[i] <= DBL_MAX ? all : x[i];
    }
}

/* Whether there is no rest; a number of 2^52 or more has none. */
INLINE int is_whole(double x)
{
    double size = fabs(x);

    return (size >= 0x1p52) | ((size + 0x1p52) - 0x1p52 == size);
}

VERSIONS void elementary_power(double *z, const double *x, const double *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double a = x[i], b = y[i], size = fabs(a);
        /* Beyond 2^64 all powers but those of 1 are 0 or infinite, and Dekker's products too. */
        double far = b > 0x1p64 ? 0x1p64 : b;
        far = far < -0x1p64 ? -0x1p64 : far;
        struct pair log = logarithm(size), p = product(far, log.high);
        double r = exponential(sum(p.high, p.low + far * log.low));
        double none = is_whole(b) ? r : (double)NAN;
        double negative = (is_whole(b) & !is_whole(b / 2)) ? -r : none;
        r = a < 0 ? negative : r;
        double nought = b > 0 ? 0 : (double)INFINITY;
        r = a == 0 ? nought : r;
        r = size <= DBL_MAX ? r : (double)NAN;
        r = b == 2 ? a * a : r;
        r = b == 0 ? 1 : r;
        r = b == b ? r : b;
        z[i] = a == a ? r : a;
    }
}
