/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random rounds for what must hold of every round, and the comparison of two of them.
 *
 * Convention: a case is known by the seed, the property, and its number; PROPERTY_SEED and
 * PROPERTY_CASES (a percentage of the usual number) are read from the environment.
 */
#ifndef TESTS_UNIT_PROPERTY_CASE_H
#define TESTS_UNIT_PROPERTY_CASE_H

#include "filter_case.h"

#include "stats/weight.h"

enum { PROPERTY_ROWS = 64, PROPERTY_COLUMNS = 8 };

/* A filter that is tried. */
struct property_filter {
    const char *name;
    enum filter_method method;
    enum filter_cut cut;
    size_t dear; /* a case takes so many times as long */
};

static const struct property_filter property_filters[] = {
    {"pos-lof", FILTER_POS_LOF, FILTER_CUT_FIXED, 1},
    {"union", FILTER_UNION, FILTER_CUT_FIXED, 1},
    {"pos-lof, cut simulated", FILTER_POS_LOF, FILTER_CUT_SIMULATED, 75},
    {"union, cut simulated", FILTER_UNION, FILTER_CUT_SIMULATED, 75},
};

enum { PROPERTY_FILTERS = sizeof property_filters / sizeof property_filters[0] };

struct property_round {
    struct filter_options o;
    size_t n, d;
    double x[PROPERTY_ROWS * PROPERTY_COLUMNS], errors[PROPERTY_ROWS * PROPERTY_COLUMNS];
    double P[PROPERTY_ROWS], share[PROPERTY_ROWS], items[PROPERTY_ROWS];
    bool with_errors, with_items;
};

/* Violations of one property by one filter. */
struct property {
    const char *name, *filter;
    uint64_t seed;
    size_t cases, violations;
    char first[300];
};

static inline uint64_t property_number(const char *name, uint64_t usual)
{
    const char *text = getenv(name);

    return text && *text ? strtoull(text, NULL, 10) : usual;
}

static inline struct property property_begin(const char *name, size_t filter, size_t cases)
{
    struct property p = {.name = name,
                         .filter = property_filters[filter].name,
                         .seed = property_number("PROPERTY_SEED", 1)};

    p.cases =
        1 + cases * property_number("PROPERTY_CASES", 100) / 100 / property_filters[filter].dear;
    return p;
}

static inline uint64_t property_state(const struct property *p, size_t number)
{
    uint64_t state = 88172645463325252u ^ p->seed * 0x9e3779b97f4a7c15u;

    for (const char *at = p->name; *at; at++)
        state = state * 1099511628211u + (unsigned char)*at;
    state ^= (number + 1) * 0xbf58476d1ce4e5b9u;
    for (int i = 0; i < 8; i++)
        case_uniform(&state);
    return state;
}

__attribute__((format(printf, 3, 4))) static inline void property_violated(struct property *p,
                                                                           size_t number,
                                                                           const char *format, ...)
{
    va_list list;

    if (p->violations++ > 0)
        return;
    int begun = snprintf(p->first, sizeof p->first, "case %zu: ", number);
    va_start(list, format);
    vsnprintf(p->first + begun, sizeof p->first - (size_t)begun, format, list);
    va_end(list);
}

static inline void property_end(const struct property *p)
{
    printf("# seed %llu: %s, %s: %zu cases, %zu violations\n", (unsigned long long)p->seed, p->name,
           p->filter, p->cases, p->violations);
    fflush(stdout);
    ck_assert_msg(p->violations == 0, "seed %llu: %s, %s: %zu of %zu cases; %s",
                  (unsigned long long)p->seed, p->name, p->filter, p->violations, p->cases,
                  p->first);
}

/* A whole number from least to most. */
static inline size_t property_size(uint64_t *state, size_t least, size_t most)
{
    return least + (size_t)(case_uniform(state) * (double)(most - least + 1));
}

static inline double property_value(uint64_t *state, size_t kind, size_t row)
{
    double z = case_normal(state);

    switch (kind) {
    case 1: /* heavy tails */
        return z / (0.05 + case_uniform(state));
    case 2: /* two clumps */
        return z + (row % 3 == 0 ? 12 : 0);
    case 3: /* ties */
        return floor(8 * case_uniform(state));
    case 4: /* some far away */
        return z + (row < 2 ? 30 * z : 0);
    default:
        return z;
    }
}

