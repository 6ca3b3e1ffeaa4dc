/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the rejected results that agree with one another. */
#include "stats/agree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double nearer = 0.5;   /* than from the accepted, for two that agree */
static const double steps = 0x1p28; /* of a comparison of all pairs, about; then fewer features */
static const double abnormal = 3.5; /* spreads; sqrt(2 ln d) more, as the default cut of mad */
static const double largest_deviation = 1e100;
static const double rounding = 1e-12; /* of the middle: less is no spread */

/* The rejected rows, and what is usual among the accepted ones. */
struct search {
    const struct agree_input *in;
    double *middle, *square, *noise; /* d: mean, mean square about it, mean squared error */
    size_t *rows, count;             /* that are rejected */
    size_t stride;                   /* of the features that are looked at */
    double cut;
};

/* Effect: to[j] becomes the mean over the accepted of what of() says, by stake; where none has any,
 * all count alike. */
static void average(const struct search *s, double (*of)(const struct search *, size_t, size_t),
                    double *to)
{
    const struct agree_input *in = s->in;
    double sum = 0;

    for (size_t i = 0; in->share && i < in->n; i++)
        sum += in->row[i] == AGREE_ACCEPTED ? in->share[i] : 0;
    bool equal = !(sum > 0);
    for (size_t i = 0; equal && i < in->n; i++)
        sum += in->row[i] == AGREE_ACCEPTED;
    for (size_t i = 0; i < in->n; i++)
        for (size_t j = 0; in->row[i] == AGREE_ACCEPTED && j < in->d; j++)
            to[j] += (equal ? 1 : in->share[i]) / sum * of(s, i, j);
}

static double value_of(const struct search *s, size_t i, size_t j)
{
    return s->in->features[i * s->in->d + j];
}

static double square_of(const struct search *s, size_t i, size_t j)
{
    double x = s->in->features[i * s->in->d + j] - s->middle[j];

    return x * x;
}

static double noise_of(const struct search *s, size_t i, size_t j)
{
    double error = s->in->errors ? s->in->errors[i * s->in->d + j] : 0;

    return isfinite(error) ? error * error : 0;
}

static int fit(struct search *s, struct err *e)
{
    s->middle = err_alloc(s->in->d, sizeof *s->middle, "means", e);
    s->square = err_alloc(s->in->d, sizeof *s->square, "spreads", e);
    s->noise = err_alloc(s->in->d, sizeof *s->noise, "sampling noise", e);
    if (!s->middle || !s->square || !s->noise)
        return -1;
    average(s, value_of, s->middle);
    average(s, square_of, s->square);
    average(s, noise_of, s->noise);
    return 0;
}

/* Returns by how many spreads x deviates; an infinite error: 0. */
static double deviation(const struct search *s, size_t j, double x, double error)
{
    double usual = fmax(s->square[j], s->noise[j]), middle = fabs(s->middle[j]);

    if (usual <= rounding * middle * rounding * middle)
        usual = fmax(middle, 1) * fmax(middle, 1);
    double z = (x - s->middle[j]) / sqrt(usual + fmax(0, error * error - s->noise[j]));
    return isnan(z) ? 0 : fmax(-largest_deviation, fmin(z, largest_deviation));
}

/* Returns the distance of rows a and b as a part of the smaller of theirs from the middle of the
 * accepted: over the features in which one of them is abnormal, or over all if there is none, so that
 * one column in a wrong unit is not lost among a hundred others. The larger error of the two counts
 * for both, so that equal values have no distance. */
static double part(const struct search *s, size_t a, size_t b)
{
    const double *x = s->in->features + a * s->in->d, *y = s->in->features + b * s->in->d;
    const double *xe = s->in->errors ? s->in->errors + a * s->in->d : NULL;
    const double *ye = s->in->errors ? s->in->errors + b * s->in->d : NULL;
    double apart[2] = {0}, far[2] = {0}, farther[2] = {0}; /* over all, over the abnormal */
    bool any = false;

    for (size_t j = 0; j < s->in->d; j += s->stride) {
        double error = xe ? fmax(xe[j], ye[j]) : 0;
        double dx = deviation(s, j, x[j], error);
        double dy = deviation(s, j, y[j], error);
        bool odd = fabs(dx) > s->cut || fabs(dy) > s->cut;
        any |= odd;
        for (int i = 0; i <= odd; i++) {
            apart[i] += (dx - dy) * (dx - dy);
            far[i] += dx * dx;
            farther[i] += dy * dy;
        }
    }
    double least = fmin(far[any], farther[any]);
    return least > 0 ? sqrt(apart[any] / least) : INFINITY;
}

/* Returns how many rejected rows agree with row a, itself among them. */
static size_t count_like(const struct search *s, size_t a)
{
    size_t n = 0;

    for (size_t i = 0; i < s->count; i++)
        n += s->rows[i] == a || part(s, a, s->rows[i]) <= nearer;
    return n;
}

/* Effect: the group is that of the first row with which most agree. */
static void find_middle(const struct search *s, bool *member, struct agree_group *group)
{
    for (size_t i = 0; i < s->count; i++) {
        size_t n = count_like(s, s->rows[i]);
        if (n > group->count) {
            group->count = n;
            group->middle = s->rows[i];
        }
    }
    if (group->count < 2 || 2 * group->count < s->count) {
        group->count = 0;
        return;
    }
    for (size_t i = 0; i < s->count; i++) {
        size_t b = s->rows[i];
        double p = b == group->middle ? 0 : part(s, group->middle, b);
        member[b] = p <= nearer;
        if (member[b])
            group->within = fmax(group->within, p);
    }
}

int agree_find(const struct agree_input *in, bool *member, struct agree_group *group, struct err *e)
{
    struct search s = {.in = in};
    int rc = -1;

    *group = (struct agree_group){0};
    memset(member, 0, in->n * sizeof *member);
    for (size_t i = 0; i < in->n; i++) {
        group->accepted += in->row[i] == AGREE_ACCEPTED;
        group->rejected += in->row[i] == AGREE_REJECTED;
    }
    if (group->accepted == 0 || group->rejected < 2 || in->d == 0)
        return 0;
    s.rows = err_alloc(group->rejected, sizeof *s.rows, "rejected rows", e);
    if (s.rows && fit(&s, e) == 0) {
        double all = (double)group->rejected * (double)group->rejected * (double)in->d;
        s.cut = abnormal + sqrt(2 * log((double)in->d));
        s.stride = 1 + (size_t)fmin(all / steps, (double)in->d);
        for (size_t i = 0; i < in->n; i++)
            if (in->row[i] == AGREE_REJECTED)
                s.rows[s.count++] = i;
        find_middle(&s, member, group);
        rc = 0;
    }
    free(s.middle);
    free(s.square);
    free(s.noise);
    free(s.rows);
    return rc;
}
