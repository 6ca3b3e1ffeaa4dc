/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The problem of poisson whose solution is known. */

/*
 * u = sin(s) with s = k . x, in a medium with a = 1 + (x1 + x2 [+ x3]) / 2. So grad u =
 * k cos(s), and
 *
 *   f = -div(a grad u) = a |k|^2 sin(s) - (grad a . k) cos(s).
 *
 * u is not 0 on the walls, and no side is like another.
 */
#include "function/pde/poisson_private.h"

#include <math.h>

static const double wave[3] = {3, 2, 1}; /* k */

static double phase(const struct poisson_problem *p, const int64_t place[static 3])
{
    double s = 0;

    for (int d = 0; d < p->dimension; d++)
        s += wave[d] * (double)place[d] / (2 * (double)p->cells);
    return s;
}

static double wave_exact(const void *context, const int64_t place[static 3])
{
    return sin(phase(context, place));
}

static double wave_coefficient(const void *context, const int64_t place[static 3])
{
    const struct poisson_problem *p = context;
    double sum = 0;

    for (int d = 0; d < p->dimension; d++)
        sum += (double)place[d] / (2 * (double)p->cells);
    return 1 + sum / 2;
}

static double wave_source(const void *context, const int64_t place[static 3])
{
    const struct poisson_problem *p = context;
    double s = phase(p, place), square = 0, slope = 0;

    for (int d = 0; d < p->dimension; d++) {
        square += wave[d] * wave[d];
        slope += wave[d] / 2;
    }
    return wave_coefficient(p, place) * square * sin(s) - slope * cos(s);
}

void poisson_wave(struct poisson_problem *problem)
{
    problem->coefficient = wave_coefficient;
    problem->source = wave_source;
    problem->exact = wave_exact;
    problem->context = problem;
    problem->ready = true;
}
