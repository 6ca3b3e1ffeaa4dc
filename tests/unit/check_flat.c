/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What two processes or files tell each other: flat documents, text, JSON and signatures. */
#include "unit.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/alike.h"
#include "util/flat.h"
#include "util/hash.h"
#include "util/json.h"
#include "util/key.h"
#include "util/store.h"
#include "util/text.h"

/* One value of every type and rank. */
static struct flat *make_document(void)
{
    const size_t three = 3, pair[2] = {2, 2}, none = 0;
    const double numbers[] = {1.5, -0.0, 3e300, 4};
    const int64_t integers[] = {INT64_MIN, 0, INT64_MAX};
    const char *const strings[] = {"", "\xc3\xa9\xe2\x82\xac", "long enough to be longer"};
    const int64_t yes = 1;
    struct flat *f = flat_create(NULL);

    flat_add_group(f, "/a");
    flat_add_integer(f, "/a@integer", -42);
    flat_add_number(f, "/a@number", 0.1);
    flat_add_string(f, "/a@string", "text");
    flat_add(f, "/a@boolean", FLAT_BOOLEAN, 0, NULL, &yes, 17);
    flat_add(f, "/a/integers", FLAT_INTEGER, 1, &three, integers, 0);
    flat_add(f, "/a/numbers", FLAT_NUMBER, 2, pair, numbers, 0);
    flat_add(f, "/a/strings", FLAT_STRING, 1, &three, strings, 0);
    flat_add(f, "/a/bytes", FLAT_BYTES, 1, &three, "\0\1\2", 0);
    flat_add(f, "/a/empty", FLAT_NUMBER, 1, &none, numbers, 0);
    ck_assert(flat_ok(f, NULL) == 0);
    return f;
}

static void encode(const struct flat *f, struct buf *b)
{
    flat_encode(f, b);
    ck_assert(!buf_failed(b));
}

START_TEST(a_document_survives_the_pipe)
{
    struct err e = {0};
    struct flat *f = make_document(), *g;
    struct buf one = {0}, two = {0};

    encode(f, &one);
    g = flat_decode(one.data, one.len, &e);
    ck_assert_msg(g != NULL, "%s", e.text);
    ck_assert_uint_eq(flat_count(g), flat_count(f));
    ck_assert_int_eq(flat_find(g, "/a/integers")->integers[0], INT64_MIN);
    ck_assert_str_eq(flat_find(g, "/a/strings")->strings[1], "\xc3\xa9\xe2\x82\xac");
    ck_assert_uint_eq(flat_find(g, "/a@boolean")->line, 17);
    ck_assert_uint_eq(flat_find(g, "/a/numbers")->dims[1], 2);
    ck_assert_uint_eq(flat_find(g, "/a/empty")->count, 0);
    ck_assert_ptr_null(flat_find(g, "/b"));
    encode(g, &two);
    ck_assert_uint_eq(two.len, one.len);
    ck_assert_mem_eq(one.data, two.data, one.len);
    flat_destroy(f);
    flat_destroy(g);
    buf_free(&one);
    buf_free(&two);
}
END_TEST

START_TEST(a_path_is_added_once)
{
    struct err e = {0};
    struct flat *f = make_document();

    flat_add_integer(f, "/a@number", 1);
    ck_fails(flat_ok(f, &e), &e, ERR_INPUT, "/a@number is given twice");
    flat_destroy(f);
}
END_TEST

/* What a truncated or damaged answer decodes to must be well-formed, or refused. */
static void decode_hostile(const char *data, size_t len)
{
    struct err e = {0};
    char *copy = malloc(len ? len : 1); /* of the exact size, for the sanitizer */

    memcpy(copy, data, len);
    struct flat *f = flat_decode(copy, len, &e);
    free(copy);
    ck_assert(f || e.code == ERR_INPUT);
    for (size_t i = 0; f && i < flat_count(f); i++) {
        const struct flat_value *v = flat_at(f, i);
        ck_assert(v->path[0] == '/' && v->rank <= 2 && text_is_utf8(v->path));
        ck_assert(v->type == FLAT_GROUP || v->data);
        for (size_t k = 0; v->type == FLAT_STRING && k < v->count; k++)
            ck_assert(text_is_utf8(v->strings[k]));
    }
    flat_destroy(f);
}

