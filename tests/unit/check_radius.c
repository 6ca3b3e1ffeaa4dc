/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rejection radius: where honest slaves hold more than half of the stake and are at most D from
 * each other, all who are farther than threshold times D from all of them are rejected, wherever
 * they stand. Both where features are as they are, and where each column has its spread.
 */
#include <stdarg.h>

#include "property_case.h"
#include "stats/ties.h"

#include <float.h>

enum { MOST_HONEST = 20, FULL = FILTER_WORST }; /* of so many columns all deviations are known */

enum place { FAR, CLUSTERED, IDENTICAL, OPPOSITE, ONE_COLUMN, MIMIC_AND_FAR, PLACES };

static const double beyond_doubt = 1e4;

/* A point of the honest ball, whose diameter is 1. */
static void inside(double *x, size_t d, size_t kind, uint64_t *state)
{
    double shrink = kind == 0 ? 1 : kind == 1 ? case_uniform(state) : 1e-3;

    for (size_t j = 0; j < d; j++)
        x[j] = (case_uniform(state) - 0.5) / sqrt((double)d) * (kind == 2 && j > 0 ? 0 : shrink);
    if (kind == 3)
        x[0] = case_uniform(state) < 0.5 ? 0.4 : -0.4;
}

/* Effect: x is at least `reach` from the honest ball, unless attackers mimic one of it, too. */
static bool outside(double *x, const struct property_round *r, size_t i, enum place place,
                    double reach, uint64_t *state)
{
    size_t d = r->d;
    double side = place == OPPOSITE && i % 2 ? -1 : 1;

    for (size_t j = 0; j < d; j++)
        x[j] = place == FAR ? reach * case_normal(state)
                            : (place == CLUSTERED) * 1e-3 * case_normal(state);
    if (place == ONE_COLUMN || place == MIMIC_AND_FAR)
        memcpy(x, r->x, d * sizeof *x);
    if (place == MIMIC_AND_FAR && i % 2)
        return false;
    x[0] = side * reach * (place == FAR ? 1 + case_uniform(state) : 1);
    return true;
}

/* A round, and who is where. */
struct ring {
    struct property_round r;
    bool far[PROPERTY_ROWS];    /* attackers beyond the reach */
    bool broken[PROPERTY_ROWS]; /* attackers without numbers */
};

static void draw_ring(struct ring *g, size_t filter, enum filter_scale scale, uint64_t *state)
{
    struct property_round *r = &g->r;
    size_t honest = property_size(state, 4, MOST_HONEST), kind = property_size(state, 0, 3);
    enum place place = (enum place)property_size(state, 0, PLACES - 1);
    size_t many = case_uniform(state) < 0.3 ? PROPERTY_ROWS - honest : honest;
    double reach = 1 + exp2(14 * case_uniform(state)), bad = 0, good = 0;
    double part = 0.05 + 0.4499 * case_uniform(state);

    memset(g, 0, sizeof *g);
    r->n = honest + property_size(state, 1, many);
    r->d = property_size(state, 1, scale == FILTER_SCALE_MAD ? FULL : PROPERTY_COLUMNS);
    r->o = case_options(property_filters[filter].method);
    r->o.cut = property_filters[filter].cut;
    r->o.target_fpr = 0.05;
    r->o.scale = scale;
    if (r->o.method == FILTER_POS_LOF && case_uniform(state) < 0.5) {
        r->o.threshold = 1.1 + 3 * case_uniform(state);
        reach =
            0.5 + r->o.threshold * (1 + 0.2 * case_uniform(state)); /* from the middle: hardly */
    }
    for (size_t i = 0; i < r->n; i++) {
        double *x = r->x + i * r->d;
        r->share[i] = 0.05 + case_uniform(state);
        if (i < honest) {
            inside(x, r->d, kind, state);
            good += r->share[i];
            continue;
        }
        g->far[i] = outside(x, r, i, place, reach, state);
        g->broken[i] = case_uniform(state) < 0.1;
        if (g->broken[i])
            x[property_size(state, 0, r->d - 1)] = case_uniform(state) < 0.5 ? NAN : -INFINITY;
        bad += r->share[i];
    }
    for (size_t i = 0; i < r->n; i++)
        r->share[i] *= i < honest ? (1 - part) / good : part / bad;
}

