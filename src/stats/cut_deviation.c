/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges the largest deviations of a round by those of drawn columns. */
#include "stats/cut.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "stats/chance.h"
#include "stats/cut_sample.h"
#include "stats/robust.h"

static const uint64_t seed = 0x6d6e6d6164; /* any number: the cut is the same each time */
static const double tail_share = 0.02;     /* of the drawn columns: the tail begins there */
static const double most_normal = 0.5;     /* of the variance, whatever standard errors say */
static const double rounding = 1e-9;       /* a score is not above itself */
static const double student_variance = 5.0 / 3;

enum { COLUMNS = 4096 };

/* The largest deviation of a drawn column, from its median in robust spreads, which are no less than
 * the known noise. That is normal, up to a half, as means of many rows are, and the rest has long tails.
 * Without a spread, as where one row has half of the stake, any is possible. */
static double draw_largest(const struct cut_sample *s, double noise, uint64_t *state, double *x,
                           struct robust_point *points)
{
    double largest = 0, normal = fmin(noise, most_normal);

    for (size_t i = 0; i < s->n; i++) {
        x[i] = chance_student(state) * sqrt((1 - normal) / student_variance);
        if (normal > 0)
            x[i] += chance_normal(state) * sqrt(normal);
        x[i] *= sqrt(s->factor[i]);
        points[i] = (struct robust_point){x[i], s->whole[i]};
    }
    double centre = robust_quantile(points, s->n, 0.5);
    double spread = fmax(robust_spread(points, s->n, centre), sqrt(noise));
    for (size_t i = 0; i < s->n && spread > 0; i++)
        largest = fmax(largest, fabs(x[i] - centre) / spread);
    return spread > 0 ? largest : INFINITY;
}

/* Returns what a share p of columns are above; beyond the drawn ones the tail goes on as a power, with
 * the exponent of what is drawn of it (Hill 1975). */
static double upper_tail(const double *sorted, double p)
{
    size_t k = (size_t)(tail_share * COLUMNS);
    double sum = 0, from = sorted[COLUMNS - 1 - k];

    if (!(from > 0 && isfinite(from)))
        return INFINITY;
    if (p >= tail_share)
        return sorted[(size_t)floor((1 - p) * (COLUMNS - 1))];
    for (size_t i = COLUMNS - k; i < COLUMNS; i++)
        sum += log(sorted[i] / from);
    return from * pow(tail_share / p, sum / (double)k);
}

int cut_deviation(const struct cut_input *in, double *cut, struct err *e)
{
    double *x = err_alloc(CUT_ROWS, sizeof *x, "a drawn column", e);
    double *largest = err_alloc(COLUMNS, sizeof *largest, "drawn columns", e);
    struct robust_point *points = err_alloc(CUT_ROWS, sizeof *points, "a drawn column", e);
    struct cut_sample s = {0};
    uint64_t state = seed;
    int rc = -1;

    if (!x || !largest || !points || cut_sample_open(&s, in, INFINITY, e))
        goto done;
    for (size_t k = 0; k < COLUMNS; k++)
        largest[k] = draw_largest(&s, in->noise, &state, x, points);
    robust_sort_numbers(largest, COLUMNS);
    double columns = (double)in->d * fmax(1, s.different / (double)s.n);
    *cut = (1 + rounding) * upper_tail(largest, -expm1(log1p(-in->target_fpr) / columns));
    rc = 0;
done:
    cut_sample_free(&s);
    free(x);
    free(largest);
    free(points);
    return rc;
}
