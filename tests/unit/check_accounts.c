/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts and runs that are folded from a ledger, and how a credit is divided. */
#include "ledger_fixture.h"

#include <math.h>

#include "ledger/fold/accounts.h"
#include "ledger/fold/credits.h"
#include "ledger/fold/runs.h"

typedef unsigned __int128 wide;

static struct err e;
static uint64_t seed = 88172645463325252u;

static uint64_t next_random(void)
{
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed;
}

/* The slow, obvious version: whole parts, then again and again one to whoever
 * has the largest fraction that got none yet. */
static void divide_slowly(uint64_t total, const uint64_t *work, size_t n, uint64_t *part)
{
    wide sum = 0;
    uint64_t given = 0;
    bool *got = calloc(n + 1, sizeof *got);

    for (size_t i = 0; i < n; i++)
        sum += work[i];
    for (size_t i = 0; i < n; i++)
        given += part[i] = sum ? (uint64_t)((wide)total * work[i] / sum) : 0;
    for (; sum && given < total; given++) {
        size_t best = n;
        for (size_t i = 0; i < n; i++)
            if (!got[i] &&
                (best == n || (wide)total * work[i] % sum > (wide)total * work[best] % sum))
                best = i;
        ck_assert_uint_lt(best, n);
        got[best] = true;
        part[best]++;
    }
    free(got);
}

/* Divides as both do, and returns the sum of the parts. */
static wide divide(uint64_t total, const uint64_t *work, size_t n, uint64_t *part)
{
    uint64_t slow[64];
    wide paid = 0;

    ck_ok(credits_divide(total, work, n, part, &e), &e);
    divide_slowly(total, work, n, slow);
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_eq(part[i], slow[i]);
        ck_assert(work[i] > 0 || part[i] == 0);
        paid += part[i];
    }
    return paid;
}

START_TEST(credits_go_to_the_largest_remainders)
{
    uint64_t part[64], most[64];

    ck_assert(divide(10, (uint64_t[]){1, 1, 1}, 3, part) == 10);
    ck_assert(part[0] == 4 && part[1] == 3 && part[2] == 3);
    ck_assert(divide(100, (uint64_t[]){10, 6, 4, 0, 1}, 5, part) == 100);
    ck_assert(part[0] == 48 && part[1] == 28 && part[2] == 19 && part[3] == 0 && part[4] == 5);
    ck_assert(divide(5, (uint64_t[]){0, 0}, 2, part) == 0);
    ck_assert(divide(0, (uint64_t[]){3, 4}, 2, part) == 0);
    ck_assert(divide(5, NULL, 0, part) == 0);
    /* 64 x 64 bits do not overflow, nor does the sum of the work. */
    for (size_t i = 0; i < 64; i++)
        most[i] = UINT64_MAX;
    ck_assert(divide(UINT64_MAX, most, 64, part) == UINT64_MAX);
    ck_assert_uint_eq(part[0], UINT64_MAX / 64 + 1);
    ck_assert_uint_eq(part[63], UINT64_MAX / 64);
    ck_assert(divide(UINT64_MAX, (uint64_t[]){UINT64_MAX, 1}, 2, part) == UINT64_MAX);
    ck_assert(part[0] == UINT64_MAX - 1 && part[1] == 1);
    ck_assert_uint_eq(credits_emission(UINT64_MAX, UINT64_MAX, UINT64_MAX), UINT64_MAX);
    ck_assert_uint_eq(credits_emission(UINT64_MAX, 1, 2), UINT64_MAX / 2);
    ck_assert_uint_eq(credits_emission(99999, 1, CREDITS_RATE), 0);
}
END_TEST

START_TEST(credits_are_conserved)
{
    uint64_t balances[64] = {0}, left = CREDITS_SUPPLY - CREDITS_GRANTED;

    for (int round = 0; round < 20000; round++) {
        uint64_t work[64], part[64], sum = CREDITS_GRANTED, emission;
        size_t n = next_random() % 12;
        unsigned shift = (unsigned)(next_random() % 64);
        for (size_t i = 0; i < n; i++)
            work[i] = next_random() % 5 ? next_random() >> shift : 0;
        emission = credits_emission(left, 1 + next_random() % 100, CREDITS_RATE);
        wide paid = divide(emission, work, n, part);
        ck_assert(paid == emission || paid == 0);
        left -= (uint64_t)paid;
        for (size_t i = 0; i < n; i++)
            balances[i] += part[i];
        for (size_t i = 0; i < 64; i++)
            sum += balances[i];
        ck_assert_uint_eq(sum + left, CREDITS_SUPPLY);
    }
    ck_assert_uint_lt(left, CREDITS_SUPPLY / 1000);
}
END_TEST

