/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Identities: what is written is read, each follows the one before, and nothing else is believed. */
#include "proof_fixture.h"
#include "site/house/identity.h"
#include "unit.h"
#include "util/hash.h"

#define ORIGIN "metaneuron/alpha/6a09e667f3bcc908"
#define SEAL   "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"

static struct err e;

/* What number n says, whose key is that number. */
static struct identity number(uint64_t n)
{
    struct identity i = {.name = "alpha",
                         .number = n,
                         .origin = ORIGIN,
                         .seal = SEAL,
                         .cluster = "alpha",
                         .expires = 1835000000};
    struct key *key = key_number((uint8_t)n);
    uint8_t public[KEY_PUBLIC_LEN];

    key_public(key, public);
    ck_ok(note_key_make(&i.key, ORIGIN, NOTE_ED25519, public, &e), &e);
    key_close(key);
    return i;
}

/* The note of an identity, signed by its own key and, if it is not 0, by that key before. */
static struct buf signed_by(const struct identity *i, uint8_t before)
{
    struct key *own = key_number((uint8_t)i->number), *other = key_number(before);
    struct identity first = number(before);
    struct buf b = {0};

    ck_ok(identity_write(&b, i, own, before ? &first.key : NULL, before ? other : NULL, &e), &e);
    key_close(own);
    key_close(other);
    return b;
}

START_TEST(what_is_written_is_read)
{
    struct identity i = number(1), read;
    struct buf b = signed_by(&i, 0);
    uint8_t digest[SHA256_LEN];
    const char head[] =
        "metaneuron-id@v1\nname alpha\nnumber 1\norigin " ORIGIN "\nkey " ORIGIN "+";
    const char tail[] = "\nseal " SEAL "\ncluster alpha\nexpires 1835000000\n\n\u2014 " ORIGIN " ";

    ck_assert_int_eq(strncmp(b.data, head, strlen(head)), 0);
    ck_assert_ptr_nonnull(strstr(b.data, tail));
    ck_ok(identity_read(&read, b.data, b.len, NULL, &e), &e);
    ck_assert_str_eq(read.name, "alpha");
    ck_assert_str_eq(read.origin, ORIGIN);
    ck_assert_str_eq(read.seal, SEAL);
    ck_assert_str_eq(read.cluster, "alpha");
    ck_assert(read.number == 1 && read.expires == 1835000000);
    ck_assert_int_eq(memcmp(&read.key, &i.key, sizeof i.key), 0);
    ck_ok(hash_bytes(b.data, b.len, digest, &e), &e);
    ck_assert_int_eq(memcmp(read.digest, digest, SHA256_LEN), 0);
    buf_free(&b);
    i.cluster[0] = '\0';
    i.expires = 1; /* is read, and not judged */
    b = signed_by(&i, 0);
    ck_assert_ptr_nonnull(strstr(b.data, "\ncluster -\nexpires 1\n"));
    ck_ok(identity_read(&read, b.data, b.len, NULL, &e), &e);
    ck_assert(read.cluster[0] == '\0' && read.expires == 1);
    buf_free(&b);
}
END_TEST

START_TEST(each_follows_the_one_before)
{
    struct identity one = number(1), two = number(2), three = number(3), read;
    struct buf first = signed_by(&one, 0), second = signed_by(&two, 1),
               third = signed_by(&three, 2);

    ck_ok(identity_read(&one, first.data, first.len, NULL, &e), &e);
    ck_ok(identity_read(&read, second.data, second.len, &one, &e), &e);
    ck_assert_uint_eq(read.number, 2);
    ck_ok(identity_read(&read, second.data, second.len, NULL, &e), &e); /* by its fingerprint */
    ck_ok(identity_read(&read, third.data, third.len, &two, &e), &e);
    ck_fails(identity_read(&read, third.data, third.len, &one, &e), &e, ERR_VERIFY,
             "identity 3 of alpha: does not follow number 1 of alpha");
    ck_fails(identity_read(&read, first.data, first.len, &two, &e), &e, ERR_VERIFY,
             "does not follow number 2");
    ck_fails(identity_read(&read, second.data, second.len, &two, &e), &e, ERR_VERIFY,
             "does not follow number 2");
    buf_free(&first);
    buf_free(&second);
    buf_free(&third);
}
END_TEST

