/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ledger's Merkle tree and its snapshot, against a slow tree over the lines of its log. */
#include "ledger/leaves.h"

#include "ledger_fixture.h"

enum {
    MOST = 1500,
    SOME = 600,   /* records of a ledger of three tiles */
    MANY = 1030,  /* of one of which a snapshot is worth it */
    AT_SIZE = 16, /* bytes of a snapshot, as FORMAT says */
    AT_ROOT = 72,
    AT_TILES = 104,
};

static struct err e;
static struct hash *h;

/* The lines of a log, and their leaves. */
struct slow {
    struct bytes log;
    size_t count;
    const char *line[MOST];
    size_t len[MOST];
    uint8_t leaf[MOST][SHA256_LEN];
};

static struct slow slow_read(const struct place *p)
{
    struct slow s = {.log = log_read(p->log)};
    const char *line = s.log.data;

    for (const char *lf; line < s.log.data + s.log.len; line = lf + 1) {
        lf = memchr(line, '\n', s.log.len);
        char byte = 0;
        ck_assert_uint_lt(s.count, MOST);
        s.line[s.count] = line;
        s.len[s.count] = (size_t)(lf - line);
        hash_add(h, &byte, 1);
        hash_add(h, line, s.len[s.count]);
        ck_ok(hash_final(h, s.leaf[s.count++], &e), &e);
    }
    return s;
}

/* MTH of RFC 6962, section 2.1. */
static void slow_root(const struct slow *s, size_t first, size_t n, uint8_t root[static SHA256_LEN])
{
    uint8_t both[1 + 2 * SHA256_LEN] = {1};
    size_t k = 1;

    if (n == 0)
        ck_ok(hash_bytes("", 0, root, &e), &e);
    if (n == 1)
        memcpy(root, s->leaf[first], SHA256_LEN);
    if (n < 2)
        return;
    while (2 * k < n)
        k *= 2;
    slow_root(s, first, k, both + 1);
    slow_root(s, first + k, n - k, both + 1 + SHA256_LEN);
    hash_add(h, both, sizeof both);
    ck_ok(hash_final(h, root, &e), &e);
}

static struct place ledger_of(size_t records)
{
    struct place p = place_make();
    struct ledger *l = open_ledger(p.dir);

    if (!h)
        h = hash_create(&e);
    for (size_t n; (n = records - (size_t)ledger_state(l)->count) > 0;)
        append_batch(l, n < 9 ? n : 1 + ledger_state(l)->count % 9);
    ledger_close(l);
    return p;
}

static void check_root(struct ledger *l, const struct slow *s, size_t size)
{
    uint8_t root[SHA256_LEN], expected[SHA256_LEN];

    slow_root(s, 0, size, expected);
    ck_ok(ledger_root(l, size, root, &e), &e);
    ck_assert_msg(memcmp(root, expected, SHA256_LEN) == 0, "root of %zu", size);
}

static void check_proof(struct ledger *l, const struct slow *s, size_t seq, size_t size)
{
    uint8_t root[SHA256_LEN];
    struct tree_path path;
    struct buf line = {0};

    slow_root(s, 0, size, root);
    ck_ok(ledger_prove(l, seq, size, &path, &line, &e), &e);
    ck_assert_uint_eq(line.len, s->len[seq]);
    ck_assert_mem_eq(line.data, s->line[seq], line.len);
    ck_ok(tree_check(&path, s->leaf[seq], seq, size, root, &e), &e);
    buf_free(&line);
}

static void check_consistent(struct ledger *l, const struct slow *s, size_t old, size_t size)
{
    uint8_t root[SHA256_LEN], before[SHA256_LEN];
    struct tree_path path;

    slow_root(s, 0, size, root);
    slow_root(s, 0, old, before);
    ck_ok(ledger_prove_consistent(l, old, size, &path, &e), &e);
    ck_ok(tree_check_consistent(&path, old, before, size, root, &e), &e);
}

static const size_t sizes[] = {1, 2, 3, 7, 64, 200, 255, 256, 257, 500, 511, 512, 513, 599, 600};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

/* Every size across two tiles; proofs of some sizes, and of records all along them. */
static void check_tree(struct ledger *l, const struct slow *s)
{
    for (size_t size = 0; size <= SOME; size++)
        check_root(l, s, size);
    for (size_t i = 0; i < SIZES; i++) {
        for (size_t seq = i % 3; seq < sizes[i]; seq += 17)
            check_proof(l, s, seq, sizes[i]);
        check_proof(l, s, sizes[i] - 1, sizes[i]);
        for (size_t k = 0; k <= i; k++)
            check_consistent(l, s, sizes[k], sizes[i]);
        check_consistent(l, s, 0, sizes[i]);
    }
}

