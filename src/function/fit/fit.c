/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coefficients, errors and verdict from the triangle of [1 X y]. */
#include "function/fit/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/triangle.h"

/* A column depends on those before it when what is left of it, orthogonal to
 * them, is smaller than this part of its norm: rounding alone leaves about 1e-16
 * times the root of the number of pieces that were merged. */
static const double DEPENDENT = 1e-12;

static double at(const struct fit_problem *p, size_t k, size_t j)
{
    return p->r[triangle_row(p->coefficients + 1, k) + j - k];
}

static enum fit_verdict judge_triangle(const struct fit_problem *p, size_t *dependent)
{
    size_t n = p->coefficients;

    for (size_t i = 0; i < triangle_length(n + 1); i++)
        if (!isfinite(p->r[i]))
            return FIT_NOT_FINITE;
    if (p->rows < 1 || (p->ridge == 0 && p->rows < (double)n))
        return FIT_FEW_ROWS;
    for (size_t j = 0; p->ridge == 0 && j < n; j++) {
        double largest = 0, sum = 0; /* the norm, of which no square overflows */
        for (size_t k = 0; k <= j; k++)
            largest = fmax(largest, fabs(at(p, k, j)));
        for (size_t k = 0; k <= j && largest > 0; k++)
            sum += (at(p, k, j) / largest) * (at(p, k, j) / largest);
        if (at(p, j, j) <= DEPENDENT * largest * sqrt(sum)) {
            *dependent = j;
            return FIT_DEPENDENT;
        }
    }
    return FIT_DETERMINED;
}

/* Effect: adds rows sqrt(ridge) I, but for the intercept and y, to the triangle. */
static int penalise(const struct fit_problem *p, double *r)
{
    size_t n = p->coefficients;
    double *rows = calloc(n * (n + 1), sizeof *rows);

    if (!rows)
        return -1;
    for (size_t j = p->intercept ? 1 : 0; j < n; j++)
        rows[j * n + j] = sqrt(p->ridge);
    int rc = triangle_add(r, n + 1, rows, n);
    free(rows);
    return rc;
}

/* The norm of R x + s y, where y is R's last column without its last element. */
static double image_norm(const struct fit_problem *p, const double *x, double s)
{
    double sum = 0;

    for (size_t k = 0; k < p->coefficients; k++) {
        double v = s * at(p, k, p->coefficients);
        for (size_t j = k; j < p->coefficients; j++)
            v += at(p, k, j) * x[j];
        sum += v * v;
    }
    return sqrt(sum);
}

/* Effect: residual_sd and r_squared. Without a ridge R_xx b = R_xy exactly, and
 * the residual is R_yy. */
static void fit_residual(const struct fit_problem *p, struct fit *f)
{
    size_t n = p->coefficients;
    double left = at(p, n, n), bias = p->ridge > 0 ? image_norm(p, f->coefficient, -1) : 0;
    double rss = left * left + bias * bias, tss = left * left;

    for (size_t k = p->intercept ? 1 : 0; k < n; k++)
        tss += at(p, k, n) * at(p, k, n);
    if (f->freedom > 0)
        f->residual_sd = sqrt(rss / f->freedom);
    if (tss > 0)
        f->r_squared = 1 - rss / tss;
}

/* Effect: error and t_value. With S the penalised triangle, column j of
 * (X'X + L)^-1 = S^-1 S^-T is S^-1 a, a = S^-T e_j. Its image under R has the norm
 * that is wanted; without a ridge R = S, and the image is a. */
static int fit_errors(const struct fit_problem *p, const double *s, struct fit *f)
{
    size_t n = p->coefficients;
    double *a = calloc(n * n, sizeof *a);

    for (size_t j = 0; a && j < n; j++)
        a[j * n + j] = 1;
    if (!a || triangle_solve(s, n + 1, n, 1, a, n) < 0 ||
        (p->ridge > 0 && triangle_solve(s, n + 1, n, 0, a, n) < 0)) {
        free(a);
        return -1;
    }
    for (size_t j = 0; j < n; j++) {
        const double *column = a + j * n;
        double norm = 0;
        for (size_t i = j; i < n; i++)
            norm += column[i] * column[i];
        norm = p->ridge > 0 ? image_norm(p, column, 0) : sqrt(norm);
        f->error[j] = f->residual_sd * norm;
        f->t_value[j] = f->coefficient[j] / f->error[j];
    }
    free(a);
    return 0;
}

static struct fit *fit_alloc(const struct fit_problem *p)
{
    size_t n = p->coefficients;
    struct fit *f = malloc(sizeof *f + 3 * n * sizeof(double));

    if (!f)
        return NULL;
    double *numbers = (double *)(f + 1);
    for (size_t i = 0; i < 3 * n; i++)
        numbers[i] = NAN;
    *f = (struct fit){.n = n,
                      .rows = p->rows,
                      .freedom = p->rows - (double)n,
                      .residual_sd = NAN,
                      .r_squared = NAN,
                      .coefficient = numbers,
                      .error = numbers + n,
                      .t_value = numbers + 2 * n};
    return f;
}

/* Effect: fills f from the penalised triangle s. */
static int fit_solve(const struct fit_problem *p, double *s, struct fit *f)
{
    size_t n = p->coefficients;

    if (p->ridge > 0 && penalise(p, s) < 0)
        return -1;
    for (size_t k = 0; k < n; k++)
        f->coefficient[k] = s[triangle_row(n + 1, k) + n - k];
    if (triangle_solve(s, n + 1, n, 0, f->coefficient, 1) < 0)
        return -1;
    fit_residual(p, f);
    return fit_errors(p, s, f);
}

struct fit *fit_create(const struct fit_problem *p)
{
    size_t length = triangle_length(p->coefficients + 1);
    double *s = malloc(length * sizeof *s);
    struct fit *f = fit_alloc(p);

    if (s && f) {
        memcpy(s, p->r, length * sizeof *s);
        f->verdict = judge_triangle(p, &f->dependent);
    }
    if (!s || !f || (f->verdict == FIT_DETERMINED && fit_solve(p, s, f) < 0)) {
        free(f);
        f = NULL;
    }
    free(s);
    return f;
}
