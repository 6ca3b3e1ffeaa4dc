/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notes, keys and checkpoints that others have published, and what is none. */
#include "ledger/proof/checkpoint.h"
#include "ledger/proof/note.h"
#include "mutate.h"
#include "proof_fixture.h"

#define DASH "\u2014 "

static struct err e;
static struct note n;

static struct note_key key(const char *text)
{
    struct note_key k;

    ck_ok(note_key_read(&k, text, strlen(text), &e), &e);
    return k;
}

static int read_text(const char *text)
{
    return note_read(&n, text, strlen(text), &e);
}

/* https://github.com/golang/mod sumdb/note/note_test.go */
#define PETER        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_SECRET "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173"
#define ENOCH        "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
#define TEXT                                                     \
    "If you think cryptography is the answer to your problem,\n" \
    "then you don't know what your problem is.\n"
#define PETER_LINE                                                                               \
    DASH "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng" \
         "otpRZb6KE6RyyBwJnAM=\n"
#define ENOCH_LINE                                                                               \
    DASH "EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnW" \
         "Lox33WWd1RvMc+QQ=\n"

/* https://c2sp.org/signed-note */
#define FOO "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define FOO_NOTE                                                                                  \
    "This is an example message.\n"                                                               \
    "\n" DASH "example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjO" \
    "BH3mFXmRKuwHjG1Yu72IneyaQM=\n"
#define QUASIMODO                                                                                  \
    "Ognuno sta solo sul cuor della terra\n"                                                       \
    "trafitto da un raggio di sole:\n"                                                             \
    "\n"                                                                                           \
    "ed \u00e8 subito sera.\n"                                                                     \
    "\n" DASH "quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJK" \
    "ONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"

/* https://c2sp.org/tlog-checkpoint and tlog-cosignature. Its log's signature is one of
 * sum.golang.org's, over the same text but for the origin. */
#define SOFA_REST "\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
#define SOFA      "example.com/behind-the-sofa"
#define SUM       "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
#define SUM_SIGNATURE                                            \
    " Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/" \
    "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
#define W1_LINE                                                                                    \
    DASH "witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJs" \
         "X3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"

START_TEST(notes_of_others_are_accepted)
{
    struct note_key foo = key(FOO), peter = key(PETER), enoch = key(ENOCH), sum = key(SUM);
    struct checkpoint c;
    uint64_t time = 1;

    ck_ok(read_text(FOO_NOTE), &e);
    ck_assert_int_eq(note_check(&n, &foo, &time, &e), 1);
    ck_assert_uint_eq(time, 1);
    ck_assert_int_eq(note_check(&n, &peter, NULL, &e), 0);

    ck_ok(read_text(TEXT "\n" PETER_LINE ENOCH_LINE), &e);
    ck_assert_uint_eq(n.text_len, strlen(TEXT));
    ck_assert_uint_eq(n.count, 2);
    ck_assert_int_eq(note_check(&n, &peter, NULL, &e), 1);
    ck_assert_int_eq(note_check(&n, &enoch, NULL, &e), 1);

    ck_ok(read_text(QUASIMODO), &e); /* whose key is not given */
    ck_assert_uint_eq(n.text_len, strstr(QUASIMODO, "\n" DASH) - QUASIMODO);
    ck_fails(checkpoint_read(&c, &n, &e), &e, ERR_INPUT, "second line is not the size of a tree");

    ck_ok(read_text("go.sum database tree" SOFA_REST "\n" DASH "sum.golang.org" SUM_SIGNATURE), &e);
    ck_assert_int_eq(note_check(&n, &sum, NULL, &e), 1);
    ck_ok(checkpoint_read(&c, &n, &e), &e);
    ck_assert_str_eq(c.origin, "go.sum database tree");
    ck_assert_uint_eq(c.size, 20852163);

    ck_ok(read_text(SOFA SOFA_REST "\n" DASH SOFA SUM_SIGNATURE W1_LINE), &e);
    ck_ok(checkpoint_read(&c, &n, &e), &e);
    ck_assert_str_eq(c.origin, SOFA);
    ck_assert_uint_eq(c.root[0], 0x0a);
    ck_assert_uint_eq(c.root[31], 0x62);
    ck_assert_uint_eq(n.signatures[0].len, KEY_SIGNATURE_LEN);
    ck_assert_uint_eq(n.signatures[1].len, NOTE_TIME + KEY_SIGNATURE_LEN);
    ck_assert_int_eq(note_check(&n, &sum, NULL, &e), 0);
}
END_TEST

