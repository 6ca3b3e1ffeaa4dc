/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ledgers that were cut or altered, at every byte and every bit. */
#include "ledger_fixture.h"

#include <dirent.h>

static struct err e;

/* Returns the only file in torn/, and its name. */
static struct bytes torn_file(const struct place *p, char name[static 300])
{
    char path[400];
    DIR *d = opendir(p->torn);
    int count = 0;

    ck_assert_ptr_nonnull(d);
    for (struct dirent *f; (f = readdir(d));) {
        if (f->d_name[0] != '.') {
            snprintf(name, 300, "%s", f->d_name);
            count++;
        }
    }
    closedir(d);
    ck_assert_int_eq(count, 1);
    snprintf(path, sizeof path, "%s/%s", p->torn, name);
    return log_read(path);
}

static int last_record(const struct record *r, void *context, struct err *err)
{
    (void)err;
    *(struct record *)context = *r;
    return 0;
}

/* The log ends with a repair record that tells of these bytes, which lie in torn/. */
static void check_repair(struct ledger *l, const struct place *p, size_t offset, const char *tail,
                         size_t len)
{
    char name[300];
    uint8_t digest[SHA256_LEN], said[SHA256_LEN];
    uint64_t bytes;
    struct record r;
    struct bytes torn = torn_file(p, name);

    ck_assert_uint_eq(torn.len, len);
    ck_assert_mem_eq(torn.data, tail, len);
    ck_assert_uint_eq(strtoul(name, NULL, 10), offset);
    ck_assert_uint_eq(ledger_repaired(l), len);
    ck_ok(ledger_scan(l, last_record, &r, &e), &e);
    ck_assert_str_eq(r.type, "repair");
    ck_ok(record_get_u64(&r, "bytes", &bytes, &e), &e);
    ck_ok(record_get_digest(&r, "sha256", said, &e), &e);
    ck_ok(hash_bytes(tail, len, digest, &e), &e);
    ck_assert_uint_eq(bytes, len);
    ck_assert_mem_eq(said, digest, SHA256_LEN);
    free(torn.data);
}

START_TEST(torn_at_every_byte)
{
    struct sample s = sample_make(2);
    const struct place *p = &s.place;
    struct chain_state state;

    for (size_t cut = 1; cut < s.log.len; cut++) {
        size_t whole = number_of(s.batch_ends, cut), kept = whole ? s.batch_ends[whole - 1] : 0;
        size_t records = whole ? number_of(s.record_ends, kept) : 0;

        log_put(p->log, s.log.data, cut);
        if (cut > kept)
            ck_fails(ledger_verify(p->dir, &state, &e), &e, ERR_VERIFY, "torn: record");
        else
            ck_ok(ledger_verify(p->dir, &state, &e), &e);
        ck_assert_uint_eq(state.count, records);
        struct ledger *l = ledger_open_read(p->dir, &e);
        ck_assert_ptr_nonnull(l);
        ck_assert_uint_eq(ledger_state(l)->count, records);
        ledger_close(l);
        if (whole == 0)
            ck_fails(open_result(p->dir, NULL, &e), &e, ERR_OPEN, "holds no ledger");
        log_is(p->log, s.log.data, cut);

        l = open_ledger(p->dir);
        struct bytes now = log_read(p->log);
        ck_assert_mem_eq(now.data, s.log.data, kept);
        if (cut > kept)
            check_repair(l, p, kept, s.log.data + kept, cut - kept);
        else
            ck_assert_uint_eq(now.len, kept);
        ck_assert_uint_eq(verified_count(p->dir), records + (cut > kept) + (whole == 0));
        append_batch(l, 1);
        ledger_close(l);
        verified_count(p->dir);
        free(now.data);
        place_remove(p->torn);
    }
    sample_free(&s);
}
END_TEST

/* A write of which the file system kept the length, and lost some blocks. */
START_TEST(torn_with_zeros)
{
    struct sample s = sample_make(2);
    const struct place *p = &s.place;
    size_t start = s.batch_ends[3], len = s.log.len - start;
    char *data = malloc(s.log.len);

    for (size_t block = 1; block < len; block = 2 * block + 1) {
        for (size_t at = start; at < s.log.len; at += block) {
            memcpy(data, s.log.data, s.log.len);
            memset(data + at, 0, at + block < s.log.len ? block : s.log.len - at);
            log_put(p->log, data, s.log.len);
            struct ledger *l = open_ledger(p->dir);
            check_repair(l, p, start, data + start, len);
            ledger_close(l);
            ck_assert_uint_eq(verified_count(p->dir), 7);
            place_remove(p->torn);
        }
    }
    free(data);
    sample_free(&s);
}
END_TEST

START_TEST(altered_at_every_bit)
{
    struct sample s = sample_make(1);
    const struct place *p = &s.place;
    struct chain_state state;
    char named[32];

    for (size_t bit = 0; bit < 8 * s.log.len; bit++) {
        size_t at = bit / 8, record = number_of(s.record_ends, at);
        bool last = at >= s.batch_ends[s.batches - 2];

        s.log.data[at] ^= (char)(1 << bit % 8);
        log_put(p->log, s.log.data, s.log.len);
        snprintf(named, sizeof named, ": record %zu (", record);
        ck_fails(ledger_verify(p->dir, &state, &e), &e, ERR_VERIFY, named);
        ck_assert_uint_le(state.count, record);
        log_is(p->log, s.log.data, s.log.len);
        /* One bit of each byte is tried for opening too. */
        if (bit % 8 == at % 8 && !last) {
            ck_fails(open_result(p->dir, &fixture_genesis, &e), &e, ERR_INPUT, named);
            struct ledger *l = ledger_open_read(p->dir, &e);
            ck_assert_ptr_null(l);
            log_is(p->log, s.log.data, s.log.len);
            ck_assert_int_ne(access(p->torn, F_OK), 0);
        } else if (bit % 8 == at % 8) {
            struct ledger *l = open_ledger(p->dir);
            check_repair(l, p, s.batch_ends[3], s.log.data + s.batch_ends[3],
                         s.log.len - s.batch_ends[3]);
            ledger_close(l);
            ck_assert_uint_eq(verified_count(p->dir), 7);
            place_remove(p->torn);
        }
        s.log.data[at] ^= (char)(1 << bit % 8);
    }
    sample_free(&s);
}
END_TEST

/* Two ends of batches in a tail are two writes, even where no line can be read. */
START_TEST(two_ends_are_never_cut)
{
    struct place p = place_make();

    ledger_close(open_ledger(p.dir));
    struct bytes log = log_read(p.log);
    char *data = malloc(log.len + 3 * RECORD_MOST);
    memcpy(data, log.data, log.len);
    for (size_t pad = RECORD_MOST - 20; pad < RECORD_MOST + 5; pad++) {
        memset(data + log.len, 'x', pad);
        memcpy(data + log.len + pad, " batch=1 batch=1", 17);
        log_put(p.log, data, log.len + pad + 16);
        ck_fails(open_result(p.dir, &fixture_genesis, &e), &e, ERR_INPUT, "record 1 ");
        log_is(p.log, data, log.len + pad + 16);
        log_put(p.log, data, log.len + pad + 8);
        struct ledger *l = open_ledger(p.dir);
        ck_assert_uint_eq(ledger_repaired(l), pad + 8);
        ledger_close(l);
    }
    free(data);
    free(log.data);
    place_remove(p.dir);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, torn_at_every_byte);
    tcase_add_test(t, torn_with_zeros);
    tcase_add_test(t, altered_at_every_bit);
    tcase_add_test(t, two_ends_are_never_cut);
}

UNIT_MAIN("torn", add)
