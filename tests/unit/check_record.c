/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of the ledger as lines: both ways, malformed ones, and what FORMAT says of them. */
#include "ledger_fixture.h"

#include <math.h>

#include "ledger/fold/reason.h"
#include "ledger/types.h"
#include "util/buf.h"

static struct hash *hash;
static struct err e;

/* Effect: encodes r, and decodes what came out. */
static struct record round_trip(struct record *r, struct buf *b)
{
    struct record back;

    buf_reset(b);
    ck_ok(record_encode(r, hash, b, &e), &e);
    ck_assert_int_eq(b->data[b->len - 1], '\n');
    ck_ok(record_decode(&back, b->data, b->len - 1, hash, &e), &e);
    return back;
}

START_TEST(records_round_trip)
{
    struct buf b = {0};
    struct record r;
    uint64_t items;
    double score;
    uint8_t digest[SHA256_LEN];

    hash = hash_create(&e);
    fill_submit(&r, "jena/wdbc/17", 190);
    r.seq = 999999999999999999;
    r.time_us = 99999999999999999;
    r.batch = 12;
    memset(r.prev, 0xa5, sizeof r.prev);
    struct record back = round_trip(&r, &b);
    ck_assert_uint_eq(back.seq, r.seq);
    ck_assert_int_eq(back.time_us, r.time_us);
    ck_assert_str_eq(back.type, "submit");
    ck_assert(back.known);
    ck_assert_uint_eq(back.count, r.count);
    ck_assert_uint_eq(back.batch, 12);
    ck_assert_mem_eq(back.prev, r.prev, SHA256_LEN);
    ck_assert_mem_eq(back.sum, r.sum, SHA256_LEN);
    ck_assert_str_eq(record_get(&back, "slave"), "jena/wdbc/17");
    ck_ok(record_get_u64(&back, "items", &items, &e), &e);
    ck_assert_uint_eq(items, 190);
    ck_ok(record_get_digest(&back, "state", digest, &e), &e);
    ck_assert_mem_eq(digest, fixture_key, SHA256_LEN);
    ck_ok(record_get_double(&back, "seconds", &score, &e), &e);
    ck_assert(score == 0.125 * 190);
    ck_assert_ptr_null(record_get(&back, "sum"));
    ck_fails(record_get_u64(&back, "state", &items, &e), &e, ERR_INPUT, "(submit): state is");
    ck_fails(record_get_u64(&back, "nothing", &items, &e), &e, ERR_INPUT, "'missing'");
    ck_fails(record_get_digest(&back, "run", digest, &e), &e, ERR_INPUT, "sha256:");
    /* A copy is whole: nothing in it points into the original. */
    struct record copy = back;
    memset(&back, 0xff, sizeof back);
    ck_assert_str_eq(record_get(&copy, "run"), "0123456789abcdef");
    buf_free(&b);
    hash_destroy(hash);
}
END_TEST

START_TEST(every_number_that_is_written_can_be_read)
{
    static const double values[] = {0,      1.0 / 3,          -2.5e-300, 1e300,
                                    5e-324, (double)INFINITY, NAN,       -(double)INFINITY};
    struct record r;
    double back;

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        record_begin(&r, "submit");
        record_set_number(&r, "seconds", values[i]);
        ck_ok(record_get_double(&r, "seconds", &back, &e), &e);
        ck_assert(back == values[i] || (isnan(back) && isnan(values[i])));
    }
}
END_TEST

START_TEST(values_are_escaped)
{
    static const char *const values[] = {
        "plain",         " ",        "%",    "100%",      "a b", "tab\there",
        "lf\nhere",      "cr\r",     "\x7f", "\x01\x1f",  "=",   "a=b sum=c",
        "z\xc3\xbcrich", "\xff\x80", "%41",  " batch=1 ", "~!",
    };
    struct buf b = {0};
    struct record r;

    hash = hash_create(&e);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        fill_decline(&r, 1);
        r.used = r.fields[--r.count].value;
        record_set(&r, "reason", "%s", values[i]);
        struct record back = round_trip(&r, &b);
        ck_assert_str_eq(record_get(&back, "reason"), values[i]);
        for (size_t k = 0; k + 1 < b.len; k++)
            ck_assert(b.data[k] >= ' ' && b.data[k] <= '~');
    }
    fill_decline(&r, 0); /* empty becomes "-" */
    struct record back = round_trip(&r, &b);
    ck_assert_str_eq(record_get(&back, "reason"), "-");
    /* All other bytes. */
    char all[256];
    for (int i = 1; i < 256; i++)
        all[i - 1] = (char)i;
    all[255] = '\0';
    r.used = r.fields[--r.count].value;
    record_set(&r, "reason", "%s", all);
    back = round_trip(&r, &b);
    ck_assert_str_eq(record_get(&back, "reason"), all);
    buf_free(&b);
    hash_destroy(hash);
}
END_TEST

