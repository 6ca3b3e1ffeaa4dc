/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever is altered in a signed ledger is found: each bit, each record, its tail, all of it. */
#include "trust_fixture.h"

#include <sys/stat.h>

enum { RECORDS = 100 };

static struct err e;

/* A ledger of that many records, all of them signed. */
static struct trust sample(struct bytes *log)
{
    struct trust t = trust_make();

    trust_grow(&t, RECORDS / 2 - 1, true);
    trust_grow(&t, RECORDS / 2, true);
    *log = log_read(t.place.log);
    return t;
}

/* Effect: fails unless it is found in a ledger, by who has never seen it. */
static void found(const struct trust *t, const char *what, size_t where)
{
    err_clear(&e);
    trust_forget(t);
    ck_assert_msg(trust_audit(t, NULL, &e) < 0, "%s %zu: was not found", what, where);
    ck_assert_msg(e.code == ERR_VERIFY, "%s %zu: code %d: %s", what, where, (int)e.code, e.text);
}

/* Each of the eight bits of a byte in turn, or with TAMPER_ALL (make soak) all of them. */
START_TEST(every_bit_of_the_log)
{
    const bool all = getenv("TAMPER_ALL") != NULL;
    struct bytes log;
    struct trust t = sample(&log);
    int fd = open(t.place.log, O_WRONLY);

    ck_ok(trust_audit(&t, NULL, &e), &e);
    for (size_t i = 0; i < log.len; i++) {
        for (size_t k = 0; k < (all ? 8 : 1); k++) {
            char c = (char)(log.data[i] ^ 1 << (i + k) % 8);
            ck_assert_int_eq(pwrite(fd, &c, 1, (off_t)i), 1);
            found(&t, "byte", i);
        }
        ck_assert_int_eq(pwrite(fd, &log.data[i], 1, (off_t)i), 1);
    }
    ck_ok(trust_audit(&t, NULL, &e), &e);
    close(fd);
    free(log.data);
    trust_free(&t);
}
END_TEST

START_TEST(every_bit_of_a_checkpoint)
{
    struct bytes log;
    struct trust t = sample(&log);
    const char *const names[] = {"checkpoint", "checkpoints/50", "checkpoints/100"};

    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", t.place.dir, names[k]);
        struct bytes note = log_read(path);
        for (size_t i = 0; i < note.len; i++) {
            for (int bit = 0; bit < 8; bit++) {
                note.data[i] = (char)(note.data[i] ^ 1 << bit);
                log_put(path, note.data, note.len);
                found(&t, names[k], i);
                note.data[i] = (char)(note.data[i] ^ 1 << bit);
            }
        }
        log_put(path, note.data, note.len);
        free(note.data);
    }
    ck_ok(trust_audit(&t, NULL, &e), &e);
    free(log.data);
    trust_free(&t);
}
END_TEST

/* Where the lines of a log begin, and where the last one ends. */
static size_t lines(const struct bytes *log, size_t *at)
{
    size_t n = 0;

    for (size_t i = 0; i < log->len; i++)
        if (i == 0 || log->data[i - 1] == '\n')
            at[n++] = i;
    at[n] = log->len;
    return n;
}

/* Puts lines [from, to) of a log behind out. */
static void take(struct buf *out, const struct bytes *log, const size_t *at, size_t from, size_t to)
{
    buf_add(out, log->data + at[from], at[to] - at[from]);
}

/* As it stands, and chained anew by who can write in it. */
static void found_twice(const struct trust *t, const struct buf *b, const char *what, size_t where)
{
    log_put(t->place.log, b->data, b->len);
    found(t, what, where);
    struct bytes again = log_read(t->place.log);
    trust_rechain(t, &again, 0);
    found(t, what, where);
    free(again.data);
}

START_TEST(every_record_removed_doubled_swapped)
{
    struct bytes log;
    struct trust t = sample(&log);
    size_t at[RECORDS + 2], n = lines(&log, at);

    ck_assert_uint_eq(n, RECORDS);
    for (size_t i = 0; i < n; i++) {
        struct buf removed = {0}, doubled = {0}, swapped = {0};
        take(&removed, &log, at, 0, i);
        take(&removed, &log, at, i + 1, n);
        found_twice(&t, &removed, "removed", i);
        take(&doubled, &log, at, 0, i + 1);
        take(&doubled, &log, at, i, n);
        found_twice(&t, &doubled, "doubled", i);
        for (size_t j = i + 1; j < n; j++) {
            take(&swapped, &log, at, 0, i);
            take(&swapped, &log, at, j, j + 1);
            take(&swapped, &log, at, i + 1, j);
            take(&swapped, &log, at, i, i + 1);
            take(&swapped, &log, at, j + 1, n);
            log_put(t.place.log, swapped.data, swapped.len);
            found(&t, "swapped", i);
            buf_reset(&swapped);
        }
        buf_free(&removed);
        buf_free(&doubled);
        buf_free(&swapped);
    }
    free(log.data);
    trust_free(&t);
}
END_TEST