START_TEST(credits_have_text)
{
    char text[CREDITS_TEXT];

    ck_assert_str_eq(credits_format(text, 0), "0.00");
    ck_assert_str_eq(credits_format(text, 7), "0.07");
    ck_assert_str_eq(credits_format(text, 99999), "999.99");
    ck_assert_str_eq(credits_format(text, 100000), "1,000.00");
    ck_assert_str_eq(credits_format(text, CREDITS_SUPPLY), "21,000,000.00");
    ck_assert_str_eq(credits_format(text, UINT64_MAX), "184,467,440,737,095,516.15");
}
END_TEST

/* Returns supply - left - all balances. */
static uint64_t missing(const struct accounts *a)
{
    uint64_t sum = a->left;

    for (size_t i = 0; i < a->count; i++)
        sum += a->list[i].credits;
    return a->supply - sum;
}

static void check_account(const struct accounts *a, const char *name, uint64_t credits,
                          uint64_t items, uint64_t rejections, double seconds, size_t events)
{
    const struct account *account = accounts_find(a, name);

    ck_assert_msg(account != NULL, "%s", name);
    ck_assert_uint_eq(account->credits, credits);
    ck_assert_uint_eq(account->items, items);
    ck_assert_uint_eq(account->rejections, rejections);
    ck_assert(account->seconds == seconds);
    ck_assert_uint_eq(account->events_count, events);
}

/* The ledger that version 1 wrote stays readable, and means the same. */
START_TEST(golden_ledger_folds)
{
    struct ledger *l = ledger_open_read(TEST_DATA "/ledger-v1", &e);
    struct accounts a;

    ck_assert_msg(l != NULL, "%s", e.text);
    ck_assert_uint_eq(verified_count(TEST_DATA "/ledger-v1"), 32);
    ck_ok(accounts_fold(l, UINT64_MAX, &a, &e), &e);
    ck_assert_uint_eq(a.count, 4);
    ck_assert_uint_eq(a.supply, CREDITS_SUPPLY);
    ck_assert_uint_eq(missing(&a), 0);
    check_account(&a, "jena", CREDITS_GRANTED, 0, 0, 0, 0);
    check_account(&a, "jena/wdbc/0", 20000, 143, 0, 0.5, 1);
    check_account(&a, "jena/wdbc/1", 2728, 142, 1, 0.75, 2);
    check_account(&a, "jena/digits/0", 17271, 899, 0, 1.25, 1);
    ck_assert_ptr_null(accounts_find(&a, "jena/wdbc/2"));
    const struct account_event *event = accounts_find(&a, "jena/wdbc/1")->events;
    ck_assert(event[0].rejected && event[0].items == 142);
    ck_assert(!event[1].rejected && event[1].time_us - event[0].time_us == 604803926000);
    accounts_free(&a);
    /* As the second run saw it, whose publish record is 19. */
    ck_ok(accounts_fold(l, 19, &a, &e), &e);
    ck_assert_uint_eq(missing(&a), 0);
    check_account(&a, "jena/wdbc/1", 0, 0, 1, 0.375, 1);
    ck_assert_ptr_null(accounts_find(&a, "jena/digits/0"));
    accounts_free(&a);
    ledger_close(l);
}
END_TEST

/* Digests of the golden ledger: of the texts "contract", "wdbc.csv", "digits.csv". */
#define CONTRACT "cc8321d6375c494d043fdd0260f21bc0ec51dacc9f6abb7f909cdcd3041b78bf"
#define WDBC     "sha256:f2a3db094de0a184bf4bba6de4c3e9eca7112543210e487dd65fccf212e6e86a"
#define DIGITS   "sha256:60746b69e0af6eece923ec600d7f0267077718815c05866e5cc819237a468e00"

