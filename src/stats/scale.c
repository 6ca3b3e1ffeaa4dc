/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures how far from the middle is usual in each coordinate. */
#include "stats/scale.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "stats/robust.h"
#include "stats/ties.h"
#include "util/blas.h"
#include "util/crew.h"

enum {
    TOGETHER = 64, /* coordinates that a thread looks at in turn: their lines are near each other */
    WORTH = 200000,    /* numbers for which threads are worth their start */
    MOST_THREADS = 32, /* each has room of its own */
};

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

/* The share of the stake that has one value, but for rounding, and of how many results that is. */
static double share_of(const struct scale_rows *in, size_t j, double value, double rounding,
                       size_t *count)
{
    double share = 0;

    *count = 0;
    for (size_t i = 0; i < in->n; i++)
        if (fabs(in->features[in->rows[i] * in->stride + j] - value) <= rounding &&
            in->stake[i] > 0) {
            share += in->stake[i];
            ++*count;
        }
    return share;
}

/* What is usual beside a value that a quarter of the stake has or more, all of them among the half that
 * is nearest to the centre; 0 if there is none. points: distances from the centre. */
static double spread_beside_ties(const struct scale_rows *in, size_t j, double centre,
                                 struct robust_point *points)
{
    double far = robust_quantile(points, in->n, 0.25), reach = 0; /* so it is there, if anywhere */
    double rounding = 1e-12 * (fabs(centre) + far);
    size_t count;

    for (int side = -1; side <= 1 && reach == 0; side += 2) {
        double share = share_of(in, j, centre + side * far, rounding, &count);
        reach = ties_reach(share, count);
    }
    return reach > 0 ? ROBUST_CONSISTENT * robust_quantile(points, in->n, reach) : 0;
}

static void fit_coordinate(const struct scale_rows *in, size_t j, struct scale *s,
                           struct robust_point *points)
{
    gather(in, in->features, j, points);
    s->centre[j] = robust_quantile(points, in->n, 0.5);
    double spread = robust_spread(points, in->n, s->centre[j]);
    if (in->ties)
        spread = fmax(spread, spread_beside_ties(in, j, s->centre[j], points));
    s->noise[j] = median_noise(in, j, points);
    spread = fmin(fmax(spread, sqrt(s->noise[j])), DBL_MAX);
    s->spread[j] = spread > 0 ? spread : fmax(fabs(s->centre[j]), 1);
}

unsigned scale_crew(size_t n, size_t d)
{
    unsigned threads = blas_threads();

    return n < WORTH / d ? 1 : threads < MOST_THREADS ? threads : MOST_THREADS;
}

/* What the threads share that look at all coordinates, some at a time. */
struct looking {
    const struct scale_rows *in;
    struct scale *s;             /* that is fitted */
    struct robust_point *points; /* n for each thread */
    double *far, *middle;        /* n, one for each thread: what is reached */
};

static void fit_some(void *shared, unsigned who, size_t part)
{
    const struct looking *l = shared;
    size_t end = (part + 1) * TOGETHER < l->in->d ? (part + 1) * TOGETHER : l->in->d;

    for (size_t j = part * TOGETHER; j < end; j++)
        fit_coordinate(l->in, j, l->s, l->points + who * l->in->n);
}

static size_t parts(size_t d)
{
    return (d + TOGETHER - 1) / TOGETHER;
}

int scale_fit(const struct scale_rows *in, struct scale *s, struct err *e)
{
    unsigned threads = scale_crew(in->n, in->d);
    struct scale fit = {.d = in->d};
    struct looking l = {.in = in, .s = &fit};
    int rc = -1;

    l.points = err_alloc(threads * in->n, sizeof *l.points, "robust statistics", e);
    fit.centre = err_alloc(in->d, sizeof *fit.centre, "medians", e);
    fit.spread = err_alloc(in->d, sizeof *fit.spread, "spreads", e);
    fit.noise = err_alloc(in->d, sizeof *fit.noise, "sampling noise", e);
    if (!l.points || !fit.centre || !fit.spread || !fit.noise)
        goto done;
    crew_run(threads, parts(in->d), fit_some, &l);
    *s = fit;
    rc = 0;
done:
    if (rc)
        scale_free(&fit);
    free(l.points);
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

    if (isinf(square)) /* it says nothing, and nothing of the others */
        return 1;
    double missing = square < noise ? (noise - square) / s->spread[j] / s->spread[j] : 0;
    return isnan(missing) ? 1 : fmax(0, 1 - missing);
}

double scale_noise_share(const struct scale *s, size_t j)
{
    double share = s->noise[j] / s->spread[j] / s->spread[j];

    return share >= 0 ? fmin(share, 1) : 0;
}

void scale_trim(const struct scale *s, double *errors, struct robust_point *points)
{
    size_t count = 0;

    for (size_t j = 0; j < s->d; j++)
        if (errors[j] > 0 && isfinite(errors[j]) && s->noise[j] > 0 && isfinite(s->noise[j]))
            points[count++] = (struct robust_point){errors[j] / sqrt(s->noise[j]), 1};
    double most = most_believed * robust_quantile(points, count, 0.25);
    for (size_t j = 0; j < s->d && count > 0; j++)
        if (isfinite(errors[j]) && s->noise[j] > 0)
            errors[j] = fmin(errors[j], most * sqrt(s->noise[j]));
}

static void reach_some(void *shared, unsigned who, size_t part)
{
    const struct looking *l = shared;
    size_t n = l->in->n, end = (part + 1) * TOGETHER < l->in->d ? (part + 1) * TOGETHER : l->in->d;
    struct robust_point *points = l->points + who * n;
    double *far = l->far + who * n;

    for (size_t j = part * TOGETHER; j < end; j++) {
        gather(l->in, l->in->features, j, points);
        double centre = robust_quantile(points, n, 0.5);
        for (size_t i = 0; i < n; i++) {
            double gap = fabs(l->in->features[l->in->rows[i] * l->in->stride + j] - centre);
            far[i] = gap > far[i] ? gap : far[i];
        }
        l->middle[who] = fmax(l->middle[who], fabs(centre));
    }
}

int scale_reach(const struct scale_rows *in, double *far, double *middle, struct err *e)
{
    unsigned threads = scale_crew(in->n, in->d);
    struct looking l = {.in = in};
    int rc = -1;

    l.points = err_alloc(threads * in->n, sizeof *l.points, "medians", e);
    l.far = err_alloc(threads * in->n, sizeof *l.far, "lengths", e);
    l.middle = err_alloc(threads, sizeof *l.middle, "lengths", e);
    if (!l.points || !l.far || !l.middle)
        goto done;
    crew_run(threads, parts(in->d), reach_some, &l);
    for (size_t k = 0; k < threads * in->n; k++)
        far[k % in->n] = fmin(fmax(far[k % in->n], l.far[k]), DBL_MAX);
    for (size_t t = 0; t < threads; t++)
        *middle = fmax(*middle, l.middle[t]);
    rc = 0;
done:
    free(l.points);
    free(l.far);
    free(l.middle);
    return rc;
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
