/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives the distances of all pairs of rows, kept or computed when they are asked for. */
#include "stats/distance.h"

#include <math.h>
#include <stdlib.h>

#include "stats/pairs.h"
#include "stats/squares.h"
#include "util/blas.h"

/* From here on it takes longer to compute distances again than to read them again. */
enum { MANY_COORDINATES = 32 };

/* Columns of a product of some rows with all. */
enum { ACROSS = 256 };

unsigned distances_crew(size_t n, size_t d)
{
    double operations = (double)n * (double)n * (double)(d + 20);
    unsigned threads = blas_threads();

    return operations < 1e6 ? 1 : threads < DISTANCE_CREW ? threads : DISTANCE_CREW;
}

int distance_squares(const double *x, size_t n, size_t width, size_t stride, double *squares,
                     struct err *e)
{
    unsigned before = blas_threads();
    unsigned threads = distances_crew(n, width); /* as many as BLAS has until it has one */
    bool few = squares_are_few(n, width);
    int rc = 0;

    if (!few)
        blas_take_threads(1);
    for (size_t first = 0; first < width && rc == 0; first += DISTANCE_BLOCK) {
        size_t left = width - first, wide = left < DISTANCE_BLOCK ? left : DISTANCE_BLOCK;
        rc = squares_add(x + first, n, wide, stride, threads, squares, e);
    }
    if (!few)
        blas_take_threads(before);
    return rc;
}

/* What is needed to compute them some rows at a time. */
static int prepare(struct distances *s, struct err *e)
{
    size_t count = (s->d + DISTANCE_BLOCK - 1) / DISTANCE_BLOCK;

    if (s->metric == DISTANCE_MANHATTAN)
        return 0;
    if (squares_are_few(s->n, s->d)) {
        s->across = err_alloc(s->n * s->d, sizeof *s->across, "columns", e);
        if (!s->across)
            return -1;
        pairs_turn(s->x, s->n, s->d, s->across);
        return 0;
    }
    s->blocks = err_alloc(count, sizeof *s->blocks, "blocks", e);
    for (; s->blocks && s->count < count; s->count++) {
        size_t first = s->count * DISTANCE_BLOCK, left = s->d - first;
        if (gram_open(&s->blocks[s->count], s->x + first, s->n,
                      left < DISTANCE_BLOCK ? left : DISTANCE_BLOCK, s->d, e) < 0)
            return -1;
        if (gram_prepare(&s->blocks[s->count], e) < 0) {
            gram_close(&s->blocks[s->count]);
            return -1;
        }
        gram_measure(&s->blocks[s->count], 0, s->n);
    }
    return s->blocks ? 0 : -1;
}

static int keep(struct distances *s, struct err *e)
{
    s->kept = err_alloc(s->n * s->n, sizeof *s->kept, "distances", e);
    s->squares = s->kept;
    return s->kept ? distance_squares(s->x, s->n, s->d, s->d, s->kept, e) : -1;
}

int distances_open(struct distances *s, enum distance_metric metric, const double *x, size_t n,
                   size_t d, size_t most, struct err *e)
{
    bool all = metric == DISTANCE_EUCLID && d >= MANY_COORDINATES && n > 0 &&
               n <= most / sizeof *s->kept / n;

    *s = (struct distances){.metric = metric, .x = x, .n = n, .d = d};
    if ((all ? keep(s, e) : prepare(s, e)) < 0) {
        distances_close(s);
        return -1;
    }
    return 0;
}

int distances_of_squares(struct distances *s, const double *squares, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            if (!(squares[i * n + k] >= 0 && isfinite(squares[i * n + k])))
                return err_set(e, ERR_INPUT,
                               "squared distance of results %zu and %zu: %g; expected a finite "
                               "number >= 0",
                               i, k, squares[i * n + k]);
    *s = (struct distances){.metric = DISTANCE_EUCLID, .n = n, .squares = squares};
    return 0;
}

/* Some rows of squares, as the weights have them. */
static void weigh_rows(const double *weight, size_t n, size_t first, size_t count, double *rows)
{
    for (size_t r = 0; r < count; r++)
        for (size_t k = 0; k < n; k++) {
            double shorter = 2 / (weight[first + r] + weight[k]);
            rows[r * n + k] *= shorter * shorter;
        }
}

void distances_weigh(struct distances *s, const double *weight)
{
    if (s->kept)
        weigh_rows(weight, s->n, 0, s->n, s->kept);
    else
        s->weight = weight;
}

void distances_close(struct distances *s)
{
    free(s->kept);
    free(s->across);
    for (size_t b = 0; b < s->count; b++)
        gram_close(&s->blocks[b]);
    free(s->blocks);
    *s = (struct distances){0};
}

size_t distances_group(const struct distances *s)
{
    /* plain loops: so few rows that they stay in a core's cache; products: as many as make them
     * fast, but of very many points no more than 32 MiB */
    size_t most = (size_t)(s->across ? 1 : s->d < MANY_COORDINATES ? 4 : 32) << 20;
    size_t rows = DISTANCE_ROWS;

    while (rows > 8 && rows * s->n > most / sizeof(double))
        rows /= 2;
    return rows;
}

static void manhattan_row(const struct distances *s, size_t i, double *row)
{
    for (size_t k = 0; k < s->n; k++) {
        double sum = pairs_manhattan(s->x + i * s->d, s->x + k * s->d, s->d);
        row[k] = sum * sum; /* whose square root is the sum again, to the bit */
    }
}

/* A tile of columns at a time, which stays in a core's cache; what follows the first block is
 * multiplied in a room of its own, and added. */
static void multiply_rows(const struct distances *s, size_t first, size_t count, double *rows)
{
    double product[DISTANCE_ROWS * ACROSS];

    for (size_t k = 0; k < s->n; k += ACROSS) {
        struct gram_tile t = {first, count, k, s->n - k < ACROSS ? s->n - k : ACROSS, false};
        for (size_t b = 0; b < s->count; b++) {
            double *to = b == 0 ? rows + k : product;
            size_t step = b == 0 ? s->n : ACROSS;
            gram_multiply(&s->blocks[b], &t, to, step);
            gram_finish(&s->blocks[b], &t, to, step);
            for (size_t r = 0; b > 0 && r < count; r++)
                for (size_t c = 0; c < t.others; c++)
                    rows[r * s->n + k + c] += product[r * ACROSS + c];
        }
    }
}

const double *distances_rows(const struct distances *s, size_t first, size_t count, double *room)
{
    if (s->squares)
        return s->squares + first * s->n;
    if (s->across)
        pairs_squares(s->across, s->n, s->d, s->x + first * s->d, count, room);
    else if (s->blocks)
        multiply_rows(s, first, count, room);
    else
        for (size_t r = 0; r < count; r++)
            manhattan_row(s, first + r, room + r * s->n);
    if (s->weight)
        weigh_rows(s->weight, s->n, first, count, room);
    return room;
}
