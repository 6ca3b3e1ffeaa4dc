/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forty rounds of one federation, a week apart, in a ledger with the times that they would have:
 * what its history makes of those who behave for twenty rounds and then lie, of who fails once, of
 * who comes later, and of who has most of the stake.
 */
#include "filter_case.h"
#include "ledger_fixture.h"

#include <inttypes.h>

#include "ledger/fold/accounts.h"
#include "ledger/fold/credits.h"
#include "stats/weight.h"

enum { ROUNDS = 40, SLAVES = 20, FEATURES = 10, ITEMS = 100, LIARS = 6 };
enum { FAILS = 7, LATE = 19, TURN = 20, FAILED = 12, JOINS = 25 }; /* slaves, and rounds from 0 */

static const double week = 7 * 86400., begin = 1700000000, after_start = 3600;

static const struct weight_options usual = {.method = WEIGHT_POS,
                                            .t_min = 7 * 86400.,
                                            .t_max = 30 * 86400.,
                                            .half_life = 90 * 86400.,
                                            .penalty = 0.5,
                                            .lambda = 1};

/* A ledger whose records have the times that are given. */
struct federation {
    struct place place;
    uint8_t sum[SHA256_LEN];
    uint64_t seq, state;
    char *log;
    size_t len, capacity;
};

static void put(struct federation *f, double when, const char *rest)
{
    char words[900], line[1200];

    snprintf(words, sizeof words, "%" PRIu64 " %.6f %s", f->seq++, when, rest);
    size_t n = seal(line, sizeof line, words, f->sum);
    while (f->len + n > f->capacity)
        ck_assert_ptr_nonnull(f->log = realloc(f->log, f->capacity = 2 * f->capacity + 4096));
    memcpy(f->log + f->len, line, n);
    f->len += n;
}

static struct federation federation_begin(void)
{
    struct federation f = {.place = place_make(), .state = 88172645463325252u};

    ledger_close(open_ledger(f.place.dir));
    struct bytes log = log_read(f.place.log);
    log.data[log.len - 1] = '\0';
    *strstr(log.data, " prev=") = '\0';
    put(&f, begin, strstr(log.data, "genesis "));
    free(log.data);
    log_put(f.place.log, f.log, f.len);
    return f;
}

static void federation_end(struct federation *f)
{
    place_remove(f->place.dir);
    free(f->log);
}

static struct accounts fold(const struct federation *f)
{
    struct ledger *l = open_ledger(f->place.dir);
    struct accounts a;
    struct err e = {0};

    ck_ok(accounts_fold(l, UINT64_MAX, &a, &e), &e);
    ck_assert(a.odd.code == ERR_NONE);
    ledger_close(l);
    return a;
}

/* What a slave's history in the ledger is worth at that time, as the engine asks. */
static double worth(const struct accounts *a, const char *name, double now)
{
    const struct account *x = accounts_find(a, name);
    struct weight_event event[2 * ROUNDS];

    ck_assert(!x || x->events_count <= 2 * ROUNDS);
    for (size_t i = 0; x && i < x->events_count; i++)
        event[i] = (struct weight_event){
            x->events[i].items, now - (double)x->events[i].time_us * 1e-6, x->events[i].rejected};
    return weight_of_history(&usual, event, x ? x->events_count : 0);
}

