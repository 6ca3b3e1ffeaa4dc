/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts of rows in cells: sums, plausibility, errors. */
#include "function/common/counts.h"

#include <math.h>

double counts_sum(const double *cell, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += cell[i];
    return sum;
}

bool counts_agree(const double *cell, size_t n, double rows)
{
    for (size_t i = 0; i < n; i++)
        if (!(cell[i] >= 0))
            return false;
    return isfinite(rows) && counts_sum(cell, n) == rows;
}

double counts_error(double count, double n)
{
    double p = (count + 0.5) / (n + 1);

    return n > 0 ? sqrt(p * (1 - p) / n) : INFINITY;
}
