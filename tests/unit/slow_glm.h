/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A slow and obvious generalised linear model: Newton's method in long double, on all
 * rows at once, the columns as they are.
 */
#ifndef TESTS_UNIT_SLOW_GLM_H
#define TESTS_UNIT_SLOW_GLM_H

#include "unit.h"

#include <math.h>
#include <stdbool.h>

enum { SLOW_GAUSSIAN, SLOW_BINOMIAL, SLOW_POISSON, SLOW_MOST = 8 };

struct slow_glm {
    int family;
    const double *x; /* rows x columns; the target comes first */
    size_t rows, columns;
    double positive;                /* binomial: the label */
    bool intercept, scale, exposed; /* exposed: the last column is the exposure */
    double ridge;
    /* What comes of it: */
    size_t q;
    long double beta[SLOW_MOST], error[SLOW_MOST], deviance, effective;
};

/* Effect: a, n x 2n, becomes its inverse on the right, by Gauss and Jordan. */
static inline void slow_invert(long double *a, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        size_t p = k;
        for (size_t i = k; i < n; i++)
            p = fabsl(a[i * 2 * n + k]) > fabsl(a[p * 2 * n + k]) ? i : p;
        for (size_t j = 0; j < 2 * n; j++) {
            long double t = a[k * 2 * n + j];
            a[k * 2 * n + j] = a[p * 2 * n + j], a[p * 2 * n + j] = t;
        }
        long double pivot = a[k * 2 * n + k];
        for (size_t j = 0; j < 2 * n; j++)
            a[k * 2 * n + j] /= pivot;
        for (size_t i = 0; i < n; i++) {
            long double f = a[i * 2 * n + k];
            for (size_t j = 0; i != k && j < 2 * n; j++)
                a[i * 2 * n + j] -= f * a[k * 2 * n + j];
        }
    }
}

/* The regressors of a row; returns its y. */
static inline long double slow_row(const struct slow_glm *g, size_t r, long double *z)
{
    const double *row = g->x + r * g->columns;
    size_t first = g->intercept ? 1 : 0;

    z[0] = 1;
    for (size_t j = 1; j < g->columns - (g->exposed ? 1 : 0); j++)
        z[first + j - 1] = row[j];
    return g->family == SLOW_BINOMIAL ? row[0] == g->positive : row[0];
}

/* The penalty of each coefficient, on those per standard deviation if it is scaled. */
static inline void slow_penalty(const struct slow_glm *g, long double *penalty)
{
    size_t first = g->intercept ? 1 : 0;
    long double mean[SLOW_MOST] = {0}, square[SLOW_MOST] = {0}, z[SLOW_MOST];

    for (size_t r = 0; r < g->rows; r++) {
        slow_row(g, r, z);
        for (size_t i = 0; i < g->q; i++)
            mean[i] += g->intercept ? z[i] / (long double)g->rows : 0;
    }
    for (size_t r = 0; r < g->rows; r++) {
        slow_row(g, r, z);
        for (size_t i = 0; i < g->q; i++)
            square[i] += (z[i] - mean[i]) * (z[i] - mean[i]) / (long double)g->rows;
    }
    for (size_t i = 0; i < g->q; i++)
        penalty[i] = i < first ? 0 : (long double)g->ridge * (g->scale ? square[i] : 1);
}

/* Effect: gradient, information and deviance at beta. */
static inline void slow_pass(struct slow_glm *g, long double *gradient, long double *h)
{
    long double z[SLOW_MOST];

    memset(gradient, 0, SLOW_MOST * sizeof *gradient);
    memset(h, 0, SLOW_MOST * SLOW_MOST * sizeof *h);
    g->deviance = 0;
    for (size_t r = 0; r < g->rows; r++) {
        long double y = slow_row(g, r, z), w = 1, eta = 0, mean, d;
        if (g->exposed)
            eta = logl(g->x[(r + 1) * g->columns - 1]);
        for (size_t i = 0; i < g->q; i++)
            eta += z[i] * g->beta[i];
        mean = eta, d = (y - eta) * (y - eta);
        if (g->family == SLOW_BINOMIAL) {
            mean = 1 / (1 + expl(-eta)), w = mean * (1 / (1 + expl(eta)));
            d = 2 * log1pl(expl(y > 0 ? -eta : eta));
        } else if (g->family == SLOW_POISSON) {
            mean = w = expl(eta);
            d = 2 * ((y > 0 ? y * logl(y / mean) : 0) - (y - mean));
        }
        g->deviance += d;
        for (size_t i = 0; i < g->q; i++) {
            gradient[i] += (y - mean) * z[i];
            for (size_t j = 0; j < g->q; j++)
                h[i * g->q + j] += w * z[i] * z[j];
        }
    }
}

/* Effect: error = root of the diagonal of A^-1 H A^-1, and the trace of A^-1 H, where a
 * has A^-1 on the right. */
static inline void slow_errors(struct slow_glm *g, const long double *a, const long double *h)
{
    size_t q = g->q;
    long double phi = g->family == SLOW_GAUSSIAN ? g->deviance : 1;

    g->effective = 0;
    for (size_t i = 0; i < q; i++) {
        long double sum = 0;
        for (size_t k = 0; k < q; k++)
            for (size_t l = 0; l < q; l++)
                sum += a[i * 2 * q + q + k] * h[k * q + l] * a[i * 2 * q + q + l];
        g->error[i] = sqrtl(sum);
        for (size_t k = 0; k < q; k++)
            g->effective += a[i * 2 * q + q + k] * h[k * q + i];
    }
    if (g->family == SLOW_GAUSSIAN)
        phi /= (long double)g->rows - g->effective;
    for (size_t i = 0; i < q; i++)
        g->error[i] *= sqrtl(phi);
}

static inline void slow_glm(struct slow_glm *g)
{
    long double gradient[SLOW_MOST], h[SLOW_MOST * SLOW_MOST], a[2 * SLOW_MOST * SLOW_MOST];
    long double penalty[SLOW_MOST];

    g->q = g->columns - 1 - (g->exposed ? 1 : 0) + (g->intercept ? 1 : 0);
    ck_assert(g->q <= SLOW_MOST);
    memset(g->beta, 0, sizeof g->beta);
    slow_penalty(g, penalty);
    for (int round = 0; round < 60; round++) {
        slow_pass(g, gradient, h);
        memset(a, 0, sizeof a);
        for (size_t i = 0; i < g->q; i++) {
            for (size_t j = 0; j < g->q; j++)
                a[i * 2 * g->q + j] = h[i * g->q + j] + (i == j ? penalty[i] : 0);
            a[i * 2 * g->q + g->q + i] = 1;
            gradient[i] -= penalty[i] * g->beta[i];
        }
        slow_invert(a, g->q);
        for (size_t i = 0; round < 59 && i < g->q; i++)
            for (size_t j = 0; j < g->q; j++)
                g->beta[i] += a[i * 2 * g->q + g->q + j] * gradient[j];
    }
    slow_errors(g, a, h);
}

#endif
