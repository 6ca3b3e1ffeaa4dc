/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exp, logarithms and powers against those of long double, and what is exact. */
#include "unit.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

#include "util/elementary.h"

enum { COUNT = 20000 };

static double x[COUNT], y[COUNT], z[COUNT];
static uint64_t state = 88172645463325252u;

static double draw(void)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53;
}

/* Any positive, finite double, denormal ones too. */
static double draw_double(void)
{
    uint64_t bits = (uint64_t)(draw() * 0x7ff0) << 48 | (uint64_t)(draw() * 0x1p48);
    double value;

    memcpy(&value, &bits, sizeof value);
    return value > 0 ? value : 1;
}

/* How many units in the last place lie between them. */
static double units(double got, long double want)
{
    int exponent;

    if (!isfinite((double)want))
        return got == (double)want ? 0 : INFINITY;
    (void)frexp((double)want, &exponent);
    long double unit = ldexpl(1, (exponent < DBL_MIN_EXP ? DBL_MIN_EXP : exponent) - DBL_MANT_DIG);
    return (double)(fabsl(got - want) / unit);
}

static double worst(long double reference(long double, long double))
{
    double most = 0;

    for (size_t i = 0; i < COUNT; i++)
        most = fmax(most, units(z[i], reference(x[i], y[i])));
    return most;
}

static long double by_exp(long double a, long double b)
{
    (void)b;
    return expl(a);
}

static long double by_log(long double a, long double b)
{
    (void)b;
    return logl(a);
}

static long double by_log10(long double a, long double b)
{
    (void)b;
    return log10l(a);
}

START_TEST(exp_is_near)
{
    for (size_t i = 0; i < COUNT; i++)
        x[i] = -708 + 1417 * draw();
    elementary_exp(z, x, COUNT);
    ck_assert_double_lt(worst(by_exp), 0.7);
    for (size_t i = 0; i < COUNT; i++)
        x[i] = (2 * draw() - 1) * ldexp(1, -(int)(60 * draw()));
    elementary_exp(z, x, COUNT);
    ck_assert_double_lt(worst(by_exp), 0.7);
    for (size_t i = 0; i < COUNT; i++)
        x[i] = -746 + 38 * draw();
    elementary_exp(z, x, COUNT);
    ck_assert_double_lt(worst(by_exp), 1.1);
}
END_TEST

START_TEST(logarithms_are_near)
{
    for (size_t i = 0; i < COUNT; i++)
        x[i] = i % 2 ? draw_double() : 1 + (draw() - 0.5) * ldexp(1, -(int)(50 * draw()));
    elementary_log(z, x, COUNT);
    ck_assert_double_lt(worst(by_log), 0.51);
    elementary_log10(z, x, COUNT);
    ck_assert_double_lt(worst(by_log10), 0.51);
}
END_TEST

START_TEST(powers_are_near)
{
    for (size_t i = 0; i < COUNT; i++) {
        x[i] = i % 2 ? draw_double() : 1 + (draw() - 0.5) * ldexp(1, -(int)(50 * draw()));
        y[i] = x[i] == 1 ? draw() : (2 * draw() - 1) * 700 / fabs(log(x[i]));
    }
    elementary_power(z, x, y, COUNT);
    ck_assert_double_lt(worst(powl), 0.7);
    for (size_t i = 0; i < COUNT; i++) { /* whole numbers, exactly */
        x[i] = floor(41 * draw()) - 20;
        y[i] = floor(13 * draw());
    }
    elementary_power(z, x, y, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        double p = 1;
        for (double k = 0; k < y[i]; k++)
            p *= x[i];
        if (fabs(p) <= 0x1p53 && z[i] != p)
            ck_abort_msg("%g^%g is %.17g, not %.17g", x[i], y[i], z[i], p);
    }
}
END_TEST

/* The same number, or both none. */
static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