START_TEST(a_cut_document_is_refused)
{
    struct flat *f = make_document();
    struct buf b = {0};

    encode(f, &b);
    for (size_t len = 0; len < b.len; len++)
        decode_hostile(b.data, len);
    struct err e = {0};
    ck_assert_ptr_null(flat_decode(b.data, b.len - 1, &e));
    ck_assert_int_eq(e.code, ERR_INPUT);
    flat_destroy(f);
    buf_free(&b);
}
END_TEST

START_TEST(a_mutated_document_is_harmless)
{
    struct flat *f = make_document();
    struct buf b = {0};
    uint64_t x = 88172645463325252u;

    encode(f, &b);
    char *bytes = malloc(b.len);
    for (int i = 0; i < 20000; i++) {
        memcpy(bytes, b.data, b.len);
        for (int k = 0; k <= i % 4; k++) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            bytes[x % b.len] = (char)(x >> 32);
        }
        decode_hostile(bytes, b.len);
    }
    free(bytes);
    flat_destroy(f);
    buf_free(&b);
}
END_TEST

/* One value in the pipe's form. */
static void raw(struct buf *b, const char *path, uint64_t type, uint64_t rank, uint64_t dim0,
                uint64_t dim1)
{
    uint64_t len = strlen(path), head[5] = {type, rank, dim0, dim1, 0};

    buf_add(b, &len, sizeof len);
    buf_add(b, path, len);
    buf_add(b, head, sizeof head);
}

START_TEST(a_lying_document_is_refused)
{
    const uint64_t zero = 0, two = 2, huge = UINT64_MAX;
    const struct {
        const char *path;
        uint64_t head[4];
        const void *data;
        size_t len;
    } bad[] = {
        {"a", {FLAT_INTEGER, 0, 1, 1}, &zero, 8},
        {"/\033[2J", {FLAT_INTEGER, 0, 1, 1}, &zero, 8},
        {"/\xff", {FLAT_INTEGER, 0, 1, 1}, &zero, 8},
        {"/a", {0, 0, 1, 1}, &zero, 8},
        {"/a", {FLAT_BYTES + 1, 0, 1, 1}, &zero, 8},
        {"/a", {FLAT_INTEGER, 3, 1, 1}, &zero, 8},
        {"/a", {FLAT_INTEGER, 0, 2, 1}, &zero, 8},
        {"/a", {FLAT_INTEGER, 1, 1, 2}, &zero, 8},
        {"/a", {FLAT_INTEGER, 2, UINT64_C(1) << 33, UINT64_C(1) << 33}, &zero, 8},
        {"/a", {FLAT_NUMBER, 1, UINT64_C(1) << 61, 1}, &zero, 8},
        {"/a", {FLAT_STRING, 1, UINT64_C(1) << 40, 1}, &zero, 8},
        {"/a", {FLAT_STRING, 0, 1, 1}, &huge, 8},
        {"/a", {FLAT_BYTES, 0, 1, 1}, &zero, 1},
        {"/a", {FLAT_BOOLEAN, 0, 1, 1}, &two, 8},
        {"/a", {FLAT_GROUP, 1, 1, 1}, &zero, 0},
    };
    struct buf b = {0};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err e = {0};
        raw(&b, bad[i].path, bad[i].head[0], bad[i].head[1], bad[i].head[2], bad[i].head[3]);
        buf_add(&b, bad[i].data, bad[i].len);
        ck_assert_msg(!flat_decode(b.data, b.len, &e) && e.code == ERR_INPUT, "case %zu", i);
        buf_reset(&b);
    }
    /* The same path twice, and more values than anyone needs. */
    struct err e = {0};
    raw(&b, "/a", FLAT_GROUP, 0, 1, 1);
    raw(&b, "/a", FLAT_GROUP, 0, 1, 1);
    ck_assert(!flat_decode(b.data, b.len, &e) && e.code == ERR_INPUT);
    buf_reset(&b);
    err_clear(&e);
    for (int i = 0; i < 20000; i++) {
        char path[16];
        snprintf(path, sizeof path, "/%d", i);
        raw(&b, path, FLAT_GROUP, 0, 1, 1);
    }
    ck_assert(!flat_decode(b.data, b.len, &e) && e.code == ERR_INPUT);
    buf_free(&b);
}
END_TEST

