/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold of every round, tried on thousands that are drawn. */
#include <stdarg.h>

#include "property_case.h"

#include <float.h>

/* A slave, and it and another, become several identities that say the same, with the same stake. */
START_TEST(splitting_changes_nothing)
{
    struct property p = property_begin("split", (size_t)_i, 1500);
    static struct property_round r, s;
    size_t where[PROPERTY_ROWS];

    for (size_t number = 0; number < p.cases; number++) {
        uint64_t state = property_state(&p, number);
        property_draw(&r, (size_t)_i, 24, &state);
        s = r;
        for (size_t i = 0; i < r.n; i++)
            where[i] = i;
        for (size_t k = property_size(&state, 1, 2); k > 0; k--) {
            size_t of = property_size(&state, 0, r.n - 1), parts = property_size(&state, 2, 12);
            s.P[of] /= (double)parts;
            for (size_t copy = 1; copy < parts; copy++, s.n++) {
                where[s.n] = of;
                s.P[s.n] = s.P[of];
                s.items[s.n] = s.items[of];
                memcpy(s.x + s.n * r.d, r.x + of * r.d, r.d * sizeof *r.x);
                memcpy(s.errors + s.n * r.d, r.errors + of * r.d, r.d * sizeof *r.x);
            }
            for (size_t i = 0; i < s.n; i++) /* of one that is split twice */
                s.P[i] = where[i] == of ? s.P[of] : s.P[i];
        }
        double most = 0, sum = 0;
        for (size_t i = 0; i < r.n; i++) {
            most = fmax(most, r.P[i]);
            sum += r.P[i];
        }
        if (most > 0.25 * sum)
            continue; /* the cap gives to others what it takes */
        double kept[PROPERTY_ROWS] = {0};
        for (size_t i = 0; i < s.n; i++)
            kept[where[i]] += s.P[i];
        for (size_t i = 0; i < s.n; i++)
            s.P[i] *= kept[where[i]] > 0 ? r.P[where[i]] / kept[where[i]] : 1;
        property_weigh(&s);
        property_same(&p, number, &r, &s, where, s.n);
    }
    property_end(&p);
}
END_TEST

START_TEST(translation_changes_nothing)
{
    struct property p = property_begin("translation", (size_t)_i, 1500);
    static struct property_round r, s;

    for (size_t number = 0; number < p.cases; number++) {
        uint64_t state = property_state(&p, number);
        property_draw(&r, (size_t)_i, 24, &state);
        s = r;
        for (size_t j = 0; j < r.d; j++) {
            double by = ldexp(floor(64 * case_normal(&state)), (int)property_size(&state, 0, 8));
            for (size_t i = 0; i < r.n; i++)
                s.x[i * r.d + j] += by;
        }
        property_same(&p, number, &r, &s, NULL, r.n);
    }
    property_end(&p);
}
END_TEST

/* Each column by a factor of its own; without scaling, all by one. */
START_TEST(units_change_nothing)
{
    struct property p = property_begin("units", (size_t)_i, 1500);
    static struct property_round r, s;

    for (size_t number = 0; number < p.cases; number++) {
        uint64_t state = property_state(&p, number);
        property_draw(&r, (size_t)_i, 24, &state);
        s = r;
        double by = exp2(40 * (case_uniform(&state) - 0.5));
        for (size_t j = 0; j < r.d; j++) {
            if (r.o.scale == FILTER_SCALE_MAD)
                by = exp2(200 * (case_uniform(&state) - 0.5));
            by *= case_uniform(&state) < 0.5 ? 1 : -1;
            for (size_t i = 0; i < r.n; i++) {
                s.x[i * r.d + j] *= by;
                s.errors[i * r.d + j] *= fabs(by);
            }
        }
        property_same(&p, number, &r, &s, NULL, r.n);
    }
    property_end(&p);
}
END_TEST

/* Effect: turns two columns of all rows by an angle. */
static void turn(struct property_round *r, size_t j, size_t k, double angle)
{
    for (size_t i = 0; i < r->n; i++) {
        double *row = r->x + i * r->d, a = row[j], b = row[k];
        row[j] = cos(angle) * a - sin(angle) * b;
        row[k] = sin(angle) * a + cos(angle) * b;
    }
}

/* Of distances alone, that is: what looks at columns by themselves sees others afterwards. */
START_TEST(rotation_changes_nothing)
{
    struct property p = property_begin("simulated", (size_t)_i, 1500);
    static struct property_round r, s;

    for (size_t number = 0; number < p.cases; number++) {
        uint64_t state = property_state(&p, number);
        property_draw(&r, (size_t)_i, 24, &state);
        r.o.scale = FILTER_SCALE_NONE;
        s = r;
        for (size_t j = 1; j < r.d; j++)
            turn(&s, j, property_size(&state, 0, j - 1), 7 * case_uniform(&state));
        struct filter_outcome a = property_apply(&r), b = property_apply(&s);
        if (r.o.method == FILTER_POS_LOF)
            property_compare(&p, number, &r, &a, &b, NULL, r.n);
        filter_outcome_free(&a);
        filter_outcome_free(&b);
    }
    property_end(&p);
}
END_TEST

