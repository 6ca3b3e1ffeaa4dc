/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the least numbers of a row by the minima of groups. */
#include "stats/minima.h"

#include <string.h>

#include "util/versions.h"

enum {
    LANES = 8,
    MANY = 4096,   /* numbers, from which on groups are deeper */
    TOGETHER = 16, /* numbers that are compared at a time */
};

/* Numbers of a group: the deeper, the fewer minima there are to select from. */
static size_t depth(size_t n)
{
    return n < MANY ? 16 : 32;
}

/* How many numbers are in groups. */
static size_t grouped(size_t n)
{
    return n - n % (LANES * depth(n));
}

size_t minima_count(size_t n)
{
    return grouped(n) / depth(n);
}

VERSIONS_FINITE void minima_find(const double *v, size_t n, double *minima)
{
    size_t deep = depth(n), end = grouped(n);

    for (size_t at = 0; at < end; at += LANES * deep, v += LANES * deep, minima += LANES) {
        double least[LANES];
        memcpy(least, v, sizeof least);
        for (size_t q = 1; q < deep; q++)
            for (size_t l = 0; l < LANES; l++)
                least[l] = v[q * LANES + l] < least[l] ? v[q * LANES + l] : least[l];
        memcpy(minima, least, sizeof least);
    }
}

/* Hoare's selection: the number that has k others before it in ascending order. */
static double select_of(double *v, ptrdiff_t n, ptrdiff_t k)
{
    for (ptrdiff_t low = 0, high = n - 1; low < high;) {
        double pivot = v[k];
        ptrdiff_t i = low, j = high;
        while (i <= j) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i <= j) {
                double swap = v[i];
                v[i++] = v[j];
                v[j--] = swap;
            }
        }
        if (j < k)
            low = i;
        if (k < i)
            high = j;
    }
    return v[k];
}

double minima_bound(const double *minima, size_t n, size_t k, double *order)
{
    size_t count = minima_count(n);

    memcpy(order, minima, count * sizeof *order);
    return select_of(order, (ptrdiff_t)count, (ptrdiff_t)k - 1);
}

/* Which numbers there are, and room for more. */
struct found {
    uint32_t *who;
    size_t count, most;
};

static inline void look(struct found *f, const double *v, size_t p, double limit)
{
    if (v[p] > limit)
        return;
    if (f->count < f->most)
        f->who[f->count] = (uint32_t)p;
    f->count++;
}

static void look_in_groups(struct found *f, const double *v, size_t n, const double *minima,
                           double limit)
{
    size_t count = minima_count(n), deep = depth(n);

    for (size_t g = 0; g < count; g++)
        for (size_t q = 0; minima[g] <= limit && q < deep; q++)
            look(f, v, g / LANES * LANES * deep + q * LANES + g % LANES, limit);
}

/* Some at a time, as most are not. */
VERSIONS static void look_at_all(struct found *f, const double *v, size_t n, double limit)
{
    for (size_t b = 0; b < grouped(n); b += TOGETHER) {
        int any = 0;
        for (size_t l = 0; l < TOGETHER; l++)
            any |= v[b + l] <= limit;
        for (size_t p = b; any && p < b + TOGETHER; p++)
            look(f, v, p, limit);
    }
}

size_t minima_below(const double *v, size_t n, const double *minima, double limit, uint32_t *who,
                    size_t most)
{
    struct found f = {who, 0, most};

    if (minima)
        look_in_groups(&f, v, n, minima, limit);
    else
        look_at_all(&f, v, n, limit);
    for (size_t p = grouped(n); p < n; p++)
        look(&f, v, p, limit);
    return f.count <= most ? f.count : SIZE_MAX;
}
