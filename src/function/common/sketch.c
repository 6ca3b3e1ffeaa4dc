/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts in buckets of equal relative width, and what they say. */
#include "function/common/sketch.h"

#include <math.h>
#include <string.h>

#include "util/versions.h"

static const uint64_t sign = UINT64_C(1) << 63;

enum { TILE = 512 }; /* values whose cells are found together */

static uint64_t bits_of(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double number_of(uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

struct sketch sketch_of(double accuracy, double smallest, double largest, bool zeros)
{
    struct sketch s = {.shift = 52};

    while (sketch_bound(&s) > accuracy && s.shift > 52 - SKETCH_PARTS_MAX)
        s.shift--;
    s.first = bits_of(smallest) >> s.shift;
    s.last = bits_of(largest) >> s.shift;
    s.buckets = s.last - s.first + 1;
    s.missing = 2 * s.buckets + 3;
    s.cells = s.missing + (zeros ? 2 : 1);
    return s;
}

/* The widest buckets are the first of an octave: w = 2^-m. */
double sketch_bound(const struct sketch *s)
{
    double w = number_of((uint64_t)(1023 - (52 - s->shift)) << 52);

    return w / (2 + w);
}

/* The cells of n values: 0 to buckets + 1 by magnitude, counted from the middle, to the
 * left or the right of it by sign. */
VERSIONS static void find_cells(const struct sketch *s, const double *restrict x, size_t n,
                                int32_t *restrict cell)
{
    const uint64_t first = s->first, shift = (uint64_t)s->shift;
    const int64_t beyond = (int64_t)s->buckets + 1, missing = (int64_t)s->missing;
    const int64_t zero = s->cells > s->missing + 1 ? missing + 1 : beyond;

    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        int64_t k = (int64_t)((bits & ~sign) >> shift) - (int64_t)first + 1;
        k = k > 0 ? k : 0;
        k = k < beyond ? k : beyond;
        k = beyond + ((bits & sign) != 0 ? -k : k);
        k = x[i] == 0 ? zero : k;
        cell[i] = (int32_t)(x[i] == x[i] ? k : missing);
    }
}

void sketch_add(const struct sketch *s, const double *values, size_t rows, size_t columns,
                double *cells)
{
    int32_t cell[TILE];
    size_t column = 0;

    for (size_t i = 0, n = rows * columns; i < n; i += TILE) {
        size_t some = n - i < TILE ? n - i : TILE;
        find_cells(s, values + i, some, cell);
        for (size_t l = 0; l < some; l++) {
            cells[column * s->cells + (size_t)cell[l]]++;
            column = column + 1 < columns ? column + 1 : 0;
        }
    }
}

/* The values in cell c of those that rise, 0 itself with what is near it. */
static double count_at(const struct sketch *s, const double *cells, size_t c)
{
    bool apart = s->cells > s->missing + 1 && c == s->buckets + 1;

    return cells[c] + (apart ? cells[s->missing + 1] : 0);
}

/* Effect: the values between which cell c lies: the nearer to 0 first. */
static void limits(const struct sketch *s, size_t c, double *near, double *far)
{
    size_t middle = s->buckets + 1, k = c < middle ? middle - c : c - middle;
    double factor = c < middle ? -1 : 1;

    *near = k == 0 ? 0 : number_of((s->first + k - 1) << s->shift);
    *far = number_of((s->first + k) << s->shift);
    *near *= factor, *far *= factor;
    if (k == 0)
        *near = -*far;
    if (k == middle)
        *far = INFINITY * factor;
}

/* 2 a b/(a + b) for limits a and b: no factor overflows. */
static double represent(const struct sketch *s, size_t c)
{
    double near, far;

    limits(s, c, &near, &far);
    if (c == s->buckets + 1 || isinf(far))
        return c == s->buckets + 1 ? 0 : far;
    return near * (2 * (far / near) / (1 + far / near));
}

/* The value number k, from 0, in rising order. */
static double value_at(const struct sketch *s, const double *cells, double k)
{
    double sum = 0;

    for (size_t c = 0; c < s->missing; c++) {
        sum += count_at(s, cells, c);
        if (k < sum)
            return represent(s, c);
    }
    return NAN;
}

/* Effect: the values on both sides of a quantile. Returns its part of the way between. */
static double neighbours(const struct sketch *s, const double *cells, double n, double p,
                         double *low, double *high)
{
    double h = (n - 1) * p, k = floor(h);

    *low = value_at(s, cells, k);
    *high = h > k ? value_at(s, cells, k + 1) : *low;
    return h - k;
}

double sketch_quantile(const struct sketch *s, const double *cells, double n, double p)
{
    double low, high;

    if (!(n >= 1))
        return NAN;
    double part = neighbours(s, cells, n, p, &low, &high);
    if (isinf(low) != isinf(high)) /* between a value and one that is beyond */
        return isinf(low) ? low : high;
    return low == high ? low : isinf(low) ? NAN : low + part * (high - low);
}

double sketch_near(const struct sketch *s, const double *cells)
{
    return s->cells > s->missing + 1 ? cells[s->buckets + 1] : 0;
}

double sketch_beyond(const struct sketch *s, const double *cells)
{
    return cells[0] + cells[s->missing - 1];
}

double sketch_accuracy(const struct sketch *s, const double *cells, double n, double p)
{
    double low, high;

    if (!(n >= 1))
        return NAN;
    double part = neighbours(s, cells, n, p, &low, &high);
    if (isinf(low) || isinf(high) || ((low == 0 || high == 0) && sketch_near(s, cells) > 0))
        return INFINITY;
    double value = fabs((1 - part) * low + part * high);
    double error = sketch_bound(s) * ((1 - part) * fabs(low) + part * fabs(high));
    return low == 0 && high == 0 ? 0 : low * high >= 0 ? sketch_bound(s) : error / value;
}

double sketch_smooth(const struct sketch *s, const double *cells, double n, double p)
{
    double before = 0, near, far;
    size_t c = 0;

    while (c + 1 < s->missing &&
           (count_at(s, cells, c) == 0 || before + count_at(s, cells, c) < p * n))
        before += count_at(s, cells, c++);
    limits(s, c, &near, &far);
    if (isinf(far))
        return near;
    double low = near < far ? near : far, high = near < far ? far : near;
    double count = count_at(s, cells, c), part = count > 0 ? (p * n - before) / count : 0;
    return low + (high - low) * (part > 0 ? part < 1 ? part : 1 : 0);
}

double sketch_error(const struct sketch *s, const double *cells, double n, double p, double value)
{
    double d = sqrt(p * (1 - p) / n), low = fmax(p - d, 0), high = fmin(p + d, 1), spread = 0;
    double smallest = number_of(s->first << s->shift);
    double exact = fabs(value) < smallest ? smallest : sketch_bound(s) * fabs(value);

    if (!(n > 1) || !isfinite(value))
        return INFINITY;
    if (d > 0)
        spread = (sketch_smooth(s, cells, n, high) - sketch_smooth(s, cells, n, low)) *
                 (d / (high - low));
    return sqrt(spread * spread + exact * exact);
}