START_TEST(a_note_of_others_is_signed_in_the_same_way)
{
    uint8_t secret[32];
    struct note_key peter = key(PETER), foo = key(FOO);
    struct buf b = {0};

    ck_assert_int_eq(hex_decode(PETER_SECRET, secret, sizeof secret), 0);
    struct key *private = key_of(secret);
    buf_adds(&b, TEXT);
    ck_ok(note_sign(&b, &peter, private, 0, &e), &e);
    ck_assert_str_eq(b.data, TEXT "\n" PETER_LINE);
    ck_fails(note_sign(&b, &foo, private, 0, &e), &e, ERR_SOFTWARE, "example.com/foo: another's");
    ck_assert_str_eq(b.data, TEXT "\n" PETER_LINE);
    static const char *const bad[] = {"", "no line feed", "a control character\r\n", "\xff\n"};
    for (size_t i = 0; i < 4; i++) {
        buf_reset(&b);
        buf_adds(&b, bad[i]);
        ck_fails(note_sign(&b, &peter, private, 0, &e), &e, ERR_INPUT, "note");
        ck_assert_str_eq(b.data, bad[i]);
    }
    buf_free(&b);
    key_close(private);
}
END_TEST

/* Made by python3-cryptography from the secrets 01…, 02… and 03…, as c2sp.org/tlog-cosignature
 * says. */
#define LOG SOFA "+6ded73a9+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
#define LOG_LINE                                                                                   \
    DASH SOFA " be1zqQx8hYrJJIfiWfY39ShElJ74dPrOjXSgJJ2qG3vny2U7JyHN2kKCWb5H5e2MfxP7My2OyDRrDvCH/" \
              "RbVubiZ8AE=\n"
#define WITNESS "witness.example.com/w1+745fb5e8+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
#define WITNESS_LINE                                                                               \
    DASH "witness.example.com/w1 dF+16AAAAABkGFDLUwBLV8e4tjvb6qEHiNTQjDZIX+7tvd038taw9A7W/cQ7ZhSa" \
         "h0uJMOI6CTPez5qwHtE49MrkWhU349mtYmi3Dw==\n"
#define STRANGER_LINE                                                                              \
    DASH "stranger.example/x AieocpmmxcbXshfo55WMSvOXCo5OTxENi4zU8gPKNNox81rLmDwVKcWNPqseoMNq2h8z" \
         "oDelmZ0xEjWI7nh4SwklXgI=\n"

START_TEST(checkpoints_are_signed_and_cosigned)
{
    struct key *one = key_number(1), *two = key_number(2);
    struct note_key log, witness;
    struct checkpoint c, again;
    struct buf b = {0}, vkey = {0};
    uint8_t public[KEY_PUBLIC_LEN];
    uint64_t time = 0;

    key_public(one, public);
    ck_ok(note_key_make(&log, SOFA, NOTE_ED25519, public, &e), &e);
    note_key_write(&vkey, &log);
    ck_assert_str_eq(vkey.data, LOG);
    key_public(two, public);
    ck_ok(note_key_make(&witness, "witness.example.com/w1", NOTE_COSIGNATURE, public, &e), &e);
    buf_reset(&vkey);
    note_key_write(&vkey, &witness);
    ck_assert_str_eq(vkey.data, WITNESS);

    ck_ok(read_text(SOFA SOFA_REST "\n" LOG_LINE), &e);
    ck_ok(checkpoint_read(&c, &n, &e), &e);
    checkpoint_write(&b, &c);
    ck_assert_str_eq(b.data, SOFA SOFA_REST);
    ck_ok(note_sign(&b, &log, one, 5, &e), &e);
    ck_ok(note_sign(&b, &witness, two, 1679315147, &e), &e);
    ck_assert_str_eq(b.data, SOFA SOFA_REST "\n" LOG_LINE WITNESS_LINE);
    ck_ok(read_text(b.data), &e);
    ck_assert_int_eq(note_check(&n, &log, &time, &e), 1);
    ck_assert_uint_eq(time, 0);
    ck_assert_int_eq(note_check(&n, &witness, &time, &e), 1);
    ck_assert_uint_eq(time, 1679315147);
    ck_ok(checkpoint_read(&again, &n, &e), &e);
    ck_assert(checkpoint_same(&c, &again));
    again.root[31] ^= 1;
    ck_assert(!checkpoint_same(&c, &again));
    ck_fails(note_sign(&b, &witness, two, UINT64_MAX, &e), &e, ERR_SOFTWARE, "no time");
    buf_free(&b);
    buf_free(&vkey);
    key_close(one);
    key_close(two);
}
END_TEST

