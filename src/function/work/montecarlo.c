/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function montecarlo: the mean of many random samples, whose exact value is known. */

/*
 * State: [units, mean, sum of squares about the mean]; every unit has the same
 * number of samples, so that units count for them.
 *
 * Sample i of unit u is made from the words that belong to the counter
 * (i, u) under the key (seed): 64 bits for each of i and u. No two samples of
 * a computation have the same counter, so no two units share a part of the
 * sequence, however long they are, and whoever computes them: streams cannot
 * overlap. A unit depends on its number and the parameters only.
 *
 * All is plain C in a fixed order, with exp and log of our own: the same unit has
 * the same bits on every processor.
 */
#include "function/builtin.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "function/common/normal.h"
#include "function/common/philox.h"
#include "function/common/tell.h"
#include "function/table.h"

enum { EXPERIMENT, SAMPLES, SEED, SPOT, STRIKE, RATE, VOLATILITY, MATURITY, PARAMS };
enum { UNITS, MEAN, M2, LENGTH };

/* The ranges keep every exponent that occurs well below 709. */
static const struct function_param params[PARAMS] = {
    PARAM_CHOICE(EXPERIMENT, "experiment", "pi", "pi option",
                 "pi: the share of random points of a square that lie in its quarter circle; "
                 "option: a European call under Black-Scholes"),
    PARAM_INTEGER(SAMPLES, "samples", 100000, 1, 1e12, "samples of one unit"),
    PARAM_INTEGER(SEED, "seed", 0, 0, 0x1p53,
                  "key of the random numbers; another seed gives other samples"),
    PARAM_NUMBER(SPOT, "spot", 100, 1e-6, 1e9, "option: price of the asset today"),
    PARAM_NUMBER(STRIKE, "strike", 100, 1e-6, 1e9,
                 "option: price at which the asset may be bought, in the unit of spot"),
    PARAM_NUMBER(RATE, "rate", 0.05, -1, 1,
                 "option: riskless rate per year, continuously compounded"),
    PARAM_NUMBER(VOLATILITY, "volatility", 0.2, 1e-6, 5,
                 "option: standard deviation of the asset's log price after a year"),
    PARAM_NUMBER(MATURITY, "maturity", 1, 1e-6, 100, "option: years until it may be exercised"),
};

static bool is_option(const struct function_env *env)
{
    return strcmp(env->params[EXPERIMENT].string, "option") == 0;
}

static double number(const struct function_env *env, int param)
{
    return env->params[param].number;
}

static int length(struct function_env *env, size_t *n)
{
    (void)env;
    *n = LENGTH;
    return 0;
}

/* What the samples of one unit are made from. */
struct stream {
    uint32_t key[2];
    uint64_t unit;
};

static void draw(const struct stream *s, uint64_t sample, uint32_t words[static 4])
{
    const uint32_t counter[4] = {(uint32_t)sample, (uint32_t)(sample >> 32), (uint32_t)s->unit,
                                 (uint32_t)(s->unit >> 32)};

    philox(counter, s->key, words);
}

/* A sample is 4 in the quarter circle, else 0: mean and squares follow from the
 * number of those that are in it. */
static void sample_pi(const struct stream *s, uint64_t samples, double unit[static LENGTH])
{
    uint64_t hits = 0;

    for (uint64_t i = 0; i < samples; i++) {
        uint32_t w[4];
        draw(s, i, w);
        double x = philox_uniform(w[0], w[1]), y = philox_uniform(w[2], w[3]);
        hits += x * x + y * y < 1;
    }
    unit[MEAN] = 4 * ((double)hits / (double)samples);
    unit[M2] = 16 * ((double)hits * ((double)(samples - hits) / (double)samples));
}

/* S_T = S_0 exp((r - v^2/2) T + v sqrt(T) Z); the call pays max(S_T - K, 0), which
 * is worth exp(-r T) of that today. Running mean and squares: B. P. Welford, 1962. */
