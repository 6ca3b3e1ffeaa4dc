/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The next model of a generalised linear model, by Newton's method. */
#include "function/fit/newton.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/cholesky.h"
#include "function/common/profile.h"
#include "function/common/tell.h"
#include "function/common/triangle.h"

/* A regressor depends on those before it when that part of its sum of squares is left. */
static const double DEPENDENT = 1e-12;
/* A coefficient is separated when all rows together know less of it than so many rows of
 * weight 1 would: probabilities have come that near to 0 or 1. Steps, whose squared length
 * falls with that knowledge, must not be below the tolerance before. */
static const double SEPARATED = 1e-5;
/* Part of the largest change of a step that is no change: with SEPARATED, what converges has
 * long come nearer than that. And how many coefficients an error names beside the first. */
static const double GROWING = 0.05;
enum { LISTED = 2 };
/* Part of the objective by which rounding may make it larger. */
static const double ROUNDING = 1e-11;
/* Of a step: what is left of it by then is hardly more than rounding. */
static const double SHORTEST = 0x1p-40;
/* Marks of the same rows are at most so far apart: merged in another order, they round
 * otherwise. */
static const double SAME = 1e-9;
/* Of other rows, the mean objective must be that many times the last one, and the step be
 * longer than that, for a step to be halved: other rows may be worse at every model, and
 * halving would never end. */
static const double MANY = 4, FEW_HALVINGS = 0x1p-12;

/* Coefficients here are those of scaled columns: spread times those of the columns as they
 * are, on which the ridge is if it does not scale. */
double newton_penalty(const struct newton *n, const struct newton_model *m, size_t i)
{
    if (n->intercept && i-- == 0)
        return 0;
    return n->scale ? n->ridge : n->ridge / (m->spread[i] * m->spread[i]);
}

static const char *name(const struct function_env *env, const struct newton *n, size_t i)
{
    if (n->intercept && i-- == 0)
        return "intercept";
    return env->column_names[newton_column(n, i)];
}

/* Effect: centres and spreads; and the model of no regressors, if there is a constant. */
static int begin(struct function_env *env, const struct newton *n, const struct newton_model *m,
                 const double *state)
{
    struct central c = profile_columns(state, env->columns);
    double mean = c.mean[n->target], variance = c.m2[n->target] / state[0], part = 1;

    if (n->exposure < env->columns)
        part = c.mean[n->exposure];
    if (n->family == FAMILY_BINOMIAL && !(mean > 0 && mean < 1))
        return tell_error(env, "all %.0f rows have the same label in '%.60s': %s%.9g", state[0],
                          env->column_names[n->target], n->labelled && !(mean > 0) ? "not " : "",
                          n->labelled ? n->positive : mean);
    if (n->family == FAMILY_POISSON && !(mean > 0))
        return tell_error(env, "all %.0f rows have 0 in '%.60s'", state[0],
                          env->column_names[n->target]);
    for (size_t i = 0; i < n->p; i++) {
        size_t j = newton_column(n, i);
        m->centre[i] = n->intercept ? c.mean[j] : 0;
        m->spread[i] = profile_spread(state, env->columns, j, n->intercept);
    }
    /* From the mean of all rows, Newton's steps are near enough to need few halvings; and its
     * deviance is that of the constant alone. */
    if (n->intercept)
        m->beta[0] = family_link(n->family, n->family == FAMILY_GAUSSIAN ? mean : mean / part);
    *m->head = (struct newton_head){.phase = 1, .noise = 1, .typical = 1, .unit = 1};
    if (n->family == FAMILY_GAUSSIAN && variance > 0)
        m->head->unit = m->head->noise = variance;
    if (n->family == FAMILY_POISSON)
        m->head->noise = fmax(1, variance / mean);
    if (n->family != FAMILY_BINOMIAL)
        m->head->typical = m->head->noise;
    return 0;
}

static double objective(const struct newton *n, const struct newton_model *m,
                        const struct newton_sums *s)
{
    double sum = *s->deviance;

    for (size_t i = 0; i < n->q; i++)
        sum += newton_penalty(n, m, i) * m->beta[i] * m->beta[i];
    return sum;
}