START_TEST(roots_and_proofs)
{
    struct place p = ledger_of(SOME);
    struct slow s = slow_read(&p);
    struct ledger *l = ledger_open_read(p.dir, &e);
    struct tree_path path;
    struct buf line = {0};
    uint8_t root[SHA256_LEN];

    ck_assert_uint_eq(s.count, SOME);
    check_tree(l, &s);
    ck_fails(ledger_root(l, SOME + 1, root, &e), &e, ERR_INPUT, "has 600 records, expected 601");
    ck_fails(ledger_prove(l, 5, 5, &path, &line, &e), &e, ERR_INPUT, "not one of the first 5");
    ck_fails(ledger_prove_consistent(l, 6, 5, &path, &e), &e, ERR_INPUT, "not the beginning");
    ck_assert_uint_eq(ledger_cached(l), 0);
    ledger_close(l);
    free(s.log.data);
    place_remove(p.dir);
}
END_TEST

START_TEST(roots_while_it_is_verified)
{
    struct place p = ledger_of(SOME);
    struct slow s = slow_read(&p);
    struct ledger_root roots[SOME + 4] = {{.size = 0}};
    const struct ledger_also also = {.roots = roots, .count = SOME + 4};
    struct chain_state state;
    uint8_t expected[SHA256_LEN];

    for (size_t i = 0; i < SOME + 4; i++)
        roots[i].size = i < 2 ? SOME / 2 : SOME + 3 - i;
    roots[2].size = SOME + 1;
    memset(roots[2].hash, 7, SHA256_LEN);
    ck_ok(ledger_verify_also(p.dir, &also, &state, &e), &e);
    for (size_t i = 0; i < SOME + 3; i++) {
        ck_assert_uint_le(i ? roots[i - 1].size : 0, roots[i].size);
        slow_root(&s, 0, (size_t)roots[i].size, expected);
        ck_assert_mem_eq(roots[i].hash, expected, SHA256_LEN);
    }
    ck_assert_uint_eq(roots[SOME + 3].size, SOME + 1);
    memset(expected, 7, SHA256_LEN);
    ck_assert_mem_eq(roots[SOME + 3].hash, expected, SHA256_LEN);

    /* What does not count is in no tree: the log ends within a batch. */
    struct ledger *l = open_ledger(p.dir);
    append_batch(l, 3);
    ledger_close(l);
    ck_assert_int_eq(truncate(p.log, (off_t)(s.log.len + 700)), 0);
    ck_fails(ledger_verify_also(p.dir, &also, &state, &e), &e, ERR_VERIFY, "torn");
    ck_assert_uint_eq(state.count, SOME);
    ck_assert_mem_eq(roots[SOME + 3].hash, expected, SHA256_LEN);
    free(s.log.data);
    place_remove(p.dir);
}
END_TEST

/* The tree of a handle that appends, and of one that reads what another appended. */
START_TEST(it_grows)
{
    struct place p = ledger_of(250);
    struct ledger *l = open_ledger(p.dir), *reader = ledger_open_read(p.dir, &e);
    uint8_t root[SHA256_LEN];

    for (size_t n = 1; n < 10; n++) {
        struct slow s = slow_read(&p);
        check_root(l, &s, s.count);
        if (n > 1)
            ck_fails(ledger_root(reader, s.count, root, &e), &e, ERR_INPUT, "expected");
        check_root(reader, &s, (size_t)ledger_state(reader)->count);
        ck_ok(ledger_refresh(reader, &e), &e);
        check_root(reader, &s, s.count);
        append_batch(l, n);
        free(s.log.data);
    }
    ledger_close(l);
    ledger_close(reader);
    place_remove(p.dir);
}
END_TEST

/* A ledger with a snapshot, whose path is in it. */
struct shot {
    struct place p;
    char path[100];
    struct slow s;
    struct bytes data;
};

static struct shot shot_make(void)
{
    struct shot t = {.p = ledger_of(MANY)};
    struct ledger *l = open_ledger(t.p.dir);

    snprintf(t.path, sizeof t.path, "%s/snapshot", t.p.dir);
    ck_ok(ledger_save_snapshot(l, &e), &e);
    ledger_close(l);
    t.s = slow_read(&t.p);
    t.data = log_read(t.path);
    ck_assert_uint_eq(t.data.len, AT_TILES + (MANY + 255) / 256 * 40 + SHA256_LEN);
    return t;
}

static void shot_free(struct shot *t)
{
    free(t->s.log.data);
    free(t->data.data);
    place_remove(t->p.dir);
}

