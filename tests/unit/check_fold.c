/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests what is made of what centres say whose clocks differ: what their collector has seen first, by
 * its own clock, counts. */
#include "unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "site/fold/inside.h"

enum { DAY = 86400 };

static const char recipient[] = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

/* Logs of the collector a and of b, as they are read: a first. */
struct logs {
    struct federation f;
    struct fold x;
    struct record a[8], b[8];
    size_t as, bs;
    char run[RUN_HEX + 1];
};

/* Returns the next record of a log, of that time; its sum is a number of its own. */
static struct record *next(struct logs *l, char site, int64_t seconds, const char *type)
{
    struct record *r = site == 'a' ? &l->a[l->as] : &l->b[l->bs];

    record_begin(r, type);
    r->seq = site == 'a' ? l->as++ : l->bs++;
    r->time_us = seconds * 1000000;
    memset(r->sum, site, sizeof r->sum);
    r->sum[0] = (uint8_t)(r->seq + 1);
    if (*l->run)
        record_set(r, "run", "%s", l->run);
    return r;
}

static const uint8_t some[SHA256_LEN] = {9};

/* Effect: a has published a run at 1000, with claims until 2000 and a minute for results. */
static void publish(struct logs *l)
{
    *l = (struct logs){.as = 0};
    struct record *r = next(l, 'a', 1000, "publish");
    record_set(r, "contract", "%064d", 1);
    record_set_digest(r, "file", some);
    record_set(r, "function", "builtin:moments@1");
    record_set(r, "slaves", "2");
    record_set(r, "rounds", "1");
    record_set(r, "data", "-");
    hex_encode(l->run, r->sum, RUN_HEX / 2);
    r = next(l, 'a', 1000, "open");
    record_set(r, "sites", "a,b");
    record_set(r, "min", "1");
    record_set(r, "claims", "2000");
    record_set(r, "deadline", "60");
    record_set(r, "disclose", "states");
    record_set(r, "seal", "%s", recipient);
}

static void claim(struct logs *l, int64_t seconds)
{
    struct record *r = next(l, 'b', seconds, "claim");

    record_set(r, "slave", "b/d/1");
    record_set(r, "node", "exchange");
    record_set(r, "slot", "0");
    record_set(r, "items", "40");
    record_set_digest(r, "commit", some);
    record_set_digest(r, "copy", some);
}

static void submit(struct logs *l, int64_t seconds)
{
    struct record *r = next(l, 'b', seconds, "submit");

    record_set(r, "round", "1");
    record_set(r, "slave", "b/d/1");
    record_set_digest(r, "state", some);
    record_set(r, "items", "40");
    record_set(r, "seconds", "1");
    r = next(l, 'b', seconds, "deliver");
    record_set(r, "round", "1");
    record_set_digest(r, "file", some);
}

/* Effect: the collector has heard record k of b. */
static void hear(struct logs *l, int64_t seconds, const char *type, size_t k)
{
    struct record *r = next(l, 'a', seconds, type);

    if (strcmp(type, "late") == 0)
        record_set(r, "round", "1");
    record_set(r, "site", "b");
    record_set_digest(r, "record", l->b[k].sum);
}

static const struct fed_party *fold(struct logs *l)
{
    static fold_record *const readings[] = {fold_collector, fold_party};
    struct err why = {0}, e = {0};

    l->x = (struct fold){.f = &l->f};
    for (size_t i = 0; i < 2; i++) {
        l->x.site = "a";
        for (size_t k = 0; k < l->as; k++)
            ck_ok(readings[i](&l->x, &l->a[k], &why, &e), &e);
        l->x.site = "b";
        l->x.last = NULL;
        for (size_t k = 0; k < l->bs; k++)
            ck_ok(readings[i](&l->x, &l->b[k], &why, &e), &e);
    }
    ck_ok(fold_join(&l->x, &e), &e);
    free(l->x.heard);
    ck_assert_uint_eq(l->f.count, 1);
    const struct fed_party *p = fed_party(&l->f.runs[0], "b");
    ck_assert_ptr_nonnull(p);
    return p;
}

/* b's clock is a day behind, right, or a day ahead. */
START_TEST(clocks_a_day_apart)
{
    const int64_t shift = (_i - 1) * DAY;
    struct logs l;

    publish(&l);
    claim(&l, 1100 + shift);
    submit(&l, 1200 + shift);
    hear(&l, 1150, "heard", 0);
    hear(&l, 1250, "heard", 1);
    hear(&l, 1050 + DAY, "heard", 0); /* said again, it is no later */
    const struct fed_party *p = fold(&l);
    ck_assert_int_eq(p->claim_heard_us, INT64_C(1150) * 1000000);
    ck_assert_int_eq(fed_submit_of(p, 1)->heard_us, INT64_C(1250) * 1000000);
    ck_assert(!fed_submit_of(p, 1)->late);
    federation_free(&l.f);
}
END_TEST

/* What the collector has not seen has no time, whatever its own says. */
START_TEST(what_was_not_seen_has_no_time)
{
    struct logs l;

    publish(&l);
    claim(&l, 1100);
    submit(&l, 1200);
    hear(&l, 1250, "heard", 2); /* the deliver record is none that matters */
    hear(&l, 1260, "late", 1);
    const struct fed_party *p = fold(&l);
    ck_assert(p->claimed && p->claim_heard_us == 0);
    ck_assert(fed_submit_of(p, 1)->heard_us == 0 && fed_submit_of(p, 1)->late);
    federation_free(&l.f);
}
END_TEST

/* Nobody but the collector hears, claims are no others' to make, and a second one is none. */
START_TEST(who_says_it_counts)
{
    struct logs l;

    publish(&l);
    claim(&l, 1100);
    claim(&l, 1110);
    hear(&l, 1150, "heard", 1); /* of the second */
    l.b[l.bs] = l.a[l.as - 1];  /* and said by b of itself, of the first */
    record_begin(&l.b[l.bs], "heard");
    record_set(&l.b[l.bs], "run", "%s", l.run);
    record_set(&l.b[l.bs], "site", "b");
    record_set_digest(&l.b[l.bs], "record", l.b[0].sum);
    l.bs++;
    const struct fed_party *p = fold(&l);
    ck_assert_uint_eq(p->claims, 2);
    ck_assert_int_eq(p->claim_us, INT64_C(1100) * 1000000);
    ck_assert_int_eq(p->claim_heard_us, 0);
    federation_free(&l.f);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, clocks_a_day_apart, 0, 3);
    tcase_add_test(t, what_was_not_seen_has_no_time);
    tcase_add_test(t, who_says_it_counts);
}

UNIT_MAIN("fold", add)
