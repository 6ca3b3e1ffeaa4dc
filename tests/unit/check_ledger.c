/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a ledger: one that is whole, one that was altered, and what is none. */
#include "ledger_fixture.h"

static struct err e;

START_TEST(a_ledger_opens_again)
{
    struct place p = place_make();
    struct chain_state state;
    char path[128];
    struct bytes key;

    ck_fails(open_result(p.dir, NULL, &e), &e, ERR_OPEN, "holds no ledger");
    ck_fails(ledger_verify(p.dir, &state, &e), &e, ERR_OPEN, p.dir);
    ck_fails(open_result(p.dir, &(struct ledger_genesis){"je na", fixture_key}, &e), &e, ERR_USAGE,
             "je na");
    ck_assert_int_ne(access(p.log, F_OK), 0);
    struct ledger *l = open_ledger(p.dir);
    ck_assert_str_eq(ledger_directory(l), p.dir);
    append_batch(l, 3);
    state = *ledger_state(l);
    ck_assert_uint_eq(state.count, 4);
    ledger_close(l);

    struct bytes before = log_read(p.log);
    l = ledger_open(p.dir, NULL, &e);
    ck_assert_ptr_nonnull(l);
    ck_assert_mem_eq(ledger_state(l)->head, state.head, SHA256_LEN);
    ck_assert_uint_eq(ledger_state(l)->bytes, before.len);
    ck_assert_uint_eq(ledger_repaired(l), 0);
    ledger_close(l);
    ledger_close(open_ledger(p.dir));
    log_is(p.log, before.data, before.len);
    ck_assert_uint_eq(verified_count(p.dir), 4);
    snprintf(path, sizeof path, "%s/key.pub", p.dir);
    key = log_read(path);
    ck_assert_msg(strncmp(key.data, "ed25519:010203", 14) == 0, "%s", key.data);
    free(key.data);
    free(before.data);
    place_remove(p.dir);
}
END_TEST

/* Lines taken out, put twice, or exchanged. */
START_TEST(lines_out_of_place_are_refused)
{
    struct sample s = sample_make(2);
    const struct place *p = &s.place;
    char *data = malloc(2 * s.log.len);

    for (size_t i = 0; i + 1 < s.records; i++) {
        size_t from = i ? s.record_ends[i - 1] : 0, to = s.record_ends[i], len = to - from;
        memcpy(data, s.log.data, from);
        memcpy(data + from, s.log.data + to, s.log.len - to);
        log_put(p->log, data, s.log.len - len);
        ck_fails(open_result(p->dir, &fixture_genesis, &e), &e, ERR_INPUT, "its number is");
        memcpy(data, s.log.data, to);
        memcpy(data + to, s.log.data + from, s.log.len - from);
        log_put(p->log, data, s.log.len + len);
        ck_fails(open_result(p->dir, &fixture_genesis, &e), &e, ERR_INPUT, "its number is");
        log_is(p->log, data, s.log.len + len);
    }
    free(data);
    sample_free(&s);
}
END_TEST

