/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * montecarlo against the published numbers of its generator, and against a slow,
 * obvious version with libm and long doubles.
 */
#include "function.h"

#include <gsl/gsl_cdf.h>

#include "function/common/normal.h"
#include "function/common/philox.h"

/* The lines "philox4x32 10" of kat_vectors in Random123 1.14.0 (D. E. Shaw
 * Research): counter, key, words. */
START_TEST(philox_gives_the_published_words)
{
    static const uint32_t known[][10] = {
        {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
        {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d,
         0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
        {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09,
         0x94fdcceb, 0x5001e420, 0x24126ea1},
    };

    for (int i = 0; i < 3; i++) {
        uint32_t words[4];
        philox(known[i], known[i] + 4, words);
        ck_assert_mem_eq(words, known[i] + 6, sizeof words);
    }
}
END_TEST

START_TEST(exp_and_log_agree_with_libm)
{
    uint64_t seed = 1;

    for (int i = 0; i < 100000; i++) {
        double x = (uniform(&seed) - 0.5) * 1400;
        ck_assert_msg(fabs(normal_exp(x) / exp(x) - 1) < 1e-15, "exp(%.17g)", x);
        double y = uniform(&seed) + 0x1p-60, z = exp(x);
        ck_assert_msg(fabs(normal_log(y) - log(y)) <= 1e-15 * fabs(log(y)), "log(%.17g)", y);
        ck_assert_msg(fabs(normal_log(z) - log(z)) <= 1e-15 * fabs(log(z)), "log(%.17g)", z);
    }
    ck_assert(normal_exp(0) == 1 && normal_log(1) == 0);
    ck_assert(normal_exp(-1e4) == 0 && isinf(normal_exp(1e4)));
}
END_TEST

/* Against GSL, and back through libm's erfc, which shares no constant with it. */
START_TEST(quantiles_are_those_of_the_normal_distribution)
{
    uint64_t seed = 2;

    for (int i = 0; i < 200000; i++) {
        double p = i % 2 ? uniform(&seed) + 0x1p-60 : ldexp(1 + uniform(&seed), -1 - i % 52);
        p = p < 1 ? p : 0.5;
        double z = normal_quantile(p), g = gsl_cdf_ugaussian_Pinv(p);
        ck_assert_msg(fabs(z - g) <= 2e-15 * fabs(g) + 1e-16, "p %.17g: %.17g, GSL %.17g", p, z, g);
        double back = erfc(-z / M_SQRT2) / 2;
        ck_assert_msg(fabs(back / p - 1) < 1e-13, "p %.17g: %.17g, back %.17g", p, z, back);
    }
    ck_assert(normal_quantile(0.5) == 0);
    ck_assert(normal_quantile(0.25) == -normal_quantile(0.75));
    ck_assert(fabs(normal_quantile(0x1p-53)) < 8.3);
}
END_TEST

enum { SAMPLES = 1000 };

static struct bound *bind(const char *experiment, int64_t samples, int64_t seed)
{
    struct err e = {0};
    const struct function_setting s[] = {{"experiment", FUNCTION_STRING, {.string = experiment}},
                                         {"samples", FUNCTION_INTEGER, {.integer = samples}},
                                         {"seed", FUNCTION_INTEGER, {.integer = seed}},
                                         {"strike", FUNCTION_NUMBER, {.number = 110}},
                                         {"maturity", FUNCTION_NUMBER, {.number = 0.5}}};
    struct bound *b = bound_create(registry_find("montecarlo", &e), s, 5, NULL, 0, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

static void add_units(struct bound *b, double *state, uint64_t first, uint64_t end)
{
    struct err e = {0};

    for (uint64_t u = first; u < end; u++) {
        struct block unit = {.rows = 1, .first = u};
        ck_ok(bound_accumulate(b, state, &unit, &e), &e);
    }
}

/* Sample i of unit u, as the documentation says it. */
static double slow_sample(const char *experiment, uint64_t seed, uint64_t u, uint64_t i)
{
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    const uint32_t counter[4] = {(uint32_t)i, (uint32_t)(i >> 32), (uint32_t)u,
                                 (uint32_t)(u >> 32)};
    uint32_t w[4];

    philox(counter, key, w);
    double x = (floor(((double)w[0] * 0x1p32 + w[1]) / 4096) + 0.5) / 0x1p52;
    double y = (floor(((double)w[2] * 0x1p32 + w[3]) / 4096) + 0.5) / 0x1p52;
    if (experiment[0] == 'p')
        return hypot(x, y) < 1 ? 4 : 0;
    double z = gsl_cdf_ugaussian_Pinv(x);
    double price = 100 * exp((0.05 - 0.02) * 0.5 + 0.2 * sqrt(0.5) * z);
    return exp(-0.05 * 0.5) * fmax(price - 110, 0);
}

/* Any units, with numbers beyond 32 bits, in one state and in two merged. */
static void compare(const char *experiment)
{
    static const struct {
        uint64_t seed, first, units;
    } cases[] = {{0, 0, 1},
                 {7, 5, 20},
                 {UINT64_C(1) << 53, (UINT64_C(1) << 53) - 9, 9},
                 {UINT64_C(5) << 32, (UINT64_C(1) << 32) - 4, 8}};

    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        uint64_t first = cases[k].first, end = first + cases[k].units, seed = cases[k].seed;
        long double n = 0, sum = 0, squares = 0;
        for (uint64_t u = first; u < end; u++)
            for (uint64_t i = 0; i < SAMPLES; i++, n++)
                sum += slow_sample(experiment, seed, u, i);
        for (uint64_t u = first; u < end; u++)
            for (uint64_t i = 0; i < SAMPLES; i++)
                squares += powl(slow_sample(experiment, seed, u, i) - sum / n, 2);

        struct bound *b = bind(experiment, SAMPLES, (int64_t)seed);
        struct err e = {0};
        double *one = new_state(b), *two = new_state(b), *rest = new_state(b), value, error;
        struct kept out;
        add_units(b, one, first, end);
        add_units(b, two, first, first + cases[k].units / 3);
        add_units(b, rest, first + cases[k].units / 3, end);
        ck_ok(bound_merge(b, two, rest, &e), &e);
        const double *states[] = {one, two};
        for (int s = 0; s < 2; s++) {
            ck_assert(states[s][0] == (double)cases[k].units);
            finish_state(b, states[s], &out);
            ck_digits(*kept_values(&out, "estimate"), (double)(sum / n), 12);
            ck_digits(*kept_values(&out, "standard_error"), (double)sqrtl(squares / (n - 1) / n),
                      12);
            ck_assert(*kept_values(&out, "samples") == (double)n);
            ck_ok(bound_features(b, states[s], &value, &error, &e), &e);
            ck_assert(value == *kept_values(&out, "estimate"));
            ck_assert(error == *kept_values(&out, "standard_error"));
        }
        free(one), free(two), free(rest);
        bound_destroy(b);
    }
}

START_TEST(pi_agrees_with_the_slow_version)
{
    compare("pi");
}
END_TEST

START_TEST(the_option_agrees_with_the_slow_version)
{
    compare("option");
}
END_TEST

/* The bits are part of version 1: another compiler or processor must give them. */
START_TEST(a_unit_has_its_bits)
{
    static const struct {
        const char *experiment;
        double mean, m2;
    } known[] = {{"pi", 0x1.98bf258bf258dp+1, 0x1.e2fddddddddddp+12},
                 {"option", 0x1.606fd52cbfef1p+1, 0x1.e4d08b608ed9cp+16}};

    for (int i = 0; i < 2; i++) {
        struct bound *b = bind(known[i].experiment, SAMPLES, 42);
        double *state = new_state(b);
        add_units(b, state, 123456789, 123456792);
        ck_assert_msg(state[1] == known[i].mean && state[2] == known[i].m2, "%s: %a, %a",
                      known[i].experiment, state[1], state[2]);
        free(state);
        bound_destroy(b);
    }
}
END_TEST

/* A fixed seed: these are not chances but facts. */
START_TEST(estimates_tend_to_the_exact_values)
{
    static const char *const experiments[] = {"pi", "option"};
    /* The price by Simpson's rule over the density, in another program. */
    const double exact[] = {M_PI, 2.906471321592};

    for (int i = 0; i < 2; i++) {
        struct bound *b = bind(experiments[i], 100000, 1);
        double *state = new_state(b);
        struct kept out;
        add_units(b, state, 0, 20);
        finish_state(b, state, &out);
        double error = *kept_values(&out, "standard_error"), z = *kept_values(&out, "z");
        ck_assert_msg(fabs(*kept_values(&out, "exact") - exact[i]) < 1e-9, "%s: %.15g",
                      experiments[i], *kept_values(&out, "exact"));
        ck_assert_msg(fabs(z) < 3 && error > 0 && error < 0.01, "%s: z %g, error %g",
                      experiments[i], z, error);
        ck_assert(z == (*kept_values(&out, "estimate") - *kept_values(&out, "exact")) / error);
        free(state);
        bound_destroy(b);
    }
}
END_TEST

/* Units share nothing: their means are as far apart as independent ones are. The
 * variance of the mean of units is that of samples, divided by their number. */
START_TEST(units_are_independent)
{
    enum { UNITS = 2000 };
    struct bound *b = bind("pi", SAMPLES, 3);
    double sum = 0, squares = 0, last = 0, product = 0, variance = M_PI * (4 - M_PI) / SAMPLES;
    struct err e = {0};

    for (uint64_t u = 0; u < UNITS; u++) {
        double state[3] = {0};
        struct block unit = {.rows = 1, .first = u};
        ck_ok(bound_accumulate(b, state, &unit, &e), &e);
        double d = state[1] - M_PI;
        sum += d, squares += d * d, product += d * last, last = d;
    }
    ck_assert_msg(fabs(sum) < 3 * sqrt(UNITS * variance), "mean");
    ck_assert_msg(fabs(squares / UNITS / variance - 1) < 3 * sqrt(2.0 / UNITS), "variance %g",
                  squares / UNITS / variance);
    ck_assert_msg(fabs(product / UNITS / variance) < 3 / sqrt(UNITS), "neighbours %g",
                  product / UNITS / variance);
    bound_destroy(b);
}
END_TEST

START_TEST(one_sample_has_no_error)
{
    struct bound *b = bind("pi", 1, 0);
    struct err e = {0};
    double state[3] = {0}, value, error;

    add_units(b, state, 0, 1);
    ck_ok(bound_features(b, state, &value, &error, &e), &e);
    ck_assert((value == 0 || value == 4) && isinf(error));
    state[1] = NAN;
    ck_ok(bound_features(b, state, &value, &error, &e), &e);
    ck_assert(isnan(value));
    bound_destroy(b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, philox_gives_the_published_words);
    tcase_add_test(t, exp_and_log_agree_with_libm);
    tcase_add_test(t, quantiles_are_those_of_the_normal_distribution);
    tcase_add_test(t, pi_agrees_with_the_slow_version);
    tcase_add_test(t, the_option_agrees_with_the_slow_version);
    tcase_add_test(t, a_unit_has_its_bits);
    tcase_add_test(t, estimates_tend_to_the_exact_values);
    tcase_add_test(t, units_are_independent);
    tcase_add_test(t, one_sample_has_no_error);
}

UNIT_MAIN("montecarlo", add)