START_TEST(wrong_records_are_not_written)
{
    struct buf b = {0};
    struct record r;

    hash = hash_create(&e);
    record_begin(&r, "nonsense");
    ck_fails(record_encode(&r, hash, &b, &e), &e, ERR_SOFTWARE, "other fields");
    record_begin(&r, "repair");
    record_set(&r, "bytes", "1");
    ck_fails(record_encode(&r, hash, &b, &e), &e, ERR_SOFTWARE, "other fields");
    record_begin(&r, "repair");
    record_set(&r, "sha256", "1");
    record_set(&r, "bytes", "1");
    ck_fails(record_encode(&r, hash, &b, &e), &e, ERR_SOFTWARE, "other fields");
    record_begin(&r, "repair");
    record_set(&r, "bytes", "1");
    record_set(&r, "sha256", "1");
    record_set(&r, "more", "1");
    ck_fails(record_encode(&r, hash, &b, &e), &e, ERR_SOFTWARE, "other fields");
    record_begin(&r, "repair");
    record_set(&r, "a_key_of_18_bytes_", "1");
    ck_fails(record_encode(&r, hash, &b, &e), &e, ERR_SOFTWARE, "does not fit");
    for (int i = 0; i <= RECORD_FIELDS; i++)
        record_set(&r, "bytes", "1");
    ck_fails(record_encode(&r, hash, &b, &e), &e, ERR_SOFTWARE, "does not fit");
    fill_decline(&r, 4095);
    ck_fails(record_encode(&r, hash, &b, &e), &e, ERR_SOFTWARE, "does not fit");

    /* The longest line, and one byte more. */
    size_t longest = RECORD_MOST;
    buf_reset(&b);
    fill_decline(&r, 1000);
    ck_ok(record_encode(&r, hash, &b, &e), &e);
    longest -= b.len - 1000;
    fill_decline(&r, longest);
    round_trip(&r, &b);
    ck_assert_uint_eq(b.len, RECORD_MOST);
    /* One more x, and another sum. */
    char line[RECORD_MOST + 8], words[RECORD_MOST];
    uint8_t sum[SHA256_LEN] = {0};
    snprintf(words, sizeof words, "%.*sx", (int)(strstr(b.data, " prev=") - b.data), b.data);
    size_t len = seal(line, sizeof line, words, sum);
    ck_assert_uint_eq(len, RECORD_MOST + 1);
    ck_fails(record_decode(&r, line, len - 1, hash, &e), &e, ERR_INPUT, "4096 bytes");
    fill_decline(&r, longest + 1);
    buf_reset(&b);
    ck_fails(record_encode(&r, hash, &b, &e), &e, ERR_SOFTWARE, "4097 bytes, at most 4096");
    ck_assert_uint_eq(b.len, 0);
    buf_free(&b);
    hash_destroy(hash);
}
END_TEST