static bool same_rows(const struct function_env *env, const struct newton_head *h,
                      const double *state)
{
    return h->rows == state[0] && fabs(h->mark - profile_mark(state, env->columns)) <= SAME;
}

/* Whether the last step was too long. Which results are accepted may change from round to
 * round, and most of all beside a model that is far off: of other rows only a mean that is
 * many times the last one says so, and only a few times. */
static bool is_worse(const struct function_env *env, const struct newton_head *h,
                     const double *state, double now)
{
    if (h->measured == 0)
        return false;
    if (same_rows(env, h, state))
        return now > h->objective * (1 + ROUNDING) + ROUNDING;
    return now / state[0] > MANY * h->objective / h->rows && h->step > FEW_HALVINGS;
}

/* Effect: the part that is left of the step. Objective and rows stay those of the model before
 * it, with which the next state is compared, too. */
static int halve(struct function_env *env, const struct newton *n, const struct newton_model *m)
{
    m->head->step /= 2;
    m->head->halvings++;
    if (m->head->step < SHORTEST)
        return tell_error(env, "no part of a step improves the fit: the columns are too close to "
                               "dependent; leave some out, or set a ridge above 0");
    for (size_t i = 0; i < n->q; i++)
        m->beta[i] = m->last[i] + m->head->step * m->step[i];
    return 0;
}

static int explain_dependent(struct function_env *env, const struct newton *n, size_t k)
{
    if (n->ridge > 0)
        return tell_error(env,
                          "regressor '%.60s' is linearly dependent on those before it, and the "
                          "ridge is too small to help",
                          name(env, n, k));
    return tell_error(env,
                      "regressor '%.60s' is linearly dependent on those before it%s: leave it out, "
                      "or set a ridge above 0",
                      name(env, n, k),
                      n->intercept ? " (a constant column is, on the intercept)" : "");
}

/* What a step changes, in the columns' own units: of coefficient i, times the spread of its
 * column, which makes sizes comparable. The constant's part is what is left of it at 0 of all
 * columns: the centred one moves with every column whose mean is not 0. */
static double moved(const struct newton *n, const struct newton_model *m, size_t i)
{
    double own = m->step[i], size = fabs(own);

    if (!n->intercept || i > 0)
        return size;
    for (size_t j = 0; j < n->p; j++) {
        double part = m->centre[j] / m->spread[j] * m->step[1 + j];
        own -= part;
        size += fabs(part);
    }
    return fabs(own) > GROWING * size ? fabs(own) : 0;
}

/* The last step tells which coefficients grow: by then it changes no others. */
static int explain_separated(struct function_env *env, const struct newton *n,
                             const struct newton_model *m)
{
    size_t first = n->intercept ? 1 : 0, most = first < n->q ? first : 0, others = 0;
    char with[80] = "";

    for (size_t i = first; i < n->q; i++)
        most = moved(n, m, i) > moved(n, m, most) ? i : most;
    for (size_t k = first; k < n->q + first; k++) {
        size_t i = k % n->q; /* the constant last */
        if (i == most || moved(n, m, i) < GROWING * moved(n, m, most))
            continue;
        size_t at = strlen(with);
        if (others++ < LISTED)
            snprintf(with + at, sizeof with - at, "%s'%.16s'", at ? ", " : ", and with it ",
                     name(env, n, i));
    }
    if (others > LISTED)
        snprintf(with + strlen(with), sizeof with - strlen(with), " and %zu more", others - LISTED);
    return tell_error(env,
                      "the coefficient of '%.40s' grows without limit%s, as the columns tell %s: "
                      "leave columns out, or set a ridge above 0",
                      name(env, n, most), with,
                      n->family == FAMILY_BINOMIAL ? "some rows' labels with certainty"
                                                   : "with certainty that some counts are 0");
}

/* Effect: u becomes the factor of the penalised information. In the first step the
 * weights are those of the model without regressors: what depends then does so by
 * itself, and the inverse's diagonal says how much of each coefficient's information the
 * others take. What depends later, or is known that much less, is separated. */
