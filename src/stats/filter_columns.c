/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holds what blocks of coordinates add up to. */
#include "stats/filter_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/distance.h"
#include "stats/filter_private.h"
#include "stats/scale.h"

/* Whether anything of the method is about the distances of results. */
static bool needs_distances(const struct filter_options *o)
{
    return o->method != FILTER_NONE && (o->method != FILTER_MAD || o->cut == FILTER_CUT_SIMULATED);
}

/* Keeps the results that can be scored. Their stakes are made to sum to 1: what
 * the others held does not count. Equal ones if all held nothing. */
static void keep_scored(struct filter_columns *c, const struct filter_input *in,
                        const enum filter_why *why)
{
    double sum = 0;

    for (size_t i = 0; i < c->n; i++) {
        struct filter_decision *decision = &c->decisions[i];
        *decision = (struct filter_decision){
            .rejected = why[i] != FILTER_ACCEPTED, .why = why[i], .score = NAN};
        for (size_t k = 0; k < FILTER_WORST; k++)
            decision->worst[k] = c->d;
        if (decision->rejected)
            continue;
        c->rows[c->scored] = i;
        c->stake[c->scored] = in->share ? in->share[i] : 1;
        sum += c->stake[c->scored++];
    }
    for (size_t i = 0; i < c->scored; i++)
        c->stake[i] = sum > 0 ? c->stake[i] / sum : 1 / (double)c->scored;
}

/* How noisy each row is because of its items, in terms of the stake's median row. */
static int compare_items(struct filter_columns *c, const double *items, struct err *e)
{
    struct robust_point *points = err_alloc(c->scored, sizeof *points, "items", e);

    c->times = err_alloc(c->n, sizeof *c->times, "items", e);
    if (!points || !c->times) {
        free(points);
        return -1;
    }
    for (size_t i = 0; i < c->scored; i++)
        points[i] = (struct robust_point){items[c->rows[i]], c->stake[i]};
    double median = robust_quantile(points, c->scored, 0.5);
    for (size_t row = 0; row < c->n && c->scored > 0; row++)
        c->times[row] = median / items[row];
    free(points);
    return 0;
}

/* What grows with the number of the results that are scored. */
static int make_room(struct filter_columns *c, const struct filter_options *o, struct err *e)
{
    size_t n = c->scored;
    bool few = n == 0 || n <= DISTANCE_KEPT / sizeof *c->squares / n;

    c->largest = err_alloc(n, sizeof *c->largest, "largest deviations", e);
    c->factor = err_alloc(n, sizeof *c->factor, "expected deviations", e);
    c->far = err_alloc(n, sizeof *c->far, "lengths", e);
    if (!c->largest || !c->factor || !c->far)
        return -1;
    if (!needs_distances(o))
        return 0;
    if (few)
        c->squares = err_alloc(n * n, sizeof *c->squares, "squared distances", e);
    else
        c->deviations = err_alloc(n * c->d, sizeof *c->deviations, "scaled features", e);
    return c->squares || c->deviations ? 0 : -1;
}

int filter_columns_open(struct filter_columns *c, const struct filter_options *o,
                        const struct filter_input *in, const enum filter_why *why, struct err *e)
{
    *c = (struct filter_columns){.n = in->n, .d = in->d};
    c->rows = err_alloc(in->n, sizeof *c->rows, "rows", e);
    c->stake = err_alloc(in->n, sizeof *c->stake, "stakes", e);
    c->decisions = err_alloc(in->n, sizeof *c->decisions, "decisions", e);
    c->offends = err_alloc(in->n * FILTER_WORST, sizeof *c->offends, "decisions", e);
    if (!c->rows || !c->stake || !c->decisions || !c->offends)
        goto failed;
    keep_scored(c, in, why);
    if (make_room(c, o, e))
        goto failed;
    bool items = in->items && o->cut == FILTER_CUT_SIMULATED && o->scale == FILTER_SCALE_MAD;
    if (items && compare_items(c, in->items, e))
        goto failed;
    return 0;
failed:
    filter_columns_free(c);
    return -1;
}

void filter_columns_free(struct filter_columns *c)
{
    free(c->rows);
    free(c->stake);
    free(c->squares);
    free(c->deviations);
    free(c->scaled);
    free(c->largest);
    free(c->factor);
    free(c->far);
    free(c->times);
    free(c->decisions);
    free(c->offends);
    *c = (struct filter_columns){0};
}

struct scale_rows filter_columns_scored(const struct filter_columns *c,
                                        const struct filter_block *b)
{
    return (struct scale_rows){.features = b->in.features,
                               .errors = filter_errors(b, 0),
                               .d = b->width,
                               .stride = filter_stride(b),
                               .rows = c->rows,
                               .stake = c->stake,
                               .n = c->scored,
                               .ties = b->o->cut == FILTER_CUT_SIMULATED};
}

bool filter_columns_by_unit(const struct filter_options *o)
{
    return o->scale == FILTER_SCALE_NONE && o->method != FILTER_MAD && o->method != FILTER_NONE;
}

/* Without scaling, the coordinates have one length in common as their spread. */
int filter_columns_unit(const struct filter_columns *c, double *unit, double *length, struct err *e)
{
    struct robust_point *points = err_alloc(c->scored, sizeof *points, "lengths", e);
    int exponent;

    if (!points)
        return -1;
    *length = scale_length(c->far, c->stake, c->scored, c->middle, points);
    frexp(*length, &exponent);
    *unit = ldexp(1, exponent - 1);
    *length /= *unit;
    free(points);
    return 0;
}

int filter_columns_measure(struct filter_columns *c, const struct filter_block *b, struct err *e)
{
    struct scale_rows in = filter_columns_scored(c, b);

    return filter_columns_by_unit(b->o) ? scale_reach(&in, c->far, &c->middle, e) : 0;
}

/* Adds the squares, or keeps the deviations, that follow those of c. */
static void merge_distances(struct filter_columns *c, const struct filter_columns *next)
{
    size_t n = c->scored;

    for (size_t i = 0; c->squares && i < n * n; i++)
        c->squares[i] += next->squares[i];
    for (size_t i = 0; c->deviations && i < n; i++)
        memcpy(c->deviations + i * c->d + c->coordinates,
               next->deviations + i * c->d + c->coordinates,
               next->coordinates * sizeof *c->deviations);
}

void filter_columns_merge(struct filter_columns *c, const struct filter_columns *next)
{
    merge_distances(c, next);
    for (size_t i = 0; i < c->scored; i++) {
        c->largest[i] = fmax(c->largest[i], next->largest[i]);
        c->factor[i] += next->factor[i];
    }
    for (size_t row = 0; row < c->n; row++) {
        struct filter_reasons to = {&c->decisions[row], c->offends + row * FILTER_WORST};
        struct filter_reasons from = {&next->decisions[row], next->offends + row * FILTER_WORST};
        filter_explain_merge(&to, &from, c->d);
    }
    c->noise += next->noise;
    c->coordinates += next->coordinates;
}