/* Lines with a right sum whose words before prev are wrong. */
static const struct {
    const char *words, *why;
} malformed[] = {
    {"01 1.000000 repair bytes=1 sha256=1", "record number"},
    {"-1 1.000000 repair bytes=1 sha256=1", "record number"},
    {"1x 1.000000 repair bytes=1 sha256=1", "record number"},
    {" 1 1.000000 repair bytes=1 sha256=1", "record number"},
    {"1000000000000000000 1.000000 repair bytes=1 sha256=1", "record number"},
    {"1 repair bytes=1 sha256=1", "time"},
    {"1 1 repair bytes=1 sha256=1", "time"},
    {"1 1.00000 repair bytes=1 sha256=1", "time"},
    {"1 1.0000000 repair bytes=1 sha256=1", "time"},
    {"1 .000000 repair bytes=1 sha256=1", "time"},
    {"1 01.000000 repair bytes=1 sha256=1", "time"},
    {"1 -1.000000 repair bytes=1 sha256=1", "time"},
    {"1 1.00000x repair bytes=1 sha256=1", "time"},
    {"1 100000000000.000000 repair bytes=1 sha256=1", "time"},
    {"1  1.000000 repair bytes=1 sha256=1", "time"},
    {"1 1.000000 Repair bytes=1 sha256=1", "type"},
    {"1 1.000000 1repair bytes=1 sha256=1", "type"},
    {"1 1.000000  repair bytes=1 sha256=1", "type"},
    {"1 1.000000 a_type_17_bytes__ bytes=1", "type"},
    {"1 1.000000 repair  bytes=1 sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair bytes=1  sha256=1", "field 2 is malformed"},
    {"1 1.000000 repair bytes=1 sha256=1 ", "field 3 is malformed"},
    {"1 1.000000 repair bytes sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair bytes= sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair =1 sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair Bytes=1 sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair by-tes=1 sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair a_key_of_17bytes_=1 sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair bytes=%41 sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair bytes=%00 sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair bytes=%0a sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair bytes=%2 sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair bytes=% sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair bytes=%G0 sha256=1", "field 1 is malformed"},
    {"1 1.000000 repair bytes=1\t sha256=1", "printable"},
    {"1 1.000000 repair bytes=1\r sha256=1", "printable"},
    {"1 1.000000 repair bytes=\x80 sha256=1", "printable"},
    {"1 1.000000 repair bytes=\x7f sha256=1", "printable"},
    {"1 1.000000 repair sha256=1 bytes=1", "has the fields: bytes sha256"},
    {"1 1.000000 repair bytes=1", "has the fields"},
    {"1 1.000000 repair", "has the fields"},
    {"1 1.000000 repair byte=1 sha256=1", "has the fields"},
    {"1 1.000000 repair bytes=1 sha256=1 more=1", "has the fields"},
    {"1 1.000000 repair bytes=1 bytes=1 sha256=1", "has the fields"},
    {"1 1.000000 repair bytes=1 sha256=1 batch=0", "batch"},
    {"1 1.000000 repair bytes=1 sha256=1 batch=01", "batch"},
    {"1 1.000000 repair bytes=1 sha256=1 batch=x", "batch"},
    {"1 1.000000 repair bytes=1 batch=1 sha256=1", "has the fields"},
    {"1 1.000000 repair bytes=1 sha256=1 batch=1 batch=1", "has the fields"},
    {"1 1.000000 future a=1 a=2", "stands twice"},
    {"1 1.000000 future a=1 prev=2 b=3", "stands twice"},
    {"1 1.000000 future sum=2", "stands twice"},
    {"1 1.000000 future batch=1 batch=1", "stands twice"},
    {"1 1.000000 future a=1 b=1 c=1 d=1 e=1 f=1 g=1 h=1 i=1 j=1 k=1 l=1 m=1 n=1 o=1 p=1 q=1 r=1 "
     "s=1 t=1 u=1 v=1 w=1",
     "one too many"},
};

START_TEST(malformed_lines_are_refused)
{
    char line[2 * RECORD_MOST];
    struct record r;

    hash = hash_create(&e);
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        uint8_t sum[SHA256_LEN] = {0};
        size_t len = seal(line, sizeof line, malformed[i].words, sum) - 1;
        err_clear(&e);
        ck_assert_msg(record_decode(&r, line, len, hash, &e) == -1, "'%s'", malformed[i].words);
        ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, malformed[i].why), "'%s': %s",
                      malformed[i].words, e.text);
    }
    /* As many fields as there may be, and any type. */
    size_t len = seal(line, sizeof line,
                      "1 1.000000 future a=1 b=1 c=1 d=1 e=1 f=1 g=1 h=1 i=1 j=1 k=1 l=1 m=1 n=1 "
                      "o=1 p=1 q=1 r=1 s=1 t=1 u=1 batch=1",
                      (uint8_t[SHA256_LEN]){0});
    ck_ok(record_decode(&r, line, len - 1, hash, &e), &e);
    ck_assert(!r.known && r.count == RECORD_FIELDS - 3);
    hash_destroy(hash);
}
END_TEST

/* Effect: the sum of the line's first n bytes is its sum. */
static void reseal(char *line, size_t len, size_t n)
{
    uint8_t sum[SHA256_LEN];
    char hex[SHA256_HEX + 1];

    ck_ok(hash_bytes(line, n, sum, &e), &e);
    memcpy(line + len - SHA256_HEX, hex_encode(hex, sum, SHA256_LEN), SHA256_HEX);
}