static int factor(struct function_env *env, const struct newton *n, const struct newton_model *m,
                  const struct newton_sums *s, double *u)
{
    bool first = m->head->steps == 0;
    double least = fmax(SEPARATED, 100 * n->tolerance * n->tolerance);
    double *x = malloc(n->q * sizeof *x);

    if (!x)
        return tell_error(env, "out of memory for %zu coefficients", n->q);
    memcpy(u, s->information, triangle_length(n->q) * sizeof *u);
    for (size_t i = 0; i < n->q; i++)
        u[triangle_row(n->q, i)] += newton_penalty(n, m, i);
    size_t k = cholesky_factor(u, n->q, DEPENDENT);
    bool separated = false;
    for (size_t i = 0; k == n->q && n->ridge == 0 && i < n->q; i++) {
        memset(x, 0, n->q * sizeof *x);
        x[i] = 1;
        cholesky_solve(u, n->q, x); /* x[i] is the inverse's diagonal */
        if (first)
            m->inflation[i] = x[i] * s->information[triangle_row(n->q, i)];
        else
            separated |= x[i] * least > m->inflation[i] && m->inflation[i] > 0;
    }
    free(x);
    if (k < n->q)
        return first || n->family == FAMILY_GAUSSIAN || n->ridge > 0 ? explain_dependent(env, n, k)
                                                                     : explain_separated(env, n, m);
    return separated ? explain_separated(env, n, m) : 0;
}

/* Effect: the whole of Newton's step, and its length in standard errors: the root of step'
 * (H + L) step, which is step' gradient, with the information H and the penalties L. It does
 * not depend on the units of the columns, as the length of the coefficients does. */
static int take_step(struct function_env *env, const struct newton *n, const struct newton_model *m,
                     const struct newton_sums *s)
{
    double *u = malloc(triangle_length(n->q) * sizeof *u), square = 0;

    if (!u || factor(env, n, m, s, u) < 0) {
        free(u);
        return u ? -1 : tell_error(env, "out of memory for %zu coefficients", n->q);
    }
    for (size_t i = 0; i < n->q; i++)
        m->step[i] = s->gradient[i] - newton_penalty(n, m, i) * m->beta[i];
    cholesky_solve(u, n->q, m->step);
    for (size_t i = 0; i < n->q; i++) {
        square += m->step[i] * (s->gradient[i] - newton_penalty(n, m, i) * m->beta[i]);
        m->last[i] = m->beta[i];
        m->beta[i] += m->step[i];
    }
    free(u);
    m->head->decrement = sqrt(fmax(0, square) / m->head->unit);
    m->head->step = 1;
    m->head->steps++;
    m->head->converged = m->head->decrement <= n->tolerance ? 1 : 0;
    return 0;
}

/* What features are measured by: how much a score varies beside its information. */
static double noise(const struct newton *n, const struct newton_sums *s, double rows)
{
    if (n->family == FAMILY_BINOMIAL)
        return 1;
    return n->family == FAMILY_POISSON ? fmax(1, *s->deviance / rows) : *s->deviance / rows;
}

int newton_update(struct function_env *env, const struct newton *n, double *model,
                  const double *state, int *converged)
{
    struct newton_model m = newton_model_at(n, model);
    struct newton_sums s = newton_sums_at(env, n, state);
    struct newton_head *h = m.head;

    for (size_t i = 0; i < newton_length(env, n); i++)
        if (!isfinite(state[i]) || state[0] < 1)
            return tell_error(env, "the state is empty or not finite: a value was infinite, or too "
                                   "large to be squared");
    if (!newton_has_model(env))
        return begin(env, n, &m, state);
    double now = objective(n, &m, &s);
    if (is_worse(env, h, state, now))
        return halve(env, n, &m);
    if (h->steps == 0)
        h->null = *s.deviance;
    h->objective = now;
    h->measured = 1;
    h->rows = state[0];
    h->mark = profile_mark(state, env->columns);
    if (take_step(env, n, &m, &s) < 0)
        return -1;
    h->noise = noise(n, &s, state[0]);
    h->typical = *s.deviance / state[0];
    *converged = h->converged > 0;
    return 0;
}
