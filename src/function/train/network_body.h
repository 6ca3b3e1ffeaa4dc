/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A network at work, for numbers of type REAL; part of learner_double.c and
 * learner_single.c, which define it and what depends on it.
 *
 * Rows are handled up to `most` together, so that layers are products of matrices; sums
 * over what these products leave are fused into one pass each.
 */
#ifndef FUNCTION_NETWORK_BODY_H
#define FUNCTION_NETWORK_BODY_H

#include <cblas.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "function/train/train_plan.h"
#include "util/versions.h"

/* a[0] is the input and a[l] what layer l - 1 makes of it; d has the derivatives of the
 * losses by the sums of one layer, and of the one before. All are most x width. */
struct network {
    const struct mlp *shape;
    bool tanh;
    size_t most;
    REAL *weight, *gradient; /* shape->parameters each */
    REAL *a[MLP_LAYERS + 1], *d[2];
};

/* What was seen of some rows. */
struct seen {
    double losses, squares, hits;
    double *classes; /* TRAIN_CLASS for each, or NULL */
};

static void network_free(struct network *n)
{
    for (size_t l = 0; l <= MLP_LAYERS; l++)
        free(n->a[l]);
    free(n->d[0]);
    free(n->d[1]);
    free(n->weight);
    free(n->gradient);
}

static int network_alloc(struct network *n)
{
    const struct mlp *m = n->shape;
    size_t widest = 0;

    for (size_t l = 0; l <= m->layers; l++) {
        widest = m->width[l] > widest && l > 0 ? m->width[l] : widest;
        if (!(n->a[l] = malloc(n->most * m->width[l] * sizeof(REAL))))
            return -1;
    }
    for (int k = 0; k < 2; k++)
        if (!(n->d[k] = malloc(n->most * widest * sizeof(REAL))))
            return -1;
    n->weight = malloc(m->parameters * sizeof(REAL));
    n->gradient = calloc(m->parameters, sizeof(REAL));
    return n->weight && n->gradient ? 0 : -1;
}

VERSIONS static void add_bias(REAL *restrict y, const REAL *restrict b, size_t rows, size_t width,
                              int rectify)
{
    for (size_t i = 0; i < rows; i++, y += width)
        for (size_t j = 0; j < width; j++) {
            REAL sum = y[j] + b[j];
            y[j] = rectify && !(sum > 0) ? 0 : sum;
        }
}

/* tanh y = -e / (2 + e) with e = exp(-2 y) - 1 = (2^k - 1) + 2^k (exp(r) - 1), |r| <= ln(2)/2,
 * by the series; in a form that becomes vectors, as libm's does not. The sum with ROUND has
 * the integer k in its last bits. */
VERSIONS static void bend(REAL *restrict y, size_t n)
{
    static const REAL ln2_high = LN2_HIGH, ln2_low = LN2_LOW, log2_e = (REAL)0x1.71547652b82fep+0;

    for (size_t i = 0; i < n; i++) {
        REAL size = y[i] < 0 ? -y[i] : y[i], power, tail = 1;
        REAL x = -2 * (size > FLAT ? FLAT : size), shifted = x * log2_e + ROUND;
        REAL k = shifted - ROUND, r = (x - k * ln2_high) - k * ln2_low;
        BITS bits;
        memcpy(&bits, &shifted, sizeof bits);
        bits = (bits + BIAS) << MANTISSA;
        memcpy(&power, &bits, sizeof power);
#pragma GCC unroll 16
        for (int j = TERMS; j > 1; j--)
            tail = 1 + tail * r * (1 / (REAL)j);
        REAL e = (power - 1) + power * (r * tail);
        REAL bent = -e / (2 + e);
        y[i] = y[i] < 0 ? -bent : bent;
    }
}

/* The derivatives by outputs become those by sums. */
VERSIONS static void through_relu(REAL *restrict d, const REAL *restrict y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        d[i] = y[i] > 0 ? d[i] : 0;
}

VERSIONS static void through_tanh(REAL *restrict d, const REAL *restrict y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        d[i] *= 1 - y[i] * y[i];
}