/* Effect: a run of n slaves is settled at that time. */
static void settle(struct federation *f, double now, const bool *there, const bool *rejected,
                   size_t n)
{
    struct accounts a = fold(f);
    uint64_t work[SLAVES], part[SLAVES], emission = credits_emission(a.left, a.rate[0], a.rate[1]);
    size_t count = 0, at = 0;
    struct err e = {0};

    for (size_t i = 0; i < n; i++)
        if (there[i])
            work[count++] = rejected[i] ? 0 : ITEMS;
    ck_ok(credits_divide(emission, work, count, part, &e), &e);
    for (size_t i = 0; i < n; i++) {
        char words[400], batch[32] = "";
        if (!there[i])
            continue;
        if (at + 1 == count)
            snprintf(batch, sizeof batch, " batch=%zu", count);
        snprintf(words, sizeof words,
                 "settle run=%016.0f slave=jena/wdbc/%zu decision=%s items=%d credits=%" PRIu64
                 " result=sha256:%064d%s",
                 now, i + 1, rejected[i] ? "rejected" : "accepted", ITEMS, part[at++], 0, batch);
        put(f, now, words);
    }
    accounts_free(&a);
    log_put(f->place.log, f->log, f->len);
}

/* One round: shares from the ledger, what slaves say, whom the filter rejects. */
struct week {
    double now, P[SLAVES], share[SLAVES];
    bool there[SLAVES], rejected[SLAVES];
};

static void look_up(const struct federation *f, struct week *w)
{
    struct accounts a = fold(f);
    double P[SLAVES], share[SLAVES];
    size_t n = 0;
    struct err e = {0};
    char name[64];

    for (size_t i = 0; i < SLAVES; i++) {
        snprintf(name, sizeof name, "jena/wdbc/%zu", i + 1);
        w->P[i] = worth(&a, name, w->now);
        if (w->there[i])
            P[n++] = w->P[i];
    }
    ck_ok(weight_shares(P, n, usual.lambda, share, &e), &e);
    for (size_t i = n = 0; i < SLAVES; i++)
        w->share[i] = w->there[i] ? share[n++] : 0;
    accounts_free(&a);
}

/* Effect: filters what they say: honest ones about 0, wrong ones about `off`. */
static void judge(struct federation *f, struct week *w, const bool *wrong, double off)
{
    double x[SLAVES * FEATURES], share[SLAVES];
    struct filter_options o = case_options(FILTER_POS_LOF);
    struct filter_input in = {.d = FEATURES, .features = x, .share = share};

    o.decide_few = false;
    for (size_t i = 0; i < SLAVES; i++) {
        if (!w->there[i])
            continue;
        for (size_t j = 0; j < FEATURES; j++)
            x[in.n * FEATURES + j] = case_normal(&f->state) + (wrong[i] ? off : 0);
        share[in.n++] = w->share[i];
    }
    struct filter_outcome out = case_apply(&o, &in);
    for (size_t i = 0, k = 0; i < SLAVES; i++)
        w->rejected[i] = w->there[i] && out.decisions[k++].rejected;
    filter_outcome_free(&out);
}

/* The formula, written out for one slave: rejections[k] says of round k, joined is its first. */
static double slowly(const bool *rejected, size_t joined, size_t rounds, double now)
{
    double P = 0;

    for (size_t k = joined; k < rounds; k++) {
        double left = 1, age = (now - (begin + after_start + (double)k * week)) / 86400;
        for (size_t later = k + 1; later < rounds; later++)
            left *= rejected[later] ? 0.5 : 1;
        double ramp = age <= 7 ? 0 : age >= 30 ? 1 : (age - 7) / 23;
        double decay = age <= 30 ? 1 : pow(2, -(age - 30) / 90);
        P += rejected[k] ? 0 : left * ITEMS * ramp * decay;
    }
    return P;
}

static struct week play(struct federation *f, size_t round)
{
    struct week w = {.now = begin + after_start + (double)round * week};
    bool wrong[SLAVES] = {false};

    for (size_t i = 0; i < SLAVES; i++) {
        w.there[i] = i != LATE || round >= JOINS;
        wrong[i] = (i < LIARS && round >= TURN) || (i == FAILS && round == FAILED);
    }
    look_up(f, &w);
    judge(f, &w, wrong, 6);
    for (size_t i = 0; i < SLAVES; i++)
        ck_assert_msg(w.rejected[i] == wrong[i], "round %zu, slave %zu: %s", round, i + 1,
                      w.rejected[i] ? "rejected" : "accepted");
    settle(f, w.now, w.there, w.rejected, SLAVES);
    return w;
}