START_TEST(golden_runs_are_found)
{
    struct ledger *l = ledger_open_read(TEST_DATA "/ledger-v1", &e);
    struct run run, same;

    ck_ok(runs_last(l, CONTRACT, WDBC, &run, &e), &e);
    ck_assert_uint_eq(strlen(run.key), RUN_HEX);
    ck_assert_uint_eq(run.seq, 1);
    ck_assert_int_eq(run.time_us, 1700000004500000);
    ck_assert_str_eq(run.contract, CONTRACT);
    ck_assert_str_eq(run.data, WDBC);
    ck_assert(run.aggregated && run.settled && run.accepted == 1 && run.items == 143);
    ck_assert_uint_eq(run.count, 4);
    const struct run_slave *s = runs_slave(&run, "jena/wdbc/0");
    ck_assert(s->claimed && s->submitted && s->filtered && s->settled && !s->trouble);
    ck_assert(s->items == 143 && s->submitted_items == 143 && s->credits == 20000);
    ck_assert(s->score == 0.9375 && s->threshold == 1.5 && s->weight == 0 && s->share == 0.5);
    ck_assert_mem_eq(s->state, run.state, SHA256_LEN);
    ck_assert_str_eq(s->decision, "accepted");
    s = runs_slave(&run, "jena/wdbc/1");
    ck_assert_str_eq(s->decision, "rejected");
    ck_assert_str_eq(s->why, "score 7.125 > 1.5: mean[3] +12%, mean[7] -9%, mean[0] +4%");
    ck_assert(s->settled && s->credits == 0);
    s = runs_slave(&run, "jena/wdbc/2");
    ck_assert(s->claimed && !s->submitted && !s->settled);
    ck_assert_str_eq(s->trouble, "no answer for 30 s");
    s = runs_slave(&run, "jena/wdbc/3");
    ck_assert(!s->claimed && !s->submitted);
    ck_assert_str_eq(s->trouble, "the partition has no column 'radius'");
    ck_assert_ptr_null(runs_slave(&run, "jena/wdbc/4"));

    ck_ok(runs_find(l, run.key, &same, &e), &e);
    ck_assert(same.seq == run.seq && same.count == run.count && same.settled);
    ck_assert_str_eq(same.result, run.result);
    runs_free(&same);
    runs_free(&run);
    ck_ok(runs_last(l, CONTRACT, DIGITS, &run, &e), &e);
    ck_assert_uint_eq(run.seq, 19);
    ck_assert(isnan(runs_slave(&run, "jena/digits/0")->score));
    runs_free(&run);
    ck_ok(runs_last(l, CONTRACT, "sha256:other", &run, &e), &e);
    ck_assert_str_eq(run.key, "");
    runs_free(&run);
    ck_fails(runs_find(l, "0123456789abcdef", &run, &e), &e, ERR_INPUT, "has no run 0123");
    ck_fails(runs_find(l, "", &run, &e), &e, ERR_INPUT, "has no run");
    ledger_close(l);
}
END_TEST

static void fill_settle(struct record *r, const char *run, const char *slave, const char *decision,
                        uint64_t items, uint64_t credits)
{
    record_begin(r, "settle");
    record_set(r, "run", "%s", run);
    record_set(r, "slave", "%s", slave);
    record_set(r, "decision", "%s", decision);
    record_set(r, "items", "%llu", (unsigned long long)items);
    record_set(r, "credits", "%llu", (unsigned long long)credits);
    record_set(r, "result", "-");
}

/* Whether a ledger of this batch, after one good settlement, is refused. */
static void refused(struct record *batch, size_t n, const char *why)
{
    struct place p = place_make();
    struct ledger *l = open_ledger(p.dir);
    struct record good;
    struct accounts a;

    fill_settle(&good, "00000000000000aa", "jena/a/0", "accepted", 1, 20000);
    ck_ok(ledger_append(l, &good, 1, NULL, &e), &e);
    ck_ok(accounts_fold(l, UINT64_MAX, &a, &e), &e);
    ck_assert_uint_eq(missing(&a), 0);
    accounts_free(&a);
    ck_ok(ledger_append(l, batch, n, NULL, &e), &e);
    ck_fails(accounts_fold(l, UINT64_MAX, &a, &e), &e, ERR_INPUT, why);
    ck_assert_msg(strstr(e.text, p.dir) != NULL, "%s", e.text);
    ck_ok(accounts_fold(l, 2, &a, &e), &e); /* as it was before */
    accounts_free(&a);
    ledger_close(l);
    place_remove(p.dir);
}

