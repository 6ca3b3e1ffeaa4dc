/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "ledger_fixture.h"

static struct err e;

/* A ledger of several batches, its bytes, and where each record and batch ends. */
struct sample {
    struct place place;
    struct bytes log;
    size_t records, batches;
    size_t record_ends[16], batch_ends[16];
};

/* Six records from genesis to the last batch but one, and so many in the last. */
static struct sample sample_make(size_t last)
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

static void sample_free(struct sample *s)
{
    place_remove(s->place.dir);
    free(s->log.data);
}

/* Returns the number of the first end that lies after byte i. */
static size_t number_of(const size_t *ends, size_t i)
{
    size_t n = 0;

    while (ends[n] <= i)
        n++;
    return n;
}

START_TEST(a_ledger_opens_again)
{
    struct place p = place_make();
    struct chain_state state;
    char path[128];
    struct bytes key;

    ck_fails(open_result(p.dir, NULL, &e), &e, ERR_OPEN, "holds no ledger");
    ck_fails(ledger_verify(p.dir, &state, &e), &e, ERR_OPEN, p.dir);
    ck_fails(open_result(p.dir, &(struct ledger_genesis){"je na", fixture_key}, &e), &e, ERR_USAGE,
             "je na");
    ck_assert_int_ne(access(p.log, F_OK), 0);
    struct ledger *l = open_ledger(p.dir);
    ck_assert_str_eq(ledger_directory(l), p.dir);
    append_batch(l, 3);
    state = *ledger_state(l);
    ck_assert_uint_eq(state.count, 4);
    ledger_close(l);

    struct bytes before = log_read(p.log);
    l = ledger_open(p.dir, NULL, &e);
    ck_assert_ptr_nonnull(l);
    ck_assert_mem_eq(ledger_state(l)->head, state.head, SHA256_LEN);
    ck_assert_uint_eq(ledger_state(l)->bytes, before.len);
    ck_assert_uint_eq(ledger_repaired(l), 0);
    ledger_close(l);
    ledger_close(open_ledger(p.dir));
    log_is(p.log, before.data, before.len);
    ck_assert_uint_eq(verified_count(p.dir), 4);
    snprintf(path, sizeof path, "%s/key.pub", p.dir);
    key = log_read(path);
    ck_assert_msg(strncmp(key.data, "ed25519:010203", 14) == 0, "%s", key.data);
    free(key.data);
    free(before.data);
    place_remove(p.dir);
}
END_TEST

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
            ck_fails(ledger_verify(p->dir, &state, &e), &e, ERR_VERIFY, "torn or altered: record");
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

/* Lines taken out, put twice, or exchanged. */
START_TEST(lines_out_of_place_are_refused)
{
    struct sample s = sample_make(2);
    const struct place *p = &s.place;
    char *data = malloc(2 * s.log.len);

    for (size_t i = 0; i + 1 < s.records; i++) {
        size_t from = i ? s.record_ends[i - 1] : 0, to = s.record_ends[i], len = to - from;
        memcpy(data, s.log.data, from);
        memcpy(data + from, s.log.data + to, s.log.len - to);
        log_put(p->log, data, s.log.len - len);
        ck_fails(open_result(p->dir, &fixture_genesis, &e), &e, ERR_INPUT, "its number is");
        memcpy(data, s.log.data, to);
        memcpy(data + to, s.log.data + from, s.log.len - from);
        log_put(p->log, data, s.log.len + len);
        ck_fails(open_result(p->dir, &fixture_genesis, &e), &e, ERR_INPUT, "its number is");
        log_is(p->log, data, s.log.len + len);
    }
    free(data);
    sample_free(&s);
}
END_TEST

