/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receipts of records, whatever log, policy and snapshot say. */
#include "ledger/proof/receipt.h"
#include "ledger/tiles.h"
#include "ledger/trust/prove.h"
#include "trust_fixture.h"

static struct err e;

static int receipt_of(struct ledger *l, uint64_t seq, const struct policy *p, struct err *err)
{
    struct buf b = {0};
    struct receipt r = {0};
    struct policy_verdict v;
    int rc = prove_record(l, seq, p, &b, err);

    if (rc == 0) {
        ck_ok(receipt_read(&r, b.data, b.len, &e), &e);
        ck_assert_uint_eq(r.index, seq);
        ck_ok(receipt_check(&r, p, &v, &e), &e);
        receipt_free(&r);
    }
    buf_free(&b);
    return rc;
}

START_TEST(a_receipt_of_each_record)
{
    struct trust t = trust_make();
    struct policy *p = trust_policy(&t);

    trust_grow(&t, 99, true);
    trust_grow(&t, 100, true);
    trust_grow(&t, 100, true);
    trust_grow(&t, 1, false);
    struct ledger *l = ledger_open_read(t.place.dir, &e);
    ck_assert_ptr_nonnull(l);
    for (uint64_t i = 0; i < 300; i++)
        ck_ok(receipt_of(l, i, p, &e), &e);
    ck_fails(receipt_of(l, 300, p, &e), &e, ERR_INCOMPLETE, "no checkpoint covers record 300");
    ck_fails(receipt_of(l, 301, p, &e), &e, ERR_INPUT, "has no record 301");
    ledger_close(l);
    /* Written anew from record 250 on. */
    struct bytes log = log_read(t.place.log);
    char *at = log.data;
    for (int i = 0; i < 250; i++)
        at = strchr(at, '\n') + 1;
    at = strstr(at, " items=0");
    at[7] = '1';
    trust_rechain(&t, &log, 250);
    l = ledger_open_read(t.place.dir, &e);
    ck_assert_ptr_nonnull(l);
    ck_fails(receipt_of(l, 7, p, &e), &e, ERR_VERIFY, "checkpoints/300: the log is not what it");
    ck_fails(receipt_of(l, 270, p, &e), &e, ERR_VERIFY, "the log is not what it covers");
    ledger_close(l);
    free(log.data);
    policy_free(p);
    trust_free(&t);
}
END_TEST

/* Of two who sign a policy may know the one: what that has signed is believed. */
START_TEST(a_policy_that_knows_one_of_two)
{
    struct trust t = trust_make();
    struct policy *p = trust_policy(&t);
    struct key *a = trust_key(&t, "a");
    uint8_t public[KEY_PUBLIC_LEN];
    char hex[2 * KEY_PUBLIC_LEN + 1];
    struct sign_report report;
    struct audit audit;
    struct record r;

    trust_grow(&t, 2, true);
    key_public(a, public);
    record_begin(&r, "keyadd");
    record_set(&r, "key", "ed25519:%s", hex_encode(hex, public, KEY_PUBLIC_LEN));
    record_set(&r, "name", "a");
    struct ledger *l = trust_open(&t);
    ck_ok(ledger_append(l, &r, 1, NULL, &e), &e);
    ck_ok(sign_ledger(l, t.key, 1, &report, &e), &e);
    for (int i = 0; i < 3; i++) {
        append_batch(l, 1);
        ck_ok(sign_ledger(l, a, 0, &report, &e), &e);
    }
    ck_ok(receipt_of(l, 1, p, &e), &e);
    ck_fails(receipt_of(l, 5, p, &e), &e, ERR_INCOMPLETE, "the trust policy believes none yet");
    ledger_close(l);
    const struct audit_known known = {.policy = p};
    ck_ok(audit_ledger(t.place.dir, &known, &audit, &e), &e);
    ck_assert_uint_eq(audit.believed, 4);
    ck_assert_uint_eq(audit.covered, 7);
    audit_free(&audit);
    key_close(a);
    policy_free(p);
    trust_free(&t);
}
END_TEST

