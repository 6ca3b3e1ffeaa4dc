/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the least numbers of a row by the minima of groups. */
#include "stats/minima.h"

#include <string.h>

#include "util/versions.h"

enum {
    LANES = 8,
    SOME = 2048,   /* numbers, from which on groups are deeper, */
    MANY = 16384,  /* and once more */
    TOGETHER = 16, /* numbers that are compared at a time */
    MORE = 8,      /* times as many as are wanted are not too many more */
};

/* Numbers of a group: the deeper, the fewer minima there are to look at, and the more numbers. */
static size_t depth(size_t n)
{
    return n < SOME ? 8 : n < MANY ? 16 : 32;
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

VERSIONS static size_t count_below(const double *v, size_t count, double limit)
{
    uint64_t below = 0;

    for (size_t i = 0; i < count; i++)
        below += v[i] <= limit;
    return below;
}

/* Numbers >= 0 are in the order of their bits. */
static uint64_t bits_of(double v)
{
    uint64_t bits;

    v += 0.0; /* no -0 */
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

double minima_halfway(double least, double most)
{
    uint64_t low = bits_of(least), high = bits_of(most);
    double v;

    low += (high - low) / 2;
    memcpy(&v, &low, sizeof v);
    return v;
}

VERSIONS_FINITE static void find_ends(const double *v, size_t count, double *least, double *most)
{
    double low = v[0], high = v[0];

    for (size_t i = 1; i < count; i++) {
        low = v[i] < low ? v[i] : low;
        high = v[i] > high ? v[i] : high;
    }
    *least = low;
    *most = high;
}

/* By halves, as to count is fast where to sort is not: soon not many more than k are below. */
double minima_bound(const double *minima, size_t n, size_t k)
{
    size_t count = minima_count(n), below = count;
    double low, high, middle;

    find_ends(minima, count, &low, &high);
    if (count_below(minima, count, low) >= k)
        return low;
    while (below > k + k / MORE && (middle = minima_halfway(low, high)) > low) {
        size_t some = count_below(minima, count, middle);
        if (some < k) {
            low = middle;
        } else {
            high = middle;
            below = some;
        }
    }
    return high;
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