START_TEST(forty_rounds)
{
    struct federation f = federation_begin();
    static struct week w[ROUNDS];
    static bool rejected[SLAVES][ROUNDS];
    size_t twin = FAILS + 1;

    for (size_t round = 0; round < ROUNDS; round++) {
        w[round] = play(&f, round);
        for (size_t i = 0; i < SLAVES; i++) {
            rejected[i][round] = w[round].rejected[i];
            double P = slowly(rejected[i], i == LATE ? JOINS : 0, round, w[round].now);
            ck_assert_msg(fabs(w[round].P[i] - P) <= 1e-9 * (1 + P), "round %zu, slave %zu: %g, %g",
                          round, i + 1, w[round].P[i], P);
        }
    }
    ck_assert_uint_eq(verified_count(f.place.dir), f.seq);

    /* Who has not failed is as the others are, and what is a week old counts nothing yet. */
    ck_assert(w[1].P[0] == 0 && w[1].share[0] == w[1].share[twin]);
    ck_near(w[TURN].share[0], w[TURN].share[twin]);
    /* Lies halve what was earned: at a stroke of the share, half of a usual one is left. */
    ck_near(w[TURN + 1].P[0] / w[TURN + 1].P[twin], 0.5);
    ck_assert(w[ROUNDS - 1].P[0] < 1e-4 * w[ROUNDS - 1].P[twin]);
    double mean = 1. / SLAVES, floor_share = 0.5 * mean;
    ck_assert_double_eq_tol(w[ROUNDS - 1].share[0], floor_share, 1e-4 * mean);
    /* A new one has that floor, too: no more than who has earned nothing, and no less. */
    ck_assert(w[JOINS].P[LATE] == 0);
    ck_near(w[JOINS].share[LATE], floor_share);
    ck_assert(w[JOINS + 1].share[LATE] <= w[JOINS + 1].share[twin] / 2);
    ck_assert(w[ROUNDS - 1].share[LATE] > 0.7 * w[ROUNDS - 1].share[twin]);

    /* One failure. */
    ck_assert(w[FAILED].P[FAILS] == w[FAILED].P[twin]);
    ck_near(w[FAILED + 1].P[FAILS] / w[FAILED + 1].P[twin], 0.5);
    size_t back = FAILED + 1;
    while (back < ROUNDS && w[back].share[FAILS] < 0.9 * w[back].share[twin])
        back++;
    printf("# one failure leaves %.2f of the share of others; .9 are there %zu rounds later\n",
           w[FAILED + 1].share[FAILS] / w[FAILED + 1].share[twin], back - FAILED);
    fflush(stdout);
    ck_assert_double_eq_tol(w[FAILED + 1].share[FAILS] / w[FAILED + 1].share[twin], 0.75, 0.01);
    ck_assert_uint_eq(back - FAILED, 18);
    federation_end(&f);
}
END_TEST

/* Rounds that far apart, as many as anybody remembers; then one unjust rejection. Returns after how
 * many rounds the share is that part of the others' again. */
static size_t recovery(double apart, double part, double *at_once)
{
    enum { LONG = 2000 };
    static struct weight_event clean[LONG], marred[LONG];
    double P[SLAVES], share[SLAVES];
    struct err e = {0};

    for (size_t k = 0; k < LONG; k++)
        clean[k] = (struct weight_event){ITEMS, (double)(LONG - k) * apart, false};
    for (size_t since = 1; since < LONG / 2; since++) {
        memcpy(marred, clean, sizeof marred);
        marred[LONG - since].rejected = true;
        for (size_t i = 0; i < SLAVES; i++)
            P[i] = weight_of_history(&usual, i == 0 ? marred : clean, LONG);
        ck_ok(weight_shares(P, SLAVES, usual.lambda, share, &e), &e);
        if (since == 1)
            *at_once = share[0] / share[1];
        if (share[0] >= part * share[1])
            return since;
    }
    return 0;
}

