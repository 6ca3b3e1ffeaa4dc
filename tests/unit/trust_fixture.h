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

#endif
