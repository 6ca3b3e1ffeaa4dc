/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tails of distributions, by GSL. */
#include "function/common/tails.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

enum { TABLES = 1 << 24 }; /* that are summed over */

/* Or a number out of GSL's domain ends the process. */
static void careful(void)
{
    gsl_set_error_handler_off();
}

/* By F, as GSL's own tails of t are an approximation above 30 degrees of freedom. */
double tails_t(double t, double df)
{
    return tails_f(t * t, 1, df);
}

double tails_t_quantile(double p, double df)
{
    if (!(p > 0 && p < 1 && df > 0))
        return NAN;
    careful();
    return gsl_cdf_tdist_Qinv(p / 2, df);
}

double tails_f(double x, double df1, double df2)
{
    if (!(x >= 0 && df1 > 0 && df2 > 0))
        return NAN;
    careful();
    return isinf(x) ? 0 : gsl_cdf_fdist_Q(x, df1, df2);
}

double tails_chisq(double x, double df)
{
    if (!(x >= 0 && df > 0))
        return NAN;
    careful();
    return isinf(x) ? 0 : gsl_cdf_chisq_Q(x, df);
}

double tails_z_quantile(double p)
{
    if (!(p > 0 && p < 1))
        return NAN;
    careful();
    return gsl_cdf_ugaussian_Qinv(p / 2);
}

/* Log of the number of ways to choose k of n. */
static double choose(double n, double k)
{
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

double tails_fisher(double a, double b, double c, double d)
{
    double row = a + b, column = a + c, all = a + b + c + d;
    double low = fmax(0, row + column - all), high = fmin(row, column);

    if (!(a >= 0 && b >= 0 && c >= 0 && d >= 0 && high - low < TABLES))
        return NAN;
    double whole = choose(all, column), own = choose(row, a) + choose(all - row, c) - whole;
    double sum = 0;
    for (double x = low; x <= high; x++) {
        double p = choose(row, x) + choose(all - row, column - x) - whole;
        if (p <= own + 1e-7)
            sum += exp(p);
    }
    return fmin(sum, 1);
}