START_TEST(wrong_settlements_are_refused)
{
    static const char run[] = "00000000000000bb";
    struct record r[2];

    fill_settle(&r[0], run, "jena/a/0", "accepted", 1, 10000);
    fill_settle(&r[1], run, "jena/a/1", "accepted", 1, 10000);
    refused(r, 2, "record 3 (settle): credits is 10000, the rules give 9999");
    fill_settle(&r[1], run, "jena/a/1", "rejected", 1, 9999);
    refused(r, 2, "record 2 (settle): credits is 10000, the rules give 19999");
    fill_settle(&r[0], run, "jena/a/0", "accepted", 1, 19999);
    fill_settle(&r[1], run, "jena/a/1", "rejected", 1, 1);
    refused(r, 2, "record 3 (settle): credits is 1, the rules give 0");
    fill_settle(&r[0], run, "jena/a/0", "accepted", 1, 19998);
    refused(r, 1, "record 2 (settle): credits is 19998, the rules give 19999");
    fill_settle(&r[0], run, "jena/a/0", "lost", 1, 0);
    refused(r, 1, "neither accepted nor rejected");
    fill_settle(&r[0], "00000000000000aa", "jena/a/0", "accepted", 1, 19999);
    refused(r, 1, "record 2 (settle): record 1 settled its run already");
    fill_settle(&r[0], run, "jena/a/0", "accepted", 1, 10000);
    fill_settle(&r[1], "00000000000000cc", "jena/a/1", "accepted", 1, 9999);
    refused(r, 2, "not that of the batch");
    fill_settle(&r[0], "\n", "jena/a/0", "accepted", 1, 19999);
    refused(r, 1, "its run is no run");
}
END_TEST

START_TEST(what_cannot_be_counted_is_not_appended)
{
    struct place p = place_make();
    struct ledger *l = open_ledger(p.dir);
    uint64_t bytes = ledger_state(l)->bytes;
    struct record r;

    fill_settle(&r, "00000000000000aa", "jena/a/0", "accepted", UINT64_MAX, 20000);
    ck_fails(ledger_append(l, &r, 1, NULL, &e), &e, ERR_INPUT,
             "record 1 (settle): items is '18446744073709551615'");
    fill_settle(&r, "00000000000000aa", "jena/a/0", "accepted", RECORD_ITEMS + 1, 20000);
    ck_fails(ledger_append(l, &r, 1, NULL, &e), &e, ERR_INPUT, "at most 2^53");
    r.used = r.fields[r.count = 3].value;
    record_set(&r, "items", "-1\n");
    record_set(&r, "credits", "1");
    record_set(&r, "result", "-");
    ck_fails(ledger_append(l, &r, 1, NULL, &e), &e, ERR_INPUT, "items is '-1<U+000A>'");
    static const double seconds[] = {NAN, INFINITY, -1};
    for (size_t i = 0; i < 3; i++) {
        fill_submit(&r, "jena/a/0", 1);
        r.used = r.fields[--r.count].value;
        record_set_number(&r, "seconds", seconds[i]);
        ck_fails(ledger_append(l, &r, 1, NULL, &e), &e, ERR_INPUT, "finite, and not negative");
    }
    ck_assert_uint_eq(ledger_state(l)->bytes, bytes);
    fill_settle(&r, "00000000000000aa", "jena/a/0", "accepted", RECORD_ITEMS, 20000);
    ck_ok(ledger_append(l, &r, 1, NULL, &e), &e);
    ledger_close(l);
    ck_assert_uint_eq(verified_count(p.dir), 2);
    place_remove(p.dir);
}
END_TEST

/* Effect: the log goes on with these words, as somebody else's program may write them. */
static void append_raw(const struct place *p, const char *words)
{
    struct err nothing = {0};
    struct chain_state state;
    char line[RECORD_MOST];

    ck_ok(ledger_verify(p->dir, &state, &nothing), &nothing);
    size_t len = seal(line, sizeof line, words, state.head);
    int fd = open(p->log, O_WRONLY | O_APPEND);
    ck_assert_int_eq(write(fd, line, len), (ssize_t)len);
    close(fd);
}

/* Settlements of that many items each, one after the other; returns what is left. */
static uint64_t settle_raw(const struct place *p, unsigned first, unsigned count, uint64_t items,
                           uint64_t left)
{
    char words[512];

    for (unsigned i = first; i < first + count; i++) {
        uint64_t credits = left / 100000;
        snprintf(
            words, sizeof words,
            "%u 9000000000.000000 settle run=%016x slave=jena/a/0 decision=accepted items=%llu "
            "credits=%llu result=- batch=1",
            i, i, (unsigned long long)items, (unsigned long long)credits);
        append_raw(p, words);
        left -= credits;
    }
    return left;
}

