/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is sealed to a collector, and rosters: bytes as FORMAT has them, and no others. */
#include <math.h>

#include "site/roster.h"
#include "site/sealed.h"
#include "unit.h"

#define RUN  "3d96174cc99e84db"
#define HEX1 "0101010101010101010101010101010101010101010101010101010101010101"
#define HEX2 "0202020202020202020202020202020202020202020202020202020202020202"
#define HEX3 "0303030303030303030303030303030303030303030303030303030303030303"

static struct err e;

static const char sealed_text[] = "metaneuron-state@v1\n"
                                  "run " RUN "\n"
                                  "round 1\n"
                                  "site alpha\n"
                                  "items 190\n"
                                  "seconds 0.731\n"
                                  "salt " HEX1 "\n"
                                  "claim-salt " HEX2 "\n"
                                  "digest " HEX3 "\n"
                                  "length 2\n"
                                  "\n"
                                  "\0\0\0\0\0\0\xf0\x3f"  /* 1 */
                                  "\0\0\0\0\0\0\x04\xc0"; /* -2.5 */
enum { SEALED = sizeof sealed_text - 1 };

static void check_sealed(const struct sealed *s)
{
    ck_assert_str_eq(s->run, RUN);
    ck_assert_str_eq(s->site, "alpha");
    ck_assert(s->round == 1 && s->items == 190 && s->length == 2);
    ck_assert(s->seconds == 0.731 && s->state[0] == 1 && s->state[1] == -2.5);
    ck_assert(s->salt[31] == 1 && s->claim_salt[31] == 2 && s->digest[31] == 3);
}

START_TEST(sealed_bytes_are_as_format_says)
{
    struct sealed s;
    struct buf b = {0};

    ck_ok(sealed_read(&s, sealed_text, SEALED, 2, &e), &e);
    check_sealed(&s);
    ck_ok(sealed_write(&s, &b, &e), &e);
    ck_assert_uint_eq(b.len, SEALED);
    ck_assert_int_eq(memcmp(b.data, sealed_text, SEALED), 0);
    buf_free(&b);
    sealed_free(&s);
    ck_assert_ptr_null(s.state);
}
END_TEST

/* Bits of a state come back as they are, numbers or not. */
START_TEST(every_double_comes_back)
{
    double state[] = {0, -0.0, INFINITY, -INFINITY, NAN, 5e-324, 1.7976931348623157e308};
    struct sealed s = {.run = RUN,
                       .site = "a",
                       .round = UINT64_MAX,
                       .items = UINT64_MAX,
                       .state = state,
                       .length = sizeof state / sizeof state[0]},
                  back;
    struct buf b = {0};

    ck_ok(sealed_write(&s, &b, &e), &e);
    ck_ok(sealed_read(&back, b.data, b.len, s.length, &e), &e);
    ck_assert(back.round == UINT64_MAX && back.items == UINT64_MAX && back.length == s.length);
    ck_assert_int_eq(memcmp(back.state, state, sizeof state), 0);
    sealed_free(&back);
    buf_free(&b);
}
END_TEST

START_TEST(what_no_reader_takes_is_not_written)
{
    double state[] = {1};
    const struct sealed good = {.run = RUN, .site = "a", .round = 1, .state = state, .length = 1};
    struct sealed bad[7];
    struct buf b = {0};

    for (size_t i = 0; i < 7; i++)
        bad[i] = good;
    strcpy(bad[0].run, "3D96174CC99E84DB");
    strcpy(bad[1].site, "Alpha");
    bad[2].round = 0;
    bad[3].length = 0;
    bad[4].seconds = NAN;
    bad[5].seconds = -1;
    bad[6].seconds = INFINITY;
    for (size_t i = 0; i < 7; i++)
        ck_fails(sealed_write(&bad[i], &b, &e), &e, ERR_SOFTWARE, "cannot be sealed");
    ck_assert_uint_eq(b.len, 0);
    ck_ok(sealed_write(&good, &b, &e), &e);
    buf_free(&b);
}
END_TEST

/* A text with the first occurrence of one part replaced. */
static struct buf with(const char *data, size_t len, const char *part, const char *by)
{
    const char *at = memmem(data, len, part, strlen(part));
    struct buf b = {0};

