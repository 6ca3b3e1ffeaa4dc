/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of trust share: a ledger with a key of its own, and what its user has seen, in a
 * place that is this test's.
 *
 * Convention: of a fixture one is in use at a time, as what a user has seen stands where
 * XDG_STATE_HOME says.
 */
#ifndef TESTS_TRUST_FIXTURE_H
#define TESTS_TRUST_FIXTURE_H

#include "ledger/leaves.h"
#include "ledger/trust/audit.h"
#include "ledger/trust/kept.h"
#include "ledger/trust/sign.h"
#include "ledger_fixture.h"

struct trust {
    struct place place, state; /* of the ledger, and of what was seen */
    struct key *key;
    uint8_t public[KEY_PUBLIC_LEN];
};

/* Returns the private key of that name below what was seen, made at first use. */
static inline struct key *trust_key(const struct trust *t, const char *name)
{
    struct err e = {0};
    char path[128];

    snprintf(path, sizeof path, "%s/%s.key", t->state.dir, name);
    struct key *key = key_open(path, &e);
    ck_assert_msg(key != NULL, "%s", e.text);
    return key;
}

/* Effect: what was seen so far is forgotten. */
static inline void trust_forget(const struct trust *t)
{
    char path[128];

    snprintf(path, sizeof path, "%s/metaneuron", t->state.dir);
    place_remove(path);
}

static inline struct ledger *trust_open(const struct trust *t)
{
    struct err e = {0};
    const struct ledger_genesis genesis = {"jena", t->public};
    struct ledger *l = ledger_open(t->place.dir, &genesis, &e);

    ck_assert_msg(l != NULL, "%s", e.text);
    return l;
}

static inline struct trust trust_make(void)
{
    struct trust t = {.place = place_make(), .state = place_make()};

    ck_assert_int_eq(setenv("XDG_STATE_HOME", t.state.dir, 1), 0);
    t.key = trust_key(&t, "site");
    key_public(t.key, t.public);
    ledger_close(trust_open(&t));
    return t;
}

static inline void trust_free(struct trust *t)
{
    key_close(t->key);
    place_remove(t->place.dir);
    place_remove(t->state.dir);
}

/* Effect: so many batches of one record each are in the ledger, and it is signed. */
static inline void trust_grow(const struct trust *t, size_t batches, bool sign)
{
    struct err e = {0};
    struct sign_report r;
    struct ledger *l = trust_open(t);

    for (size_t i = 0; i < batches; i++)
        append_batch(l, 1);
    if (sign)
        ck_ok(sign_ledger(l, t->key, 0, &r, &e), &e);
    ledger_close(l);
}

/* Audits it as one who knows this much. */
static inline int trust_audit(const struct trust *t, const struct audit_known *known, struct err *e)
{
    struct audit a;
    int rc = audit_ledger(t->place.dir, known, &a, e);

    audit_free(&a);
    return rc;
}

/* Effect: the records of a log, batches of one each, are chained anew from record from on, as who
 * can write in it can do. */
static inline void trust_rechain(const struct trust *t, struct bytes *log, size_t from)
{
    struct err e = {0};
    uint8_t sum[SHA256_LEN] = {0};
    char hex[SHA256_HEX + 1];
    size_t i = 0;

    for (char *p = log->data, *lf; p < log->data + log->len; p = lf + 1, i++) {
        lf = memchr(p, '\n', (size_t)(log->data + log->len - p));
        char *at = lf - SHA256_HEX - strlen(" sum=");
        if (i >= from) {
            memcpy(at - SHA256_HEX, hex_encode(hex, sum, SHA256_LEN), SHA256_HEX);
            ck_ok(hash_bytes(p, (size_t)(at - p), sum, &e), &e);
            memcpy(lf - SHA256_HEX, hex_encode(hex, sum, SHA256_LEN), SHA256_HEX);
        } else {
            ck_assert_int_eq(hex_decode(strndupa(lf - SHA256_HEX, SHA256_HEX), sum, SHA256_LEN), 0);
        }
    }
    log_put(t->place.log, log->data, log->len);
}

/* Returns the path of a file of the ledger, until the next but one call. */
static inline const char *trust_file(const struct trust *t, const char *name)
{
    static char path[2][PATH_MAX];
    static size_t i;

    i = 1 - i;
    snprintf(path[i], sizeof path[i], "%s/%s", t->place.dir, name);
    return path[i];
}

/* Effect: a record that adds or revokes that key is appended, as anybody who can write can do. */
static inline void trust_change(const struct trust *t, const struct key *key, const char *name)
{
    struct err e = {0};
    uint8_t public[KEY_PUBLIC_LEN];
    char hex[2 * KEY_PUBLIC_LEN + 1];
    struct record r;
    struct ledger *l = trust_open(t);

    key_public(key, public);
    record_begin(&r, name ? "keyadd" : "keyrevoke");
    record_set(&r, "key", "ed25519:%s", hex_encode(hex, public, KEY_PUBLIC_LEN));
    record_set(&r, name ? "name" : "reason", "%s", name ? name : "lost");
    ck_ok(ledger_append(l, &r, 1, NULL, &e), &e);
    ledger_close(l);
}

static inline int trust_sign(const struct trust *t, const struct key *key, size_t accept,
                             struct err *e)
{
    struct sign_report r;
    struct ledger *l = trust_open(t);
    int rc = sign_ledger(l, key, accept, &r, e);

    ledger_close(l);
    return rc;
}

/* The checkpoint that the log is worth, signed with any key, by hand. */
static inline void trust_note(const struct trust *t, const struct key *key, uint64_t size,
                              struct buf *b)
{
    struct err e = {0};
    uint8_t public[KEY_PUBLIC_LEN];
    struct checkpoint c = {.size = size};
    struct note_key k;
    char origin[RECORD_MOST];
    struct ledger *l = trust_open(t);

    ck_ok(ledger_origin(t->place.dir, origin, &e), &e);
    snprintf(c.origin, sizeof c.origin, "%.100s", origin);
    if (size <= ledger_state(l)->count)
        ck_ok(ledger_root(l, size, c.root, &e), &e);
    ledger_close(l);
    key_public(key, public);
    ck_ok(note_key_make(&k, c.origin, NOTE_ED25519, public, &e), &e);
    if (b->len == 0)
        checkpoint_write(b, &c);
    ck_ok(note_sign(b, &k, key, 0, &e), &e);
}

static inline struct note_key trust_log_key(const struct trust *t)
{
    struct err e = {0};
    struct note_key k;
    char origin[RECORD_MOST];

    ck_ok(ledger_origin(t->place.dir, origin, &e), &e);
    ck_ok(note_key_make(&k, origin, NOTE_ED25519, t->public, &e), &e);
    return k;
}

/* Believes whatever the ledger's first key has signed. */
static inline struct policy *trust_policy(const struct trust *t)
{
    struct err e = {0};
    struct note_key k = trust_log_key(t);
    struct buf b = {0};

    buf_adds(&b, "log ");
    note_key_write(&b, &k);
    buf_adds(&b, "\nquorum none\n");
    struct policy *p = policy_read("policy", b.data, b.len, &e);
    ck_assert_msg(p != NULL, "%s", e.text);
    buf_free(&b);
    return p;
}

#endif
