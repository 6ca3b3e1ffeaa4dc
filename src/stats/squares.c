/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Adds up the squared distances of all pairs of rows, by threads. */
#include "stats/squares.h"

#include <stdlib.h>

#include "stats/gram.h"
#include "stats/pairs.h"
#include "stats/panels.h"
#include "util/crew.h"

enum {
    FEW_COORDINATES = 12,
    FEW_ROWS = 16,
    FEW_IN_ALL = 1000000, /* rows x rows x coordinates */
    ONE_TILE = 128,       /* rows; coordinates are shared then, in strips */
    STRIP = 8192,         /* coordinates */
    LARGE_TILE = 256,     /* rows; products of smaller ones are slower */
    SMALL_TILE = 96,      /* of up to 512 rows, so that threads find work */
    MEASURED = 16,        /* rows that are measured at a time */
    CACHED = 1024,        /* coordinates of plain loops that stay in a core's cache */
};

/* What the threads share that add one block of coordinates. */
struct adding {
    struct gram g;
    size_t rows;    /* of a tile */
    double *room;   /* a product for each thread, or for each strip, */
    size_t each;    /* of so many doubles */
    double *turned; /* room of each thread for strips */
    double *squares;
};

bool squares_are_few(size_t n, size_t width)
{
    return width <= FEW_COORDINATES || n <= FEW_ROWS ||
           (double)n * (double)n * (double)width < FEW_IN_ALL;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void measure_rows(void *shared, unsigned who, size_t part)
{
    struct adding *a = shared;
    size_t first = part * MEASURED;

    (void)who;
    gram_measure(&a->g, first, smaller(a->g.n - first, MEASURED));
}

static void add_product(const struct adding *a, const struct gram_tile *t, const double *product)
{
    size_t n = a->g.n;

    for (size_t r = 0; r < t->count; r++)
        for (size_t c = 0; c < (t->lower ? r : t->others); c++)
            a->squares[(t->first + r) * n + t->other + c] += product[r * t->others + c];
    for (size_t c = 0; c < t->others; c++) /* written in the order of memory */
        for (size_t r = t->lower ? c + 1 : 0; r < t->count; r++)
            a->squares[(t->other + c) * n + t->first + r] =
                a->squares[(t->first + r) * n + t->other + c];
}

static void do_tile(void *shared, unsigned who, size_t part)
{
    const struct adding *a = shared;
    double *product = a->room + who * a->each;
    size_t row = 0, n = a->g.n;

    while (part > row)
        part -= ++row;
    struct gram_tile t = {row * a->rows, 0, part * a->rows, 0, .lower = part == row};
    t.count = smaller(n - t.first, a->rows);
    t.others = smaller(n - t.other, a->rows);
    gram_multiply(&a->g, &t, product, t.others);
    gram_finish(&a->g, &t, product, t.others);
    add_product(a, &t, product);
}

static void do_strip(void *shared, unsigned who, size_t part)
{
    const struct adding *a = shared;
    size_t from = part * STRIP, n = a->g.n;

    panels_add(a->g.x + from, n, smaller(a->g.width - from, STRIP), a->g.stride,
               a->g.far ? a->g.centre + from : NULL, a->turned + who * panels_room(n),
               a->room + part * a->each);
}

/* Effect: what the strips add up to becomes -2ab. */
static void sum_strips(struct adding *a, size_t strips)
{
    size_t n = a->g.n, step = panels_step(n);
    struct gram_tile all = {0, n, 0, n, .lower = true};

    for (size_t s = 1; s < strips; s++)
        for (size_t i = 0; i < a->each; i++)
            a->room[i] += a->room[s * a->each + i];
    for (size_t i = 0; i < n; i++) { /* the rows come nearer, each to where it is read last */
        a->g.norm[i] = a->room[i * step + i];
        for (size_t k = 0; k <= i; k++)
            a->room[i * n + k] = -2 * a->room[i * step + k];
    }
    gram_finish(&a->g, &all, a->room, n);
    add_product(a, &all, a->room);
}

static void add_few(const double *x, size_t n, size_t width, size_t stride, double *squares)
{
    for (size_t from = 0; from < width; from += CACHED)
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < i; k++) {
                squares[i * n + k] += pairs_square(x + i * stride + from, x + k * stride + from,
                                                   smaller(width - from, CACHED));
                squares[k * n + i] = squares[i * n + k];
            }
}

static int add_tiles(struct adding *a, unsigned threads, struct err *e)
{
    size_t n = a->g.n, tiles = (n + a->rows - 1) / a->rows;

    a->each = a->rows * a->rows;
    a->room = err_alloc(threads * a->each, sizeof *a->room, "products", e);
    if (!a->room || gram_prepare(&a->g, e) < 0)
        return -1;
    crew_run(threads, (n + MEASURED - 1) / MEASURED, measure_rows, a);
    crew_run(threads, tiles * (tiles + 1) / 2, do_tile, a);
    return 0;
}

static int add_strips(struct adding *a, unsigned threads, struct err *e)
{
    size_t n = a->g.n, strips = (a->g.width + STRIP - 1) / STRIP;

    a->each = panels_step(n) * panels_step(n);
    a->room = err_alloc(strips * a->each, sizeof *a->room, "products", e);
    a->turned = err_alloc(threads * panels_room(n), sizeof *a->turned, "turned rows", e);
    if (!a->room || !a->turned)
        return -1;
    crew_run(threads, strips, do_strip, a);
    sum_strips(a, strips);
    return 0;
}

int squares_add(const double *x, size_t n, size_t width, size_t stride, unsigned threads,
                double *squares, struct err *e)
{
    struct adding a = {.rows = n > 512 ? LARGE_TILE : SMALL_TILE, .squares = squares};
    int rc;

    if (squares_are_few(n, width)) {
        add_few(x, n, width, stride, squares);
        return 0;
    }
    if (gram_open(&a.g, x, n, width, stride, e) < 0)
        return -1;
    rc = n > ONE_TILE ? add_tiles(&a, threads, e) : add_strips(&a, threads, e);
    free(a.room);
    free(a.turned);
    gram_close(&a.g);
    return rc;
}
