/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means and deviations from central moments, with their errors. */
#include "function/common/central.h"

#include <math.h>

double central_kurtosis(const struct central *c, size_t j)
{
    double n = c->count[j], k = c->m2[j] > 0 ? n * (c->m4[j] / c->m2[j] / c->m2[j]) : 3;

    return fmax(k, 1 + 1 / n);
}

void central_features(const struct central *c, size_t j, double value[static 2],
                      double error[static 2])
{
    double n = c->count[j], sd = sqrt(c->m2[j] / (n - 1));

    value[0] = c->mean[j];
    value[1] = n > 1 ? sd : 0;
    error[0] = n > 1 ? sd / sqrt(n) : INFINITY;
    error[1] = n > 1 ? sd * sqrt((central_kurtosis(c, j) - 1) / n) / 2 : INFINITY;
}

bool central_agrees(const struct central *c, size_t j, double rows)
{
    double n = c->count[j];

    return n >= 0 && n <= rows && floor(n) == n && c->m2[j] >= 0 && c->m4[j] >= 0;
}

void central_told(const struct central *c, size_t j, bool good, double value[static 2],
                  double error[static 2])
{
    value[0] = value[1] = good ? 0 : NAN;
    error[0] = error[1] = good ? INFINITY : 0;
    if (good && c->count[j] > 0)
        central_features(c, j, value, error);
}
