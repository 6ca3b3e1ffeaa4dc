/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signed notes, to the letter of c2sp.org/signed-note: a text, an empty line, and signatures.
 *
 * A key is known by a name and four bytes, which are of the hash of name, kind and public key,
 * so that other kinds of signature can be added. Two kinds are known here.
 *
 * Convention: what is read points into the bytes that it was read from.
 */
#ifndef LEDGER_PROOF_NOTE_H
#define LEDGER_PROOF_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/err.h"
#include "util/key.h"

enum {
    NOTE_NAME = 128,      /* bytes of a key's name, with NUL */
    NOTE_ID = 4,          /* bytes of a key's ID */
    NOTE_MOST = 65536,    /* bytes of a note */
    NOTE_SIGNATURES = 64, /* of a note, at most */
    NOTE_TIME = 8,        /* bytes of a cosignature before its signature */
};

/* The type byte. */
enum note_kind {
    NOTE_ED25519 = 0x01,     /* over the text */
    NOTE_COSIGNATURE = 0x04, /* cosignature/v1: a time, and a signature over it and a checkpoint */
};

struct note_key {
    char name[NOTE_NAME];
    enum note_kind kind;
    uint8_t id[NOTE_ID];
    uint8_t public[KEY_PUBLIC_LEN];
};

struct note_signature {
    const char *name; /* name_len bytes */
    size_t name_len;
    uint8_t id[NOTE_ID];
    uint8_t bytes[NOTE_TIME + KEY_SIGNATURE_LEN];
    size_t len; /* of these; 0: the signature is longer, and of an unknown kind */
};

struct note {
    const char *text; /* with its last line feed */
    size_t text_len;
    struct note_signature signatures[NOTE_SIGNATURES];
    size_t count;
};

/* Effect: makes the key of that name, which is UTF-8 without white space and "+" (else
 * ERR_INPUT). */
int note_key_make(struct note_key *k, const char *name, enum note_kind kind,
                  const uint8_t public[static KEY_PUBLIC_LEN], struct err *e);

/* The same from a verifier key: NAME+HEX+BASE64. Its ID must be that of its key, and its kind one
 * of ours; else ERR_INPUT. */
int note_key_read(struct note_key *k, const char *text, size_t len, struct err *e);

/* Effect: appends the verifier key. */
void note_key_write(struct buf *b, const struct note_key *k);

/* Reads a note; ERR_INPUT says what is wrong with it. */
int note_read(struct note *n, const char *data, size_t len, struct err *e);

/* Effect: b holds a text, or a note already: makes it a note that the private key has signed, whose
 * public one k has. time is that of a cosignature (seconds since 1970), else ignored. ERR_INPUT if
 * no note can have that text. */
int note_sign(struct buf *b, const struct note_key *k, const struct key *private, uint64_t time,
              struct err *e);

/* Returns 1 if that key has signed, 0 if no line is of that name and ID, and -1 (ERR_VERIFY) if
 * one is and its signature is wrong, or if there are two: nobody should have to guess which of them
 * counts. *time (may be NULL) is that of a cosignature. */
int note_check(const struct note *n, const struct note_key *k, uint64_t *time, struct err *e);

#endif
