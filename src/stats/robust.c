/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Estimates location and spread by weighted quantiles. */
#include "stats/robust.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const double tolerance = 1e-12;
static const size_t few = 12;         /* points among which a quantile is looked for in order */
static const size_t few_points = 48;  /* that are sorted by insertion */
static const size_t few_numbers = 64; /* numbers that are */

static int compare_points(const void *a, const void *b)
{
    const struct robust_point *p = a, *q = b;

    return (p->value > q->value) - (p->value < q->value);
}

static void sort_few(struct robust_point *points, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct robust_point p = points[i];
        size_t k = i;
        for (; k > 0 && points[k - 1].value > p.value; k--)
            points[k] = points[k - 1];
        points[k] = p;
    }
}

void robust_sort(struct robust_point *points, size_t n)
{
    if (n <= few_points)
        sort_few(points, n);
    else
        qsort(points, n, sizeof *points, compare_points);
}

static int compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void robust_sort_numbers(double *x, size_t n)
{
    if (n > few_numbers) {
        qsort(x, n, sizeof *x, compare_numbers);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        double next = x[i];
        size_t at = i;
        for (; at > 0 && x[at - 1] > next; at--)
            x[at] = x[at - 1];
        x[at] = next;
    }
}

/* The least value that has weight, or otherwise. */
static double least_value(const struct robust_point *points, size_t n, double otherwise)
{
    double least = INFINITY;
    bool any = false;

    for (size_t i = 0; i < n; i++)
        if (points[i].weight > 0 && points[i].value <= least) {
            least = points[i].value;
            any = true;
        }
    return any ? least : otherwise;
}

static double midpoint(double v, const struct robust_point *points, size_t n)
{
    double w = least_value(points, n, v);

    return v == w ? v : v / 2 + w / 2; /* v + w may overflow */
}

/* Brings what is less than the pivot, or equal to it if that counts, before the rest. Returns how
 * many these are, and their weight; without a branch that could be guessed wrongly. */
static size_t part(struct robust_point *points, size_t n, double pivot, bool equal, double *weight)
{
    size_t count = 0;

    *weight = 0;
    for (size_t i = 0; i < n; i++) {
        struct robust_point p = points[i];
        bool before = equal ? p.value <= pivot : p.value < pivot;
        points[i] = points[count];
        points[count] = p;
        *weight += before ? p.weight : 0;
        count += before;
    }
    return count;
}

static double middle_of(double a, double b, double c)
{
    return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* The wanted value is among count of the points, which begin after the weight `below`. */
struct search {
    struct robust_point *points;
    size_t count;
    const struct robust_point *end; /* of all points: those from points + count on are greater */
    double below;
    double low, high; /* the first value up to which more weight than high lies; or if that is just
                       * low to high, the midpoint with the next */
};

/* Looks at all that are left, in order. */
static double look_through(const struct search *s)
{
    double sum = s->below, last = NAN;

    robust_sort(s->points, s->count);
    for (size_t i = 0; i < s->count; i++) {
        if (s->points[i].weight <= 0)
            continue;
        last = s->points[i].value;
        sum += s->points[i].weight;
        if (sum > s->high)
            return last;
        if (sum >= s->low)
            return midpoint(last, s->points + i + 1, (size_t)(s->end - s->points) - i - 1);
    }
    return last;
}

/* Leaves fewer points; returns whether *found is the value instead. */
static bool narrow(struct search *s, double *found)
{
    struct robust_point *p = s->points;
    double pivot = middle_of(p[0].value, p[s->count / 2].value, p[s->count - 1].value);
    double less, equal;
    size_t before = part(p, s->count, pivot, false, &less);

    if (s->below + less >= s->low) {
        s->count = before;
        return false;
    }
    size_t same = part(p + before, s->count - before, pivot, true, &equal);
    s->below += less + equal;
    s->points += before + same;
    s->count -= before + same;
    if (s->below < s->low)
        return false;
    *found = s->below > s->high ? pivot : midpoint(pivot, s->points, (size_t)(s->end - s->points));
    return true;
}

double robust_quantile(struct robust_point *points, size_t n, double q)
{
    int rounds = 8; /* and two for each halving: more is a list that was made to be slow */
    double whole = 0, found;

    for (size_t i = 0; i < n; i++)
        whole += points[i].weight;
    if (!(whole > 0))
        return NAN;
    for (size_t left = n; left > 1; left /= 2)
        rounds += 2;
    struct search s = {.points = points,
                       .count = n,
                       .end = points + n,
                       .low = (q - tolerance) * whole,
                       .high = (q + tolerance) * whole};
    while (s.count > few && rounds-- > 0)
        if (narrow(&s, &found))
            return found + 0.0;
    return look_through(&s) + 0.0; /* of two zeros always the same, in any order */
}

/* Whether half of the weight, or more, is no farther from the centre than rounding goes. */
static bool half_is_equal(const struct robust_point *points, size_t n, double centre,
                          double rounding)
{
    double near = 0, whole = 0;

    for (size_t i = 0; i < n; i++) {
        whole += points[i].weight;
        near += fabs(points[i].value - centre) <= rounding ? points[i].weight : 0;
    }
    return near >= (0.5 - 2 * tolerance) * whole;
}

double robust_spread(struct robust_point *points, size_t n, double centre)
{
    double rounding = tolerance * fabs(centre), iqr = 0;

    if (half_is_equal(points, n, centre, rounding))
        iqr = robust_quantile(points, n, 0.75) - robust_quantile(points, n, 0.25);
    for (size_t i = 0; i < n; i++)
        points[i].value = fabs(points[i].value - centre);
    double mad = robust_quantile(points, n, 0.5);

    double spread = mad > rounding ? ROBUST_CONSISTENT * mad : iqr > rounding ? iqr / 1.349 : 0;
    return fmin(spread, DBL_MAX);
}
