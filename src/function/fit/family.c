/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The families of generalised linear models. */
#include "function/fit/family.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "function/common/normal.h"

static const double FARTHEST = 100; /* a poisson linear predictor; e^100 is about 1e43 */
static const double HALF_LOG_2PI = 0x1.d67f1c864beb4p-1;

enum family family_of(const char *name)
{
    if (strcmp(name, "gaussian") == 0)
        return FAMILY_GAUSSIAN;
    if (strcmp(name, "binomial") == 0)
        return FAMILY_BINOMIAL;
    return strcmp(name, "poisson") == 0 ? FAMILY_POISSON : 0;
}

const char *family_refuses(enum family f, double y)
{
    if (f == FAMILY_BINOMIAL && !(y == 0 || y == 1))
        return "must be 0 or 1";
    if (f == FAMILY_POISSON && !(y >= 0 && y < 1e15))
        return "must be a count, at least 0 and below 1e15";
    return NULL;
}

/* log(1 + x) for 0 <= x <= 1: the quotient corrects the rounding of 1 + x (W. Kahan). */
static double log_1_plus(double x)
{
    double u = 1 + x;

    return u > 1 ? normal_log(u) * (x / (u - 1)) : x;
}

/* With s = eta where y is 0, and -eta where it is 1, the probability of what was not
 * seen is 1/(1 + e^-s): no difference of near numbers, and no overflow. */
static struct family_terms binomial(double eta, double y)
{
    double s = y > 0.5 ? -eta : eta, small = normal_exp(-fabs(eta));
    double missed = (s > 0 ? 1 : small) / (1 + small);

    return (struct family_terms){.residual = y > 0.5 ? missed : -missed,
                                 .weight = small / ((1 + small) * (1 + small)),
                                 .deviance = 2 * ((s > 0 ? s : 0) + log_1_plus(small))};
}

static struct family_terms poisson(double eta, double y)
{
    double bounded = eta > FARTHEST ? FARTHEST : eta < -FARTHEST ? -FARTHEST : eta;
    double mean = normal_exp(bounded), residual = y - mean;
    double deviance = 2 * ((y > 0 ? y * (normal_log(y) - bounded) : 0) - residual);

    return (struct family_terms){
        .residual = residual, .weight = mean, .deviance = deviance > 0 ? deviance : 0};
}

struct family_terms family_terms(enum family f, double eta, double y)
{
    if (!isfinite(eta))
        return (struct family_terms){NAN, NAN, NAN};
    if (f == FAMILY_BINOMIAL)
        return binomial(eta, y);
    if (f == FAMILY_POISSON)
        return poisson(eta, y);
    return (struct family_terms){y - eta, 1, (y - eta) * (y - eta)};
}

double family_link(enum family f, double mean)
{
    if (f == FAMILY_BINOMIAL)
        return normal_log(mean / (1 - mean));
    return f == FAMILY_POISSON ? normal_log(mean) : mean;
}

/* log(y!) - y log y + y, from 10 on: Stirling's series. */
static double stirling(double y)
{
    double i = 1 / y, square = i * i;
    double series = i * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));

    return HALF_LOG_2PI + normal_log(y) / 2 + series;
}

/* y log y - y - log(y!), where log(y!) of less than 10 is that of a larger number less the
 * logarithms of those between. */
double family_saturated(enum family f, double y)
{
    double x = y, product = 1;

    if (f != FAMILY_POISSON || !(y > 0))
        return 0;
    if (y >= 10)
        return -stirling(y);
    while (x < 10)
        product *= ++x;
    return y * (normal_log(y) - 1) - (x * (normal_log(x) - 1) + stirling(x) - normal_log(product));
}