static void sample_option(const struct function_env *env, const struct stream *s, uint64_t samples,
                          double unit[static LENGTH])
{
    double r = number(env, RATE), v = number(env, VOLATILITY), t = number(env, MATURITY);
    double drift = (r - v * v / 2) * t, spread = v * sqrt(t), discount = normal_exp(-r * t);
    double spot = number(env, SPOT), strike = number(env, STRIKE), mean = 0, m2 = 0;

    for (uint64_t i = 0; i < samples; i++) {
        uint32_t w[4];
        draw(s, i, w);
        double price =
            spot * normal_exp(drift + spread * normal_quantile(philox_uniform(w[0], w[1])));
        double value = price > strike ? discount * (price - strike) : 0;
        double above = value - mean;
        mean += above / (double)(i + 1);
        m2 += above * (value - mean);
    }
    unit[MEAN] = mean;
    unit[M2] = m2;
}

/* T. F. Chan, G. H. Golub and R. J. LeVeque, 1979; of equal samples per unit. */
static int merge(struct function_env *env, double *into, const double *from)
{
    double samples = (double)env->params[SAMPLES].integer;
    double units = into[UNITS] + from[UNITS], share = from[UNITS] / units;
    double apart = from[MEAN] - into[MEAN];

    into[M2] += from[M2] + apart * apart * (samples * into[UNITS] * share);
    into[MEAN] += apart * share;
    into[UNITS] = units;
    return 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    uint64_t seed = (uint64_t)env->params[SEED].integer;
    uint64_t samples = (uint64_t)env->params[SAMPLES].integer;
    const struct stream s = {{(uint32_t)seed, (uint32_t)(seed >> 32)}, block->first};
    double unit[LENGTH] = {[UNITS] = 1};

    if (is_option(env))
        sample_option(env, &s, samples, unit);
    else
        sample_pi(&s, samples, unit);
    return merge(env, state, unit);
}

/* C = S Phi(d + v sqrt T) - K exp(-r T) Phi(d), d = (ln(S/K) + (r - v^2/2) T) / (v sqrt T)
 * (F. Black and M. Scholes, 1973), Phi(x) = erfc(-x/sqrt 2)/2. */
static double black_scholes(const struct function_env *env)
{
    double r = number(env, RATE), v = number(env, VOLATILITY), t = number(env, MATURITY);
    double spot = number(env, SPOT), strike = number(env, STRIKE), spread = v * sqrt(t);
    double d = (log(spot / strike) + (r - v * v / 2) * t) / spread;

    return (spot * erfc(-(d + spread) / M_SQRT2) - strike * exp(-r * t) * erfc(-d / M_SQRT2)) / 2;
}

/* The standard error of the mean of n samples; not known from a single one. */
static double standard_error(const struct function_env *env, const double *state)
{
    double n = state[UNITS] * (double)env->params[SAMPLES].integer;

    return n > 1 || isnan(n) ? sqrt(state[M2] / (n - 1) / n) : INFINITY;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    double exact = is_option(env) ? black_scholes(env) : M_PI;
    double error = standard_error(env, state);
    const struct tell_number list[] = {
        {"estimate", "mean of the samples", state[MEAN]},
        {"standard_error", "standard error of the estimate", error},
        {"exact", "what the estimate tends to: pi, or the Black-Scholes price", exact},
        {"z", "(estimate - exact) / standard_error; beyond 4 in 1 of 16000",
         (state[MEAN] - exact) / error},
        {"samples", "samples of all units", state[UNITS] * (double)env->params[SAMPLES].integer},
    };

    return tell_numbers(out, list, sizeof list / sizeof list[0]);
}

static int features_length(struct function_env *env, size_t *n)
{
    (void)env;
    *n = 1;
    return 0;
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    *value = state[MEAN];
    *error = standard_error(env, state);
    return 0;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    (void)env, (void)i;
    snprintf(text, size, "estimate");
}

const struct function function_montecarlo = {
    FUNCTION_HEAD,
    .name = "montecarlo",
    .version = "1",
    .summary = "Pi or the price of an option from random samples, beside the exact value.",
    FUNCTION_PARAMS(params),
    FUNCTION_CALLBACKS,
    .merge = merge,
    .without_data = 1,
};
