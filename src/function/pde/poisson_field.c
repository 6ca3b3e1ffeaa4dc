/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The random coefficients of poisson. */

/*
 * The random coefficient a = exp(sum of s_i xi_i phi_i(x)): a Karhunen-Loève expansion,
 * cut after so many terms, of a normal field whose covariance is
 *
 *   c (1 - l^2 Laplace)^-(nu + d/2)    with no flux through the walls:
 *
 * Matérn's, but near the walls (P. Whittle, 1954; F. Lindgren, H. Rue and J. Lindström,
 * 2011). Its eigenfunctions are known: products of cosines, phi = prod of 1 or
 * sqrt(2) cos(pi k x), with eigenvalues (1 + (l pi |k|)^2)^-(nu + d/2). Terms go by |k|;
 * c makes the mean variance of log a that of sigma. With 1 term a is the same everywhere.
 *
 * xi_i of unit u is the quantile of the words of counter (i, u) under the key (seed): the
 * same bits for whoever draws it, and no two units share any.
 */
#include "function/pde/poisson_private.h"

#include <math.h>
#include <stdlib.h>

#include "function/common/normal.h"
#include "function/common/philox.h"

/* The first 512 terms have |k| below 26 in two dimensions, below 12 in three. */
enum { HIGHEST_2D = 32, HIGHEST_3D = 12, MODES = 13 * 13 * 13 };

struct mode {
    int k[3], square; /* |k|^2 */
    double weight;    /* of its product of cosines */
};

struct field {
    int64_t terms, places;
    double source;
    double *cosine; /* cos(pi k place / 2n): highest k + 1 rows of places */
    struct mode mode[MODES];
};

static int compare(const void *left, const void *right)
{
    const struct mode *a = left, *b = right;

    if (a->square != b->square)
        return a->square < b->square ? -1 : 1;
    for (int d = 0; d < 3; d++)
        if (a->k[d] != b->k[d])
            return a->k[d] < b->k[d] ? -1 : 1;
    return 0;
}

/* Effect: puts the modes of a box of numbers in order. */
static void order_modes(struct field *f, int dimension)
{
    int highest = dimension == 2 ? HIGHEST_2D : HIGHEST_3D, third = dimension == 2 ? 0 : highest;
    size_t count = 0;

    for (int i = 0; i <= highest; i++)
        for (int j = 0; j <= highest; j++)
            for (int k = 0; k <= third; k++)
                f->mode[count++] =
                    (struct mode){.k = {i, j, k}, .square = i * i + j * j + k * k, .weight = 0};
    qsort(f->mode, count, sizeof f->mode[0], compare);
}

static double draw(uint64_t seed, uint32_t term, uint64_t unit)
{
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    const uint32_t counter[4] = {term, 0, (uint32_t)unit, (uint32_t)(unit >> 32)};
    uint32_t words[4];

    philox(counter, key, words);
    return normal_quantile(philox_uniform(words[0], words[1]));
}

static void weigh_modes(struct field *f, const struct poisson_law *law, int dimension,
                        uint64_t unit)
{
    double along = law->correlation * M_PI, sum = 0;
    double power = law->smoothness + dimension / 2.0;

    for (int64_t i = 0; i < f->terms; i++) {
        struct mode *m = &f->mode[i];
        m->weight = pow(1 + along * along * m->square, -power);
        sum += m->weight;
    }
    for (int64_t i = 0; i < f->terms; i++) {
        struct mode *m = &f->mode[i];
        m->weight = law->sigma * sqrt(m->weight / sum) * draw(law->seed, (uint32_t)i, unit);
        for (int d = 0; d < dimension; d++)
            m->weight *= m->k[d] > 0 ? M_SQRT2 : 1;
    }
}

static bool make_cosines(struct field *f, int64_t cells)
{
    int highest = 0;

    for (int64_t i = 0; i < f->terms; i++)
        for (int d = 0; d < 3; d++)
            highest = f->mode[i].k[d] > highest ? f->mode[i].k[d] : highest;
    f->places = 2 * cells + 1;
    f->cosine = calloc((size_t)(highest + 1) * (size_t)f->places, sizeof *f->cosine);
    for (int k = 0; f->cosine && k <= highest; k++)
        for (int64_t j = 0; j < f->places; j++)
            f->cosine[k * f->places + j] = cos(M_PI * (double)(k * j) / (2 * (double)cells));
    return f->cosine != NULL;
}

static double field_coefficient(const void *context, const int64_t place[static 3])
{
    const struct field *f = context;
    double sum = 0;

    for (int64_t i = 0; i < f->terms; i++) {
        const struct mode *m = &f->mode[i];
        double product = m->weight;
        for (int d = 0; d < 3; d++)
            product *= f->cosine[m->k[d] * f->places + place[d]];
        sum += product;
    }
    return exp(sum);
}

static double field_source(const void *context, const int64_t place[static 3])
{
    (void)place;
    return ((const struct field *)context)->source;
}

void poisson_field(struct poisson_problem *problem, const struct poisson_law *law, uint64_t unit)
{
    struct field *f = calloc(1, sizeof *f);

    problem->coefficient = field_coefficient;
    problem->source = field_source;
    problem->exact = NULL;
    problem->context = f;
    if (!f)
        return;
    f->terms = law->terms;
    f->source = law->source;
    order_modes(f, problem->dimension);
    weigh_modes(f, law, problem->dimension, unit);
    problem->ready = make_cosines(f, problem->cells);
}

void poisson_field_free(struct poisson_problem *problem)
{
    struct field *f = (struct field *)(uintptr_t)problem->context;

    if (f)
        free(f->cosine);
    free(f);
}
