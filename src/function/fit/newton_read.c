/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What states of a generalised linear model say: results and features. */
#include "function/fit/newton.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/cholesky.h"
#include "function/common/profile.h"
#include "function/common/tell.h"
#include "function/common/triangle.h"
#include "function/fit/tests.h"

/* Part of an information that is rounding. */
static const double ROUNDING = 1e-12;

/* A finished fit, in the columns' own units. */
struct finished {
    size_t q;
    double *coefficient, *error, *z, *ratio; /* q */
    double *covariance, *factor, *work;      /* q x q; the packed factor; 2 q */
    double dispersion;                       /* squared residual unit of the errors */
    double effective;                        /* parameters: q less what the ridge holds */
    const char **label;                      /* q */
};

static void finished_free(struct finished *f)
{
    free(f->coefficient);
    free(f->covariance);
    free(f->factor);
    free(f->label);
}

static int finished_alloc(struct function_env *env, const struct newton *n, struct finished *f)
{
    f->q = n->q;
    f->coefficient = calloc(6 * n->q, sizeof *f->coefficient);
    f->covariance = malloc(n->q * n->q * sizeof *f->covariance);
    f->factor = malloc(triangle_length(n->q) * sizeof *f->factor);
    f->label = malloc(n->q * sizeof *f->label);
    if (!f->coefficient || !f->covariance || !f->factor || !f->label)
        return tell_error(env, "out of memory for %zu coefficients", n->q);
    f->error = f->coefficient + n->q;
    f->z = f->coefficient + 2 * n->q;
    f->ratio = f->coefficient + 3 * n->q;
    f->work = f->coefficient + 4 * n->q;
    for (size_t i = 0; i < n->q; i++)
        f->label[i] = n->intercept && i == 0
                          ? "intercept"
                          : env->column_names[newton_column(n, i - (n->intercept ? 1 : 0))];
    return 0;
}

/* Effect: (H + L)^-1 H (H + L)^-1, of scaled columns, with the information H and the
 * ridge L; the trace of (H + L)^-1 H counts parameters. NaN where there is no information,
 * as beside the model of a step that was too long. */
static void covariance(const struct newton *n, const struct newton_model *m,
                       const struct newton_sums *s, struct finished *f)
{
    double *a = f->work, *b = f->work + n->q;

    memcpy(f->factor, s->information, triangle_length(n->q) * sizeof *f->factor);
    for (size_t i = 0; i < n->q; i++)
        f->factor[triangle_row(n->q, i)] += newton_penalty(n, m, i);
    if (cholesky_factor(f->factor, n->q, 0) < n->q)
        for (size_t i = 0; i < triangle_length(n->q); i++)
            f->factor[i] = NAN;
    for (size_t i = 0; i < n->q; i++) {
        memset(a, 0, n->q * sizeof *a);
        a[i] = 1;
        cholesky_solve(f->factor, n->q, a);
        cholesky_multiply(s->information, n->q, a, b);
        cholesky_solve(f->factor, n->q, b);
        memcpy(f->covariance + i * n->q, b, n->q * sizeof *b);
        memset(b, 0, n->q * sizeof *b);
        b[i] = 1;
        cholesky_multiply(s->information, n->q, b, a);
        cholesky_solve(f->factor, n->q, a);
        f->effective += a[i];
    }
}

/* Effect: coefficients and errors of the columns as they are. Scaled columns are
 * z = (x - centre)/spread, so that a = (1, -centre/spread …) turns their coefficients
 * into the constant. */
