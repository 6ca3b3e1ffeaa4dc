/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys: who may sign a ledger's checkpoints, as a fold over its records.
 *
 * The key of genesis may from the beginning. A key of a keyadd record may once a checkpoint that
 * covers the record was signed with one that might before: so nobody who can write in the log can
 * let himself in. A key of a keyrevoke record may not sign what covers that record.
 */
#ifndef LEDGER_FOLD_KEYS_H
#define LEDGER_FOLD_KEYS_H

#include "ledger/ledger.h"
#include "ledger/proof/note.h"
#include "util/lookup.h"
#include "util/text.h"

/* Why a key is revoked: the words of keyrevoke records. */
enum keys_reason {
    KEYS_LOST = 0,
    KEYS_STOLEN = 1,
    KEYS_REPLACED = 2,
    KEYS_LEFT = 3,
    KEYS_REASONS = 4,
};

struct keys_entry {
    struct note_key key;     /* the origin is its name */
    char who[TEXT_NAME + 1]; /* who signs with it; of genesis: the site */
    uint64_t added, revoked; /* numbers of these records; not revoked: UINT64_MAX */
    bool confirmed;          /* a checkpoint that covers added was signed by another; that of
                                 genesis needs none */
    uint64_t ended;          /* size of the first believed checkpoint that covers revoked; none:
                                 UINT64_MAX */
    size_t same;             /* the entry of this public key before, counted from 1; 0: none */
};

struct keys {
    char origin[NOTE_NAME]; /* the ledger's */
    char site[TEXT_NAME + 1];
    struct keys_entry *list; /* in the order of their records */
    size_t count, capacity;
    size_t left;          /* that are not revoked */
    struct lookup places; /* of each public key, in hexadecimal, where it was added last */
    struct err odd;       /* the first record that counts for nothing */
};

/* Effect: fills *k from the records, none confirmed but that of genesis. A record that adds a key
 * which is there, or revokes one which is not, or the last one, counts for nothing: who can write
 * must not end what all others sign. */
int keys_fold(struct ledger *l, struct keys *k, struct err *e);
void keys_free(struct keys *k);

/* The same as a visitor of records, from the first on; its context is an empty struct keys. */
chain_visit keys_visit;

/* Returns how many keys have come or gone since the ledger had that size. *first (may be NULL) is
 * one of their entries, or NULL. */
size_t keys_changed(const struct keys *k, uint64_t since, const struct keys_entry **first);

/* Whether the key is in force in a checkpoint of that size. */
bool keys_in_force(const struct keys_entry *entry, uint64_t size);

/* Returns the entry of that public key that was added last, or NULL. */
struct keys_entry *keys_find(const struct keys *k, const uint8_t public[static KEY_PUBLIC_LEN]);

/* Returns the reason of a word, or KEYS_REASONS. */
enum keys_reason keys_reason_of(const char *word);

/* Effect: reads ed25519:HEX. */
int keys_read_public(const char *text, uint8_t public[static KEY_PUBLIC_LEN]);

#endif