/* Effect: the snapshot says that its first tile is another one, and is in order otherwise. */
static void forge_snapshot(const struct trust *t)
{
    enum { AT_ROOT = 16 + 3 * 8 + SHA256_LEN, AT_TILES = AT_ROOT + SHA256_LEN, EACH = 8 + 32 };
    struct bytes s = log_read(trust_file(t, "snapshot"));
    struct hash *h = hash_create(&e);
    struct tree tree = {0};

    s.data[AT_TILES + 8] ^= 1;
    for (char *p = s.data + AT_TILES; p < s.data + s.len - SHA256_LEN; p += EACH)
        ck_ok(tree_push_subtree(&tree, h, TILE_LEVEL, (uint8_t *)p + 8, &e), &e);
    ck_ok(tree_root(&tree, h, (uint8_t *)s.data + AT_ROOT, &e), &e);
    ck_ok(hash_bytes(s.data, s.len - SHA256_LEN, (uint8_t *)s.data + s.len - SHA256_LEN, &e), &e);
    log_put(trust_file(t, "snapshot"), s.data, s.len);
    hash_destroy(h);
    free(s.data);
}

static void root_of(const struct trust *t, uint64_t size, uint8_t *root)
{
    struct ledger *l = ledger_open_read(t->place.dir, &e);

    ck_assert_msg(l != NULL, "%s", e.text);
    ledger_forget_snapshot(l);
    ck_ok(ledger_root(l, size, root, &e), &e);
    ledger_close(l);
}

START_TEST(a_snapshot_that_lies)
{
    enum { SIZE = 5 * TILE };

    for (int beyond = 0; beyond < 2; beyond++) {
        struct trust t = trust_make();
        struct policy *p = trust_policy(&t);
        struct sign_report r;
        uint8_t root[SHA256_LEN], lie[SHA256_LEN];
        trust_grow(&t, 0, true);
        struct bytes first = log_read(trust_file(&t, "checkpoint"));
        struct ledger *l = trust_open(&t);
        append_batch(l, SIZE - 1);
        ck_ok(sign_ledger(l, t.key, 0, &r, &e), &e);
        ledger_close(l);
        forge_snapshot(&t);
        if (beyond) { /* as if that was never signed */
            log_put(trust_file(&t, "checkpoint"), first.data, first.len);
            unlink(trust_file(&t, "checkpoints/1280"));
            trust_forget(&t);
        }
        root_of(&t, SIZE, root);
        l = ledger_open_read(t.place.dir, &e);
        ck_assert_ptr_nonnull(l);
        ck_assert_uint_eq(ledger_cached(l), SIZE); /* it is taken */
        ck_ok(ledger_root(l, SIZE, lie, &e), &e);
        ck_assert_int_ne(memcmp(root, lie, SHA256_LEN), 0);
        for (uint64_t i = 0; !beyond && i < SIZE; i += 100) {
            ck_ok(receipt_of(l, i, p, &e), &e);
            ledger_close(l);
            l = ledger_open_read(t.place.dir, &e);
            ck_assert_ptr_nonnull(l);
        }
        ledger_close(l);
        if (!beyond)
            trust_grow(&t, 1, false);
        l = trust_open(&t);
        ck_ok(sign_ledger(l, t.key, 0, &r, &e), &e);
        ledger_close(l);
        root_of(&t, r.c.size, root);
        ck_assert_int_eq(memcmp(root, r.c.root, SHA256_LEN), 0);
        ck_ok(trust_audit(&t, NULL, &e), &e);
        free(first.data);
        policy_free(p);
        trust_free(&t);
    }
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, a_receipt_of_each_record);
    tcase_add_test(tests, a_policy_that_knows_one_of_two);
    tcase_add_test(tests, a_snapshot_that_lies);
}

UNIT_MAIN("prove", add)
