/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One record of a ledger: a line of ASCII, as FORMAT in this directory says.
 *
 * Convention: a record is built by record_begin() and record_set() in the order
 * of its type's keys, or read by record_decode(). Values are kept unescaped.
 */
#ifndef LEDGER_RECORD_H
#define LEDGER_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/err.h"
#include "util/hash.h"

enum {
    RECORD_MOST = 4096, /* bytes of a line, with its LF */
    RECORD_FIELDS = 24, /* fields, with batch, prev and sum */
    RECORD_KEY = 16,    /* bytes of a key, without NUL */
    RUN_HEX = 16,       /* characters of a run's key */
};

/* In place of the key of a run that is published in the same batch: the append fills it in. */
#define RECORD_RUN_UNKNOWN "0000000000000000"

/* Items that one record may count: 2^53, up to which a state's own count is exact. */
#define RECORD_ITEMS (UINT64_C(1) << 53)

struct record {
    uint64_t seq;    /* number: 0 is genesis */
    int64_t time_us; /* UTC */
    char type[RECORD_KEY + 1];
    bool known;     /* the type is in the table */
    uint64_t batch; /* records of the batch that this one ends, or 0 */
    uint8_t prev[SHA256_LEN], sum[SHA256_LEN];
    bool overflow; /* something did not fit: encoding will say so */
    size_t used;   /* bytes of text in use */
    size_t count;  /* fields in use; what follows is not emptied before */
    struct {
        char key[RECORD_KEY + 1];
        uint16_t value; /* where it begins in text; so a record can be copied */
    } fields[RECORD_FIELDS];
    char text[RECORD_MOST];
};

/* Effect: an empty record of that type. */
void record_begin(struct record *r, const char *type);

/* Effect: adds a field. The value may be any text; an empty one becomes "-". */
void record_set(struct record *r, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void record_set_number(struct record *r, const char *key, double value);
void record_set_digest(struct record *r, const char *key, const uint8_t digest[static SHA256_LEN]);

/* Returns the value of a key, or NULL. */
const char *record_get(const struct record *r, const char *key);

/* The value as a number of that kind; ERR_INPUT names record and key. */
int record_get_u64(const struct record *r, const char *key, uint64_t *value, struct err *e);
int record_get_double(const struct record *r, const char *key, double *value, struct err *e);
int record_get_digest(const struct record *r, const char *key, uint8_t digest[static SHA256_LEN],
                      struct err *e);

/* Fails when the record counts what none may: more items than RECORD_ITEMS for a slave, or
 * seconds that are negative or not finite. Writers refuse such a record; a ledger of others
 * may have one, and who folds it takes no more of it than is allowed. */
int record_check_counts(const struct record *r, struct err *e);

/* Whether the type is known and the fields are exactly its keys, in order. */
bool record_is_complete(const struct record *r);

/* Appends the record's line to b and sets r->sum. A field that is unknown, out
 * of order or missing, or a line that is too long: ERR_SOFTWARE. */
int record_encode(struct record *r, struct hash *h, struct buf *b, struct err *e);

/* Whether a line of len bytes, without its LF, ends with the sum of the bytes
 * before. If not: ERR_INPUT. */
int record_check_sum(const char *line, size_t len, struct hash *h, struct err *e);

/* Reads such a line strictly; neither the sum nor the chain is checked.
 * ERR_INPUT says what is wrong with it. */
int record_parse(struct record *r, const char *line, size_t len, struct err *e);

/* Both, one after the other. */
int record_decode(struct record *r, const char *line, size_t len, struct hash *h, struct err *e);

#endif
