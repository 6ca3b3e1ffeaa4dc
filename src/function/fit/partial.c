/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The coefficients that rows determine, where they do not determine all. */
#include "function/fit/partial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/triangle.h"

/* As in fit.c; and the part of a dependent column, beside its norm, that a column it does not
 * depend on has by rounding. */
static const double DEPENDENT = 1e-12, ROUNDING = 1e-8;

/* A matrix [X y] that is being factorised, column by column. */
struct partial {
    size_t m;       /* columns, y the last; and rows */
    double *a;      /* m x m, by columns */
    double *scale;  /* m: what each was divided by, so that no square overflows */
    size_t *column; /* of X: those that are kept, then the others */
    size_t kept;
};

static double *column_at(const struct partial *p, size_t i)
{
    return p->a + (i < p->m - 1 ? p->column[i] : i) * p->m;
}

static double norm(const double *x, size_t from, size_t to)
{
    double sum = 0;

    for (size_t k = from; k < to; k++)
        sum += x[k] * x[k];
    return sqrt(sum);
}

static void unpack(struct partial *p, const double *triangle)
{
    for (size_t j = 0; j < p->m; j++) {
        double *x = p->a + j * p->m, largest = 0;
        for (size_t k = 0; k <= j; k++) {
            x[k] = triangle[triangle_row(p->m, k) + j - k];
            largest = fmax(largest, fabs(x[k]));
        }
        p->scale[j] = largest > 0 ? largest : 1;
        for (size_t k = 0; k <= j; k++)
            x[k] /= p->scale[j];
    }
}

/* Effect: Householder's reflection that makes column j 0 below row r, of all columns after. */
static void reflect(struct partial *p, size_t j, size_t r)
{
    double *v = p->a + j * p->m, length = norm(v, r, p->m), head = v[r];
    double image = head > 0 ? -length : length;

    v[r] = head - image;
    double square = norm(v, r, p->m);
    square *= square;
    for (size_t l = j + 1; l < p->m; l++) {
        double *x = p->a + l * p->m, sum = 0;
        for (size_t k = r; k < p->m; k++)
            sum += v[k] * x[k];
        for (size_t k = r; k < p->m; k++)
            x[k] -= 2 * sum / square * v[k];
    }
    v[r] = image;
    memset(v + r + 1, 0, (p->m - r - 1) * sizeof *v);
}

/* Effect: keeps each column of which something is left beside those kept before it. */
static void factorise(struct partial *p)
{
    size_t last = p->m - 1;

    for (size_t j = 0; j < p->m - 1; j++) {
        const double *x = p->a + j * p->m;
        if (norm(x, p->kept, p->m) > DEPENDENT * norm(x, 0, p->m)) {
            reflect(p, j, p->kept);
            p->column[p->kept++] = j;
        } else {
            p->column[--last] = j;
        }
    }
}

/* Effect: x becomes the solution of R x = x, R of the kept columns. */
static void solve(const struct partial *p, double *x)
{
    for (size_t i = p->kept; i-- > 0;) {
        for (size_t k = i + 1; k < p->kept; k++)
            x[i] -= column_at(p, k)[i] * x[k];
        x[i] /= column_at(p, i)[i];
    }
}

/* Effect: value and error of each coefficient; work has room for m. */
static void tell(const struct partial *p, double rows, double *value, double *error, double *work)
{
    size_t n = p->m - 1;
    double *y = column_at(p, n), freedom = rows - (double)p->kept;
    double sd = freedom > 0 ? norm(y, p->kept, p->m) / sqrt(freedom) : INFINITY;

    solve(p, y);
    memset(error, 0, n * sizeof *error);
    for (size_t i = 0; i < p->kept; i++) {
        memset(work, 0, p->kept * sizeof *work);
        work[i] = 1;
        solve(p, work); /* column i of the inverse, whose rows have the norms that are wanted */
        for (size_t k = 0; k <= i; k++)
            error[p->column[k]] += work[k] * work[k];
    }
    for (size_t k = 0; k < p->kept; k++) {
        double unit = p->scale[n] / p->scale[p->column[k]];
        value[p->column[k]] = y[k] * unit;
        error[p->column[k]] = sd * sqrt(error[p->column[k]]) * unit;
    }
    for (size_t i = p->kept; i < n; i++) {
        double *x = column_at(p, i), size = norm(x, 0, p->m);
        solve(p, x);
        error[p->column[i]] = INFINITY;
        for (size_t k = 0; k < p->kept; k++)
            if (fabs(x[k]) * norm(column_at(p, k), 0, p->m) > ROUNDING * size)
                error[p->column[k]] = INFINITY;
    }
    for (size_t i = 0; i < n; i++)
        if (!(error[i] < INFINITY))
            value[i] = 0, error[i] = INFINITY;
}

int partial_fit(const double *triangle, double rows, size_t n, double *value, double *error)
{
    struct partial p = {.m = n + 1};
    double *work = malloc(p.m * sizeof *work);
    int rc = -1;

    p.a = calloc(p.m * p.m, sizeof *p.a);
    p.scale = malloc(p.m * sizeof *p.scale);
    p.column = malloc(p.m * sizeof *p.column);
    if (work && p.a && p.scale && p.column) {
        unpack(&p, triangle);
        factorise(&p);
        tell(&p, rows, value, error, work);
        rc = 0;
    }
    free(work);
    free(p.a);
    free(p.scale);
    free(p.column);
    return rc;
}