START_TEST(a_known_key_signs_once_and_right)
{
    struct note_key peter = key(PETER);

    ck_ok(read_text(TEXT "\n" PETER_LINE PETER_LINE), &e);
    ck_fails(note_check(&n, &peter, NULL, &e) < 0, &e, ERR_VERIFY,
             "PeterNeumann has signed the note twice");
    ck_ok(read_text(TEXT "\n" DASH "PeterNeumann x08go/Y=\n"), &e);
    ck_fails(note_check(&n, &peter, NULL, &e) < 0, &e, ERR_VERIFY,
             "PeterNeumann: a signature of the wrong length");
    ck_ok(read_text("Another text.\n\n" ENOCH_LINE PETER_LINE), &e);
    ck_fails(note_check(&n, &peter, NULL, &e) < 0, &e, ERR_VERIFY,
             "PeterNeumann: the signature is not that key's");
    /* The name or the ID alone are of somebody else. */
    ck_ok(read_text("Another text.\n\n" DASH "PeterNeumann xx8go/ZJ\n" DASH
                    "CarmenSandiego x08go/ZJ\n"),
          &e);
    ck_assert_int_eq(note_check(&n, &peter, NULL, &e), 0);
}
END_TEST

START_TEST(what_is_no_note_is_said)
{
    static const struct {
        const char *text, *words;
    } bad[] = {
        {"", "an empty line and signatures were expected"},
        {TEXT, "an empty line and signatures were expected"},
        {TEXT "\n", "without signatures: was it cut"},
        {TEXT "\n" DASH "PeterNeumann x08go/ZJ", "ends without a line feed: was it cut"},
        {TEXT PETER_LINE, "an empty line and signatures were expected"},
        {"\x01" TEXT "\n" PETER_LINE, "control character 0x01 (byte 1)"},
        {"a\tb\n\n" PETER_LINE, "control character 0x09 (byte 2)"},
        {"a\r\n\r\n" PETER_LINE, "control character 0x0D (byte 2)"},
        {"\xff" TEXT "\n" PETER_LINE, "not UTF-8"},
        {"\xc0\xafx\n\n" PETER_LINE, "not UTF-8"},
        {"\xed\xa0\x80\n\n" PETER_LINE, "not UTF-8"},
        {TEXT "\n" DASH "Bad Name x08go/ZJ\n", "no signature line"},
        {TEXT "\n" DASH "Bad+Name x08go/ZJ\n", "no signature line"},
        {TEXT "\n" DASH "Bad\u00a0Name x08go/ZJ\n", "no signature line"},
        {TEXT "\n" DASH "Bad\u2003Name x08go/ZJ\n", "no signature line"},
        {TEXT "\n" DASH "Bad\xc2\x85Name x08go/ZJ\n", "no signature line"},
        {TEXT "\n" DASH "Bad\u1680Name x08go/ZJ\n", "no signature line"},
        {TEXT "\n" DASH "Bad\u2028Name x08go/ZJ\n", "no signature line"},
        {TEXT "\n" DASH "Bad\u3000Name x08go/ZJ\n", "no signature line"},
        {TEXT "\n" DASH " x08go/ZJ\n", "no signature line"},
        {TEXT "\n" DASH "name\n", "no signature line"},
        {TEXT "\n" DASH "name \n", "no signature line"},
        {TEXT "\n" DASH "name x08go/ZJ \n", "no signature line"},
        {TEXT "\n" DASH "name  x08go/ZJ\n", "no signature line"},
        {TEXT "\n" DASH "name x08go/Z\n", "no signature line"},
        {TEXT "\n" DASH "name x08gow==\n", "no signature line"}, /* four bytes */
        {TEXT "\n" DASH "name x08go/Z=\n", "no signature line"}, /* bits left over */
        {TEXT "\n\u2014name x08go/ZJ\n", "no signature line"},
        {TEXT "\n- name x08go/ZJ\n", "no signature line"},
        {TEXT "\n" PETER_LINE "Unexpected line.\n", "'Unexpected line.' is no signature line"},
        {TEXT "\n" PETER_LINE "\n", "without signatures"},
    };
    static const char nul[] = "a\0b\n\n" PETER_LINE;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_fails(read_text(bad[i].text), &e, ERR_INPUT, bad[i].words);
    ck_fails(note_read(&n, nul, sizeof nul - 1, &e), &e, ERR_INPUT, "character 0x00 (byte 2)");
    ck_ok(read_text("a\x7f\xc2\x85\n\n" PETER_LINE),
          &e); /* no control characters of ASCII's below 0x20 */
}
END_TEST

