/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exp, log and quantiles of the normal distribution, the same to the bit everywhere. */
#include "function/common/normal.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ln 2 in two parts: products of the first with small integers are exact. */
#define LN2_HIGH 0x1.62e42fee00000p-1
#define LN2_LOW  0x1.a39ef35793c76p-33
#define LOG2_E   0x1.71547652b82fep+0

static double power_of_two(int k)
{
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* e^x = 2^k e^r with |r| <= ln(2)/2, and e^r by its series up to r^14/14!. */
double normal_exp(double x)
{
    static const double inverse[] = {1.0 / 2,  1.0 / 3,  1.0 / 4, 1.0 / 5,  1.0 / 6,
                                     1.0 / 7,  1.0 / 8,  1.0 / 9, 1.0 / 10, 1.0 / 11,
                                     1.0 / 12, 1.0 / 13, 1.0 / 14};

    if (x < -708)
        return 0;
    if (x > 709)
        return INFINITY;
    int k = (int)(x * LOG2_E + (x < 0 ? -0.5 : 0.5));
    double r = (x - k * LN2_HIGH) - k * LN2_LOW, tail = 1;
    for (int i = 12; i >= 0; i--)
        tail = 1 + tail * (r * inverse[i]);
    return (1 + r * tail) * power_of_two(k);
}

/* x = 2^k m with m between sqrt(1/2) and sqrt(2); ln m = 2 artanh(s) with
 * s = (m - 1)/(m + 1), by its series up to s^23/23. */
double normal_log(double x)
{
    static const double inverse[] = {1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,  1.0 / 11, 1.0 / 13,
                                     1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21, 1.0 / 23};
    uint64_t bits;
    double m;

    memcpy(&bits, &x, sizeof bits);
    int k = (int)(bits >> 52) - 1023;
    bits = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1023) << 52;
    memcpy(&m, &bits, sizeof m);
    if (m > 0x1.6a09e667f3bcdp+0)
        m /= 2, k++;
    double s = (m - 1) / (m + 1), square = s * s, tail = 0;
    for (int i = 10; i >= 0; i--)
        tail = (tail + inverse[i]) * square;
    return k * LN2_HIGH + (2 * s * (1 + tail) + k * LN2_LOW);
}

/* Returns the polynomial of degree 7, coefficients from the constant on. */
static double polynomial(const double c[static 8], double x)
{
    double y = c[7];

    for (int i = 6; i >= 0; i--)
        y = y * x + c[i];
    return y;
}

/* Numerators and denominators: |p - 1/2| <= 0.425, and r = sqrt(-ln(tail)) up to
 * 5 and beyond. */
static const double quotients[3][2][8] = {
    {{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
      1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
      3.3430575583588128105e4, 2.5090809287301226727e3},
     {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
      2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
      5.2264952788528545610e3}},
    {{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
      3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
      2.27238449892691845833e-2, 7.74545014278341407640e-4},
     {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
      1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
      1.05075007164441684324e-9}},
    {{6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
      2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7},
     {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15}},
};

static double quotient(int region, double x)
{
    return polynomial(quotients[region][0], x) / polynomial(quotients[region][1], x);
}

double normal_quantile(double p)
{
    double q = p - 0.5;

    if (q >= -0.425 && q <= 0.425)
        return q * quotient(0, 0.180625 - q * q);
    double r = sqrt(-normal_log(q < 0 ? p : 1 - p));
    double z = r <= 5 ? quotient(1, r - 1.6) : quotient(2, r - 5);
    return q < 0 ? -z : z;
}
