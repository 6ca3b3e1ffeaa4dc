/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Estimates the middle of the features of results, beside the merge. */
#include "engine/judge/robust.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats/estimate.h"

/* The results that were scored, packed. */
struct scored {
    size_t n;
    double *values, *items;
};

static int pack(const struct result *r, struct scored *p, struct err *e)
{
    size_t d = r->features;

    p->values = err_alloc(r->slaves * d, sizeof *p->values, "an estimate", e);
    p->items = err_alloc(r->slaves, sizeof *p->items, "an estimate", e);
    if (!p->values || !p->items)
        return -1;
    for (size_t k = 0; k < r->slaves; k++) {
        if (!r->slave[k].answered || isnan(r->slave[k].decision.score))
            continue;
        memcpy(p->values + p->n * d, r->values + k * d, d * sizeof *p->values);
        p->items[p->n++] = fmax(1, (double)r->slave[k].items);
    }
    return 0;
}

/* Effect: text is why no estimate is made of so many results, or "". */
static void hindrance(const struct contract *c, const struct result *r, size_t n,
                      enum estimate_method method, char text[static 160])
{
    text[0] = '\0';
    if (r->disclose < DISCLOSE_FEATURES)
        snprintf(text, 160, "the features of single results are not disclosed");
    else if (n == 0)
        snprintf(text, 160, "no result was scored");
    else if (method != ESTIMATE_MEAN && c->robust_share > 0 &&
             estimate_wrong(c->robust_share, n) == 0)
        snprintf(text, 160, "of %zu results a share of %g is none: no wrong one would be withstood",
                 n, c->robust_share);
}

int judge_robust_begin(const struct contract *c, struct result *r, size_t scored, bool *wanted,
                       struct err *e)
{
    char text[160];

    *wanted = false;
    free(r->robust.features);
    r->robust.features = NULL;
    r->robust.share = c->robust_share;
    if (strcmp(c->robust, "none") == 0)
        return 0;
    if (result_set(&r->robust.method, c->robust, e) < 0)
        return -1;
    hindrance(c, r, scored, (enum estimate_method)estimate_of(c->robust), text);
    *wanted = !text[0];
    return *wanted ? 0 : result_set(&r->robust.why, text, e);
}

int judge_robust_failed(struct result *r, const struct err *why, struct err *e)
{
    if (why->code != ERR_INPUT)
        return err_set(e, why->code, "%s", why->text);
    return result_set(&r->robust.why, "it cannot be made of these features", e);
}

static int estimate(const struct contract *c, struct result *r, const struct scored *p,
                    struct err *e)
{
    const struct estimate_input in = {
        .n = p->n, .d = r->features, .x = p->values, .items = p->items, .share = c->robust_share};
    struct err why = {0};

    r->robust.features = err_alloc(r->features, sizeof *r->robust.features, "an estimate", e);
    if (!r->robust.features)
        return -1;
    if (estimate_apply((enum estimate_method)estimate_of(c->robust), &in, r->robust.features,
                       &why) == 0)
        return 0;
    free(r->robust.features);
    r->robust.features = NULL;
    return judge_robust_failed(r, &why, e);
}

int judge_robust(const struct contract *c, struct result *r, struct err *e)
{
    struct scored p = {0};
    bool wanted;
    int rc = 0;

    if (strcmp(c->robust, "none") == 0)
        return 0;
    if (r->disclose >= DISCLOSE_FEATURES)
        rc = pack(r, &p, e);
    if (rc == 0)
        rc = judge_robust_begin(c, r, p.n, &wanted, e);
    if (rc == 0 && wanted)
        rc = estimate(c, r, &p, e);
    free(p.values);
    free(p.items);
    return rc;
}