START_TEST(as_many_signatures_as_there_is_room_for)
{
    struct buf b = {0};

    buf_adds(&b, TEXT "\n");
    for (int i = 0; i < NOTE_SIGNATURES; i++)
        buf_adds(&b, ENOCH_LINE);
    ck_ok(note_read(&n, b.data, b.len, &e), &e);
    ck_assert_uint_eq(n.count, NOTE_SIGNATURES);
    buf_adds(&b, ENOCH_LINE);
    ck_fails(note_read(&n, b.data, b.len, &e), &e, ERR_INPUT, "more than 64 signatures");

    /* One of 5 kB, as after quantum computers. */
    static uint8_t bytes[5000];
    buf_reset(&b);
    buf_adds(&b, TEXT "\n" DASH "large ");
    base64_encode(&b, bytes, sizeof bytes);
    buf_adds(&b, "\n" PETER_LINE);
    ck_ok(note_read(&n, b.data, b.len, &e), &e);
    ck_assert_uint_eq(n.signatures[0].len, 0);
    struct note_key peter = key(PETER);
    ck_assert_int_eq(note_check(&n, &peter, NULL, &e), 1);

    buf_reset(&b);
    for (size_t i = 0; i + strlen(PETER_LINE) + 1 <= NOTE_MOST; i++)
        buf_addc(&b, i + strlen(PETER_LINE) + 1 == NOTE_MOST ? '\n' : 'a');
    buf_adds(&b, "\n" PETER_LINE);
    ck_fails(note_read(&n, b.data, b.len, &e), &e, ERR_INPUT, "the most is 65536");
    ck_ok(note_read(&n, b.data + 1, b.len - 1, &e), &e);
    buf_free(&b);
}
END_TEST

static bool is_key(const char *data, size_t len, void *unused)
{
    struct note_key k;

    (void)unused;
    return note_key_read(&k, data, len, NULL) == 0;
}

