/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Samples of poisson against closed forms, and against a slow and obvious version:
 * Gauss-Seidel on the same cells, with the coefficient written out from its documentation.
 */
#include "poisson_case.h"

#include "function/common/normal.h"
#include "function/common/philox.h"

enum { SLOW_MAX = 12, SLOW_TERMS = 40 };

struct slow {
    int dimension, cells, terms;
    double weight[SLOW_TERMS];
    int k[SLOW_TERMS][3];
    double u[SLOW_MAX * SLOW_MAX * SLOW_MAX];
};

static bool taken(const struct slow *s, int n, const int *k)
{
    for (int i = 0; i < n; i++)
        if (memcmp(s->k[i], k, 3 * sizeof *k) == 0)
            return true;
    return false;
}

/* The next product of cosines: of those that are left the one with the least |k|, then k1,
 * k2, k3. */
static void slow_mode(struct slow *s, int n)
{
    int least = 1 << 30, k[3];

    for (k[0] = 0; k[0] < 12; k[0]++)
        for (k[1] = 0; k[1] < 12; k[1]++)
            for (k[2] = 0; k[2] < (s->dimension == 3 ? 12 : 1); k[2]++) {
                int square = k[0] * k[0] + k[1] * k[1] + k[2] * k[2];
                if (square < least && !taken(s, n, k)) {
                    least = square;
                    memcpy(s->k[n], k, sizeof k);
                }
            }
}

static void slow_field(struct slow *s, double sigma, uint64_t unit)
{
    double variance[SLOW_TERMS], sum = 0;

    for (int i = 0; i < s->terms; i++) {
        slow_mode(s, i);
        double k2 = s->k[i][0] * s->k[i][0] + s->k[i][1] * s->k[i][1] + s->k[i][2] * s->k[i][2];
        variance[i] = 1 / pow(1 + 0.2 * 0.2 * M_PI * M_PI * k2, 1 + s->dimension / 2.0);
        sum += variance[i];
    }
    for (int i = 0; i < s->terms; i++) {
        uint32_t w[4];
        philox((uint32_t[]){(uint32_t)i, 0, (uint32_t)unit, (uint32_t)(unit >> 32)},
               (uint32_t[]){7, 0}, w);
        double p = ((double)(((uint64_t)w[0] << 32 | w[1]) >> 12) + 0.5) / 0x1p52;
        s->weight[i] = sigma * sqrt(variance[i] / sum) * normal_quantile(p);
    }
}

static double slow_a(const struct slow *s, double x, double y, double z)
{
    const double at[3] = {x, y, z};
    double sum = 0;

    for (int i = 0; i < s->terms; i++) {
        double phi = 1;
        for (int d = 0; d < 3; d++)
            phi *= s->k[i][d] > 0 ? sqrt(2) * cos(M_PI * s->k[i][d] * at[d]) : 1;
        sum += s->weight[i] * phi;
    }
    return exp(sum);
}

/* One sweep of Gauss and Seidel; returns the greatest change. */
static double slow_sweep(struct slow *s)
{
    int n = s->cells, deep = s->dimension == 3 ? n : 1;
    double h = 1.0 / n, most = 0;

    for (int z = 0; z < deep; z++)
        for (int y = 0; y < n; y++)
            for (int x = 0; x < n; x++) {
                double *u = &s->u[(z * n + y) * n + x], diagonal = 0, right = h * h;
                for (int side = 0; side < 2 * s->dimension; side++) {
                    int to[3] = {x, y, z}, d = side / 2, step = side % 2 ? 1 : -1;
                    double at[3] = {(x + 0.5) * h, (y + 0.5) * h,
                                    s->dimension == 3 ? (z + 0.5) * h : 0};
                    at[d] += step * h / 2;
                    double a = slow_a(s, at[0], at[1], at[2]);
                    to[d] += step;
                    bool wall = to[d] < 0 || to[d] == n;
                    diagonal += wall ? 2 * a : a;
                    right += wall ? 0 : a * s->u[(to[2] * n + to[1]) * n + to[0]];
                }
                most = fmax(most, fabs(right / diagonal - *u));
                *u = right / diagonal;
            }
    return most;
}

static void slow_quantities(struct slow *s, double q[static 3])
{
    int n = s->cells, deep = s->dimension == 3 ? n : 1, middle = 0;
    double h = 1.0 / n;

    q[0] = q[1] = q[2] = 0;
    for (int z = 0; z < deep; z++)
        for (int y = 0; y < n; y++)
            for (int x = 0; x < n; x++) {
                double u = s->u[(z * n + y) * n + x];
                double far = fmax(fabs((x + 0.5) * h - 0.5), fabs((y + 0.5) * h - 0.5));
                if (s->dimension == 3)
                    far = fmax(far, fabs((z + 0.5) * h - 0.5));
                q[0] += u * (s->dimension == 3 ? h * h * h : h * h);
                q[1] += far < 0.6 * h ? u : 0;
                middle += far < 0.6 * h;
                if (x == 0)
                    q[2] += slow_a(s, 0, (y + 0.5) * h, s->dimension == 3 ? (z + 0.5) * h : 0) * 2 *
                            u * (s->dimension == 3 ? h : 1);
            }
    q[1] /= middle;
}