/* One line more, with a right sum, that is wrong: no crash writes this. */
START_TEST(sealed_lines_are_never_cut)
{
    static const struct {
        const char *words, *why;
    } wrong[] = {
        {"9 4000000000.000000 repair bytes=1 sha256=1 batch=1", "its number is 9"},
        {"8 0.000000 repair bytes=1 sha256=1 batch=1", "its time is before"},
        {"8 4000000000.000000 repair bytes=1 sha256=1 batch=2", "batch of 2, but 1"},
        {"8 4000000000.000000 repair bytes=1 sha256=1 more=1 batch=1", "has the fields"},
        {"8 4000000000.000000 Repair bytes=1 sha256=1 batch=1", "its type"},
        {"8 4000000000.000000 genesis format=1 origin=1 site=1 key=1 supply=1 granted=1 rate=1 "
         "policy=1 batch=1",
         "genesis must be record 0"},
    };
    struct sample s = sample_make(2);
    const struct place *p = &s.place;
    struct ledger *l = open_ledger(p->dir);
    const struct chain_state end = *ledger_state(l);
    char *data = malloc(s.log.len + RECORD_MOST);
    uint8_t sum[SHA256_LEN];

    ledger_close(l);
    memcpy(data, s.log.data, s.log.len);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        memcpy(sum, end.head, SHA256_LEN);
        size_t n = seal(data + s.log.len, RECORD_MOST, wrong[i].words, sum);
        log_put(p->log, data, s.log.len + n);
        ck_fails(open_result(p->dir, &fixture_genesis, &e), &e, ERR_INPUT, wrong[i].why);
        log_is(p->log, data, s.log.len + n);
    }
    /* Of another chain: prev is wrong. */
    memset(sum, 7, SHA256_LEN);
    size_t n = seal(data + s.log.len, RECORD_MOST,
                    "8 4000000000.000000 repair bytes=1 sha256=1 batch=1", sum);
    log_put(p->log, data, s.log.len + n);
    ck_fails(open_result(p->dir, &fixture_genesis, &e), &e, ERR_INPUT, "its prev is not");
    /* A type of a later version is kept. */
    memcpy(sum, end.head, SHA256_LEN);
    n = seal(data + s.log.len, RECORD_MOST, "8 4000000000.000000 future what=else batch=1", sum);
    log_put(p->log, data, s.log.len + n);
    l = open_ledger(p->dir);
    append_batch(l, 1); /* and its time is not before that one's */
    ledger_close(l);
    ck_assert_uint_eq(verified_count(p->dir), 10);
    free(data);
    sample_free(&s);
}
END_TEST

START_TEST(what_is_no_ledger_is_not_touched)
{
    static const char *const foreign[] = {
        "\n", "hello\n", "Jan  1 00:00:00 host kernel: booted\nJan  1 00:00:01 host up\n"};
    struct place p = place_make();
    char line[RECORD_MOST], words[300], *big = calloc(1, 2 * RECORD_MOST);
    uint8_t sum[SHA256_LEN] = {0};
    struct chain_state state;

    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        log_put(p.log, foreign[i], strlen(foreign[i]));
        ck_fails(open_result(p.dir, &fixture_genesis, &e), &e, ERR_INPUT, "record 0");
        log_is(p.log, foreign[i], strlen(foreign[i]));
    }
    log_put(p.log, big, 2 * RECORD_MOST);
    ck_fails(open_result(p.dir, &fixture_genesis, &e), &e, ERR_INPUT, "no line feed");
    size_t n = seal(line, sizeof line,
                    "0 1.000000 genesis format=2 origin=1 site=1 key=1 supply=1 granted=1 rate=1 "
                    "policy=1 batch=1",
                    sum);
    log_put(p.log, line, n);
    ck_fails(open_result(p.dir, &fixture_genesis, &e), &e, ERR_INPUT, "its format is not 1");
    log_is(p.log, line, n);
    snprintf(words, sizeof words,
             "0 1.000000 genesis format=1 origin=1 site=%065d key=1 supply=1 granted=1 rate=1 "
             "policy=1 batch=1",
             1);
    memset(sum, 0, sizeof sum);
    log_put(p.log, line, seal(line, sizeof line, words, sum));
    ck_fails(open_result(p.dir, &fixture_genesis, &e), &e, ERR_INPUT,
             "the name of its site has 65 bytes, at most 64");
    log_put(p.log, "", 0);
    ck_fails(open_result(p.dir, NULL, &e), &e, ERR_OPEN, "holds no ledger");
    ck_fails(ledger_verify(p.dir, &state, &e), &e, ERR_VERIFY, "is empty");
    ledger_close(open_ledger(p.dir));
    ck_assert_uint_eq(verified_count(p.dir), 1);
    remove(p.log);
    ck_assert_int_eq(mkdir(p.log, 0755), 0);
    ck_fails(open_result(p.dir, &fixture_genesis, &e), &e, ERR_OPEN, "log");
    free(big);
    place_remove(p.dir);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, a_ledger_opens_again);
    tcase_add_test(t, lines_out_of_place_are_refused);
    tcase_add_test(t, sealed_lines_are_never_cut);
    tcase_add_test(t, what_is_no_ledger_is_not_touched);
}

UNIT_MAIN("ledger", add)