/* Whoever appends may write anything: that must not end what others can read. */
START_TEST(what_is_too_much_counts_as_the_most)
{
    struct place p = place_make();
    struct accounts a;
    struct record r;

    ledger_close(open_ledger(p.dir));
    uint64_t left = settle_raw(&p, 1, 1, UINT64_MAX, 2000000000);
    struct ledger *l = open_ledger(p.dir);
    fill_settle(&r, "00000000000000bb", "jena/a/0", "accepted", 5, left / 100000);
    ck_ok(ledger_append(l, &r, 1, NULL, &e), &e);
    left -= left / 100000;
    ck_ok(accounts_fold(l, UINT64_MAX, &a, &e), &e);
    ck_assert_uint_eq(accounts_find(&a, "jena/a/0")->items, RECORD_ITEMS + 5);
    ck_assert(accounts_find(&a, "jena/a/0")->events[0].items == (double)RECORD_ITEMS);
    ck_assert_ptr_nonnull(strstr(a.odd.text, "record 1 (settle): items is '18446744073709551615'"));
    ck_assert_uint_eq(missing(&a), 0);
    ck_ok(accounts_check_items(&a, "jena/a/0", ACCOUNT_ITEMS - RECORD_ITEMS - 5, &e), &e);
    ck_fails(accounts_check_items(&a, "jena/a/0", ACCOUNT_ITEMS - RECORD_ITEMS - 4, &e), &e,
             ERR_INPUT, "cannot be counted");
    ck_ok(accounts_check_items(&a, "jena/a/1", ACCOUNT_ITEMS, &e), &e);
    accounts_free(&a);
    ledger_close(l);
    place_remove(p.dir);
}
END_TEST

START_TEST(sums_that_are_too_large_are_read_and_told_of)
{
    enum { MANY = 1024 }; /* times 2^53 is one more than can be counted */
    struct place p = place_make();
    struct accounts a;

    ledger_close(open_ledger(p.dir));
    settle_raw(&p, 1, MANY, RECORD_ITEMS, 2000000000);
    struct ledger *l = open_ledger(p.dir);
    ck_ok(accounts_fold(l, MANY, &a, &e), &e);
    ck_assert_int_eq(a.odd.code, ERR_NONE);
    accounts_free(&a);
    ck_ok(accounts_fold(l, UINT64_MAX, &a, &e), &e);
    ck_assert_uint_eq(accounts_find(&a, "jena/a/0")->items, ACCOUNT_ITEMS);
    ck_assert_ptr_nonnull(strstr(a.odd.text, "record 1024 (settle): the items of jena/a/0"));
    ck_assert_uint_eq(missing(&a), 0);
    accounts_free(&a);
    ledger_close(l);
    place_remove(p.dir);
}
END_TEST

/* A ledger whose genesis says this of its credits. */
static int fold_genesis(const char *credits)
{
    struct place p = place_make();
    char line[RECORD_MOST], words[512];
    uint8_t sum[SHA256_LEN] = {0};
    struct accounts a;

    snprintf(words, sizeof words,
             "0 1.000000 genesis format=1 origin=o site=jena key=k %s policy=none batch=1",
             credits);
    log_put(p.log, line, seal(line, sizeof line, words, sum));
    struct ledger *l = open_ledger(p.dir);
    int rc = accounts_fold(l, UINT64_MAX, &a, &e);
    if (rc == 0)
        accounts_free(&a);
    ledger_close(l);
    place_remove(p.dir);
    return rc;
}

START_TEST(wrong_genesis_is_refused)
{
    static const char *const wrong[] = {
        "supply=1 granted=2 rate=1/2",
        "supply=2 granted=1 rate=3/2",
        "supply=2 granted=1 rate=1/0",
        "supply=2 granted=1 rate=1",
        "supply=2 granted=1 rate=/2",
        "supply=2 granted=1 rate=1/",
        "supply=2 granted=1 rate=1/2/3",
        "supply=2 granted=1 rate=0.5",
        "supply=2 granted=1 rate=-1/2",
        "supply=18446744073709551616 granted=1 rate=1/2",
        "supply=2 granted=x rate=1/2",
        "supply=2 granted=1 rate=00000000000000000000000000000000001/2",
    };

    ck_ok(fold_genesis("supply=2 granted=1 rate=1/2"), &e);
    ck_ok(fold_genesis("supply=18446744073709551615 granted=0 rate=0/1"), &e);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_fails(fold_genesis(wrong[i]), &e, ERR_INPUT, "record 0 (genesis)");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, credits_go_to_the_largest_remainders);
    tcase_add_test(t, credits_are_conserved);
    tcase_add_test(t, credits_have_text);
    tcase_add_test(t, golden_ledger_folds);
    tcase_add_test(t, golden_runs_are_found);
    tcase_add_test(t, wrong_settlements_are_refused);
    tcase_add_test(t, wrong_genesis_is_refused);
    tcase_add_test(t, what_cannot_be_counted_is_not_appended);
    tcase_add_test(t, what_is_too_much_counts_as_the_most);
    tcase_add_test(t, sums_that_are_too_large_are_read_and_told_of);
}

UNIT_MAIN("accounts", add)
