/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trust policies with keys that are the same each time, and checkpoints that these have signed.
 *
 * Convention: key n is that of key_number(n). As a log's it is called example.com/log, as a
 * witness's example.com/wN.
 */
#ifndef TESTS_POLICY_FIXTURE_H
#define TESTS_POLICY_FIXTURE_H

#include "ledger/proof/policy.h"
#include "proof_fixture.h"

#define ORIGIN "example.com/log"

static inline struct note_key note_key_number(uint8_t n, enum note_kind kind)
{
    struct key *k = key_number(n);
    uint8_t public[KEY_PUBLIC_LEN];
    char name[NOTE_NAME] = ORIGIN;
    struct note_key made;
    struct err e = {0};

    key_public(k, public);
    key_close(k);
    if (kind == NOTE_COSIGNATURE)
        snprintf(name, sizeof name, "example.com/w%u", n);
    ck_ok(note_key_make(&made, name, kind, public, &e), &e);
    return made;
}

/* Appends a policy in which {L1} is key 1 as that of the log, and {W2} key 2 as a witness's. */
static inline void add_policy(struct buf *b, const char *text)
{
    for (const char *c = text; *c; c++) {
        unsigned n = 0;
        char kind;
        if (*c != '{') {
            buf_addc(b, *c);
            continue;
        }
        ck_assert_int_eq(sscanf(c, "{%c%u}", &kind, &n), 2);
        struct note_key k =
            note_key_number((uint8_t)n, kind == 'L' ? NOTE_ED25519 : NOTE_COSIGNATURE);
        note_key_write(b, &k);
        c = strchr(c, '}');
    }
}

static inline struct policy *policy_of(const char *text, struct err *e)
{
    struct buf b = {0};

    err_clear(e);
    add_policy(&b, text);
    struct policy *p = policy_read("trust", b.data ? b.data : "", b.len, e);
    buf_free(&b);
    return p;
}

/* Appends the signature of key n. */
static inline void add_signature(struct buf *b, uint8_t n, enum note_kind kind, uint64_t time)
{
    struct note_key k = note_key_number(n, kind);
    struct key *private = key_number(n);
    struct err e = {0};

    ck_ok(note_sign(b, &k, private, time, &e), &e);
    key_close(private);
}

#endif
