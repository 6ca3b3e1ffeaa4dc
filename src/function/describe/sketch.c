/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts in buckets of equal relative width, and what they say. */
#include "function/describe/sketch.h"

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

struct sketch sketch_of(double accuracy, double smallest, double largest)
{
    struct sketch s = {.shift = 52};

    while (sketch_bound(&s) > accuracy && s.shift > 52 - SKETCH_PARTS_MAX)
        s.shift--;
    s.first = bits_of(smallest) >> s.shift;
    s.last = bits_of(largest) >> s.shift;
    s.buckets = s.last - s.first + 1;
    s.cells = 2 * s.buckets + 4;
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
    const int64_t beyond = (int64_t)s->buckets + 1;

    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        int64_t k = (int64_t)((bits & ~sign) >> shift) - (int64_t)first + 1;
        k = k > 0 ? k : 0;
        k = k < beyond ? k : beyond;
        k = beyond + ((bits & sign) != 0 ? -k : k);
        cell[i] = (int32_t)(x[i] == x[i] ? k : 2 * beyond + 1);
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

    for (size_t c = 0; c + 1 < s->cells; c++) {
        sum += cells[c];
        if (k < sum)
            return represent(s, c);
    }
    return NAN;
}

double sketch_quantile(const struct sketch *s, const double *cells, double n, double p)
{
    double h = (n - 1) * p, k = floor(h);

    if (!(n >= 1))
        return NAN;
    double low = value_at(s, cells, k), high = h > k ? value_at(s, cells, k + 1) : low;
    return low == high ? low : low + (h - k) * (high - low);
}

double sketch_smooth(const struct sketch *s, const double *cells, double n, double p)
{
    double before = 0, near, far;
    size_t c = 0;

    while (c + 2 < s->cells && (cells[c] == 0 || before + cells[c] < p * n))
        before += cells[c++];
    limits(s, c, &near, &far);
    if (isinf(far))
        return near;
    double low = near < far ? near : far, high = near < far ? far : near;
    double part = cells[c] > 0 ? (p * n - before) / cells[c] : 0;
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
