/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures how far from the middle is usual in each coordinate. */
#include "stats/scale.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "stats/robust.h"

static const double largest_deviation = 1e100;
static const double most_believed = 3;   /* times the ratio of a result's errors to the others' */
static const double least_length = 1e-6; /* of the largest |centre|: 1e-9 of it is rounding */

static void gather(const struct scale_rows *in, const double *matrix, size_t j,
                   struct robust_point *points)
{
    for (size_t i = 0; i < in->n; i++)
        points[i] = (struct robust_point){matrix[in->rows[i] * in->stride + j], in->stake[i]};
}

static double median_noise(const struct scale_rows *in, size_t j, struct robust_point *points)
{
    if (!in->errors)
        return 0;
    gather(in, in->errors, j, points);
    for (size_t i = 0; i < in->n; i++)
        points[i].value *= points[i].value;
    return robust_quantile(points, in->n, 0.5);
}

static void fit_coordinate(const struct scale_rows *in, size_t j, struct scale *s,
                           struct robust_point *points)
{
    gather(in, in->features, j, points);
    s->centre[j] = robust_quantile(points, in->n, 0.5);
    double spread = robust_spread(points, in->n, s->centre[j]);
    s->noise[j] = median_noise(in, j, points);
    spread = fmin(fmax(spread, sqrt(s->noise[j])), DBL_MAX);
    s->spread[j] = spread > 0 ? spread : fmax(fabs(s->centre[j]), 1);
}

int scale_fit(const struct scale_rows *in, struct scale *s, struct err *e)
{
    struct robust_point *points = err_alloc(in->n, sizeof *points, "robust statistics", e);
    struct scale fit = {.d = in->d};
    int rc = -1;

    fit.centre = err_alloc(in->d, sizeof *fit.centre, "medians", e);
    fit.spread = err_alloc(in->d, sizeof *fit.spread, "spreads", e);
    fit.noise = err_alloc(in->d, sizeof *fit.noise, "sampling noise", e);
    if (!points || !fit.centre || !fit.spread || !fit.noise)
        goto done;
    for (size_t j = 0; j < in->d; j++)
        fit_coordinate(in, j, &fit, points);
    *s = fit;
    rc = 0;
done:
    if (rc)
        scale_free(&fit);
    free(points);
    return rc;
}

void scale_free(struct scale *s)
{
    free(s->centre);
    free(s->spread);
    free(s->noise);
    *s = (struct scale){0};
}

static double bounded(double deviation)
{
    return fabs(deviation) > largest_deviation ? copysign(largest_deviation, deviation) : deviation;
}

static double deviation_of(const struct scale *s, size_t j, double x, double error)
{
    double square = error * error, unit = s->spread[j];

    if (isinf(square))
        return 0;
    if (square > s->noise[j])
        unit = sqrt(unit * unit + (square - s->noise[j]));
    if (isinf(unit)) /* a square overflowed */
        unit = fmin(hypot(s->spread[j], error), DBL_MAX);
    return bounded((x - s->centre[j]) / unit);
}

void scale_deviations(const struct scale *s, const double *x, const double *errors,
                      double *deviation)
{
    for (size_t j = 0; j < s->d && !errors; j++)
        deviation[j] = bounded((x[j] - s->centre[j]) / s->spread[j]);
    for (size_t j = 0; j < s->d && errors; j++)
        deviation[j] = deviation_of(s, j, x[j], errors[j]);
}

void scale_lengths(const struct scale *s, const double *x, double unit, double *deviation)
{
    for (size_t j = 0; j < s->d; j++)
        deviation[j] = bounded((x[j] - s->centre[j]) / unit);
}

double scale_assumed(const struct scale *s, size_t j, double times)
{
    if (s->noise[j] > 0)
        return sqrt(times) * sqrt(s->noise[j]);
    return sqrt(times - 1) * s->spread[j];
}

double scale_expected(const struct scale *s, size_t j, double error)
{
    double square = error * error, noise = s->noise[j];

    if (isinf(square))
        return 0;
    double missing = square < noise ? (noise - square) / s->spread[j] / s->spread[j] : 0;
    return isnan(missing) ? 1 : fmax(0, 1 - missing);
}

double scale_noise_share(const struct scale *s, size_t j)
{
    double share = s->noise[j] / s->spread[j] / s->spread[j];

    return share >= 0 ? fmin(share, 1) : 0;
}

int scale_trim(const struct scale *s, double *errors, struct err *e)
{
    struct robust_point *points = err_alloc(s->d, sizeof *points, "ratios of errors", e);
    size_t count = 0;

    if (!points)
        return -1;
    for (size_t j = 0; j < s->d; j++)
        if (errors[j] > 0 && isfinite(errors[j]) && s->noise[j] > 0 && isfinite(s->noise[j]))
            points[count++] = (struct robust_point){errors[j] / sqrt(s->noise[j]), 1};
    double most = most_believed * robust_quantile(points, count, 0.25);
    for (size_t j = 0; j < s->d && count > 0; j++)
        if (isfinite(errors[j]) && s->noise[j] > 0)
            errors[j] = fmin(errors[j], most * sqrt(s->noise[j]));
    free(points);
    return 0;
}

int scale_reach(const struct scale_rows *in, double *far, double *middle, struct err *e)
{
    struct robust_point *points = err_alloc(in->n, sizeof *points, "medians", e);

    if (!points)
        return -1;
    for (size_t j = 0; j < in->d; j++) {
        gather(in, in->features, j, points);
        double centre = robust_quantile(points, in->n, 0.5);
        for (size_t i = 0; i < in->n; i++) {
            double x = in->features[in->rows[i] * in->stride + j];
            far[i] = fmin(fmax(far[i], fabs(x - centre)), DBL_MAX);
        }
        *middle = fmax(*middle, fabs(centre));
    }
    free(points);
    return 0;
}

double scale_length(const double *far, const double *stake, size_t n, double middle,
                    struct robust_point *points)
{
    double largest = 0;

    for (size_t i = 0; i < n; i++) {
        points[i] = (struct robust_point){far[i], stake[i]};
        largest = fmax(largest, far[i]);
    }
    double median = robust_quantile(points, n, 0.5);
    return fmax(median > 0 ? median : largest > 0 ? largest : 1, least_length * middle);
}
