/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes what is shown beside a filter's decisions: an estimate, agreement, the parts of union. */
#include "cli/filter_beside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 2 };

/* Returns the rows that could be scored, with their items, which the caller frees. */
static double *scored_rows(const struct filter_input *in, const struct filter_outcome *out,
                           struct estimate_input *some, struct err *e)
{
    size_t d = in->d;
    double *x = err_alloc(out->scored * (d + 1), sizeof *x, "the rows that are scored", e);
    double *items = x ? x + out->scored * d : NULL;

    for (size_t i = 0; x && i < in->n; i++) {
        if (isnan(out->decisions[i].score))
            continue;
        items[some->n] = in->items ? in->items[i] : 1;
        memcpy(x + some->n++ * d, in->features + i * d, d * sizeof *x);
    }
    some->x = x;
    some->items = items;
    return x;
}

static int estimate(struct filter_beside *b, const struct filter_input *in,
                    const struct filter_outcome *out, struct err *e)
{
    struct estimate_input some = {.d = in->d, .share = b->share};
    double *copy = NULL;
    int rc = -1;

    if (out->scored == 0)
        return 0;
    b->middle = err_alloc(in->d, sizeof *b->middle, "the estimate", e);
    if (out->scored == in->n) {
        some.n = in->n;
        some.x = in->features;
        some.items = in->items;
    } else {
        copy = scored_rows(in, out, &some, e);
    }
    if (b->middle && some.x)
        rc = estimate_apply(b->robust, &some, b->middle, e);
    b->rows = some.n;
    free(copy);
    return rc;
}

static int take_apart(struct filter_beside *b, const struct filter_options *o,
                      const struct filter_input *in, struct err *e)
{
    static const enum filter_method methods[PARTS] = {FILTER_POS_LOF, FILTER_MAD};

    b->parts = err_alloc(PARTS, sizeof *b->parts, "the parts of the filter", e);
    if (!b->parts)
        return -1;
    for (size_t i = 0; i < PARTS; i++) {
        struct filter_options part = *o;
        part.method = methods[i];
        part.threshold = part.ratio = NAN;
        part.target_fpr = o->target_fpr / PARTS;
        if (filter_apply(&part, in, &b->parts[i], e) < 0)
            return -1;
    }
    return 0;
}

/* Whether those that are rejected, and finite, agree with one another. */
static int find_agreement(struct filter_beside *b, const struct filter_input *in,
                          const struct filter_outcome *out, struct err *e)
{
    enum agree_row *row = err_alloc(in->n, sizeof *row, "rows", e);
    const struct agree_input rows = {.n = in->n,
                                     .d = in->d,
                                     .features = in->features,
                                     .errors = in->errors,
                                     .share = in->share,
                                     .row = row};
    int rc = -1;

    b->member = err_alloc(in->n, sizeof *b->member, "rows", e);
    if (!row || !b->member)
        goto done;
    for (size_t i = 0; i < in->n; i++)
        if (!isnan(out->decisions[i].score))
            row[i] = out->decisions[i].rejected ? AGREE_REJECTED : AGREE_ACCEPTED;
    rc = agree_find(&rows, b->member, &b->group, e);
done:
    free(row);
    return rc;
}

int filter_beside_make(struct filter_beside *b, const struct filter_options *o,
                       const struct filter_input *in, const struct filter_outcome *out,
                       struct err *e)
{
    if (b->robust != ESTIMATE_NONE && estimate(b, in, out, e) < 0)
        return -1;
    if (b->explain && find_agreement(b, in, out, e) < 0)
        return -1;
    return o->method == FILTER_UNION ? take_apart(b, o, in, e) : 0;
}

void filter_beside_free(struct filter_beside *b)
{
    for (size_t i = 0; b->parts && i < PARTS; i++)
        filter_outcome_free(&b->parts[i]);
    free(b->parts);
    free(b->middle);
    free(b->member);
    b->parts = NULL;
    b->middle = NULL;
    b->member = NULL;
}
