/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions from scores that are known: they are those of the filter, and follow from nothing else. */
#include "filter_case.h"

#include <stdlib.h>

enum { RESULTS = 24, FEATURES = 3, CASES = 400 };

/* A round: some results are far off, one may be unusable, stakes differ or not. */
struct round {
    size_t n;
    double features[RESULTS * FEATURES], share[RESULTS];
    bool excluded[RESULTS];
};

static void make_round(struct round *r, uint64_t *state)
{
    double sum = 0;

    *r = (struct round){.n = 1 + (size_t)(case_uniform(state) * RESULTS)};
    for (size_t i = 0; i < r->n * FEATURES; i++)
        r->features[i] = case_normal(state) * (case_uniform(state) < 0.1 ? 40 : 1);
    for (size_t i = 0; i < r->n; i++)
        sum += r->share[i] = case_uniform(state) < 0.3 ? 0 : case_uniform(state);
    for (size_t i = 0; i < r->n; i++)
        r->share[i] = sum > 0 ? r->share[i] / sum : 1 / (double)r->n;
    if (case_uniform(state) < 0.3)
        r->features[(size_t)(case_uniform(state) * (double)(r->n * FEATURES))] = NAN;
    if (case_uniform(state) < 0.3)
        r->excluded[(size_t)(case_uniform(state) * (double)r->n)] = true;
}

static struct filter_options any_options(uint64_t *state)
{
    struct filter_options o =
        case_options((enum filter_method)(FILTER_POS_LOF + (int)(4 * case_uniform(state))));

    o.decide_few = case_uniform(state) < 0.5;
    if (case_uniform(state) < 0.3)
        o.ratio = 0.5 * case_uniform(state);
    else if (case_uniform(state) < 0.5)
        o.threshold = 1 + case_uniform(state);
    return o;
}

START_TEST(they_are_those_of_the_filter)
{
    uint64_t state = 20260001;
    size_t seen[FILTER_EXCLUDED + 1] = {0};

    for (int c = 0; c < CASES; c++) {
        struct round r;
        struct err e = {0};
        make_round(&r, &state);
        struct filter_options o = any_options(&state);
        const struct filter_input in = {.n = r.n,
                                        .d = FEATURES,
                                        .features = r.features,
                                        .share = case_uniform(&state) < 0.8 ? r.share : NULL,
                                        .excluded = r.excluded};
        struct filter_outcome out = case_apply(&o, &in);
        struct filter_decision again[RESULTS];
        for (size_t i = 0; i < r.n; i++) {
            again[i] = out.decisions[i];
            if (isnan(again[i].score)) /* that it is not scored stays as it is */
                continue;
            again[i].why = FILTER_EXCLUDED;
            again[i].rejected = !again[i].rejected;
        }
        ck_ok(filter_decide(&o, out.threshold, in.share, r.n, again, &e), &e);
        for (size_t i = 0; i < r.n; i++) {
            ck_assert_msg(again[i].why == out.decisions[i].why &&
                              again[i].rejected == out.decisions[i].rejected,
                          "case %d, result %zu: %s, was %s", c, i, filter_why_name(again[i].why),
                          filter_why_name(out.decisions[i].why));
            seen[again[i].why]++;
        }
        filter_outcome_free(&out);
    }
    for (size_t why = 0; why <= FILTER_EXCLUDED; why++) /* no ranges were given */
        ck_assert_msg(seen[why] > 0 || why == FILTER_IMPLAUSIBLE, "nobody was %s",
                      filter_why_name((enum filter_why)why));
}
END_TEST

/* One step between doubles decides, and which processor found it does not. */
START_TEST(they_follow_at_the_very_threshold)
{
    struct filter_decision d[7] = {{.score = 1}, {.score = 1}, {.score = 1},  {.score = 1},
                                   {.score = 1}, {.score = 1}, {.score = 1.5}};
    const struct filter_options o = case_options(FILTER_POS_LOF);
    struct err e = {0};

    ck_ok(filter_decide(&o, 1.5, NULL, 7, d, &e), &e);
    ck_assert(!d[6].rejected && d[6].why == FILTER_ACCEPTED);
    d[6].score = nextafter(1.5, 2);
    ck_ok(filter_decide(&o, 1.5, NULL, 7, d, &e), &e);
    ck_assert(d[6].rejected && d[6].why == FILTER_SCORE && !d[0].rejected);
    ck_ok(filter_decide(&o, nextafter(1.5, 2), NULL, 7, d, &e), &e);
    ck_assert(!d[6].rejected && d[6].why == FILTER_ACCEPTED);
    ck_ok(filter_decide(&o, INFINITY, NULL, 7, d, &e), &e);
    ck_assert(!d[6].rejected);
    d[0].score = NAN;
    d[0].rejected = true;
    d[0].why = FILTER_NOT_FINITE;
    ck_ok(filter_decide(&o, 0.5, NULL, 7, d, &e), &e);
    ck_assert(d[0].rejected && d[0].why == FILTER_NOT_FINITE && d[6].rejected);
    ck_assert(d[1].rejected && d[2].rejected && d[3].why == FILTER_HALF_STAKE);
    ck_ok(filter_decide(&o, 0.5, NULL, 0, NULL, &e), &e);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, they_are_those_of_the_filter);
    tcase_add_test(t, they_follow_at_the_very_threshold);
}

UNIT_MAIN("decide", add)
