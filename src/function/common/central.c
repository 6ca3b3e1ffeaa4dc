/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Central moments of many columns: layout, pieces of a block, merge. */
#include "function/common/central.h"

#include <math.h>
#include <string.h>

#include "function/common/passes.h"

/*
 * A block is cut into pieces that stay in the second-level cache. A piece is
 * read twice while the next one is fetched, so that the whole goes at the speed
 * of memory.
 */
enum {
    LINE = 8,   /* doubles in a line of the cache: a multiple of it makes whole vectors */
    PANEL = 64, /* columns of a block that are worked on together, at most */
};

static struct central columns_of(const struct central *c, size_t first, size_t columns)
{
    return (struct central){
        .columns = columns,
        .order = c->order,
        .count = c->count + first,
        .mean = c->mean + first,
        .min = c->min + first,
        .max = c->max + first,
        .m2 = c->m2 ? c->m2 + first : NULL,
        .m3 = c->m3 ? c->m3 + first : NULL,
        .m4 = c->m4 ? c->m4 + first : NULL,
    };
}

static void add_piece(const struct central *into, const struct piece *p, struct sums *s)
{
    struct central from = {.columns = p->columns,
                           .order = into->order,
                           .count = s->count,
                           .mean = s->mean,
                           .min = s->min,
                           .max = s->max,
                           .m2 = s->power[1],
                           .m3 = s->power[2],
                           .m4 = s->power[3]};

    passes(*p, into->order, s);
    central_merge(into, &from);
}

/* A block of fewer columns than PANEL: pieces of whole groups of rows, and the
 * last rows, made a whole group with missing values. */
static void add_narrow(const struct central *c, const struct block *b, struct sums *s)
{
    size_t group = b->columns < LINE ? PANEL : LINE, lanes = group * b->columns;
    size_t rows = b->rows / group, piece = PASSES_PIECE / lanes / PASSES_STEP * PASSES_STEP;
    struct piece p = {.lanes = lanes, .stride = lanes, .columns = b->columns};

    for (size_t r = 0; r < rows; r += p.rows) {
        p.rows = rows - r < piece ? rows - r : piece;
        p.data = b->data + r * lanes;
        p.next = rows - r >= 2 * piece ? p.data + piece * lanes : NULL;
        add_piece(c, &p, s);
    }
    if (b->rows % group > 0) {
        double last[PASSES_LANES];
        size_t n = b->rows % group * b->columns;
        memcpy(last, b->data + rows * lanes, n * sizeof *last);
        for (size_t l = n; l < lanes; l++)
            last[l] = NAN;
        p.rows = 1, p.data = last, p.next = NULL;
        add_piece(c, &p, s);
    }
}

/* A block of many columns: panels of at most PANEL columns, of near equal width. */
static void add_wide(const struct central *c, const struct block *b, struct sums *s)
{
    size_t panels = (b->columns + PANEL - 1) / PANEL, piece = PASSES_PIECE / PANEL;

    for (size_t r = 0; r < b->rows; r += piece)
        for (size_t i = 0; i < panels; i++) {
            size_t from = b->columns * i / panels, to = b->columns * (i + 1) / panels;
            struct central into = columns_of(c, from, to - from);
            struct piece p = {.data = b->data + r * b->columns + from,
                              .rows = b->rows - r < piece ? b->rows - r : piece,
                              .lanes = to - from,
                              .stride = b->columns,
                              .columns = to - from};
            if (i + 1 < panels)
                p.next = p.data + (to - from);
            else if (b->rows - r >= 2 * piece)
                p.next = b->data + (r + piece) * b->columns;
            add_piece(&into, &p, s);
        }
}

size_t central_length(size_t columns, int order)
{
    return columns * (size_t)(3 + order);
}

struct central central_at(double *numbers, size_t columns, int order)
{
    return (struct central){
        .columns = columns,
        .order = order,
        .count = numbers,
        .mean = numbers + columns,
        .min = numbers + 2 * columns,
        .max = numbers + 3 * columns,
        .m2 = order > 1 ? numbers + 4 * columns : NULL,
        .m3 = order > 2 ? numbers + 5 * columns : NULL,
        .m4 = order > 3 ? numbers + 6 * columns : NULL,
    };
}

void central_counts(size_t columns, unsigned char *is_count)
{
    memset(is_count, 1, columns);
}

void central_add(const struct central *c, const struct block *block)
{
    struct sums s;

    if (block->columns < PANEL)
        add_narrow(c, block, &s);
    else
        add_wide(c, block, &s);
}

/* The pairwise formulas of Chan, Golub and LeVeque (1979), and of Pébay (2008,
 * SAND2008-6212, equations 2.1 and 2.2) for the 3rd and 4th power. A product
 * with the count or the power of an empty side comes first in its term, so that
 * nothing overflows there: merging with an empty column is exact. */
void central_merge(const struct central *into, const struct central *from)
{
    const double *restrict nb = from->count, *restrict meanb = from->mean;
    const double *restrict minb = from->min, *restrict maxb = from->max;
    const double *restrict b2 = from->m2, *restrict b3 = from->m3, *restrict b4 = from->m4;
    double *restrict na = into->count, *restrict mean = into->mean;
    double *restrict min = into->min, *restrict max = into->max;
    double *restrict a2 = into->m2, *restrict a3 = into->m3, *restrict a4 = into->m4;
    const int order = into->order;

    for (size_t j = 0; j < into->columns; j++) {
        double n = na[j] + nb[j];                              /* n = na + nb */
        double p = na[j] / (n > 0 ? n : 1);                    /* p = na/n */
        double q = nb[j] / (n > 0 ? n : 1);                    /* q = nb/n */
        double d = meanb[j] - mean[j], dp = p * d, dq = q * d; /* d = mb - ma */
        double t = na[j] * dq * d;                             /* d^2 na nb/n */
        if (order > 3)
            a4[j] += b4[j] + t * d * d * (p * p - p * q + q * q) +
                     6 * (b2[j] * dp * dp + a2[j] * dq * dq) + 4 * (b3[j] * dp - a3[j] * dq);
        if (order > 2)
            a3[j] += b3[j] + t * d * (p - q) + 3 * (b2[j] * dp - a2[j] * dq);
        if (order > 1)
            a2[j] += b2[j] + t;
        double low = min[j], lowb = minb[j], high = max[j], highb = maxb[j];
        lowb = na[j] > 0 && low < lowb ? low : lowb;
        highb = na[j] > 0 && high > highb ? high : highb;
        min[j] = nb[j] > 0 ? lowb : low;
        max[j] = nb[j] > 0 ? highb : high;
        mean[j] += dq;
        na[j] = n;
    }
}