START_TEST(text_is_checked)
{
    static const char *const bad[] = {"\x80",         "\xc0\x80",         "\xc3",
                                      "\xe0\x80\x80", "\xed\xa0\x80",     "\xf4\x90\x80\x80",
                                      "\xf8\x88",     "\xf0\x80\x80\x80", "ok\xe2\x82"};
    char out[80];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!text_is_utf8(bad[i]), "case %zu", i);
    ck_assert(text_is_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
    ck_assert(text_is_name("a") && text_is_name("0a_b.c-d"));
    ck_assert(!text_is_name("") && !text_is_name("-a") && !text_is_name("a b"));
    ck_assert_str_eq(text_to_name(out, sizeof out, "_node/7.x"), "xnode-7.x");
    ck_assert_str_eq(text_to_name(out, sizeof out, ""), "x");
    ck_assert_str_eq(text_printable(out, sizeof out, "a\033[1m\xc2\x9b\xff\xc3\xa9"),
                     "a<U+001B>[1m<U+009B><0xFF>\xc3\xa9");
    ck_assert_str_eq(text_printable(out, 4, "ab\xe2\x82\xac"), "ab");
}
END_TEST

/* What cannot be seen stands by its number. */
START_TEST(text_is_shown)
{
    char out[80], in[20] = "x\xc2\xa0y";

    ck_assert_str_eq(text_printable(out, sizeof out, "a\xc2\xa0 b\t\xe2\x80\x8b"),
                     "a<U+00A0> b<U+0009><U+200B>");
    ck_assert_str_eq(
        text_printable(out, sizeof out, "\xef\xbb\xbf\xe2\x80\xae\xc2\xad\xe3\x80\x80"),
        "<U+FEFF><U+202E><U+00AD><U+3000>");
    ck_assert_str_eq(
        text_printable(out, sizeof out, "gr\xf6\xf0\x9f\x98\x80 e\xcc\x81 \xe6\x97\xa5"),
        "gr<0xF6>\xf0\x9f\x98\x80 e\xcc\x81 \xe6\x97\xa5");
    ck_assert_str_eq(text_printable(out, 10, "ab\xc2\xa0"), "ab");
    ck_assert_str_eq(text_printable(out, 11, "ab\xc2\xa0"), "ab<U+00A0>");
    text_show(in, sizeof in);
    ck_assert_str_eq(in, "x<U+00A0>y");
    text_show(in, sizeof in);
    ck_assert_str_eq(in, "x<U+00A0>y");
    strcpy(in, "a\001\xff");
    text_clean(in);
    ck_assert_str_eq(in, "a??");
}
END_TEST

START_TEST(names_are_alike)
{
    static const struct {
        const char *one, *other, *how;
    } cases[] = {
        {"age", "Age", "case"},
        {"stra\xc3\x9f"
         "e",
         "STRASSE", "case"},
        {"age", "age ", "white space"},
        {"a b",
         "a\xc2\xa0"
         "b",
         "white space"},
        {"a b", "a\tb", "white space"},
        {"ab",
         "a\xe2\x80\x8b"
         "b",
         "characters that are not seen"},
        {"ab",
         "\xef\xbb\xbf"
         "ab",
         "characters that are not seen"},
        {"ab", "a\001b", "characters that are not seen"},
        {"caf\xc3\xa9", "cafe\xcc\x81", "Unicode form"},
        {"a", "\xef\xbd\x81", "Unicode form"},
        {"a-b",
         "a\xe2\x80\x93"
         "b",
         "dashes or quotes"},
        {"gr\xc3\xb6", "gr\xf6", "encoding"},
        {"Caf\xc3\xa9", "cafe\xcc\x81", "case and Unicode form"},
    };
    static const char *const other[] = {"ab", "", "\xff", "caf\xc3\xa9"};
    static const char *const names[] = {"weight", "Height ", "height"};
    char how[ALIKE_HOW], hint[ALIKE_HINT];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_msg(alike_how(how, cases[i].one, cases[i].other), "case %zu", i);
        ck_assert_str_eq(how, cases[i].how);
        ck_assert(alike_how(how, cases[i].other, cases[i].one));
        ck_assert_str_eq(how, cases[i].how);
    }
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        for (size_t k = 0; k < sizeof other / sizeof other[0]; k++)
            ck_assert_msg(!alike_how(how, other[i], other[k]) && !how[0], "%zu %zu", i, k);
    ck_assert_str_eq(alike_among(hint, "HEIGHT", names, 3),
                     "; there is 'Height ', which differs only by its case and white space");
    ck_assert_str_eq(alike_among(hint, "depth", names, 3), "");
}
END_TEST