START_TEST(the_unit_of_history_changes_nothing)
{
    struct property p = property_begin("history", (size_t)_i, 1500);
    static struct property_round r, s;

    for (size_t number = 0; number < p.cases; number++) {
        uint64_t state = property_state(&p, number);
        property_draw(&r, (size_t)_i, 24, &state);
        s = r;
        double by = exp2(1000 * (case_uniform(&state) - 0.5));
        for (size_t i = 0; i < r.n; i++)
            s.P[i] *= by;
        property_weigh(&s);
        property_same(&p, number, &r, &s, NULL, r.n);
    }
    property_end(&p);
}
END_TEST

START_TEST(the_order_of_slaves_changes_nothing)
{
    struct property p = property_begin("order", (size_t)_i, 1500);
    static struct property_round r, s;
    size_t where[PROPERTY_ROWS];

    for (size_t number = 0; number < p.cases; number++) {
        uint64_t state = property_state(&p, number);
        property_draw(&r, (size_t)_i, 24, &state);
        s = r;
        for (size_t i = 0; i < r.n; i++)
            where[i] = i;
        for (size_t i = r.n; i > 1; i--) {
            size_t k = property_size(&state, 0, i - 1), kept = where[k];
            where[k] = where[i - 1];
            where[i - 1] = kept;
        }
        for (size_t i = 0; i < r.n; i++) {
            s.share[i] = r.share[where[i]];
            s.items[i] = r.items[where[i]];
            memcpy(s.x + i * r.d, r.x + where[i] * r.d, r.d * sizeof *r.x);
            memcpy(s.errors + i * r.d, r.errors + where[i] * r.d, r.d * sizeof *r.x);
        }
        property_same(&p, number, &r, &s, where, r.n);
    }
    property_end(&p);
}
END_TEST

static double extreme(uint64_t *state)
{
    static const double extremes[] = {0,      DBL_MAX, -DBL_MAX, 1e308,      -1e308, DBL_MIN,
                                      5e-324, -5e-324, 1e154,    1e-154,     1,      -1,
                                      1e100,  1e16,    -1e16,    1 + 0x1p-52};

    return extremes[property_size(state, 0, sizeof extremes / sizeof extremes[0] - 1)];
}

/* A number that is odd, or the same as before, or none of these. */
static double strange(uint64_t *state, double before, size_t kind)
{
    double u = case_uniform(state);

    if (kind == 0)
        return u < 0.7 ? before : extreme(state);
    return u < 0.2 ? extreme(state) : u < 0.4 ? before : case_normal(state) * exp2(600 * (u - 0.5));
}

/* Whatever the numbers: scores are numbers, and at most half of the stake goes by them. */
START_TEST(scores_are_finite_and_half_stays)
{
    struct property p = property_begin("finite", (size_t)_i, 4000);
    static struct property_round r;

    for (size_t number = 0; number < p.cases; number++) {
        uint64_t state = property_state(&p, number);
        property_draw(&r, (size_t)_i, 20, &state);
        r.n = property_size(&state, 1, r.n);
        double sum = 0, before = extreme(&state);
        size_t kind = property_size(&state, 0, 2);
        for (size_t i = 0; i < r.n * r.d && kind < 2; i++) {
            r.x[i] = before = strange(&state, before, kind);
            double error = fabs(extreme(&state));
            r.errors[i] = case_uniform(&state) < 0.1 ? INFINITY : error;
        }
        for (size_t i = 0; i < r.n; i++)
            sum += r.share[i];
        for (size_t i = 0; i < r.n; i++)
            r.share[i] = sum > 0 ? r.share[i] / sum : 1 / (double)r.n;
        if (case_uniform(&state) < 0.5)
            r.o.threshold = 0.1 + 2 * case_uniform(&state);
        struct filter_outcome out = property_apply(&r);
        double gone = 0;
        for (size_t i = 0; i < r.n; i++) {
            const struct filter_decision *decision = &out.decisions[i];
            if (!isfinite(decision->score) || !(decision->score >= 0))
                property_violated(&p, number, "row %zu of %zu: score %g (d %zu)", i, r.n,
                                  decision->score, r.d);
            gone += decision->rejected ? r.share[i] : 0;
        }
        if (gone > 0.5 + 1e-9)
            property_violated(&p, number, "%g of the stake is rejected", gone);
        filter_outcome_free(&out);
    }
    property_end(&p);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, splitting_changes_nothing, 0, PROPERTY_FILTERS);
    tcase_add_loop_test(t, translation_changes_nothing, 0, PROPERTY_FILTERS);
    tcase_add_loop_test(t, units_change_nothing, 0, PROPERTY_FILTERS);
    tcase_add_loop_test(t, rotation_changes_nothing, 0, PROPERTY_FILTERS);
    tcase_add_loop_test(t, the_unit_of_history_changes_nothing, 0, PROPERTY_FILTERS);
    tcase_add_loop_test(t, the_order_of_slaves_changes_nothing, 0, PROPERTY_FILTERS);
    tcase_add_loop_test(t, scores_are_finite_and_half_stays, 0, PROPERTY_FILTERS);
}

UNIT_MAIN("property", add)