/* One line more, with a right sum, that is wrong: no crash writes this. */
START_TEST(sealed_lines_are_never_cut)
{
    static const struct {
        const char *words, *why;
    } wrong[] = {
        {"9 4000000000.000000 repair bytes=1 sha256=1 batch=1", "its number is 9"},
        {"8 0.000000 repair bytes=1 sha256=1 batch=1", "its time is before"},
        {"8 4000000000.000000 repair bytes=1 sha256=1 batch=2", "batch of 2, but 1"},
        {"8 4000000000.000000 repair bytes=1 sha256=1 more=1 batch=1", "has the fields"},
        {"8 4000000000.000000 Repair bytes=1 sha256=1 batch=1", "its type"},
        {"8 4000000000.000000 genesis format=1 origin=1 site=1 key=1 supply=1 granted=1 rate=1 "
         "policy=1 batch=1",
         "genesis must be record 0"},
    };
    struct sample s = sample_make(2);
    const struct place *p = &s.place;
    struct ledger *l = open_ledger(p->dir);
    const struct chain_state end = *ledger_state(l);
    char *data = malloc(s.log.len + RECORD_MOST);
    uint8_t sum[SHA256_LEN];

    ledger_close(l);
    memcpy(data, s.log.data, s.log.len);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        memcpy(sum, end.head, SHA256_LEN);
        size_t n = seal(data + s.log.len, RECORD_MOST, wrong[i].words, sum);
        log_put(p->log, data, s.log.len + n);
        ck_fails(open_result(p->dir, &fixture_genesis, &e), &e, ERR_INPUT, wrong[i].why);
        log_is(p->log, data, s.log.len + n);
    }
    /* Of another chain: prev is wrong. */
    memset(sum, 7, SHA256_LEN);
    size_t n = seal(data + s.log.len, RECORD_MOST,
                    "8 4000000000.000000 repair bytes=1 sha256=1 batch=1", sum);
    log_put(p->log, data, s.log.len + n);
    ck_fails(open_result(p->dir, &fixture_genesis, &e), &e, ERR_INPUT, "its prev is not");
    /* A type of a later version is kept. */
    memcpy(sum, end.head, SHA256_LEN);
    n = seal(data + s.log.len, RECORD_MOST, "8 4000000000.000000 future what=else batch=1", sum);
    log_put(p->log, data, s.log.len + n);
    l = open_ledger(p->dir);
    append_batch(l, 1); /* and its time is not before that one's */
    ledger_close(l);
    ck_assert_uint_eq(verified_count(p->dir), 10);
    free(data);
    sample_free(&s);
}
END_TEST

/* Two ends of batches in a tail are two writes, wherever they stand in it, and be
 * there ever so few lines. */
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

START_TEST(what_is_no_ledger_is_not_touched)
{
    static const char *const foreign[] = {
        "\n", "hello\n", "Jan  1 00:00:00 host kernel: booted\nJan  1 00:00:01 host up\n"};
    struct place p = place_make();
    char line[RECORD_MOST], *big = calloc(1, 2 * RECORD_MOST);
    uint8_t sum[SHA256_LEN] = {0};
    struct chain_state state;

    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        log_put(p.log, foreign[i], strlen(foreign[i]));
        ck_fails(open_result(p.dir, &fixture_genesis, &e), &e, ERR_INPUT, "record 0");
        log_is(p.log, foreign[i], strlen(foreign[i]));
    }
    log_put(p.log, big, 2 * RECORD_MOST);
    ck_fails(open_result(p.dir, &fixture_genesis, &e), &e, ERR_INPUT, "no line feed");
    size_t n = seal(line, sizeof line,
                    "0 1.000000 genesis format=2 origin=1 site=1 key=1 supply=1 granted=1 rate=1 "
                    "policy=1 batch=1",
                    sum);
    log_put(p.log, line, n);
    ck_fails(open_result(p.dir, &fixture_genesis, &e), &e, ERR_INPUT, "its format is not 1");
    log_is(p.log, line, n);
    log_put(p.log, "", 0);
    ck_fails(open_result(p.dir, NULL, &e), &e, ERR_OPEN, "holds no ledger");
    ck_fails(ledger_verify(p.dir, &state, &e), &e, ERR_VERIFY, "is empty");
    ledger_close(open_ledger(p.dir));
    ck_assert_uint_eq(verified_count(p.dir), 1);
    remove(p.log);
    ck_assert_int_eq(mkdir(p.log, 0755), 0);
    ck_fails(open_result(p.dir, &fixture_genesis, &e), &e, ERR_OPEN, "log");
    free(big);
    place_remove(p.dir);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, a_ledger_opens_again);
    tcase_add_test(t, torn_at_every_byte);
    tcase_add_test(t, torn_with_zeros);
    tcase_add_test(t, altered_at_every_bit);
    tcase_add_test(t, lines_out_of_place_are_refused);
    tcase_add_test(t, sealed_lines_are_never_cut);
    tcase_add_test(t, two_ends_are_never_cut);
    tcase_add_test(t, what_is_no_ledger_is_not_touched);
}

UNIT_MAIN("ledger", add)
