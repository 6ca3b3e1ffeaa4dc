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
        half ab = {a[0], b[0], a[2], b[2]}, next_ab = {a[1], b[1], a[3], b[3]};
        half uv = {u[0], v[0], u[2], v[2]}, next_uv = {u[1], v[1], u[3], v[3]};
        *(half *)to = (half){ab[0], ab[1], uv[0], uv[1]};
        *(half *)(to + ROWS) = (half){next_ab[0], next_ab[1], next_uv[0], next_uv[1]};
        *(half *)(to + 2 * ROWS) = (half){ab[2], ab[3], uv[2], uv[3]};
        *(half *)(to + 3 * ROWS) = (half){next_ab[2], next_ab[3], next_uv[2], next_uv[3]};
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
