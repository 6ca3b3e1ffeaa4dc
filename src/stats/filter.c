/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the stages in order: sieve, scale, explain, score, reject. */
#include "stats/filter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/distance.h"
#include "stats/filter_private.h"
#include "stats/lof.h"
#include "stats/scale.h"

static const double floor_of_length = 1e-9;

/* One run of the filter: what the stages hand on. */
struct run {
    const struct filter_options *o;
    const struct filter_input *in;
    struct filter_outcome out;
    double *errors;           /* n x d, in the end those that are believed; NULL: none are used */
    size_t *rows;             /* of the results that are scored */
    double *stake;            /* theirs, sum 1 */
    struct scale_rows scored; /* the view of both */
    struct scale scale;
};

static double default_threshold(enum filter_method method, size_t d)
{
    if (method == FILTER_NONE)
        return NAN;
    if (method == FILTER_MAD)
        return 3.5 + sqrt(2 * log((double)d));
    return fmax(1.5, 1.3 + 4 / sqrt((double)d));
}

static int start(struct run *r, struct err *e)
{
    const struct filter_input *in = r->in;

    r->out.decisions = err_alloc(in->n, sizeof *r->out.decisions, "decisions", e);
    r->rows = err_alloc(in->n, sizeof *r->rows, "rows", e);
    r->stake = err_alloc(in->n, sizeof *r->stake, "stakes", e);
    if (!r->out.decisions || !r->rows || !r->stake)
        return -1;
    if (in->errors && r->o->scale == FILTER_SCALE_MAD) {
        r->errors = err_alloc(in->n * in->d, sizeof *r->errors, "standard errors", e);
        if (!r->errors)
            return -1;
        memcpy(r->errors, in->errors, in->n * in->d * sizeof *r->errors);
    }
    r->scored = (struct scale_rows){.features = in->features,
                                    .errors = r->errors,
                                    .d = in->d,
                                    .rows = r->rows,
                                    .stake = r->stake};
    r->out.threshold =
        isnan(r->o->threshold) ? default_threshold(r->o->method, in->d) : r->o->threshold;
    if (r->o->method == FILTER_NONE || !isnan(r->o->ratio))
        r->out.threshold = NAN;
    return 0;
}

static enum filter_why why_unscored(const struct run *r, size_t row)
{
    if (r->in->excluded && r->in->excluded[row])
        return FILTER_EXCLUDED;
    for (size_t j = 0; j < r->in->d; j++)
        if (filter_not_finite(r->in, r->errors, row, j))
            return FILTER_NOT_FINITE;
    for (size_t j = 0; j < r->in->d; j++)
        if (filter_implausible(r->in, row, j))
            return FILTER_IMPLAUSIBLE;
    return FILTER_ACCEPTED;
}

/* Keeps the results that can be scored. Their stakes are made to sum to 1: what
 * the others held does not count. Equal ones if all held nothing. */
static void sieve(struct run *r)
{
    double sum = 0;
    size_t n = 0;

    for (size_t i = 0; i < r->in->n; i++) {
        struct filter_decision *decision = &r->out.decisions[i];
        decision->why = why_unscored(r, i);
        decision->rejected = decision->why != FILTER_ACCEPTED;
        decision->score = NAN;
        if (decision->rejected)
            continue;
        r->rows[n] = i;
        r->stake[n] = r->in->share ? r->in->share[i] : 1;
        sum += r->stake[n++];
    }
    for (size_t i = 0; i < n; i++)
        r->stake[i] = sum > 0 ? r->stake[i] / sum : 1 / (double)n;
    r->out.scored = r->scored.n = n;
}

static double deviation(const struct run *r, size_t i, size_t j)
{
    size_t at = r->rows[i] * r->in->d + j;

    return scale_deviation(&r->scale, j, r->in->features[at], r->errors ? r->errors[at] : 0);
}

static int explain(struct run *r, struct err *e)
{
    if (scale_fit(&r->scored, &r->scale, e))
        return -1;
    for (size_t i = 0; r->errors && i < r->in->n; i++)
        if (scale_trim(&r->scale, r->errors + i * r->in->d, e))
            return -1;
    r->out.centre = err_alloc(r->in->d, sizeof *r->out.centre, "the centre", e);
    if (!r->out.centre)
        return -1;
    for (size_t j = 0; j < r->in->d; j++)
        r->out.centre[j] = r->scale.centre[j];
    for (size_t i = 0; i < r->in->n; i++)
        filter_explain(r->in, r->errors, &r->scale, i, &r->out.decisions[i]);
    return 0;
}