VERSIONS static void add_rows(REAL *restrict sum, const REAL *restrict d, size_t rows, size_t width)
{
    for (size_t i = 0; i < rows; i++, d += width)
        for (size_t j = 0; j < width; j++)
            sum[j] += d[j];
}

static void forward(struct network *n, size_t rows)
{
    const struct mlp *m = n->shape;

    for (size_t l = 0; l < m->layers; l++) {
        int k = (int)m->width[l], w = (int)m->width[l + 1];
        bool hidden = l + 1 < m->layers;
        REAL *y = n->a[l + 1];
        GEMM(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)rows, w, k, 1, n->a[l], k,
             n->weight + m->weight[l], w, 0, y, w);
        add_bias(y, n->weight + m->bias[l], rows, (size_t)w, hidden && !n->tanh);
        if (hidden && n->tanh)
            bend(y, rows * (size_t)w);
    }
}

/* Effect: gradient = keep * gradient + that of the rows' summed loss; keep is 0 or 1.
 * d[0] holds the derivatives by the last sums, and is used up. */
static void backward(struct network *n, size_t rows, int keep)
{
    const struct mlp *m = n->shape;

    for (size_t l = m->layers; l-- > 0;) {
        int k = (int)m->width[l], w = (int)m->width[l + 1];
        REAL *bias = n->gradient + m->bias[l], *d = n->d[0];
        GEMM(CblasRowMajor, CblasTrans, CblasNoTrans, k, w, (int)rows, 1, n->a[l], k, d, w,
             (REAL)keep, n->gradient + m->weight[l], w);
        if (!keep)
            memset(bias, 0, (size_t)w * sizeof *bias);
        add_rows(bias, d, rows, (size_t)w);
        if (l == 0)
            break;
        GEMM(CblasRowMajor, CblasNoTrans, CblasTrans, (int)rows, k, w, 1, d, w,
             n->weight + m->weight[l], w, 0, n->d[1], k);
        (n->tanh ? through_tanh : through_relu)(n->d[1], n->a[l], rows * (size_t)k);
        n->d[0] = n->d[1];
        n->d[1] = d;
    }
}

/* Effect: d[0] becomes the derivatives of each row's cross entropy by its sums, which are
 * the probabilities less 1 for the row's class; target has the classes. */
static void judge_classes(struct network *n, size_t rows, const REAL *target, struct seen *seen)
{
    size_t classes = n->shape->width[n->shape->layers];

    for (size_t i = 0; i < rows; i++) {
        const REAL *z = n->a[n->shape->layers] + i * classes;
        REAL *d = n->d[0] + i * classes, sum = 0;
        size_t best = 0, is = (size_t)target[i];
        for (size_t c = 1; c < classes; c++) /* less the greatest, no sum overflows exp */
            best = z[c] > z[best] ? c : best;
        for (size_t c = 0; c < classes; c++)
            sum += d[c] = EXP(z[c] - z[best]);
        for (size_t c = 0; c < classes; c++)
            d[c] /= sum;
        double miss = 1 - (double)d[is];
        d[is] -= 1;
        if (!seen)
            continue;
        double loss = log((double)sum) + (double)(z[best] - z[is]);
        seen->losses += loss, seen->squares += loss * loss;
        seen->hits += best == is;
        if (!seen->classes)
            continue;
        double *class = seen->classes + is * TRAIN_CLASS;
        class[TRAIN_CLASS_ROWS]++, class[TRAIN_CLASS_HITS] += best == is;
        class[TRAIN_CLASS_MISSES] += miss, class[TRAIN_CLASS_MISS_SQUARES] += miss * miss;
    }
}

static void judge_numbers(struct network *n, size_t rows, const REAL *target, struct seen *seen)
{
    for (size_t i = 0; i < rows; i++) {
        REAL d = n->d[0][i] = n->a[n->shape->layers][i] - target[i];
        double loss = (double)d * (double)d / 2;
        if (seen)
            seen->losses += loss, seen->squares += loss * loss;
    }
}

#endif