    ck_assert_msg(at != NULL, "%s", part);
    buf_add(&b, data, (size_t)(at - data));
    buf_adds(&b, by);
    buf_add(&b, at + strlen(part), len - (size_t)(at - data) - strlen(part));
    return b;
}

START_TEST(other_sealed_bytes_are_refused)
{
    static const char *const table[][3] = {
        {"state@v1", "state@v2", "line 1 is"},
        {"run " RUN, "run " RUN "0", "line 2 is"},
        {"run " RUN, "run 3D96174CC99E84DB", "line 2 is"},
        {"round 1", "round 0", "line 3 is"},
        {"round 1", "round 01", "line 3 is"},
        {"round 1", "round 18446744073709551616", "line 3 is"},
        {"round 1", "round 1 ", "line 3 is"},
        {"round 1\n", "", "line 3 is"},
        {"round 1\nsite alpha", "site alpha\nround 1", "line 3 is"},
        {"round 1\n", "round 1\nround 1\n", "line 4 is"},
        {"alpha", "Alpha", "line 4 is"},
        {"alpha", "../x", "line 4 is"},
        {"alpha", "abcdefghijklmnopqrstuvwxyz0123456", "line 4 is"},
        {"site alpha", "site ", "line 4 is"},
        {"site alpha", "site\talpha", "line 4 has the byte 0x09"},
        {"site alpha", "site al\xc3\xa4", "line 4 has the byte 0xC3"},
        {"items 190", "items -1", "line 5 is"},
        {"items 190", "items 1e3", "line 5 is"},
        {"0.731", "0.7310", "line 6 is"},
        {"0.731", "+0.731", "line 6 is"},
        {"0.731", "-0", "line 6 is"},
        {"0.731", "-1", "line 6 is"},
        {"0.731", "nan", "line 6 is"},
        {"0.731", "1e999", "line 6 is"},
        {"salt " HEX1, "salt 01", "line 7 is"},
        {"salt " HEX1, "salt " HEX1 "01", "line 7 is"},
        {"claim-salt", "claim_salt", "line 8 is"},
        {"digest 03", "digest 0G", "line 9 is"},
        {"length 2", "length 0", "line 10 is"},
        {"length 2", "length 1", "a state of 16 bytes; expected 1 doubles"},
        {"length 2", "length 3", "a state of 16 bytes; expected 3 doubles"},
        {"length 2", "length 2305843009213693954", "line 10 is"},
        {"length 2", "length 4611686018427387904", "line 10 is"},
        {"length 2\n\n", "length 2\n", "line 11"},
        {"length 2\n", "length 2\r\n", "line 10 has the byte 0x0D"},
    };
    struct sealed s;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct buf b = with(sealed_text, SEALED, table[i][0], table[i][1]);
        ck_fails(sealed_read(&s, b.data, b.len, 1000, &e), &e, ERR_INPUT, table[i][2]);
        ck_assert_ptr_nonnull(strstr(e.text, "a sealed result"));
        buf_free(&b);
    }
    ck_fails(sealed_read(&s, sealed_text, SEALED, 1, &e), &e, ERR_INPUT, "from 1 to 1");
    for (size_t len = 0; len < SEALED; len++)
        ck_fails(sealed_read(&s, sealed_text, len, 2, &e), &e, ERR_INPUT, "a sealed result");
    ck_fails(sealed_read(&s, sealed_text, SEALED + 1, 2, &e), &e, ERR_INPUT, "17 bytes");
}
END_TEST

/* A length that no memory has is refused before any is asked for. */
START_TEST(a_length_that_is_not_there_costs_nothing)
{
    struct buf b = with(sealed_text, SEALED, "length 2", "length 1152921504606846976");
    struct sealed s;

    ck_fails(sealed_read(&s, b.data, b.len, SIZE_MAX, &e), &e, ERR_INPUT, "a state of 16 bytes");
    buf_free(&b);
    b = with(sealed_text, SEALED, "length 2", "length 2305843009213693954"); /* 2^61 + 2 */
    ck_fails(sealed_read(&s, b.data, b.len, SIZE_MAX, &e), &e, ERR_INPUT, "a state of 16 bytes");
    buf_free(&b);
}
END_TEST

static const char roster_text[] = "metaneuron-roster@v1\n"
                                  "run " RUN "\n"
                                  "round 3\n"
                                  "attempt 2\n"
                                  "alpha " HEX1 "\n"
                                  "beta " HEX2 "\n"
                                  "beta-2 " HEX3 "\n";