START_TEST(malformed_ends_are_refused)
{
    char line[RECORD_MOST], bad[RECORD_MOST];
    uint8_t sum[SHA256_LEN] = {0};
    struct record r;

    hash = hash_create(&e);
    size_t len = seal(line, sizeof line, "1 1.000000 repair bytes=1 sha256=1", sum) - 1;
    ck_ok(record_decode(&r, line, len, hash, &e), &e);
    for (size_t n = 0; n < len; n++)
        ck_assert_int_eq(record_decode(&r, line, n, hash, NULL), -1);
    ck_fails(record_decode(&r, line, len + 1, hash, &e), &e, ERR_INPUT, "sum"); /* with its LF */

    /* A space after the sum, and a sum that is right if one counts from there. */
    memcpy(bad, line, len);
    reseal(bad, len, len - 68);
    bad[len] = ' ';
    ck_fails(record_decode(&r, bad, len + 1, hash, &e), &e, ERR_INPUT, "sum");
    ck_fails(record_parse(&r, bad, len + 1, &e), &e, ERR_INPUT, "sum");

    memcpy(bad, line, len);
    bad[len - 1] = bad[len - 1] == 'A' ? 'B' : 'A'; /* no hexadecimal digit */
    ck_fails(record_decode(&r, bad, len, hash, &e), &e, ERR_INPUT, "sum");
    ck_fails(record_parse(&r, bad, len, &e), &e, ERR_INPUT, "sum");
    memcpy(bad, line, len);
    bad[len - 70] = 'A'; /* in prev */
    reseal(bad, len, len - 69);
    ck_fails(record_decode(&r, bad, len, hash, &e), &e, ERR_INPUT, "prev");
    memcpy(bad, line, len);
    bad[len - 138] = 'q'; /* qrev= */
    reseal(bad, len, len - 69);
    ck_fails(record_decode(&r, bad, len, hash, &e), &e, ERR_INPUT, "prev");
    memcpy(bad, line, len);
    bad[5] = '\0';
    reseal(bad, len, len - 69);
    ck_fails(record_decode(&r, bad, len, hash, &e), &e, ERR_INPUT, "printable");
    hash_destroy(hash);
}
END_TEST

/* The texts are in old ledgers and results. */
START_TEST(reasons_keep_their_texts)
{
    ck_assert_str_eq(reason_text(REASON_NONE), "");
    ck_assert_str_eq(reason_text(REASON_EXCLUDED), "excluded after repeated failure");
    ck_assert_str_eq(reason_text(REASON_COMMITMENT),
                     "commitment: the partition is not the one that was claimed");
    ck_assert_ptr_null(reason_text(REASON_OTHER));
    for (enum reason i = REASON_NONE; i < REASON_OTHER; i++)
        ck_assert_int_eq(reason_of(reason_text(i)), i);
    ck_assert_int_eq(reason_of(NULL), REASON_NONE);
    ck_assert_int_eq(reason_of("excluded"), REASON_OTHER);
}
END_TEST

/* FORMAT's examples are a ledger, and each type of the table has one and is
 * listed with its keys. */
START_TEST(format_is_true)
{
    struct place p = place_make();
    struct bytes text = log_read(TEST_DATA "/../../src/ledger/FORMAT");
    struct buf log = {0}, heading = {0};
    struct record r;
    size_t types = 0, lines = 0;

    hash = hash_create(&e);
    for (char *line = strtok(text.data, "\n"); line; line = strtok(NULL, "\n")) {
        if (types_name(types)) {
            buf_reset(&heading);
            const char *keys = types_keys(types_name(types));
            buf_addf(&heading, "%s:%s%s", types_name(types), *keys ? " " : "", keys);
            types += strcmp(line, heading.data) == 0;
        }
        if (strncmp(line, "    ", 4) != 0 || line[4] < '0' || line[4] > '9')
            continue;
        ck_ok(record_decode(&r, line + 4, strlen(line + 4), hash, &e), &e);
        ck_assert_msg(types > 0 && strcmp(r.type, types_name(types - 1)) == 0,
                      "a %s line under another heading", r.type);
        ck_assert_uint_eq(++lines, types);
        buf_addf(&log, "%s\n", line + 4);
    }
    ck_assert_msg(lines > 0 && !types_name(lines), "FORMAT has %zu types", lines);
    log_put(p.log, log.data, log.len);
    ck_assert_uint_eq(verified_count(p.dir), lines);
    buf_free(&log);
    buf_free(&heading);
    free(text.data);
    hash_destroy(hash);
    place_remove(p.dir);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, records_round_trip);
    tcase_add_test(t, every_number_that_is_written_can_be_read);
    tcase_add_test(t, values_are_escaped);
    tcase_add_test(t, wrong_records_are_not_written);
    tcase_add_test(t, malformed_lines_are_refused);
    tcase_add_test(t, malformed_ends_are_refused);
    tcase_add_test(t, reasons_keep_their_texts);
    tcase_add_test(t, format_is_true);
}

UNIT_MAIN("record", add)
