/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function ttest: whether a column has the same mean in two groups, by Student's t. */

/* State: see groups.h. */
#include "function/builtin.h"

#include <math.h>
#include <stdbool.h>

#include "function/common/tails.h"
#include "function/common/tell.h"
#include "function/compare/groups.h"

enum { CONFIDENCE = GROUPS_PARAMS, EQUAL, PARAMS };

static const struct function_param params[PARAMS] = {
    GROUPS_TABLE,
    PARAM_NUMBER(CONFIDENCE, "confidence", 0.95, 0.5, 0.999999,
                 "level of the interval of the difference"),
    PARAM_BOOLEAN(EQUAL, "equal_variances", 0,
                  "whether one variance is taken for both groups (Student); else each has its own "
                  "(Welch)"),
};

struct test {
    double difference, error, df;
};

/* B. L. Welch, 1947, with the degrees of freedom of F. E. Satterthwaite, 1946; or, of equal
 * variances, Student, 1908. */
static struct test compare(const struct central *c, bool equal)
{
    double n = c->count[0], m = c->count[1], all = n + m - 2;
    double v = c->m2[0] / (n - 1) / n, w = c->m2[1] / (m - 1) / m;
    struct test t = {.difference = c->mean[0] - c->mean[1],
                     .error = sqrt(v + w),
                     .df = (v + w) * (v + w) / (v * v / (n - 1) + w * w / (m - 1))};

    if (equal) {
        t.error = sqrt((c->m2[0] + c->m2[1]) / all * (1 / n + 1 / m));
        t.df = all;
    }
    return t;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    double confidence = env->params[CONFIDENCE].number;
    struct factor l;

    if (groups_find(env, &l) < 0)
        return -1;
    struct central c = groups_central(&l, state);
    if (groups_put(env, &l, &c, out) != 0)
        return -1;
    if (!(c.count[0] > 1 && c.count[1] > 1))
        return tell_error(env, "groups of %.0f and %.0f values; expected at least 2 in each",
                          c.count[0], c.count[1]);
    struct test test = compare(&c, env->params[EQUAL].integer != 0);
    if (!(test.error > 0))
        return tell_error(env,
                          "'%.60s' is the same in all rows of both groups: there is nothing to "
                          "compare",
                          env->params[GROUPS_VALUE].string);
    double t = test.difference / test.error;
    double half = tails_t_quantile(1 - confidence, test.df) * test.error;
    const struct tell_number numbers[] = {
        {"df", "degrees of freedom", test.df},
        {"difference", "mean of the first group less that of the second, in the value's unit",
         test.difference},
        {"lower", "end of the interval of the difference", test.difference - half},
        {"p", "probability of a t at least as far from 0, if both groups have one mean",
         tails_t(t, test.df)},
        {"standard_error", "of the difference, in the value's unit", test.error},
        {"t", "difference divided by its standard error", t},
        {"upper", "end of the interval of the difference", test.difference + half},
    };
    return tell_numbers(out, numbers, sizeof numbers / sizeof *numbers);
}

static int length(struct function_env *env, size_t *n)
{
    struct factor l;

    if (groups_length(env, n) < 0 || groups_find(env, &l) < 0)
        return -1;
    return l.count == 2
               ? 0
               : tell_error(env, "'%.60s' has %zu groups; expected 2 (anova compares more)", l.name,
                            l.count);
}

const struct function function_ttest = {
    FUNCTION_HEAD,
    .name = "ttest",
    .version = "1",
    .summary = "Whether a column has the same mean in two groups: Welch's or Student's t test.",
    FUNCTION_PARAMS(params),
    .length = length,
    GROUPS_CALLBACKS,
    .finish = finish,
};