static void unscale(const struct newton *n, const struct newton_model *m, struct finished *f)
{
    size_t first = n->intercept ? 1 : 0, q = n->q;
    double *a = f->work;

    for (size_t i = first; i < q; i++) {
        f->coefficient[i] = m->beta[i] / m->spread[i - first];
        f->error[i] = sqrt(f->dispersion * f->covariance[i * q + i]) / m->spread[i - first];
        a[i] = -m->centre[i - first] / m->spread[i - first];
    }
    if (n->intercept) {
        double variance = 0;
        a[0] = 1;
        for (size_t i = 0; i < q; i++) {
            f->coefficient[0] += a[i] * m->beta[i];
            for (size_t j = 0; j < q; j++)
                variance += a[i] * a[j] * f->covariance[i * q + j];
        }
        f->error[0] = sqrt(f->dispersion * variance);
    }
    for (size_t i = 0; i < q; i++) {
        f->z[i] = f->coefficient[i] / f->error[i];
        f->ratio[i] = exp(f->coefficient[i]);
    }
}

/* -2 log-likelihood + 2 parameters, of which a gaussian's variance is one. */
static double aic(const struct newton *n, const struct newton_sums *s, double rows,
                  double effective)
{
    if (n->family == FAMILY_GAUSSIAN)
        return rows * (log(2 * M_PI * *s->deviance / rows) + 1) + 2 * (effective + 1);
    return *s->deviance - 2 * *s->saturated + 2 * effective;
}

static int put_coefficients(const struct newton *n, struct function_output *out,
                            const struct finished *f, const double *scaled)
{
    if (tell_column(out, "coefficients", "change of the linear predictor per unit of the column",
                    f->q, f->label, f->coefficient) != 0 ||
        tell_column(out, "scaled",
                    "the same per standard deviation of the column, or without a constant per "
                    "root mean square; the constant's is at the columns' means",
                    f->q, f->label, scaled) != 0 ||
        tell_column(out, "standard_error", "standard errors of the coefficients", f->q, f->label,
                    f->error) != 0 ||
        tell_column(out, "z_value", "coefficients divided by their standard errors", f->q, f->label,
                    f->z) != 0)
        return -1;
    if (n->family == FAMILY_BINOMIAL)
        return tell_column(out, "odds_ratio", "e^coefficient: factor of the odds per unit", f->q,
                           f->label, f->ratio);
    if (n->family == FAMILY_POISSON)
        return tell_column(out, "rate_ratio", "e^coefficient: factor of the mean per unit", f->q,
                           f->label, f->ratio);
    return 0;
}

/* What version 2 of a function says besides, as R's summary does: t of a gaussian, whose dispersion
 * is estimated, else z. */
static int put_tests(const struct newton *n, struct function_output *out, const struct finished *f,
                     double rows)
{
    double freedom = rows - f->effective;
    const struct tell_number numbers[] = {
        {"degrees_of_freedom", "rows less effective parameters", freedom},
        {"null_degrees_of_freedom", "rows less the constant", rows - (n->intercept ? 1 : 0)},
    };

    return tests_put(out, f->q, f->label, f->coefficient, f->error,
                     n->family == FAMILY_GAUSSIAN ? freedom : INFINITY) == 0
               ? tell_numbers(out, numbers, sizeof numbers / sizeof *numbers)
               : -1;
}

static int put_numbers(const struct newton_head *h, struct function_output *out,
                       const struct finished *f, double deviance, double criterion, double rows)
{
    const struct tell_number number[] = {
        {"deviance", "twice the log-likelihood that is missing to a perfect fit", deviance},
        {"null_deviance", "deviance of the constant alone", h->null},
        {"aic", "Akaike's criterion: deviance of the likelihood + 2 parameters", criterion},
        {"dispersion", "Pearson's chi squared by the degrees of freedom", f->dispersion},
        {"effective_parameters", "coefficients, less what the ridge holds of them", f->effective},
        {"rows", "rows of the last round", rows},
        {"steps", "of Newton's method that were taken", h->steps},
        {"halvings", "of steps that were too long", h->halvings},
        {"last_step", "length of the last step, in standard errors", h->decrement},
        {"converged", "1 if that is below the tolerance, else 0: more rounds are needed",
         h->converged},
    };

    return tell_numbers(out, number, sizeof number / sizeof number[0]);
}