START_TEST(ends_are_known)
{
    const double infinite = INFINITY, none = NAN;
    const double exps[][2] = {
        {0, 1},     {-0.0, 1},         {710, infinite}, {infinite, infinite}, {-infinite, 0},
        {-746, 0},  {-745, 0x1p-1074}, {none, none},    {1e300, infinite},    {-1e300, 0},
        {1e-300, 1}};
    const double logs[][2] = {{0, none}, {-0.0, none}, {-1, none}, {1, 0}, {none, none}};
    const double tens[][2] = {{1, 0}, {10, 1}, {1000, 3}, {1e22, 22}, {1e-5, -5}, {0, none}};
    const double powers[][3] = {{0, 0, 1},
                                {-3, 0, 1},
                                {0, 2, 0},
                                {-0.0, 3, 0},
                                {0, -1, infinite},
                                {-8, 1.0 / 3, none},
                                {-2, 3, -8},
                                {-2, 4, 16},
                                {-2, -1, -0.5},
                                {2, 1023, 0x1p1023},
                                {2, 1024, infinite},
                                {2, -1074, 0x1p-1074},
                                {2, -1080, 0},
                                {1, 1e300, 1},
                                {-1, 0x1p60, 1},
                                {-1, 0x1p52 + 1, -1},
                                {1.5, 1e300, infinite},
                                {0.5, 1e300, 0},
                                {3, 2, 9},
                                {none, 0, none},
                                {1, none, none},
                                {10, 15, 1e15},
                                {10, -2, 0.01},
                                {9, 0.5, 3}};

    for (size_t i = 0; i < sizeof exps / sizeof exps[0]; i++) {
        elementary_exp(z, &exps[i][0], 1);
        ck_assert_msg(same(z[0], exps[i][1]), "exp(%g) is %g", exps[i][0], z[0]);
    }
    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
        elementary_log(z, &logs[i][0], 1);
        ck_assert_msg(same(z[0], logs[i][1]), "log(%g) is %g", logs[i][0], z[0]);
    }
    for (size_t i = 0; i < sizeof tens / sizeof tens[0]; i++) {
        elementary_log10(z, &tens[i][0], 1);
        ck_assert_msg(same(z[0], tens[i][1]), "log10(%g) is %g", tens[i][0], z[0]);
    }
    for (size_t i = 0; i < sizeof powers / sizeof powers[0]; i++) {
        const double *p = powers[i];
        elementary_power(z, p, p + 1, 1);
        ck_assert_msg(same(z[0], p[2]), "%g^%g is %g", p[0], p[1], z[0]);
    }
}
END_TEST

/* FNV-1a over the bytes: as long as the method stays, so do these bits, on every processor. */
static uint64_t digest(void)
{
    uint64_t d = 14695981039346656037u;

    for (size_t i = 0; i < COUNT; i++) {
        uint64_t bits;
        memcpy(&bits, &z[i], sizeof bits);
        for (int k = 0; k < 64; k += 8)
            d = (d ^ (bits >> k & 255)) * 1099511628211u;
    }
    return d;
}

START_TEST(bits_stay)
{
    state = 1;
    for (size_t i = 0; i < COUNT; i++)
        x[i] = 1e-6 + 1000 * draw(), y[i] = 40 * draw() - 20;
    elementary_exp(z, y, COUNT);
    ck_assert_uint_eq(digest(), 6025816026091763307u);
    elementary_log(z, x, COUNT);
    ck_assert_uint_eq(digest(), 870998208847059423u);
    elementary_log10(z, x, COUNT);
    ck_assert_uint_eq(digest(), 5922780574423314240u);
    elementary_power(z, x, y, COUNT);
    ck_assert_uint_eq(digest(), 2844046945161874049u);
    /* one by one: no vector has as few */
    uint64_t whole = digest();
    for (size_t i = 0; i < COUNT; i++)
        elementary_power(z + i, x + i, y + i, 1);
    ck_assert_uint_eq(digest(), whole);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, exp_is_near);
    tcase_add_test(tests, logarithms_are_near);
    tcase_add_test(tests, powers_are_near);
    tcase_add_test(tests, ends_are_known);
    tcase_add_test(tests, bits_stay);
}

UNIT_MAIN("elementary", add)