/* Whether the middle half of the stake is spread in column j: else its spread is a convention. */
static inline bool property_is_spread(const struct property_round *r, size_t j)
{
    for (size_t i = 0; i < r->n; i++) {
        double same = 0;
        for (size_t k = 0; k < r->n; k++)
            same += r->x[k * r->d + j] == r->x[i * r->d + j] ? r->share[k] : 0;
        if (same > 0.45)
            return false;
    }
    return true;
}

static inline void property_weigh(struct property_round *r)
{
    struct err e = {0};

    ck_ok(weight_shares(r->P, r->n, 0, r->share, &e), &e);
}

/* Effect: draws a round of any kind with at most `most` slaves, each below the cap of stakes. */
static inline void property_draw(struct property_round *r, size_t filter, size_t most,
                                 uint64_t *state)
{
    size_t kind = property_size(state, 0, 5), stakes = property_size(state, 0, 2);

    *r = (struct property_round){.n = property_size(state, 8, most),
                                 .d = property_size(state, 1, PROPERTY_COLUMNS),
                                 .with_errors = case_uniform(state) < 0.3,
                                 .with_items = case_uniform(state) < 0.5};
    r->o = case_options(property_filters[filter].method);
    r->o.cut = property_filters[filter].cut;
    r->o.target_fpr = 0.05;
    r->o.scale = case_uniform(state) < 0.3 ? FILTER_SCALE_NONE : FILTER_SCALE_MAD;
    for (size_t i = 0; i < r->n; i++)
        r->P[i] = stakes == 0                                ? 1
                  : stakes == 1 || case_uniform(state) < 0.8 ? 0.3 + case_uniform(state)
                                                             : 0;
    property_weigh(r);
    for (size_t j = 0; j < r->d; j++)
        do {
            for (size_t i = 0; i < r->n; i++) {
                double few = 1 + (double)(i % 4), z = property_value(state, kind, i);
                r->x[i * r->d + j] = r->with_errors || r->with_items ? z * few : z;
                r->items[i] = 1000 / few / few;
                r->errors[i * r->d + j] = few * (0.8 + 0.2 * case_uniform(state));
            }
        } while (!property_is_spread(r, j));
}

static inline struct filter_outcome property_apply(const struct property_round *r)
{
    struct filter_input in = {.n = r->n,
                              .d = r->d,
                              .features = r->x,
                              .errors = r->with_errors ? r->errors : NULL,
                              .items = r->with_items ? r->items : NULL,
                              .share = r->share};

    return case_apply(&r->o, &in);
}

/* Whether two numbers are the same but for rounding. */
static inline bool property_near(double a, double b)
{
    return a == b || fabs(a - b) <= 1e-6 * fmax(fabs(a), fabs(b));
}

static inline bool property_has(const struct filter_outcome *o, size_t n, enum filter_why why)
{
    for (size_t i = 0; i < n; i++)
        if (o->decisions[i].why == why)
            return true;
    return false;
}

/* Effect: row i of a is row where[i] of b, and so are scores and decisions; of those that are at the
 * threshold, or were kept for the half of the stake, rounding may decide. */
static inline void property_compare(struct property *p, size_t number,
                                    const struct property_round *r, const struct filter_outcome *a,
                                    const struct filter_outcome *b, const size_t *where, size_t n)
{
    bool half = property_has(a, r->n, FILTER_HALF_STAKE);

    if (!property_near(a->threshold, b->threshold)) {
        property_violated(p, number, "threshold %.9g, then %.9g (n %zu, d %zu)", a->threshold,
                          b->threshold, r->n, r->d);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const struct filter_decision *x = &a->decisions[where ? where[i] : i],
                                     *y = &b->decisions[i];
        if (!property_near(x->score, y->score)) {
            property_violated(p, number, "row %zu: score %.9g, then %.9g (n %zu, d %zu)", i,
                              x->score, y->score, r->n, r->d);
            return;
        }
        if (x->rejected != y->rejected && !half && !property_near(x->score, a->threshold)) {
            property_violated(p, number, "row %zu: %s, then %s", i, filter_why_name(x->why),
                              filter_why_name(y->why));
            return;
        }
    }
}

/* Effect: judges both, and notes where the second is not judged as the first is. */
static inline void property_same(struct property *p, size_t number, const struct property_round *r,
                                 const struct property_round *s, const size_t *where, size_t n)
{
    struct filter_outcome a = property_apply(r), b = property_apply(s);

    property_compare(p, number, r, &a, &b, where, n);
    filter_outcome_free(&a);
    filter_outcome_free(&b);
}

#endif