START_TEST(rosters_are_as_format_says)
{
    struct roster r;
    struct buf b = {0};

    ck_ok(roster_read(&r, roster_text, strlen(roster_text), &e), &e);
    ck_assert_str_eq(r.run, RUN);
    ck_assert(r.round == 3 && r.attempt == 2 && r.count == 3);
    ck_assert_ptr_eq(roster_find(&r, "beta"), &r.list[1]);
    ck_assert_ptr_eq(roster_find(&r, "beta-2"), &r.list[2]);
    ck_assert_uint_eq(roster_find(&r, "alpha")->claim[0], 1);
    ck_assert_ptr_null(roster_find(&r, "bet"));
    ck_assert_ptr_null(roster_find(&r, ""));
    roster_write(&b, &r);
    ck_assert_str_eq(b.data, roster_text);
    buf_free(&b);
    roster_free(&r);
    ck_assert(!r.list && r.count == 0);
}
END_TEST

START_TEST(other_rosters_are_refused)
{
    static const char *const table[][3] = {
        {"roster@v1", "roster@v1 ", "line 1 is"},
        {"round 3", "round 0", "line 3 is"},
        {"attempt 2", "attempt 0", "line 4 is"},
        {"attempt 2\n", "", "line 4 is"},
        {"alpha ", "Alpha ", "line 5 is"},
        {"alpha ", "alpha  ", "line 5 is"},
        {"alpha ", "alpha", "line 5 is"},
        {"alpha ", "", "line 5 is"},
        {"alpha " HEX1, "alpha " HEX1 " ", "line 5 is"},
        {"alpha " HEX1 "\n", "\n", "line 5 is"},
        {"alpha ", "beta ", "line 6 is"},  /* the same again */
        {"alpha ", "gamma ", "line 6 is"}, /* another order */
        {"beta-2 ", "beta ", "line 7 is"},
        {"beta-2 " HEX3 "\n", "beta-2 " HEX3, "line 7 does not end"},
        {"beta-2 " HEX3 "\n", "beta-2 " HEX3 "\n\n", "line 8 is"},
    };
    struct roster r;
    struct buf b = {0};

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        b = with(roster_text, strlen(roster_text), table[i][0], table[i][1]);
        ck_fails(roster_read(&r, b.data, b.len, &e), &e, ERR_INPUT, table[i][2]);
        ck_assert_ptr_nonnull(strstr(e.text, "a roster"));
        buf_free(&b);
    }
    size_t lines = strlen(roster_text) - strlen("beta-2 " HEX3 "\n");
    for (size_t len = 0; len < lines; len++)
        if (len != lines - strlen("beta " HEX2 "\n")) /* of one centre */
            ck_fails(roster_read(&r, roster_text, len, &e), &e, ERR_INPUT, "a roster");
}
END_TEST

/* As many as there is room for; of line feeds alone no memory is made. */
START_TEST(rosters_are_bounded)
{
    struct roster r;
    struct buf b = {0};
    size_t count = 0;

    buf_adds(&b, "metaneuron-roster@v1\nrun " RUN "\nround 1\nattempt 1\n");
    for (; b.len + 72 <= ROSTER_MOST; count++)
        buf_addf(&b, "a%05zu %s\n", count, HEX1);
    ck_ok(roster_read(&r, b.data, b.len, &e), &e);
    ck_assert_uint_eq(r.count, count);
    roster_free(&r);
    while (b.len <= ROSTER_MOST)
        buf_addc(&b, '\n');
    ck_fails(roster_read(&r, b.data, b.len, &e), &e, ERR_INPUT, "65537 bytes; the most is 65536");
    buf_free(&b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, sealed_bytes_are_as_format_says);
    tcase_add_test(t, every_double_comes_back);
    tcase_add_test(t, what_no_reader_takes_is_not_written);
    tcase_add_test(t, other_sealed_bytes_are_refused);
    tcase_add_test(t, a_length_that_is_not_there_costs_nothing);
    tcase_add_test(t, rosters_are_as_format_says);
    tcase_add_test(t, other_rosters_are_refused);
    tcase_add_test(t, rosters_are_bounded);
}

UNIT_MAIN("sealed", add)
