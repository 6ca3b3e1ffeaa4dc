/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of a ledger share: a place for one, records to fill it with,
 * and its bytes.
 *
 * The place lies in memory (/dev/shm) where there is such a thing: thousands of
 * ledgers are made, and nothing is learnt from waiting for a disk.
 */
#ifndef TESTS_LEDGER_FIXTURE_H
#define TESTS_LEDGER_FIXTURE_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

#include "ledger/ledger.h"
#include "unit.h"
#include "util/hash.h"
#include "util/store.h"

static const uint8_t fixture_key[32] = {1, 2, 3};
static const struct ledger_genesis fixture_genesis = {"jena", fixture_key};

struct place {
    char dir[64], log[80], torn[80];
};

static inline struct place place_make(void)
{
    struct place p;

    snprintf(p.dir, sizeof p.dir, "%s/metaneuron-unit-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(p.dir));
    snprintf(p.log, sizeof p.log, "%s/log", p.dir);
    snprintf(p.torn, sizeof p.torn, "%s/torn", p.dir);
    return p;
}

static inline int place_remove_one(const char *path, const struct stat *st, int type,
                                   struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

/* Effect: removes a file or a directory with all that is in it. */
static inline void place_remove(const char *path)
{
    nftw(path, place_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The bytes of a log. */
struct bytes {
    char *data;
    size_t len;
};

static inline struct bytes log_read(const char *path)
{
    struct err e = {0};
    struct bytes b;

    ck_ok(file_read(path, UINT64_C(1) << 30, &b.data, &b.len, &e), &e);
    return b;
}

/* Effect: the file holds these bytes; not synced. */
static inline void log_put(const char *path, const void *data, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, data, len), (ssize_t)len);
    close(fd);
}

static inline void log_is(const char *path, const void *data, size_t len)
{
    struct bytes now = log_read(path);

    ck_assert_uint_eq(now.len, len);
    ck_assert_msg(len == 0 || memcmp(now.data, data, len) == 0, "%s was changed", path);
    free(now.data);
}

/* Effect: a submit record of that slave. */
static inline void fill_submit(struct record *r, const char *slave, unsigned items)
{
    record_begin(r, "submit");
    record_set(r, "run", "0123456789abcdef");
    record_set(r, "round", "0");
    record_set(r, "slave", "%s", slave);
    record_set_digest(r, "state", fixture_key);
    record_set(r, "items", "%u", items);
    record_set_number(r, "seconds", 0.125 * items);
}

/* Effect: a decline record, whose reason has that many bytes. */
static inline void fill_decline(struct record *r, size_t bytes)
{
    char text[4096];

    memset(text, 'x', bytes);
    text[bytes] = '\0';
    record_begin(r, "decline");
    record_set(r, "run", "0123456789abcdef");
    record_set(r, "slave", "jena/wdbc/0");
    record_set(r, "node", "node1");
    record_set(r, "reason", "%s", text);
}

/* Effect: appends a batch of so many records. */
static inline void append_batch(struct ledger *l, size_t count)
{
    struct err e = {0};
    struct record *r = calloc(count, sizeof *r);

    for (size_t i = 0; i < count; i++)
        fill_submit(&r[i], "jena/wdbc/0", (unsigned)i);
    ck_ok(ledger_append(l, r, count, NULL, &e), &e);
    free(r);
}

/* Effect: opens a ledger, which must succeed. */
static inline struct ledger *open_ledger(const char *dir)
{
    struct err e = {0};
    struct ledger *l = ledger_open(dir, &fixture_genesis, &e);

    ck_assert_msg(l != NULL, "%s", e.text);
    return l;
}

/* Effect: verifies it, which must succeed; returns the number of records. */
static inline uint64_t verified_count(const char *dir)
{
    struct err e = {0};
    struct chain_state state;

    ck_ok(ledger_verify(dir, &state, &e), &e);
    return state.count;
}

/* The refusal of a function that returns a handle, as ck_fails() wants it. */
static inline int open_result(const char *dir, const struct ledger_genesis *g, struct err *e)
{
    struct ledger *l = ledger_open(dir, g, e);

    ledger_close(l);
    return l ? 0 : -1;
}

/* Effect: puts the words, with prev and its right sum, as a line into line, which
 * has room for it; sum becomes the line's own. Returns its length with LF. */
static inline size_t seal(char *line, size_t size, const char *words,
                          uint8_t sum[static SHA256_LEN])
{
    struct err e = {0};
    char hex[SHA256_HEX + 1];
    int n = snprintf(line, size, "%s prev=%s", words, hex_encode(hex, sum, SHA256_LEN));

    ck_ok(hash_bytes(line, (size_t)n, sum, &e), &e);
    n += snprintf(line + n, size - (size_t)n, " sum=%s\n", hex_encode(hex, sum, SHA256_LEN));
    ck_assert_uint_lt((size_t)n, size);
    return (size_t)n;
}

/* A ledger of several batches, its bytes, and where each record and batch ends. */
struct sample {
    struct place place;
    struct bytes log;
    size_t records, batches;
    size_t record_ends[16], batch_ends[16];
};

/* Six records from genesis to the last batch but one, and so many in the last. */
static inline struct sample sample_make(size_t last)
{
    const size_t sizes[] = {1, 3, 1, last};
    struct sample s = {.place = place_make(), .batches = 5};
    struct ledger *l = open_ledger(s.place.dir);

    s.batch_ends[0] = ledger_state(l)->bytes;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        append_batch(l, sizes[i]);
        s.batch_ends[i + 1] = ledger_state(l)->bytes;
    }
    ledger_close(l);
    s.log = log_read(s.place.log);
    for (size_t i = 0; i < s.log.len; i++)
        if (s.log.data[i] == '\n')
            s.record_ends[s.records++] = i + 1;
    ck_assert_uint_eq(s.records, 6 + last);
    ck_assert_uint_eq(s.batch_ends[4], s.log.len);
    return s;
}

static inline void sample_free(struct sample *s)
{
    place_remove(s->place.dir);
    free(s->log.data);
}

/* Returns the number of the first end that lies after byte i. */
static inline size_t number_of(const size_t *ends, size_t i)
{
    size_t n = 0;

    while (ends[n] <= i)
        n++;
    return n;
}

#endif
