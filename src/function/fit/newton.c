/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rows say of a generalised linear model at the model of the round. */
#include "function/fit/newton.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/column.h"
#include "function/common/normal.h"
#include "function/common/profile.h"
#include "function/common/tell.h"
#include "function/common/triangle.h"

enum {
    ROWS = 512, /* of a block that are summed apart, at most */
    GROUP = 4,  /* rows that one pass over the information, which may not fit a cache, adds */
    SUMS = 5,   /* before the gradient */
};

int newton_prepare(struct function_env *env, struct newton *n)
{
    const char *target = n->names[0], *exposure = n->names[1];
    bool exposed = exposure && *exposure;

    n->exposure = env->columns;
    if (column_need(env, "target", target, &n->target) < 0 ||
        (exposed && column_need(env, "exposure", exposure, &n->exposure) < 0))
        return -1;
    if (exposed && n->exposure == n->target)
        return tell_error(env, "column '%.60s' is both target and exposure", target);
    if (exposed && n->family != FAMILY_POISSON)
        return tell_error(env, "parameter 'exposure' is for the family poisson only");
    if (env->columns > NEWTON_COLUMNS)
        return tell_error(env, "%zu columns; expected at most %d", env->columns, NEWTON_COLUMNS);
    n->p = env->columns - (exposed ? 2 : 1);
    n->q = n->p + (n->intercept ? 1 : 0);
    if (n->q == 0)
        return tell_error(env, "there is no column besides the target '%.60s', and no intercept",
                          target);
    return 0;
}

size_t newton_length(const struct function_env *env, const struct newton *n)
{
    return profile_length(env->columns) + SUMS + n->q + triangle_length(n->q);
}

size_t newton_model_length(const struct newton *n)
{
    return NEWTON_HEAD + 2 * n->p + 4 * n->q;
}

struct newton_model newton_model_at(const struct newton *n, const double *model)
{
    double *numbers = (double *)model + NEWTON_HEAD, *beta = numbers + 2 * n->p;

    return (struct newton_model){.head = (struct newton_head *)model,
                                 .centre = numbers,
                                 .spread = numbers + n->p,
                                 .beta = beta,
                                 .last = beta + n->q,
                                 .step = beta + 2 * n->q,
                                 .inflation = beta + 3 * n->q};
}

struct newton_sums newton_sums_at(const struct function_env *env, const struct newton *n,
                                  const double *state)
{
    double *sums = (double *)state + profile_length(env->columns);

    return (struct newton_sums){.deviance = sums,
                                .far = sums + 1,
                                .far_squares = sums + 2,
                                .pearson = sums + 3,
                                .saturated = sums + 4,
                                .gradient = sums + SUMS,
                                .information = sums + SUMS + n->q};
}

bool newton_has_model(const struct function_env *env)
{
    return env->model && env->model[0] > 0;
}

size_t newton_column(const struct newton *n, size_t i)
{
    size_t low = n->target < n->exposure ? n->target : n->exposure;
    size_t high = n->target < n->exposure ? n->exposure : n->target;

    i += i >= low ? 1 : 0;
    return i + (i >= high ? 1 : 0);
}

/* Effect: copies rows, with a label turned into 0 or 1. Fails on what cannot be used. */
static int take_rows(struct function_env *env, const struct newton *n, const struct block *b,
                     double *rows)
{
    size_t d = env->columns;

    for (size_t i = 0; i < b->rows; i++, rows += d) {
        const struct block row = {
            .rows = 1, .columns = d, .first = b->first + i, .data = b->data + i * d};
        if (column_check(env, &row) < 0)
            return -1;
        memcpy(rows, row.data, d * sizeof *rows);
        if (n->labelled)
            rows[n->target] = rows[n->target] == n->positive ? 1 : 0;
        const char *why = family_refuses(n->family, rows[n->target]);
        if (why)
            return tell_error(env, "row %" PRIu64 ": the target '%.60s' is %.9g; it %s",
                              b->first + i, env->column_names[n->target], rows[n->target], why);
        if (n->exposure < d && !(rows[n->exposure] > 1e-300 && rows[n->exposure] < 1e300))
            return tell_error(env,
                              "row %" PRIu64 ": the exposure '%.60s' is %.9g; expected more "
                              "than 0",
                              b->first + i, env->column_names[n->exposure], rows[n->exposure]);
    }
    return 0;
}

/* Effect: the scaled regressors of a row, the constant first. Returns their linear
 * predictor. */