/* Who has stolen key 2, or key 1, or another, cannot make identity 2 alone. */
START_TEST(one_signature_is_not_enough)
{
    struct identity one = number(1), two = number(2), read;
    struct buf b = signed_by(&two, 1), cut = {0}, stranger = signed_by(&two, 9);
    char *own = strstr(b.data, "\n\n") + 2, *before = strchr(own, '\n') + 1;

    buf_add(&cut, b.data, (size_t)(before - b.data)); /* signed by key 2 only */
    ck_fails(identity_read(&read, cut.data, cut.len, &one, &e), &e, ERR_VERIFY,
             "has 1 signatures; expected 2");
    ck_fails(identity_read(&read, cut.data, cut.len, NULL, &e), &e, ERR_VERIFY, "expected 2");
    buf_reset(&cut);
    buf_add(&cut, b.data, (size_t)(own - b.data)); /* by key 1 only */
    buf_adds(&cut, before);
    ck_fails(identity_read(&read, cut.data, cut.len, &one, &e), &e, ERR_VERIFY, "expected 2");
    buf_adds(&cut, before); /* by key 1 twice */
    ck_fails(identity_read(&read, cut.data, cut.len, &one, &e), &e, ERR_VERIFY,
             "signature 1 is not by its own key");
    buf_reset(&cut);
    buf_add(&cut, b.data, (size_t)(before - b.data)); /* by key 2 twice */
    buf_add(&cut, own, (size_t)(before - own));
    ck_fails(identity_read(&read, cut.data, cut.len, &one, &e), &e, ERR_VERIFY,
             "signature 2 is not by the key of the identity before");
    buf_reset(&cut);
    buf_add(&cut, b.data, (size_t)(own - b.data)); /* in the other order */
    buf_adds(&cut, before);
    buf_add(&cut, own, (size_t)(before - own));
    ck_fails(identity_read(&read, cut.data, cut.len, &one, &e), &e, ERR_VERIFY, "signature 1");
    ck_fails(identity_read(&read, stranger.data, stranger.len, &one, &e), &e, ERR_VERIFY,
             "signature 2 is not by");
    buf_adds(&b, before); /* one more */
    ck_fails(identity_read(&read, b.data, b.len, &one, &e), &e, ERR_VERIFY, "has 3 signatures");
    buf_free(&b);
    buf_free(&cut);
    buf_free(&stranger);
}
END_TEST

START_TEST(what_follows_is_of_the_same_centre)
{
    struct identity one = number(1), two = number(2), read;
    struct buf b;

    strcpy(two.name, "beta");
    b = signed_by(&two, 1);
    ck_fails(identity_read(&read, b.data, b.len, &one, &e), &e, ERR_VERIFY, "of beta: does not");
    buf_free(&b);
    two = number(2);
    strcpy(one.origin, "metaneuron/alpha/bb67ae8584caa73b");
    b = signed_by(&two, 1);
    ck_fails(identity_read(&read, b.data, b.len, &one, &e), &e, ERR_VERIFY,
             "which has the origin metaneuron/alpha/bb67");
    buf_free(&b);
    one = number(2); /* the same key again */
    one.number = 1;
    b = signed_by(&two, 1);
    ck_fails(identity_read(&read, b.data, b.len, &one, &e), &e, ERR_VERIFY, "has the key of");
    buf_free(&b);
}
END_TEST

/* Signed by the key that it names: only what it says is wrong. */
static void check_signed(const char *part, const char *by, enum err_code code, const char *words)
{
    struct identity i = number(1), read;
    struct buf b = signed_by(&i, 0), changed = {0};
    char *at = strstr(b.data, part), *end = strstr(b.data, "\n\n") + 1;
    struct key *own = key_number(1);

    ck_assert_msg(at && at < end, "%s", part);
    buf_add(&changed, b.data, (size_t)(at - b.data));
    buf_adds(&changed, by);
    buf_add(&changed, at + strlen(part), (size_t)(end - at) - strlen(part));
    ck_ok(note_sign(&changed, &i.key, own, 0, &e), &e);
    ck_fails(identity_read(&read, changed.data, changed.len, NULL, &e), &e, code, words);
    key_close(own);
    buf_free(&b);
    buf_free(&changed);
}