START_TEST(no_altered_key_is_one)
{
    struct note_key k;
    static const char *const all[] = {PETER, WITNESS, FOO};
    static const struct {
        const char *text, *words;
    } bad[] = {
        /* Wrong length, and an unknown kind, with the IDs that these have (as in Go's tests). */
        {"PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
         "is not base64"},
        {"PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
         "of type 0x01 or 0x04"},
        {"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=", "the wrong length"},
        {"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
         "its ID is not that of its name and key"},
        {"PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "its ID is not"},
        {"+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "cannot be a key's name"},
        {"Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
         "cannot be a key's name"},
        {"\xff+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "cannot be a key's name"},
        {"PeterNeumann", "expected NAME+ID+KEY"},
        {"PeterNeumann+c74f20a3", "8 hexadecimal digits"},
        {"PeterNeumann+c74f20a3+", "is not base64"},
    };

    for (size_t i = 0; i < 3; i++) {
        size_t len = strlen(all[i]);
        mutate_all(all[i], len, is_key, NULL, len, len);
        for (size_t from = 0; from <= len; from++)
            for (size_t to = from; to <= len; to++)
                ck_assert(is_key(all[i] + from, to - from, NULL) == (from == 0 && to == len));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_fails(note_key_read(&k, bad[i].text, strlen(bad[i].text), &e), &e, ERR_INPUT,
                 bad[i].words);
    ck_fails(note_key_read(&k, "", 0, &e), &e, ERR_INPUT, "expected NAME+ID+KEY");
    char name[NOTE_NAME + 1];
    memset(name, 'n', NOTE_NAME);
    name[NOTE_NAME] = '\0';
    ck_fails(note_key_make(&k, name, NOTE_ED25519, k.public, &e), &e, ERR_INPUT, "the most is 127");
    ck_ok(note_key_make(&k, name + 1, NOTE_ED25519, (uint8_t[KEY_PUBLIC_LEN]){1}, &e), &e);
}
END_TEST

/* Whether it is the checkpoint, signed by the log and cosigned at that time. */
static bool is_believed(const char *data, size_t len, void *keys)
{
    static struct note read;
    struct note_key *k = keys;
    struct checkpoint c;
    uint64_t time = 0;

    return note_read(&read, data, len, NULL) == 0 && checkpoint_read(&c, &read, NULL) == 0 &&
           note_check(&read, &k[0], NULL, NULL) == 1 &&
           note_check(&read, &k[1], &time, NULL) == 1 && strcmp(c.origin, SOFA) == 0 &&
           c.size == 20852163 && time == 1679315147;
}

START_TEST(no_altered_checkpoint_is_believed)
{
    static const char text[] = SOFA SOFA_REST "\n" STRANGER_LINE LOG_LINE WITNESS_LINE;
    struct note_key keys[] = {key(LOG), key(WITNESS)};
    size_t from = strlen(SOFA SOFA_REST "\n"), to = from + strlen(STRANGER_LINE);

    mutate_all(text, strlen(text), is_believed, keys, from, to);
}
END_TEST

START_TEST(what_is_no_checkpoint_is_said)
{
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    static const struct {
        const char *text, *words;
    } bad[] = {
        {"\n", "its first line, the origin, has 0 bytes"},
        {"o\n", "second line is not the size"},
        {"o\n1\n", "third line is not a hash"},
        {"o\n01\n" ROOT "\n", "second line is not the size"},
        {"o\n-1\n" ROOT "\n", "second line is not the size"},
        {"o\n+1\n" ROOT "\n", "second line is not the size"},
        {"o\n 1\n" ROOT "\n", "second line is not the size"},
        {"o\n\n" ROOT "\n", "second line is not the size"},
        {"o\n9223372036854775808\n" ROOT "\n", "second line is not the size"},
        {"o\n18446744073709551617\n" ROOT "\n", "second line is not the size"},
        {"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", "third line is not a hash"},
        {"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2K=\n", "third line is not a hash"},
        {"o\n1\nAAAA\n", "third line is not a hash"},
        {"o\n1\n" ROOT " \n", "third line is not a hash"},
        {"o\n1\n" ROOT "\n\n", "it has an empty line"},
        {"o\n1\n" ROOT "\next\n\next\n", "it has an empty line"},
    };
    static const char *const good[] = {"o\n0\n" ROOT "\n", "o o\n1\n" ROOT "\nextension\n more\n",
                                       "o\n9223372036854775807\n" ROOT "\n"};
    struct checkpoint c;
    char text[400];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, "%s\n%s", bad[i].text, PETER_LINE);
        ck_ok(read_text(text), &e);
        ck_fails(checkpoint_read(&c, &n, &e), &e, ERR_INPUT, bad[i].words);
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(text, sizeof text, "%s\n%s", good[i], PETER_LINE);
        ck_ok(read_text(text), &e);
        ck_ok(checkpoint_read(&c, &n, &e), &e);
    }
    snprintf(text, sizeof text, "%0128d\n1\n" ROOT "\n\n%s", 0, PETER_LINE);
    ck_ok(read_text(text), &e);
    ck_fails(checkpoint_read(&c, &n, &e), &e, ERR_INPUT, "has 128 bytes; expected 1 to 127");
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, notes_of_others_are_accepted);
    tcase_add_test(tests, a_note_of_others_is_signed_in_the_same_way);
    tcase_add_test(tests, checkpoints_are_signed_and_cosigned);
    tcase_add_test(tests, a_known_key_signs_once_and_right);
    tcase_add_test(tests, what_is_no_note_is_said);
    tcase_add_test(tests, as_many_signatures_as_there_is_room_for);
    tcase_add_test(tests, no_altered_key_is_one);
    tcase_add_test(tests, no_altered_checkpoint_is_believed);
    tcase_add_test(tests, what_is_no_checkpoint_is_said);
}

UNIT_MAIN("note", add)
