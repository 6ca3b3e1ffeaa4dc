/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base64: the vectors of RFC 4648, and that one text stands for the same bytes. */
#include "unit.h"
#include "util/base64.h"

START_TEST(vectors_of_the_standard)
{
    /* RFC 4648, section 10; and the two characters that others replace. */
    static const char *const table[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff\xbf", "+/+/"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct buf b = {0};
        char bytes[8];
        size_t count, len = strlen(table[i][0]);
        base64_encode(&b, table[i][0], len);
        ck_assert_str_eq(b.data ? b.data : "", table[i][1]);
        ck_assert_uint_eq(BASE64_TEXT(len), b.len);
        ck_assert_int_eq(base64_decode(table[i][1], b.len, bytes, sizeof bytes, &count), 0);
        ck_assert_uint_eq(count, len);
        ck_assert_int_eq(memcmp(bytes, table[i][0], len), 0);
        buf_free(&b);
    }
}
END_TEST

START_TEST(every_length_comes_back)
{
    uint8_t bytes[200], read[200];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        struct buf b = {0};
        size_t count;
        base64_encode(&b, bytes, len);
        ck_assert_int_eq(base64_decode(b.data ? b.data : "", b.len, read, sizeof read, &count), 0);
        ck_assert_uint_eq(count, len);
        ck_assert_int_eq(memcmp(bytes, read, len), 0);
        buf_free(&b);
    }
}
END_TEST

/* All that could be the last four characters: what is read is what would be written. */
START_TEST(nothing_else_is_read)
{
    static const char tail[] = {'=', 'A', 'B', 'E', 'Q', '/', '\n', ' ', '-', 0};
    size_t good = 0;

    for (int a = 0; a < 256; a++)
        for (int b = 0; b < 256; b++)
            for (size_t k = 0; k < sizeof tail * sizeof tail; k++) {
                char text[4] = {(char)a, (char)b, tail[k / sizeof tail], tail[k % sizeof tail]};
                uint8_t bytes[3];
                size_t count;
                if (base64_decode(text, 4, bytes, sizeof bytes, &count) < 0)
                    continue;
                struct buf again = {0};
                base64_encode(&again, bytes, count);
                ck_assert_uint_eq(again.len, 4);
                ck_assert_int_eq(memcmp(again.data, text, 4), 0);
                buf_free(&again);
                good++;
            }
    /* "xx==" with 4 values of the second character, "xxA=", "xxE=" and "xxQ=", and five by five. */
    ck_assert_uint_eq(good, 64 * 4 + 64 * 64 * (3 + 25));
}
END_TEST

START_TEST(cut_and_stray_texts)
{
    static const char *const bad[] = {"Z",      "Zg",    "Zg=",      "Zg===",    "=",     "====",
                                      "Zg==\n", " Zg==", "Zg==Zg==", "Zm8=Zg==", "Zm9v=", "Zm 9v"};
    size_t count;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(base64_decode(bad[i], strlen(bad[i]), NULL, 0, &count) < 0, "%s", bad[i]);
}
END_TEST

START_TEST(no_more_is_written_than_there_is_room)
{
    char bytes[4] = "xxx";
    size_t count;

    ck_assert_int_eq(base64_decode("Zm9vYmFy", 8, bytes, 2, &count), 0);
    ck_assert_uint_eq(count, 6);
    ck_assert_str_eq(bytes, "fox");
}
END_TEST

/* Bare is what is left without the padding, and that alone. */
START_TEST(bare_texts)
{
    static const char *const bad[] = {"Z", "Zg==", "Zm8=", "Zh", "Zm9", "Zm9vZ", "Zg\n", "Zg "};
    uint8_t bytes[200], read[200];
    size_t count;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 37);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        struct buf b = {0}, padded = {0};
        base64_encode_bare(&b, bytes, len);
        base64_encode(&padded, bytes, len);
        ck_assert_uint_eq(b.len, (8 * len + 5) / 6);
        ck_assert(b.len == 0 || (strncmp(b.data, padded.data, b.len) == 0 &&
                                 strspn(padded.data + b.len, "=") == padded.len - b.len));
        ck_assert_int_eq(base64_decode_bare(b.data ? b.data : "", b.len, read, sizeof read, &count),
                         0);
        ck_assert_uint_eq(count, len);
        ck_assert_int_eq(memcmp(bytes, read, len), 0);
        buf_free(&b);
        buf_free(&padded);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(base64_decode_bare(bad[i], strlen(bad[i]), NULL, 0, &count) < 0, "%s",
                      bad[i]);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, vectors_of_the_standard);
    tcase_add_test(tests, every_length_comes_back);
    tcase_add_test(tests, nothing_else_is_read);
    tcase_add_test(tests, cut_and_stray_texts);
    tcase_add_test(tests, no_more_is_written_than_there_is_room);
    tcase_add_test(tests, bare_texts);
}

UNIT_MAIN("base64", add)