START_TEST(every_tail_cut)
{
    struct bytes log;
    struct trust t = sample(&log);
    size_t at[RECORDS + 2], n = lines(&log, at);

    for (size_t i = 0; i < n; i++) {
        log_put(t.place.log, log.data, at[i]);
        found(&t, "cut before record", i);
        /* Who would append does not make it worse. */
        const struct ledger_genesis genesis = {"jena", t.public};
        ck_fails(open_result(t.place.dir, &genesis, &e), &e, ERR_INPUT, "it was cut");
        log_is(t.place.log, log.data, at[i]);
    }
    /* Torn within what was signed is no crash. */
    log_put(t.place.log, log.data, log.len - 7);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "altered, as 100 records were signed");
    ck_fails(open_result(t.place.dir, NULL, &e), &e, ERR_INPUT, "it was cut");
    free(log.data);
    trust_free(&t);
}
END_TEST

/* What is behind the last checkpoint may be torn. */
START_TEST(a_torn_tail_is_told_in_other_words)
{
    struct trust t = trust_make();

    trust_grow(&t, 3, true);
    struct bytes before = log_read(t.place.log);
    trust_grow(&t, 1, false);
    ck_assert_int_eq(truncate(t.place.log, (off_t)(before.len + 50)), 0);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "torn: record 4");
    trust_grow(&t, 1, true);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    before.data[before.len / 2] = '?';
    log_put(t.place.log, before.data, before.len);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "altered");
    free(before.data);
    trust_free(&t);
}
END_TEST

/* Records from number 60 on say that they had one item more, and are chained anew. */
static void rewrite(const struct trust *t)
{
    struct bytes log = log_read(t->place.log);
    size_t at[RECORDS + 8], n = lines(&log, at);

    for (size_t i = 60; i < n; i++) {
        char *items = memmem(log.data + at[i], at[i + 1] - at[i], " items=0", 8);
        ck_assert_ptr_nonnull(items);
        items[7] = '1';
    }
    trust_rechain(t, &log, 60);
    free(log.data);
}

START_TEST(who_can_write_but_not_sign)
{
    struct bytes log;
    struct trust t = sample(&log);

    rewrite(&t);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "of the records 50 to 99 at least one");
    /* Nor does it help to sign it with another key. */
    struct sign_report r;
    struct key *other = trust_key(&t, "other");
    struct ledger *l = trust_open(&t);
    ck_fails(sign_ledger(l, other, 0, &r, &e), &e, ERR_REFUSED, "is not one of this ledger's");
    ck_fails(sign_ledger(l, t.key, 0, &r, &e), &e, ERR_VERIFY, "would deny what was signed before");
    ledger_close(l);
    key_close(other);
    free(log.data);
    trust_free(&t);
}
END_TEST

/* Effect: all checkpoints of the ledger are removed. */
static void unsign(const struct trust *t)
{
    char path[128];

    snprintf(path, sizeof path, "%s/checkpoint", t->place.dir);
    place_remove(path);
    snprintf(path, sizeof path, "%s/checkpoints", t->place.dir);
    place_remove(path);
    snprintf(path, sizeof path, "%s/snapshot", t->place.dir);
    place_remove(path);
}

START_TEST(who_can_sign_too)
{
    struct bytes log;
    struct trust t = sample(&log);
    char kept[128];
    struct sign_report r;

    /* Somebody has a copy of a checkpoint. */
    snprintf(kept, sizeof kept, "%s/kept", t.state.dir);
    char *const files[] = {kept};
    struct audit_known known = {.files = (const char *const *)files, .count = 1};
    struct bytes note = log_read(strcat(strcpy(kept, t.place.dir), "/checkpoint"));
    snprintf(kept, sizeof kept, "%s/kept", t.state.dir);
    log_put(kept, note.data, note.len);
    ck_ok(trust_audit(&t, &known, &e), &e);

    rewrite(&t);
    unsign(&t);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "at least one was another");
    struct ledger *l = trust_open(&t);
    ck_fails(sign_ledger(l, t.key, 0, &r, &e), &e, ERR_VERIFY, "would deny");
    trust_forget(&t); /* as on another machine */
    ck_ok(sign_ledger(l, t.key, 0, &r, &e), &e);
    ledger_close(l);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    ck_fails(trust_audit(&t, &known, &e), &e, ERR_VERIFY, "the log was written anew");
    free(note.data);
    free(log.data);
    trust_free(&t);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, every_bit_of_the_log);
    tcase_add_test(tests, every_bit_of_a_checkpoint);
    tcase_add_test(tests, every_record_removed_doubled_swapped);
    tcase_add_test(tests, every_tail_cut);
    tcase_add_test(tests, a_torn_tail_is_told_in_other_words);
    tcase_add_test(tests, who_can_write_but_not_sign);
    tcase_add_test(tests, who_can_sign_too);
}

UNIT_MAIN("tamper", add)
