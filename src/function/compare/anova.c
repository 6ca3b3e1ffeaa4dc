/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The function anova: whether a column has the same mean in all groups, by the analysis of variance. */

/* State: see groups.h. */
#include "function/builtin.h"

#include <math.h>

#include "function/common/tails.h"
#include "function/common/tell.h"
#include "function/compare/groups.h"

static const struct function_param params[GROUPS_PARAMS] = {GROUPS_TABLE};

/* Sums of squares between groups and within them: R. A. Fisher, 1925. A group without values is
 * none. */
struct sums {
    double groups, values, mean, between, within;
};

static struct sums add_up(const struct central *c)
{
    struct sums s = {0};

    for (size_t g = 0; g < c->columns; g++) {
        double n = c->count[g], off = c->mean[g] - s.mean;
        if (n == 0)
            continue;
        s.between += off * off * (s.values * n / (s.values + n));
        s.mean += off * (n / (s.values + n));
        s.values += n;
        s.within += c->m2[g];
        s.groups++;
    }
    return s;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    struct factor l;

    if (groups_find(env, &l) < 0)
        return -1;
    struct central c = groups_central(&l, state);
    struct sums s = add_up(&c);
    if (groups_put(env, &l, &c, out) != 0)
        return -1;
    double df1 = s.groups - 1, df2 = s.values - s.groups;
    if (!(df1 > 0 && df2 > 0))
        return tell_error(env,
                          "%.0f values in %.0f groups; expected at least 2 groups, and more values "
                          "than groups",
                          s.values, s.groups);
    if (!(s.between + s.within > 0))
        return tell_error(env, "'%.60s' is the same in all rows: there is nothing to compare",
                          env->params[GROUPS_VALUE].string);
    double f = (s.between / df1) / (s.within / df2);
    const struct tell_number numbers[] = {
        {"between", "sum of squares between groups, in the value's unit squared", s.between},
        {"df_between", "degrees of freedom between groups", df1},
        {"df_within", "degrees of freedom within groups", df2},
        {"eta_squared", "part of the sum of squares that is between groups",
         s.between / (s.between + s.within)},
        {"f", "mean square between groups divided by that within", f},
        {"p", "probability of an f at least as large, if all groups have one mean",
         tails_f(f, df1, df2)},
        {"within", "sum of squares within groups, in the value's unit squared", s.within},
    };
    return tell_numbers(out, numbers, sizeof numbers / sizeof *numbers);
}

const struct function function_anova = {
    FUNCTION_HEAD,
    .name = "anova",
    .version = "1",
    .summary = "Whether a column has the same mean in all groups: one-way analysis of variance.",
    FUNCTION_PARAMS(params),
    .length = groups_length,
    GROUPS_CALLBACKS,
    .finish = finish,
};
