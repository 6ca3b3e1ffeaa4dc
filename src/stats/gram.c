/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes squared distances by products of matrices, and by plain loops where these lose digits. */
#include "stats/gram.h"

#include <cblas.h>
#include <limits.h>
#include <stdlib.h>

#include "stats/pairs.h"
#include "util/versions.h"

static const double near = 1. / 128; /* of |a|^2 + |b|^2 */

/* Points whose median stands for that of all: few, as each is read once more. */
enum { WITNESSES = 9, WINDOW = 256, APART = 4096 };

static inline double least(double a, double b)
{
    return a < b ? a : b;
}

static inline double most(double a, double b)
{
    return a < b ? b : a;
}

static inline double middle(double a, double b, double c)
{
    return most(least(a, b), least(most(a, b), c));
}

/* The median of the medians of threes, of each coordinate: three points that are wild move it
 * nowhere (Tukey's ninther). */
VERSIONS static void find_centre(const double *const row[WITNESSES], size_t width, double *centre)
{
    const double *const a = row[0], *const b = row[1], *const c = row[2], *const p = row[3],
                        *const q = row[4], *const r = row[5], *const u = row[6], *const v = row[7],
                        *const w = row[8];

    for (size_t j = 0; j < width; j++)
        centre[j] =
            middle(middle(a[j], b[j], c[j]), middle(p[j], q[j], r[j]), middle(u[j], v[j], w[j]));
}

VERSIONS static double square_of(const double *y, size_t width)
{
    double lane[8] = {0}, sum = 0;
    size_t j = 0;

    for (; j + 8 <= width; j += 8)
        for (size_t l = 0; l < 8; l++)
            lane[l] += y[j + l] * y[j + l];
    for (; j < width; j++)
        sum += y[j] * y[j];
    for (size_t l = 0; l < 8; l++)
        sum += lane[l];
    return sum;
}

/* Whether most of what the products would be of is what all points have in common, as far as some of
 * the coordinates tell; it decides how long it takes, and nothing else. */
static bool are_far(const double *const row[WITNESSES], size_t width)
{
    double s[WITNESSES] = {0}, common = 0, centre[WINDOW];

    for (size_t from = 0; from < width; from += APART) {
        const double *part[WITNESSES];
        size_t count = width - from < WINDOW ? width - from : WINDOW;
        for (size_t i = 0; i < WITNESSES; i++) {
            part[i] = row[i] + from;
            s[i] += square_of(part[i], count);
        }
        find_centre(part, count, centre);
        common += square_of(centre, count);
    }
    double usual =
        middle(middle(s[0], s[1], s[2]), middle(s[3], s[4], s[5]), middle(s[6], s[7], s[8]));
    return common > usual / 2;
}

int gram_open(struct gram *g, const double *x, size_t n, size_t width, size_t stride, struct err *e)
{
    const double *witness[WITNESSES];

    *g = (struct gram){.x = x, .n = n, .width = width, .stride = stride, .y = x, .step = stride};
    g->centre = err_alloc(width, sizeof *g->centre, "a middle", e);
    g->norm = err_alloc(n, sizeof *g->norm, "lengths", e);
    if (!g->centre || !g->norm)
        goto failed;
    for (size_t i = 0; i < WITNESSES; i++)
        witness[i] = x + i * n / WITNESSES * stride;
    g->far = are_far(witness, width);
    if (g->far)
        find_centre(witness, width, g->centre);
    return 0;
failed:
    gram_close(g);
    return -1;
}

/* Rows that are too far apart for BLAS are moved nearer, too. */
int gram_prepare(struct gram *g, struct err *e)
{
    if (!g->far && g->stride <= INT_MAX)
        return 0;
    g->moved = err_alloc(g->n * g->width, sizeof *g->moved, "moved points", e);
    g->y = g->moved;
    g->step = g->width;
    return g->moved ? 0 : -1;
}

void gram_close(struct gram *g)
{
    free(g->centre);
    free(g->moved);
    free(g->norm);
    *g = (struct gram){0};
}

void gram_measure(struct gram *g, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        for (size_t j = 0; g->moved && j < g->width; j++)
            g->moved[i * g->width + j] = g->x[i * g->stride + j] - g->centre[j];
        g->norm[i] = square_of(g->y + i * g->step, g->width);
    }
}

void gram_multiply(const struct gram *g, const struct gram_tile *t, double *product, size_t step)
{
    const double *a = g->y + t->first * g->step, *b = g->y + t->other * g->step;
    int wide = (int)g->width, of = (int)g->step, across = (int)step;

    if (t->lower)
        cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, (int)t->count, wide, -2, a, of, 0,
                    product, across);
    else
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)t->count, (int)t->others, wide,
                    -2, a, of, b, of, 0, product, across);
}

/* Effect: adds the lengths to -2ab. Returns whether any of the pairs are near. */
VERSIONS static bool add_lengths(double *product, double length, const double *lengths,
                                 size_t count)
{
    int found = 0;

    for (size_t k = 0; k < count; k++) {
        double both = length + lengths[k];
        product[k] += both;
        found |= !(product[k] >= near * both);
    }
    return found;
}

/* A product that overflowed is no number, and is computed by loops, too. */
static void mend_near(const struct gram *g, double *product, size_t i, size_t other, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (!(product[k] >= near * (g->norm[i] + g->norm[other + k])))
            product[k] =
                pairs_square(g->x + i * g->stride, g->x + (other + k) * g->stride, g->width);
}

void gram_finish(const struct gram *g, const struct gram_tile *t, double *product, size_t step)
{
    for (size_t r = 0; r < t->count; r++) {
        size_t i = t->first + r, others = t->lower ? r : t->others;
        if (add_lengths(product + r * step, g->norm[i], g->norm + t->other, others))
            mend_near(g, product + r * step, i, t->other, others);
    }
}