static void check_slow(int dimension, int cells, int terms, uint64_t unit)
{
    struct slow *s = calloc(1, sizeof *s);
    struct bound *b = bind(&(struct setting){"ensemble", NULL, dimension, cells, 1, terms, 0.8});
    double *state = new_state(b), q[3];
    struct kept k;

    s->dimension = dimension, s->cells = cells, s->terms = terms;
    slow_field(s, 0.8, unit);
    while (slow_sweep(s) > 1e-15)
        ;
    slow_quantities(s, q);
    add_unit(b, state, unit);
    finish_state(b, state, &k);
    for (int i = 0; i < 3; i++)
        ck_digits(kept_values(&k, "mean")[i], q[i], 8);
    free(state);
    free(s);
    bound_destroy(b);
}

START_TEST(a_sample_agrees_with_the_slow_version)
{
    check_slow(2, 10, 12, 0);
    check_slow(2, 7, 40, UINT64_C(0x123456789));
    check_slow(3, 5, 9, 3);
    check_slow(3, 6, 30, 4);
}
END_TEST

/* Navier's series of the integral of u, for a = f = 1. */
static double navier(int dimension)
{
    double sum = 0;

    for (int m = 1; m < 200; m += 2)
        for (int n = 1; n < 200; n += 2)
            for (int p = 1; p < (dimension == 3 ? 200 : 2); p += 2) {
                double mnp = (double)m * n * p;
                sum += 1 / (mnp * mnp * (m * m + n * n + (dimension == 3 ? p * p : 0)));
            }
    return sum * (dimension == 3 ? 512 / pow(M_PI, 8) : 64 / pow(M_PI, 6));
}

/* The quantities of a sample where a is exp(sigma xi) everywhere. */
static void constant(int64_t dimension, int64_t cells, double sigma, uint64_t unit, double *q)
{
    struct bound *b = bind(&(struct setting){"ensemble", NULL, dimension, cells, 1, 1, sigma});
    double *state = new_state(b);
    struct kept k;

    add_unit(b, state, unit);
    finish_state(b, state, &k);
    memcpy(q, kept_values(&k, "mean"), 3 * sizeof *q);
    ck_assert(isinf(kept_values(&k, "standard_error")[0]));
    free(state);
    bound_destroy(b);
}

START_TEST(a_constant_coefficient_has_its_closed_form)
{
    for (int d = 2; d <= 3; d++) {
        double coarse[3], fine[3], q[3];
        uint32_t w[4];
        constant(d, 16, 0, 5, coarse);
        constant(d, 32, 0, 5, fine);
        double limit = fine[0] + (fine[0] - coarse[0]) / 3; /* L. F. Richardson, 1911 */
        ck_assert_msg(fabs(limit / navier(d) - 1) < 2e-4, "%d-D: %.9g, %.9g", d, limit, navier(d));
        ck_digits(fine[2], 1.0 / (2 * d), 8); /* all sides are alike */
        constant(d, 16, 0.7, 5, q);
        philox((uint32_t[]){0, 0, 5, 0}, (uint32_t[]){7, 0}, w);
        double a = exp(0.7 * normal_quantile(philox_uniform(w[0], w[1])));
        ck_assert(fabs(a - 1) > 0.01);
        ck_digits(q[0], coarse[0] / a, 8);
        ck_digits(q[1], coarse[1] / a, 8);
        ck_digits(q[2], coarse[2], 8);
    }
}
END_TEST

/* u is u1 exp(-sigma xi): the mean and variance of a log-normal variable. */
START_TEST(the_ensemble_tends_to_its_closed_form)
{
    enum { SAMPLES = 600 };
    struct bound *b = bind(&(struct setting){"ensemble", NULL, 2, 8, 1, 1, 0.5});
    double *state = new_state(b), one[3], v = 0.25, w = exp(v);
    struct kept k;

    for (uint64_t u = 0; u < SAMPLES; u++)
        add_unit(b, state, u);
    finish_state(b, state, &k);
    constant(2, 8, 0, 0, one);
    for (int i = 0; i < 2; i++) {
        double mean = one[i] * exp(v / 2), variance = one[i] * one[i] * (w - 1) * w;
        double kurtosis = pow(w, 4) + 2 * pow(w, 3) + 3 * w * w - 3;
        double z = (kept_values(&k, "mean")[i] - mean) / sqrt(variance / SAMPLES);
        double z2 =
            (kept_values(&k, "variance")[i] / variance - 1) / sqrt((kurtosis - 1) / SAMPLES);
        ck_assert_msg(fabs(z) < 4 && fabs(z2) < 4, "quantity %d: %g and %g errors off", i, z, z2);
        double error = kept_values(&k, "standard_error")[i];
        ck_digits(error * error * SAMPLES, kept_values(&k, "variance")[i], 12);
    }
    free(state);
    bound_destroy(b);
}
END_TEST

static void add(TCase *t)
{
    unit_add_solving(t, a_sample_agrees_with_the_slow_version);
    unit_add_solving(t, a_constant_coefficient_has_its_closed_form);
    unit_add_solving(t, the_ensemble_tends_to_its_closed_form);
}

UNIT_MAIN("poisson_sample", add)