int newton_finish(struct function_env *env, const struct newton *n, const double *state,
                  struct function_output *out)
{
    struct newton_model m = newton_model_at(n, env->model);
    struct newton_sums s = newton_sums_at(env, n, state);
    struct finished f = {0};
    double rows = state[0];
    int rc = -1;

    if (!newton_has_model(env) || m.head->steps == 0)
        return tell_unfinished(out, rows);
    if (finished_alloc(env, n, &f) < 0)
        goto done;
    covariance(n, &m, &s, &f);
    double dispersion = *s.pearson / (rows - f.effective);
    f.dispersion = n->family == FAMILY_GAUSSIAN ? dispersion : 1;
    unscale(n, &m, &f);
    f.dispersion = dispersion;
    if (put_coefficients(n, out, &f, m.beta) == 0 &&
        put_numbers(m.head, out, &f, *s.deviance, aic(n, &s, rows, f.effective), rows) == 0 &&
        (env->version == 1 || put_tests(n, out, &f, rows) == 0))
        rc = 0;
done:
    finished_free(&f);
    return rc;
}

size_t newton_features_length(const struct function_env *env, const struct newton *n)
{
    return 2 * env->columns + n->q + 1;
}

/* The score g and the information h of coefficient i beside the slave's own constant: g - g0
 * h0/h00, h - h0^2/h00. A column that is constant in the slave says nothing of itself, and
 * both are 0. The mean score g/n is 0 at the model of rows that are alike, and has the
 * variance noise h/n^2 there. */
static void score(const struct newton *n, const struct newton_sums *s, size_t i, double *g,
                  double *h)
{
    double own = s->information[triangle_row(n->q, i)], constant = s->information[0];

    *g = s->gradient[i];
    *h = own;
    if (!n->intercept || i == 0 || !(constant > 0))
        return;
    double both = s->information[i];
    *g -= s->gradient[0] * both / constant;
    *h -= both * both / constant;
    if (*h <= ROUNDING * own)
        *g = *h = 0;
}

void newton_features(const struct function_env *env, const struct newton *n, const double *state,
                     double *value, double *error)
{
    struct newton_sums s = newton_sums_at(env, n, state);
    size_t d = env->columns, f = 2 * d, all = newton_features_length(env, n);
    double rows = state[0], far = *s.far / rows,
           square = fmax(0, *s.far_squares / rows - far * far);
    bool known = newton_has_model(env) && rows > 1;
    double noise = known ? newton_model_at(n, env->model).head->noise : 1;
    bool agrees = profile_agrees(state, d) && isfinite(square) && *s.deviance >= 0 && far >= 0;

    profile_features(state, d, value, error);
    for (size_t i = 0; i < n->q; i++, f++) {
        double g, h;
        score(n, &s, i, &g, &h);
        agrees = agrees && s.information[triangle_row(n->q, i)] >= 0 && isfinite(g) && isfinite(h);
        value[f] = known ? g / rows : 0;
        error[f] = known ? sqrt(noise * h) / rows : INFINITY;
    }
    value[f] = known ? far : 0;
    error[f] = known ? sqrt(square / rows) : INFINITY;
    for (size_t i = 0; i < all && !agrees; i++)
        value[i] = NAN;
}

void newton_feature_name(const struct function_env *env, const struct newton *n, size_t i,
                         char *text, size_t size)
{
    size_t d = env->columns, first = n->intercept ? 1 : 0;

    if (i < 2 * d)
        profile_feature_name(env->column_names, d, i, text, size);
    else if (i == 2 * d + n->q)
        snprintf(text, size, "deviance");
    else if (n->intercept && i == 2 * d)
        snprintf(text, size, "score(intercept)");
    else
        snprintf(text, size, "score(%s)", env->column_names[newton_column(n, i - 2 * d - first)]);
}