START_TEST(lines_are_as_format_says)
{
    static const char *const table[][3] = {
        {"id@v1", "id@v2", "line 1 is"},
        {"name alpha\n", "", "line 2 is"},
        {"name alpha", "name al/pha", "line 2 is"},
        {"name alpha", "name ALPHA", "line 2 is"},
        {"name alpha", "name alpha-----------------------------", "line 2 is"},
        {"number 1", "number 0", "line 3 is"},
        {"number 1", "number 01", "line 3 is"},
        {"number 1", "number 4294967296", "line 3 is"},
        {"origin " ORIGIN, "origin metaneuron/alpha/other", "line 5 is"},
        {"key ", "key x", "line 5"},
        {"key ", "keys ", "line 5 is"},
        {SEAL, SEAL "q", "line 6 is"},
        {SEAL, "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z", "line 6 is"},
        {"cluster alpha", "cluster -x", "line 7 is"},
        {"cluster alpha", "cluster a b", "line 7 is"},
        {"cluster alpha", "cluster ", "line 7 is"},
        {"expires 1835000000", "expires 0", "line 8 is"},
        {"expires 1835000000", "expires 253402300800", "line 8 is"},
        {"expires 1835000000", "expires -5", "line 8 is"},
        {"expires 1835000000\n", "expires 1835000000\nmore x\n", "line 9 is"},
        {"name alpha\nnumber 1", "number 1\nname alpha", "line 2 is"},
        {"name alpha", "name \u00e4", "line 2 has the byte 0xC3"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        check_signed(table[i][0], table[i][1], ERR_INPUT, table[i][2]);
    check_signed("number 1", "number 2", ERR_VERIFY, "has 1 signatures; expected 2");
}
END_TEST

/* No text but the one that was signed is believed. */
START_TEST(what_is_altered_or_cut_is_refused)
{
    struct identity i = number(1), read;
    struct buf b = signed_by(&i, 0);

    for (size_t at = 0; at < b.len; at++)
        for (int bit = 0; bit < 8; bit++) {
            b.data[at] ^= (char)(1 << bit);
            err_clear(&e);
            ck_assert_int_ne(identity_read(&read, b.data, b.len, NULL, &e), 0);
            ck_assert(e.code == ERR_INPUT || e.code == ERR_VERIFY);
            b.data[at] ^= (char)(1 << bit);
        }
    for (size_t len = 0; len < b.len; len++)
        ck_assert_int_ne(identity_read(&read, b.data, len, NULL, NULL), 0);
    buf_free(&b);
    buf_adds(&b, "x");
    while (b.len <= IDENTITY_MOST)
        buf_add(&b, "\n", 1);
    ck_fails(identity_read(&read, b.data, b.len, NULL, &e), &e, ERR_INPUT,
             "16385 bytes; the most is 16384");
    buf_free(&b);
}
END_TEST

START_TEST(what_no_reader_takes_is_not_written)
{
    struct identity i = number(1);
    struct key *own = key_number(1);
    struct buf b = {0};

    strcpy(i.cluster, "a b");
    ck_fails(identity_write(&b, &i, own, NULL, NULL, &e), &e, ERR_INPUT, "line 7");
    i = number(1);
    i.number = 2; /* but nobody else signs it */
    ck_fails(identity_write(&b, &i, own, NULL, NULL, &e), &e, ERR_VERIFY, "expected 2");
    ck_assert_uint_eq(b.len, 0);
    key_close(own);
    buf_free(&b);
}
END_TEST

START_TEST(fingerprints_are_read_aloud)
{
    uint8_t digest[SHA256_LEN];
    char text[IDENTITY_FINGERPRINT];

    for (size_t i = 0; i < SHA256_LEN; i++)
        digest[i] = (uint8_t)(i * 0x11);
    ck_assert_str_eq(identity_fingerprint(text, digest),
                     "0011 2233 4455 6677 8899 aabb ccdd eeff 1021 3243");
    ck_assert(identity_is(text, digest));
    ck_assert(identity_is("00112233445566778899aabbccddeeff10213243", digest));
    ck_assert(identity_is(" 0011 2233 4455 6677 8899 AABB CCDD EEFF 1021 3243 ", digest));
    ck_assert(!identity_is("", digest));
    ck_assert(!identity_is("0011 2233", digest));
    ck_assert(!identity_is("00112233445566778899aabbccddeeff1021324354", digest));
    ck_assert(!identity_is("00112233445566778899aabbccddeeff1021324", digest));
    ck_assert(!identity_is("0011-2233-4455-6677-8899-aabb-ccdd-eeff-1021-3243", digest));
    digest[19] ^= 1; /* the last that is read */
    ck_assert(!identity_is(text, digest));
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, what_is_written_is_read);
    tcase_add_test(t, each_follows_the_one_before);
    tcase_add_test(t, one_signature_is_not_enough);
    tcase_add_test(t, what_follows_is_of_the_same_centre);
    tcase_add_test(t, lines_are_as_format_says);
    tcase_add_test(t, what_is_altered_or_cut_is_refused);
    tcase_add_test(t, what_no_reader_takes_is_not_written);
    tcase_add_test(t, fingerprints_are_read_aloud);
}

UNIT_MAIN("identity", add)