/* In rounds a week apart, and a day: it is days that count. */
START_TEST(who_is_rejected_unjustly_recovers)
{
    static const struct {
        double apart, part;
        size_t rounds;
    } known[] = {{7, 0.9, 22}, {7, 0.95, 35}, {1, 0.9, 141}, {1, 0.95, 230}};
    double at_once;

    for (size_t i = 0; i < 4; i++) {
        size_t rounds = recovery(known[i].apart * 86400, known[i].part, &at_once);
        ck_assert_msg(rounds == known[i].rounds, "%g of the share after %zu rounds", known[i].part,
                      rounds);
        ck_assert_double_eq_tol(at_once, 0.75, 0.01);
    }
}
END_TEST

/* Whether the filter keeps the honest and rejects the liars, who are 8 of 20; computations[i] is how
 * many of a slave count in full. */
static bool holds(const size_t *computations, enum weight_method method)
{
    struct weight_options o = usual;
    struct weight_event event[ROUNDS];
    double P[SLAVES], share[SLAVES];
    bool wrong[SLAVES] = {false}, right = true;
    struct federation f = {.state = 88172645463325252u};
    struct week w = {0};
    struct err e = {0};

    o.method = method;
    for (size_t k = 0; k < ROUNDS; k++)
        event[k] = (struct weight_event){ITEMS, o.t_max, false};
    for (size_t i = 0; i < SLAVES; i++)
        P[i] = weight_of_history(&o, event, computations[i]);
    ck_ok(weight_shares(P, SLAVES, o.lambda, share, &e), &e);
    for (size_t i = 0; i < SLAVES; i++) {
        w.there[i] = true;
        wrong[i] = i < 8;
        w.share[i] = share[i];
    }
    judge(&f, &w, wrong, 6);
    for (size_t i = 0; i < SLAVES; i++)
        right = right && w.rejected[i] == wrong[i];
    return right;
}

START_TEST(a_majority_of_stake_decides_and_one_of_heads_if_uniform)
{
    size_t old_liars[SLAVES] = {0}, all_old[SLAVES];

    for (size_t i = 0; i < SLAVES; i++) {
        all_old[i] = ROUNDS;
        old_liars[i] = i < 8 ? ROUNDS : 0;
    }
    ck_assert(holds(all_old, WEIGHT_POS) && holds(all_old, WEIGHT_UNIFORM));
    ck_assert(!holds(old_liars, WEIGHT_POS) && holds(old_liars, WEIGHT_UNIFORM));
}
END_TEST

/* An account is a name in one ledger: other data, or another site, begins with nothing. */
START_TEST(another_name_has_no_history)
{
    struct federation f = federation_begin();
    bool there[SLAVES] = {true, true}, rejected[SLAVES] = {false, true};

    for (int round = 0; round < 8; round++)
        settle(&f, begin + after_start + round * week, there, rejected, SLAVES);
    struct accounts a = fold(&f);
    double now = begin + 10 * week;
    ck_assert(worth(&a, "jena/wdbc/1", now) > 4 * ITEMS);
    ck_assert(worth(&a, "jena/wdbc/2", now) == 0);
    ck_assert(!accounts_find(&a, "jena/other/1") && !accounts_find(&a, "weimar/wdbc/1"));
    ck_assert(worth(&a, "jena/other/1", now) == 0);
    accounts_free(&a);
    federation_end(&f);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, forty_rounds);
    tcase_add_test(t, who_is_rejected_unjustly_recovers);
    tcase_add_test(t, a_majority_of_stake_decides_and_one_of_heads_if_uniform);
    tcase_add_test(t, another_name_has_no_history);
}

UNIT_MAIN("history40", add)