/* Puts a snapshot there, with its right digest if that is mended. */
static void shot_put(const struct shot *t, const char *data, size_t len, bool mended)
{
    char *copy = malloc(len + 1);

    memcpy(copy, data, len);
    if (mended)
        ck_ok(hash_bytes(copy, len - SHA256_LEN, (uint8_t *)copy + len - SHA256_LEN, &e), &e);
    unlink(t->path);
    log_put(t->path, copy, len);
    chmod(t->path, 0600);
    free(copy);
}

/* Opens the ledger, and returns how many records the snapshot told of. */
static uint64_t told(const struct shot *t)
{
    struct ledger *l = ledger_open_read(t->p.dir, &e);
    uint64_t n;

    ck_assert_msg(l != NULL, "%s", e.text);
    n = ledger_cached(l);
    ledger_close(l);
    return n;
}

START_TEST(snapshot_is_used)
{
    struct shot t = shot_make();
    struct stat before, after;
    struct ledger *l = open_ledger(t.p.dir);

    ck_assert_uint_eq(ledger_cached(l), MANY);
    ck_assert_uint_eq(ledger_state(l)->count, MANY);
    check_tree(l, &t.s);
    check_root(l, &t.s, MANY);
    check_proof(l, &t.s, MANY - 1, MANY);
    append_batch(l, 60);
    append_batch(l, 20);
    ck_ok(ledger_save_snapshot(l, &e), &e); /* not worth it */
    ledger_close(l);
    log_is(t.path, t.data.data, t.data.len);

    /* One that is older than the log. */
    struct slow s = slow_read(&t.p);
    l = ledger_open_read(t.p.dir, &e);
    ck_assert_uint_eq(ledger_cached(l), MANY);
    ck_assert_uint_eq(ledger_state(l)->count, MANY + 80);
    for (size_t n = MANY - 300; n <= MANY + 80; n++)
        check_root(l, &s, n);
    check_proof(l, &s, MANY + 10, MANY + 80);
    check_proof(l, &s, MANY + 9, MANY + 80);
    check_consistent(l, &s, MANY + 9, MANY + 80);
    check_consistent(l, &s, 700, MANY + 9);
    ledger_forget_snapshot(l);
    ck_assert_uint_eq(ledger_cached(l), 0);
    check_root(l, &s, MANY + 80);
    ledger_close(l);
    ck_assert_uint_eq(verified_count(t.p.dir), MANY + 80);

    /* Others may not use it, and could not have written it. */
    ck_assert_int_eq(stat(t.path, &before), 0);
    ck_assert_uint_eq(before.st_mode & 0777, 0600);
    ck_assert_int_eq(chmod(t.path, 0602), 0);
    ck_assert_uint_eq(told(&t), 0);
    ck_assert_int_eq(chmod(t.p.log, 0644), 0);
    ledger_close(open_ledger(t.p.dir));
    ck_assert_int_eq(stat(t.path, &after), 0);
    ck_assert_uint_eq(after.st_mode & 0777, 0600);
    free(s.log.data);
    shot_free(&t);
}
END_TEST

/* Of every byte each of some bits: whatever it says then, answers are right. */
START_TEST(altered_snapshots_do_no_harm)
{
    struct shot t = shot_make();
    uint64_t used = 0;

    for (size_t at = 0; at < t.data.len; at++) {
        t.data.data[at] ^= (char)(1 << at % 8);
        shot_put(&t, t.data.data, t.data.len, false);
        ck_assert_uint_eq(told(&t), 0);
        shot_put(&t, t.data.data, t.data.len, true);
        struct ledger *l = ledger_open_read(t.p.dir, &e);
        ck_assert_msg(l != NULL, "%s", e.text);
        ck_assert_uint_eq(ledger_state(l)->count, MANY);
        bool offset = at >= AT_TILES && (at - AT_TILES) % 40 < 8;
        bool digest = at >= t.data.len - SHA256_LEN; /* which was mended */
        ck_assert_msg(ledger_cached(l) == 0 || offset || digest, "byte %zu is believed", at);
        used += ledger_cached(l) > 0;
        for (size_t tile = 0; offset && tile < MANY; tile += 256)
            check_proof(l, &t.s, tile, MANY);
        check_root(l, &t.s, at % MANY);
        ledger_close(l);
        t.data.data[at] ^= (char)(1 << at % 8);
    }
    ck_assert_uint_ge(used, SHA256_LEN + 4);
    for (size_t len = 0; len < t.data.len; len += len < AT_TILES ? 1 : 13) {
        shot_put(&t, t.data.data, len, len > SHA256_LEN);
        ck_assert_uint_eq(told(&t), 0);
    }
    shot_put(&t, t.data.data, t.data.len, false);
    ck_assert_uint_eq(told(&t), MANY);
    shot_free(&t);
}
END_TEST

