/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes the distances of all pairs of rows, with the same bits everywhere. */
#include "stats/distance.h"

#include <math.h>
#include <stdlib.h>

static double square(const double *a, const double *b, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++) {
        double gap = a[j] - b[j];
        sum += gap * gap;
    }
    return sum;
}

static double manhattan(const double *a, const double *b, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++)
        sum += fabs(a[j] - b[j]);
    return sum;
}

/* Effect: the distances of point i from the first count. */
static void fill_row(const struct distances *s, size_t i, size_t count, double *row)
{
    const double *a = s->x + i * s->d;

    for (size_t k = 0; k < count; k++) {
        const double *b = s->x + k * s->d;
        row[k] = s->metric == DISTANCE_MANHATTAN ? manhattan(a, b, s->d) : sqrt(square(a, b, s->d));
    }
}

int distances_open(struct distances *s, enum distance_metric metric, const double *x, size_t n,
                   size_t d, size_t most, struct err *e)
{
    *s = (struct distances){.metric = metric, .x = x, .n = n, .d = d};
    s->all = n > 0 && n <= most / sizeof *s->kept / n;
    s->kept = err_alloc(s->all ? n * n : n, sizeof *s->kept, "distances", e);
    if (!s->kept)
        return -1;
    for (size_t i = 0; s->all && i < n; i++) {
        fill_row(s, i, i, s->kept + i * n);
        for (size_t k = 0; k < i; k++)
            s->kept[k * n + i] = s->kept[i * n + k];
    }
    return 0;
}

int distances_of_squares(struct distances *s, const double *squares, size_t n, struct err *e)
{
    *s = (struct distances){.metric = DISTANCE_EUCLID, .squares = squares, .n = n};
    s->kept = err_alloc(n, sizeof *s->kept, "distances", e);
    return s->kept ? 0 : -1;
}

void distances_close(struct distances *s)
{
    free(s->kept);
    s->kept = NULL;
}

const double *distances_row(struct distances *s, size_t i)
{
    if (s->all)
        return s->kept + i * s->n;
    for (size_t k = 0; s->squares && k < s->n; k++)
        s->kept[k] = sqrt(s->squares[i * s->n + k]);
    if (!s->squares)
        fill_row(s, i, s->n, s->kept);
    return s->kept;
}

int distance_squares(const double *x, size_t n, size_t width, size_t stride, double *squares,
                     struct err *e)
{
    (void)e;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++) {
            squares[i * n + k] += square(x + i * stride, x + k * stride, width);
            squares[k * n + i] = squares[i * n + k];
        }
    return 0;
}