/* Effect: z is what the filter measures distances by: features, or deviations. */
static void position(const struct ring *g, const struct filter_outcome *out, size_t i, double *z)
{
    const struct filter_decision *decision = &out->decisions[i];

    for (size_t j = 0; j < g->r.d; j++)
        z[j] = g->r.x[i * g->r.d + j];
    for (size_t k = 0; k < FULL && g->r.o.scale == FILTER_SCALE_MAD; k++)
        if (decision->worst[k] < g->r.d)
            z[decision->worst[k]] = decision->deviation[k];
}

static double distance(const double *a, const double *b, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sqrt(sum);
}

/* The greatest distance among who is inside, and the least of one who is not from these. */
static void measure(const struct ring *g, const struct filter_outcome *out, double *diameter,
                    double *least)
{
    double z[PROPERTY_COLUMNS], y[PROPERTY_COLUMNS];

    *diameter = 0;
    *least = INFINITY;
    for (size_t i = 0; i < g->r.n; i++) {
        if (g->broken[i] || g->far[i])
            continue;
        position(g, out, i, z);
        for (size_t k = 0; k < g->r.n; k++) {
            if (g->broken[k])
                continue;
            position(g, out, k, y);
            double apart = distance(z, y, g->r.d);
            if (g->far[k])
                *least = fmin(*least, apart);
            else
                *diameter = fmax(*diameter, apart);
        }
    }
}

/* Whether honest rows are tied where half of the stake is near, with the cut simulated; *known becomes
 * false where attackers have so much stake that they decide what is usual beside the tie. */
static bool tied(const struct ring *g, const struct filter_outcome *out, bool *known)
{
    double z[PROPERTY_COLUMNS], y[PROPERTY_COLUMNS], far = 0, all = 0, most = 0;

    *known = true;
    for (size_t i = 0; i < g->r.n; i++) {
        all += g->broken[i] ? 0 : g->r.share[i];
        far += g->far[i] && !g->broken[i] ? g->r.share[i] : 0;
    }
    for (size_t i = 0; i < g->r.n; i++) {
        double share = 0;
        size_t count = 0;
        position(g, out, i, z);
        for (size_t k = 0; k < g->r.n && !g->broken[i] && !g->far[i]; k++) {
            position(g, out, k, y);
            if (!g->broken[k] && distance(z, y, g->r.d) <= 1e-9) {
                share += g->r.share[k] / all;
                count++;
            }
        }
        most = fmax(most, ties_reach(share, count));
    }
    *known = g->r.o.cut == FILTER_CUT_FIXED || most == 0 || far / all < 1 - most;
    return g->r.o.cut == FILTER_CUT_SIMULATED && most > 0;
}

static void check_ring(struct property *p, size_t number, const struct ring *g)
{
    struct filter_outcome out = property_apply(&g->r);
    double diameter, least;

    measure(g, &out, &diameter, &least);
    bool union_method = g->r.o.method == FILTER_UNION, known;
    double ratio = diameter > 0 ? least / diameter : INFINITY;
    double longer = tied(g, &out, &known) ? sqrt(2) : 1; /* by its resolution, which is D at most */
    bool must = known && (ratio > beyond_doubt ||
                          (!union_method && ratio > longer * out.threshold * (1 + 1e-9)));
    for (size_t i = 0; i < g->r.n; i++) {
        const struct filter_decision *decision = &out.decisions[i];
        if (g->broken[i] && decision->why != FILTER_NOT_FINITE)
            property_violated(p, number, "row %zu without numbers: %s", i,
                              filter_why_name(decision->why));
        if (g->far[i] && !g->broken[i] && must && !decision->rejected)
            property_violated(
                p, number, "row %zu at %g diameters (n %zu, d %zu): %s, score %g of %g", i, ratio,
                g->r.n, g->r.d, filter_why_name(decision->why), decision->score, out.threshold);
    }
    filter_outcome_free(&out);
}

static void try_rings(const char *name, size_t filter, enum filter_scale scale)
{
    struct property p = property_begin(name, filter, 3000);
    static struct ring g;

    for (size_t number = 0; number < p.cases; number++) {
        uint64_t state = property_state(&p, number);
        draw_ring(&g, filter, scale, &state);
        check_ring(&p, number, &g);
    }
    property_end(&p);
}

START_TEST(who_is_far_goes)
{
    try_rings("radius of features", (size_t)_i, FILTER_SCALE_NONE);
}
END_TEST

START_TEST(who_deviates_far_goes)
{
    try_rings("radius of deviations", (size_t)_i, FILTER_SCALE_MAD);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, who_is_far_goes, 0, PROPERTY_FILTERS);
    tcase_add_loop_test(t, who_deviates_far_goes, 0, PROPERTY_FILTERS);
}

UNIT_MAIN("radius", add)