/* One that fits, and was made by somebody who knows how: a wrong hash, and the root to it. */
START_TEST(forged_snapshots_can_be_forgotten)
{
    struct shot t = shot_make();
    struct slow *forged = malloc(sizeof *forged);
    uint8_t root[SHA256_LEN], right[SHA256_LEN];

    *forged = t.s;
    memset(forged->leaf[300], 7, SHA256_LEN);
    slow_root(forged, 256, 256, (uint8_t *)t.data.data + AT_TILES + 40 + 8);
    slow_root(forged, 0, MANY, (uint8_t *)t.data.data + AT_ROOT);
    slow_root(&t.s, 0, MANY, right);
    shot_put(&t, t.data.data, t.data.len, true);
    struct ledger *l = open_ledger(t.p.dir);
    ck_assert_uint_eq(ledger_cached(l), MANY);
    ck_ok(ledger_root(l, MANY, root, &e), &e);
    ck_assert_mem_ne(root, right, SHA256_LEN); /* which is why who signs compares or forgets */
    check_proof(l, &t.s, 300, MANY);           /* and here it was seen */
    ck_assert_uint_eq(ledger_cached(l), 0);
    check_root(l, &t.s, MANY);
    ledger_close(l);
    ck_assert_uint_eq(verified_count(t.p.dir), MANY);
    free(forged);
    shot_free(&t);
}
END_TEST

START_TEST(snapshots_of_other_logs_are_ignored)
{
    struct shot t = shot_make(), other = shot_make();
    struct place small = ledger_of(SOME);

    shot_put(&t, other.data.data, other.data.len, false);
    ck_assert_uint_eq(told(&t), 0);
    shot_put(&t, t.data.data, t.data.len, false);
    ck_assert_uint_eq(told(&t), MANY);

    /* A log that was cut below its snapshot: at the end of a batch, and within a line. */
    struct slow s = slow_read(&small);
    log_put(t.p.log, t.s.log.data, (size_t)(t.s.line[1] - t.s.log.data));
    ck_assert_uint_eq(told(&t), 0);
    log_put(t.p.log, t.s.log.data, t.s.log.len - 100);
    struct ledger *l = open_ledger(t.p.dir);
    ck_assert_uint_eq(ledger_cached(l), 0);
    ck_assert_uint_gt(ledger_repaired(l), 0);
    ledger_close(l);
    ck_assert_uint_eq(told(&t), 0); /* the repair record stands elsewhere */
    /* Another one, that was put in its place. */
    log_put(t.p.log, s.log.data, s.log.len);
    ck_assert_uint_eq(told(&t), 0);
    place_remove(t.path);
    ck_assert_int_eq(symlink(other.path, t.path), 0);
    ck_assert_uint_eq(told(&t), 0);
    free(s.log.data);
    place_remove(small.dir);
    shot_free(&t);
    shot_free(&other);
}
END_TEST

/* A log that was altered where a snapshot makes reading superfluous is found when that is read. */
START_TEST(altered_logs_are_found)
{
    struct shot t = shot_make();
    char *at = (char *)t.s.line[300] + t.s.len[300] / 2;
    struct tree_path path;
    struct buf line = {0};
    struct chain_state state;
    uint8_t root[SHA256_LEN];

    *at ^= 1;
    log_put(t.p.log, t.s.log.data, t.s.log.len);
    struct ledger *l = open_ledger(t.p.dir);
    ck_assert_uint_eq(ledger_cached(l), MANY);
    ck_ok(ledger_root(l, MANY, root, &e), &e);
    ck_ok(ledger_prove(l, 100, MANY, &path, &line, &e), &e);
    ck_fails(ledger_prove(l, 301, MANY, &path, &line, &e), &e, ERR_INPUT, "altered");
    buf_free(&line);
    ledger_close(l);
    ck_fails(ledger_verify(t.p.dir, &state, &e), &e, ERR_VERIFY, "record 300");
    *at ^= 1;
    shot_free(&t);
}
END_TEST

static void add(TCase *t)
{
    tcase_set_timeout(t, 120);
    tcase_add_test(t, roots_and_proofs);
    tcase_add_test(t, roots_while_it_is_verified);
    tcase_add_test(t, it_grows);
    tcase_add_test(t, snapshot_is_used);
    tcase_add_test(t, altered_snapshots_do_no_harm);
    tcase_add_test(t, forged_snapshots_can_be_forgotten);
    tcase_add_test(t, snapshots_of_other_logs_are_ignored);
    tcase_add_test(t, altered_logs_are_found);
}

UNIT_MAIN("leaves", add)