/* RFC 8785, sections 3.2.2 and 3.2.3. */
START_TEST(json_is_canonical)
{
    static const struct {
        const char *given, *canonical;
    } known[] = {
        {"{\"numbers\":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"
         "\"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
         "\"literals\":[null,true,false]}",
         "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
         "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"},
        {"{\"\\u20ac\":5,\"\\r\":1,\"\\ufb33\":7,\"1\":2,\"\\ud83d\\ude00\":6,\"\\u0080\":3,"
         "\"\\u00f6\":4}",
         "{\"\\r\":1,\"1\":2,\"\xc2\x80\":3,\"\xc3\xb6\":4,\"\xe2\x82\xac\":5,"
         "\"\xf0\x9f\x98\x80\":6,\"\xef\xac\xb3\":7}"},
        {"{\"b\":[],\"a\":{},\"\":[-0.0,9007199254740992,-5]}",
         "{\"\":[0,9007199254740992,-5],\"a\":{},\"b\":[]}"},
    };
    struct buf b = {0};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        json_error_t why;
        json_t *json = json_loads(known[i].given, 0, &why);
        ck_assert_msg(json != NULL, "%s", why.text);
        buf_reset(&b);
        json_canonical(json, &b);
        ck_assert_str_eq(b.data, known[i].canonical);
        json_decref(json);
    }
    buf_free(&b);
}
END_TEST

/* RFC 8032, section 7.1, test 2. */
START_TEST(signatures_are_ed25519)
{
    struct err e = {0};
    uint8_t public[KEY_PUBLIC_LEN], signature[KEY_SIGNATURE_LEN];

    hex_decode("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", public,
               sizeof public);
    hex_decode("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
               "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
               signature, sizeof signature);
    ck_ok(key_verify(public, "\x72", 1, signature, &e), &e);
    ck_fails(key_verify(public, "\x73", 1, signature, &e), &e, ERR_VERIFY, "signature");
    signature[0] ^= 1;
    ck_fails(key_verify(public, "\x72", 1, signature, &e), &e, ERR_VERIFY, "signature");
}
END_TEST

START_TEST(keys_are_private)
{
    struct err e = {0};
    char dir[] = "/tmp/metaneuron-unit-XXXXXX", path[64];
    uint8_t public[KEY_PUBLIC_LEN], again[KEY_PUBLIC_LEN], signature[KEY_SIGNATURE_LEN];
    struct stat st;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/keys/site.pem", dir);
    struct key *k = key_open(path, &e);
    ck_assert_msg(k != NULL, "%s", e.text);
    ck_assert(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    key_public(k, public);
    ck_ok(key_sign(k, "abc", 3, signature, &e), &e);
    ck_ok(key_verify(public, "abc", 3, signature, &e), &e);
    key_close(k);

    k = key_open(path, &e);
    ck_assert_ptr_nonnull(k);
    key_public(k, again);
    ck_assert_mem_eq(public, again, sizeof public);
    key_close(k);

    chmod(path, 0640);
    ck_fails(key_open(path, &e) ? 0 : -1, &e, ERR_REFUSED, "chmod 600");
    ck_ok(file_write(path, "no key", 6, 0600, &e), &e);
    ck_fails(key_open(path, &e) ? 0 : -1, &e, ERR_INPUT, "no Ed25519 private key");
    file_remove(path);
    snprintf(path, sizeof path, "%s/keys", dir);
    rmdir(path);
    rmdir(dir);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, a_document_survives_the_pipe);
    tcase_add_test(t, a_path_is_added_once);
    tcase_add_test(t, a_cut_document_is_refused);
    tcase_add_test(t, a_mutated_document_is_harmless);
    tcase_add_test(t, a_lying_document_is_refused);
    tcase_add_test(t, text_is_checked);
    tcase_add_test(t, text_is_shown);
    tcase_add_test(t, names_are_alike);
    tcase_add_test(t, json_is_canonical);
    tcase_add_test(t, signatures_are_ed25519);
    tcase_add_test(t, keys_are_private);
}

UNIT_MAIN("flat", add)