static void score_by_deviation(struct run *r)
{
    for (size_t i = 0; i < r->scored.n; i++) {
        double score = 0;
        for (size_t j = 0; j < r->in->d; j++)
            score = fmax(score, fabs(deviation(r, i, j)));
        r->out.decisions[r->rows[i]].score = score;
    }
}

/* Without scaling, the coordinates have one length in common as their spread. It
 * is rounded to a power of two, which keeps equal distances equal; what is left
 * of it is returned in *length. */
static int unify_spread(struct run *r, double *length, struct err *e)
{
    int exponent;

    if (scale_length(&r->scored, &r->scale, length, e))
        return -1;
    frexp(*length, &exponent);
    double unit = ldexp(1, exponent - 1);
    for (size_t j = 0; j < r->in->d; j++)
        r->scale.spread[j] = unit;
    *length /= unit;
    return 0;
}

static size_t neighbours(const struct filter_options *o, size_t n)
{
    size_t k = o->k > 0 ? o->k : n / 2 < 2 ? 2 : n / 2 > 20 ? 20 : n / 2;

    return k < n ? k : n - 1;
}

static int score_by_lof(struct run *r, struct err *e)
{
    size_t n = r->scored.n, d = r->in->d;
    double *x = NULL, *score = NULL, *equal = NULL, length = 1;
    struct distances distances = {0};
    int rc = -1;

    if (n == 0)
        return 0;
    if (r->o->scale == FILTER_SCALE_NONE && unify_spread(r, &length, e))
        return -1;
    x = err_alloc(n * d, sizeof *x, "scaled features", e);
    score = err_alloc(n, sizeof *score, "scores", e);
    equal = err_alloc(n, sizeof *equal, "equal stakes", e);
    if (!x || !score || !equal)
        goto done;
    for (size_t i = 0; i < n; i++) {
        equal[i] = 1 / (double)n;
        for (size_t j = 0; j < d; j++)
            x[i * d + j] = deviation(r, i, j);
    }
    if (distances_open(&distances, DISTANCE_EUCLID, x, n, d, DISTANCE_KEPT, e) < 0)
        goto done;
    bool pos = r->o->method == FILTER_POS_LOF;
    double least = floor_of_length * length;
    struct lof_options o =
        pos ? lof_pos(r->o->kappa, least) : lof_textbook(neighbours(r->o, n), n, least);
    if (lof_scores(&o, &distances, pos ? r->stake : equal, score, e))
        goto done;
    for (size_t i = 0; i < n; i++)
        r->out.decisions[r->rows[i]].score = score[i];
    rc = 0;
done:
    free(x);
    distances_close(&distances);
    free(score);
    free(equal);
    return rc;
}

static int score(struct run *r, struct err *e)
{
    if (r->o->method == FILTER_POS_LOF || r->o->method == FILTER_LOF)
        return score_by_lof(r, e);
    if (r->o->method == FILTER_MAD) {
        score_by_deviation(r);
        return 0;
    }
    for (size_t i = 0; i < r->scored.n; i++)
        r->out.decisions[r->rows[i]].score = 0;
    return 0;
}

static int reject(struct run *r, struct err *e)
{
    if (r->o->method == FILTER_NONE)
        return 0;
    return filter_reject(r->o, r->out.threshold, &r->scored, r->out.decisions, e);
}

int filter_apply(const struct filter_options *o, const struct filter_input *in,
                 struct filter_outcome *out, struct err *e)
{
    struct run r = {.o = o, .in = in};
    int rc = -1;

    if (filter_check(o, in, e))
        return -1;
    if (start(&r, e))
        goto done;
    sieve(&r);
    if (explain(&r, e) || score(&r, e) || reject(&r, e))
        goto done;
    *out = r.out;
    r.out = (struct filter_outcome){0};
    rc = 0;
done:
    filter_outcome_free(&r.out);
    scale_free(&r.scale);
    free(r.errors);
    free(r.rows);
    free(r.stake);
    return rc;
}

void filter_outcome_free(struct filter_outcome *out)
{
    free(out->centre);
    free(out->decisions);
    *out = (struct filter_outcome){0};
}
