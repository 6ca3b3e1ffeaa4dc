/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests and intervals of coefficients. */
#include "function/fit/tests.h"

#include <math.h>
#include <stdlib.h>

#include "function/common/tails.h"
#include "function/common/tell.h"

static const double CONFIDENCE = 0.95;

int tests_put(struct function_output *out, size_t n, const char *const *labels,
              const double *coefficient, const double *error, double freedom)
{
    double quantile = isinf(freedom) ? tails_z_quantile(1 - CONFIDENCE)
                                     : tails_t_quantile(1 - CONFIDENCE, freedom);
    double *p = malloc(3 * n * sizeof *p), *lower = p + n, *upper = p + 2 * n;
    int rc = -1;

    if (!p)
        return -1;
    for (size_t i = 0; i < n; i++) {
        double ratio = coefficient[i] / error[i];
        p[i] = isinf(freedom) ? erfc(fabs(ratio) / sqrt(2)) : tails_t(ratio, freedom);
        lower[i] = coefficient[i] - quantile * error[i];
        upper[i] = coefficient[i] + quantile * error[i];
    }
    if (tell_column(out, "lower", "end of the interval that holds the coefficient in 95 % of cases",
                    n, labels, lower) == 0 &&
        tell_column(out, "upper", "its other end", n, labels, upper) == 0 &&
        tell_column(out, "p_value",
                    "probability of a coefficient so far from 0 in standard errors, if it is 0", n,
                    labels, p) == 0)
        rc = 0;
    free(p);
    return rc;
}
