/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Multiplies few rows by each other: of some coordinates at a time, which stay in a core's cache. */
#include "stats/panels.h"

#include <stdint.h>

#include "util/versions.h"

enum {
    ROWS = 8, /* of a panel: as they are multiplied, coordinate by coordinate */
    HALF = 4,
    DEEP = 512, /* coordinates of a panel */
    LINE = 64,  /* bytes: a panel's numbers of one coordinate */
};

typedef double lanes
    __attribute__((vector_size(ROWS * sizeof(double)), aligned(sizeof(double)), may_alias));
typedef double half
    __attribute__((vector_size(HALF * sizeof(double)), aligned(sizeof(double)), may_alias));

/* Four numbers of two vectors, by their places in both. */
#if defined __clang__ || __GNUC__ >= 12
#define MIX(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
typedef int64_t places __attribute__((vector_size(HALF * sizeof(int64_t))));
#define MIX(a, b, ...) __builtin_shuffle(a, b, (places){__VA_ARGS__})
#endif

/* Some of the rows, and some of their coordinates. */
struct part {
    const double *x; /* of the first row the first coordinate */
    size_t stride;
    const double *centre; /* or NULL */
    size_t rows, deep;
};

size_t panels_step(size_t n)
{
    return (n + ROWS - 1) / ROWS * ROWS;
}

size_t panels_room(size_t n)
{
    return panels_step(n) * DEEP + LINE / sizeof(double);
}

/* Effect: to[k] and the next three, ROWS apart, become coordinate k of four rows, four by four. */
VERSIONS static void turn_half(const struct part *p, size_t first, double *to)
{
    const double *row[HALF];
    size_t k = 0;

    for (size_t r = 0; r < HALF; r++) /* those that are too many are in nobody's product */
        row[r] = p->x + (first + r < p->rows ? first + r : p->rows - 1) * p->stride;
    for (; k + HALF <= p->deep; k += HALF, to += HALF * ROWS) {
        half c = p->centre ? *(const half *)(p->centre + k) : (half){0};
        half a = *(const half *)(row[0] + k) - c, b = *(const half *)(row[1] + k) - c;
        half u = *(const half *)(row[2] + k) - c, v = *(const half *)(row[3] + k) - c;
        half ab = MIX(a, b, 0, 4, 2, 6), next_ab = MIX(a, b, 1, 5, 3, 7);
        half uv = MIX(u, v, 0, 4, 2, 6), next_uv = MIX(u, v, 1, 5, 3, 7);
        *(half *)to = MIX(ab, uv, 0, 1, 4, 5);
        *(half *)(to + ROWS) = MIX(next_ab, next_uv, 0, 1, 4, 5);
        *(half *)(to + 2 * ROWS) = MIX(ab, uv, 2, 3, 6, 7);
        *(half *)(to + 3 * ROWS) = MIX(next_ab, next_uv, 2, 3, 6, 7);
    }
    for (; k < p->deep; k++, to += ROWS)
        for (size_t r = 0; r < HALF; r++)
            to[r] = row[r][k] - (p->centre ? p->centre[k] : 0);
}

/* Effect: adds the products of a panel's rows with as many of another's. */
VERSIONS_FUSED static void multiply(const double *a, const double *b, size_t deep, size_t columns,
                                    double *product, size_t step)
{
    lanes sum[ROWS] = {{0}};

    if (columns > HALF)
        for (size_t k = 0; k < deep; k++) {
            lanes of_a = *(const lanes *)(a + k * ROWS);
#pragma GCC unroll 8
            for (size_t c = 0; c < ROWS; c++)
                sum[c] += of_a * b[k * ROWS + c];
        }
    else
        for (size_t k = 0; k < deep; k++) {
            lanes of_a = *(const lanes *)(a + k * ROWS);
#pragma GCC unroll 4
            for (size_t c = 0; c < HALF; c++)
                sum[c] += of_a * b[k * ROWS + c];
        }
#pragma GCC unroll 8
    for (size_t c = 0; c < ROWS; c++)
        if (c < columns)
            *(lanes *)(product + c * step) += sum[c];
}

/* What comes next is on its way meanwhile. */
static void expect(const struct part *p, size_t first)
{
    for (size_t r = first; r < first + ROWS && r < p->rows; r++)
        for (size_t k = 0; k < p->deep; k += LINE / sizeof(double))
            __builtin_prefetch(p->x + r * p->stride + k, 0, 2);
}

void panels_add(const double *x, size_t n, size_t width, size_t stride, const double *centre,
                double *room, double *product)
{
    double *panel = (double *)(((uintptr_t)room + LINE - 1) / LINE * LINE);
    size_t step = panels_step(n);

    for (size_t from = 0; from < width; from += DEEP) {
        size_t left = width - from, deep = left < DEEP ? left : DEEP;
        struct part now = {x + from, stride, centre ? centre + from : NULL, n, deep};
        struct part next = {x + from + deep, stride, NULL, n,
                            left - deep < DEEP ? left - deep : DEEP};
        for (size_t r = 0; r < step; r += HALF)
            turn_half(&now, r, panel + r / ROWS * ROWS * deep + r % ROWS);
        for (size_t r = 0; r < n; r += ROWS) {
            expect(&next, r);
            for (size_t c = 0; c <= r; c += ROWS)
                multiply(panel + c * deep, panel + r * deep, deep, n - r < ROWS ? n - r : ROWS,
                         product + r * step + c, step);
        }
    }
}
