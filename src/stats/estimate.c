/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Estimates the middle of results by a method of a name. */
#include "stats/estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/estimate_private.h"
#include "util/text.h"

static const char *const names[] = {
    [ESTIMATE_NONE] = "none",
    [ESTIMATE_MEAN] = "mean",
    [ESTIMATE_MEDIAN] = "median",
    [ESTIMATE_TRIMMED] = "trimmed-mean",
    [ESTIMATE_GEOMETRIC] = "geometric-median",
    [ESTIMATE_KRUM] = "krum",
    [ESTIMATE_MULTI_KRUM] = "multi-krum",
    [ESTIMATE_NNM] = "nnm",
};

enum { NAMES = sizeof names / sizeof names[0] };

const char *estimate_name(enum estimate_method method)
{
    return (unsigned)method < NAMES ? names[method] : "unknown";
}

int estimate_of(const char *name)
{
    return text_among(names, NAMES, name);
}

size_t estimate_wrong(double share, size_t n)
{
    size_t f = (size_t)floor(share * (double)n + 1e-9); /* 0.29 * 100 is less than 29 */

    return n == 0 ? 0 : f < (n + 1) / 2 ? f : (n - 1) / 2;
}

static int check(enum estimate_method method, const struct estimate_input *in, struct err *e)
{
    if (method <= ESTIMATE_NONE || (unsigned)method >= NAMES)
        return err_set(e, ERR_INPUT, "robust estimate: %d; expected a method", (int)method);
    if (!(in->share >= 0 && in->share < 0.5))
        return err_set(e, ERR_INPUT,
                       "robust estimate: a share of %g may be wrong; expected 0 to less than 0.5",
                       in->share);
    if (in->n == 0 || in->d == 0)
        return err_set(e, ERR_INPUT,
                       "robust estimate: %zu results of %zu features; expected 1 at least of each",
                       in->n, in->d);
    for (size_t i = 0; in->items && i < in->n; i++)
        if (!(isfinite(in->items[i]) && in->items[i] > 0))
            return err_set(e, ERR_INPUT, "items of result %zu: %g; expected a number > 0", i,
                           in->items[i]);
    for (size_t i = 0; i < in->n * in->d; i++)
        if (!isfinite(in->x[i]))
            return err_set(e, ERR_INPUT,
                           "robust estimate: feature %zu of result %zu: %g; expected a finite one",
                           i % in->d, i / in->d, in->x[i]);
    return 0;
}

static int by_items(const struct estimate_input *in, double *middle, struct err *e)
{
    double *equal = in->items ? NULL : err_alloc(in->n, sizeof *equal, "equal items", e);

    if (!in->items && !equal)
        return -1;
    for (size_t i = 0; equal && i < in->n; i++)
        equal[i] = 1;
    const struct estimate_block all = {.x = in->x, .n = in->n, .width = in->d, .stride = in->d};
    estimate_mean(&all, in->items ? in->items : equal, middle);
    free(equal);
    return 0;
}

static int trimmed(const struct estimate_input *in, size_t f, double *middle, struct err *e)
{
    const struct estimate_block all = {.x = in->x, .n = in->n, .width = in->d, .stride = in->d};
    double *column = err_alloc(in->n, sizeof *column, "a column", e);

    if (!column)
        return -1;
    estimate_trim(&all, f, column, middle);
    free(column);
    return 0;
}

int estimate_apply(enum estimate_method method, const struct estimate_input *in, double *middle,
                   struct err *e)
{
    if (check(method, in, e))
        return -1;
    size_t f = estimate_wrong(in->share, in->n);
    switch (method) {
    case ESTIMATE_NONE:
        break;
    case ESTIMATE_MEAN:
        return by_items(in, middle, e);
    case ESTIMATE_MEDIAN:
        return trimmed(in, (in->n - 1) / 2, middle, e);
    case ESTIMATE_TRIMMED:
        return trimmed(in, f, middle, e);
    case ESTIMATE_GEOMETRIC:
        return estimate_geometric(in, middle, e);
    case ESTIMATE_KRUM:
        return estimate_krum(in, f, 1, middle, e);
    case ESTIMATE_MULTI_KRUM:
        return estimate_krum(in, f, in->n - f, middle, e);
    case ESTIMATE_NNM:
        return estimate_nnm(in, f, middle, e);
    }
    return 0;
}