static double scale_row(const struct function_env *env, const struct newton *n, const double *row,
                        double *z)
{
    struct newton_model m = newton_model_at(n, env->model);
    double eta = n->exposure < env->columns ? normal_log(row[n->exposure]) : 0;
    size_t first = n->intercept ? 1 : 0;

    if (n->intercept)
        z[0] = 1;
    for (size_t i = 0; i < n->p; i++)
        z[first + i] = (row[newton_column(n, i)] - m.centre[i]) / m.spread[i];
    for (size_t i = 0; i < n->q; i++)
        eta += z[i] * m.beta[i];
    return eta;
}

/* Effect: adds w z z' of a group of rows; those that are missing have weight 0. */
static void add_squares(double *information, const double *z, const double *w, size_t q)
{
    const double *restrict z0 = z, *restrict z1 = z + q, *restrict z2 = z + 2 * q,
                           *restrict z3 = z + 3 * q;

    for (size_t i = 0; i < q; i++) {
        double a0 = w[0] * z0[i], a1 = w[1] * z1[i], a2 = w[2] * z2[i], a3 = w[3] * z3[i];
        double *restrict row = information - i;
        for (size_t j = i; j < q; j++)
            row[j] += (a0 * z0[j] + a1 * z1[j]) + (a2 * z2[j] + a3 * z3[j]);
        information += q - i;
    }
}

static void add_terms(const struct newton *n, const struct newton_sums *s, const double *z,
                      const struct family_terms *t, double y, double typical)
{
    double far = t->deviance > 0 ? t->deviance / (t->deviance + typical) : 0;

    *s->deviance += t->deviance;
    *s->far += far;
    *s->far_squares += far * far;
    *s->pearson += t->weight > 0 ? t->residual * t->residual / t->weight : 0;
    *s->saturated += family_saturated(n->family, y);
    for (size_t i = 0; i < n->q; i++)
        s->gradient[i] += t->residual * z[i];
}

/* Effect: adds what rows say at the model. z has room for GROUP rows of q. */
static void add_rows(const struct function_env *env, const struct newton *n,
                     const struct newton_sums *s, const double *rows, size_t count, double *z)
{
    double typical = newton_model_at(n, env->model).head->typical;

    for (size_t r = 0; r < count; r += GROUP) {
        double weight[GROUP] = {0};
        memset(z, 0, GROUP * n->q * sizeof *z);
        for (size_t i = 0; i < GROUP && r + i < count; i++) {
            const double *row = rows + (r + i) * env->columns;
            double y = row[n->target], eta = scale_row(env, n, row, z + i * n->q);
            struct family_terms t = family_terms(n->family, eta, y);
            weight[i] = t.weight;
            add_terms(n, s, z + i * n->q, &t, y, typical);
        }
        add_squares(s->information, z, weight, n->q);
    }
}

/* A block is summed in pieces of few rows, which loses fewer digits than adding each row
 * to a large sum. */
int newton_accumulate(struct function_env *env, const struct newton *n, double *state,
                      const struct block *block)
{
    size_t d = env->columns, head = profile_length(d), length = newton_length(env, n) - head;
    double *rows = malloc((ROWS * d + GROUP * n->q) * sizeof *rows);
    double *part = malloc((head + length) * sizeof *part);
    int rc = -1;

    if (!rows || !part) {
        tell_error(env, "out of memory for %zu coefficients", n->q);
        goto done;
    }
    for (size_t r = 0; r < block->rows; r += ROWS) {
        struct block piece = {.rows = block->rows - r < ROWS ? block->rows - r : ROWS,
                              .columns = d,
                              .first = block->first + r,
                              .data = block->data + r * d};
        if (take_rows(env, n, &piece, rows) < 0)
            goto done;
        piece.data = rows;
        memset(part, 0, (head + length) * sizeof *part);
        struct newton_sums s = newton_sums_at(env, n, part);
        if (profile_add(state, &piece) < 0) {
            tell_error(env, "out of memory for %zu columns", d);
            goto done;
        }
        if (newton_has_model(env))
            add_rows(env, n, &s, rows, piece.rows, rows + ROWS * d);
        for (size_t i = head; i < head + length; i++)
            state[i] += part[i];
    }
    rc = 0;
done:
    free(rows);
    free(part);
    return rc;
}

void newton_merge(const struct function_env *env, const struct newton *n, double *into,
                  const double *from)
{
    profile_merge(into, from, env->columns);
    for (size_t i = profile_length(env->columns); i < newton_length(env, n); i++)
        into[i] += from[i];
}
