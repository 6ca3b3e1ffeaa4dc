/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trust policies: what they may look like, and what they believe. */
#include "policy_fixture.h"

static struct err e;
static struct note n;

/* A line for each word that c2sp.org/tlog-policy has for what may not be. */
START_TEST(what_is_no_policy_is_said)
{
    static const struct {
        const char *text, *words;
    } bad[] = {
        {"", "trust: no quorum"},
        {"\n# comment\n \t\nlog {L1}\n", "trust: no quorum"},
        {"quorum none", "trust: line 1 ends without a line feed"},
        {"quorum none\n#\r\n", "trust: line 2: the control character 0x0D"},
        {"# \f\nquorum none\n", "trust: line 1: the control character 0x0C"},
        {"# \x7f\nquorum none\n", "trust: line 1: the control character 0x7F"},
        {"quorum none\nquorum none\n", "line 2: a second quorum"},
        {"quorum\n", "expected: quorum NAME"},
        {"quorum none none\n", "expected: quorum NAME"},
        {"quorum w\n", "'w' is no witness or group of a line before"},
        {"quorum w\nwitness w {W2}\n", "line 1: 'w' is no witness or group of a line before"},
        {"Quorum none\n", "'Quorum': expected log, witness, group or quorum"},
        {"quorum none\nloga {L1}\n", "line 2: 'loga': expected log,"},
        {"log\nquorum none\n", "expected: log KEY [URL]"},
        {"log {L1} http://x y\nquorum none\n", "expected: log KEY [URL]"},
        {"log {L1} http://x #comment\nquorum none\n", "expected: log KEY [URL]"},
        {"log {W1}\nquorum none\n", "a log has a key of type 0x01, not 0x04"},
        {"log aaaa\nquorum none\n", "'aaaa' is no verifier key"},
        {"log {L1}x\nquorum none\n", "is no verifier key: its key is not base64"},
        {"log {L1}\n log {L1}\nquorum none\n", "line 2: the key of example.com/log a second time"},
        /* The same key by another name, and so with another ID. */
        {"log {L1}\nlog other+7d70517f+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\nquorum none\n",
         "line 2: the key of example.com/log a second time"},
        {"witness w\nquorum none\n", "expected: witness NAME KEY [URL]"},
        {"witness w {W2} u v\nquorum none\n", "expected: witness NAME KEY [URL]"},
        {"witness {W2}\nquorum none\n", "expected: witness NAME KEY [URL]"},
        {"witness w {L2}\nquorum w\n", "a witness has a key of type 0x04, not 0x01"},
        {"witness w {W2}\nwitness v {W2}\nquorum w\n", "line 2: the key of w a second time"},
        {"witness w {W2}\nwitness w {W3}\nquorum w\n", "line 2: 'w' names something already"},
        {"witness w {W2}\ngroup w any w\nquorum w\n", "line 2: 'w' names something already"},
        {"witness none {W2}\nquorum none\n", "'none' can name nothing"},
        {"witness w {W2}\ngroup none any w\nquorum none\n", "'none' can name nothing"},
        {"group g all none\nquorum g\n", "'none' is no witness or group of a line before"},
        {"group g\nquorum none\n", "expected: group NAME all|any|NUMBER MEMBER"},
        {"group g all\nquorum none\n", "expected: group NAME all|any|NUMBER MEMBER"},
        {"group g all w\nwitness w {W2}\nquorum g\n", "line 1: 'w' is no witness or group"},
        {"group g all g\nquorum g\n", "line 1: 'g' is no witness or group"},
        {"witness w {W2}\ngroup g all w w\nquorum g\n", "'w' is a member of group"},
        {"witness w {W2}\ngroup g all w\ngroup h any w\nquorum g\n",
         "line 3: 'w' is a member of group 'g' already"},
        {"witness w {W2}\ngroup g 0 w\nquorum g\n",
         "'0' of 1 members: expected all, any, or 1 to 1"},
        {"witness w {W2}\ngroup g 2 w\nquorum g\n", "'2' of 1 members"},
        {"witness w {W2}\ngroup g -1 w\nquorum g\n", "'-1' of 1 members"},
        {"witness w {W2}\ngroup g 01 w\nquorum g\n", "'01' of 1 members"},
        {"witness w {W2}\ngroup g 0x1 w\nquorum g\n", "'0x1' of 1 members"},
        {"witness w {W2}\ngroup g 18446744073709551617 w\nquorum g\n", "of 1 members"},
        {"witness w {W2}\ngroup g ALL w\nquorum g\n", "'ALL' of 1 members"},
        /* A Kelvin sign is not K. */
        {"witness K {W2}\nquorum \xe2\x84\xaa\n", "is no witness or group of a line before"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_fails(policy_of(bad[i].text, &e) ? 0 : -1, &e, ERR_INPUT, bad[i].words);
    ck_fails(policy_read("trust", "quorum none\n#\0\n", 15, &e) ? 0 : -1, &e, ERR_INPUT,
             "line 2: the control character 0x00");
    char *large = malloc(POLICY_MOST + 1);
    ck_assert_ptr_nonnull(large);
    memset(large, '\n', POLICY_MOST + 1);
    memcpy(large, "quorum none", 11);
    ck_fails(policy_read("trust", large, POLICY_MOST + 1, &e) ? 0 : -1, &e, ERR_INPUT,
             "has 1048576 at most");
    err_clear(&e);
    struct policy *p = policy_read("trust", large, POLICY_MOST, &e);
    ck_assert_msg(p != NULL, "%s", e.text);
    policy_free(p);
    free(large);
}
END_TEST

/* The checkpoint of ORIGIN with the signature of key 1, and of the witnesses, from key 2 on, whose
 * bits are set. */
static void add_note(struct buf *b, unsigned witnesses)
{
    buf_addf(b, "%s\n7\n%.43s=\n", ORIGIN, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    add_signature(b, 1, NOTE_ED25519, 0);
    for (uint8_t i = 0; witnesses >> i; i++)
        if (witnesses >> i & 1)
            add_signature(b, (uint8_t)(2 + i), NOTE_COSIGNATURE, 1000 + i);
}

static int bits(unsigned x)
{
    return x ? (int)(x & 1) + bits(x >> 1) : 0;
}

static bool one_of_1(unsigned w)
{
    return bits(w & 1) == 1;
}

static bool no_one(unsigned w)
{
    (void)w;
    return true;
}

/* The example of c2sp.org/tlog-policy. */
static bool x_and_y(unsigned w)
{
    return bits(w & 7) >= 2 && bits(w & 56) >= 1;
}

/* Those of https://git.glasklar.is/sigsum/core/sigsum-go pkg/policy/config_test.go. */
static bool sigsum_all(unsigned w)
{
    return bits(w & 3) >= 1 && bits(w & 28) >= 2;
}

static bool sigsum_any(unsigned w)
{
    return bits(w & 7) >= 1 || bits(w & 56) >= 2;
}

static const struct {
    const char *text;
    bool (*believes)(unsigned witnesses);
    size_t logs, witnesses, needed;
} good[] = {
    {"log {L1}\nquorum none\n", no_one, 1, 0, 0},
    {"log {L1}\nwitness w {W2}\nquorum none\n", no_one, 1, 1, 0},
    {"\tlog\t{L1} \t http://x\n\n  # comment\n witness w {W2} https://y/\t\n\t quorum\tw \n",
     one_of_1, 1, 1, 1},
    {"quorum none\nlog {L1}\nwitness w {W2}\ngroup g 1 w\n", no_one, 1, 1, 0},
    {"log {L9}\nlog {L1}\nwitness \xff\xfe\xe2\x84\xaa {W2}\nquorum \xff\xfe\xe2\x84\xaa\n",
     one_of_1, 2, 1, 1},
    {"log {L1}\nwitness w {W2}\ngroup a all w\ngroup all any a\nquorum all\n", one_of_1, 1, 1, 1},
    {"log {L1}\n"
     "\n"
     "witness X1 {W2}\nwitness X2 {W3}\nwitness X3 {W4}\n"
     "group X-witnesses 2 X1 X2 X3\n"
     "\n"
     "witness Y1 {W5}\nwitness Y2 {W6}\nwitness Y3 {W7}\n"
     "group Y-witnesses any Y1 Y2 Y3\n"
     "\n"
     "group X-and-Y all X-witnesses Y-witnesses\n"
     "quorum X-and-Y\n",
     x_and_y, 1, 6, 3},
    {"# example config\n"
     "log {L1} http://sigsum.example.org\n"
     "  # comment\n"
     "  log {L2}\n"
     "witness W1 {W2} http://w1\n" /* has the key of a log, which is not wise, but allowed */
     "witness W2 {W3}\nwitness W3 {W4} http://w3\nwitness W4 {W5} https://w4/\nwitness W5 {W6}\n"
     "group G1 any W1 W2\ngroup G2 2 W3 W4 W5\ngroup G3 all G1 G2\n"
     "quorum G3\n"
     "  log {L3}\nwitness W6 {W7}\n",
     sigsum_all, 3, 6, 3},
    {"log {L1}\n"
     "witness A1 {W2}\nwitness A2 {W3}\nwitness A3 {W4}\n"
     "witness B1 {W5}\nwitness B2 {W6}\nwitness B3 {W7}\n"
     "group A-group 1 A1 A2 A3\ngroup B-group 2 B1 B2 B3\ngroup G any A-group B-group\n"
     "quorum G\n",
     sigsum_any, 1, 6, 1},
};

enum { GOOD = sizeof good / sizeof good[0] };

START_TEST(every_set_of_witnesses_is_believed_or_not)
{
    struct policy *p[GOOD];
    struct policy_verdict v;

    for (size_t i = 0; i < GOOD; i++) {
        p[i] = policy_of(good[i].text, &e);
        ck_assert_msg(p[i] != NULL, "%s", e.text);
        ck_assert_uint_eq(policy_logs(p[i]), good[i].logs);
        ck_assert_uint_eq(policy_witnesses(p[i]), good[i].witnesses);
    }
    for (unsigned witnesses = 0; witnesses < 64; witnesses++) {
        struct buf b = {0};
        add_note(&b, witnesses);
        ck_ok(note_read(&n, b.data, b.len, &e), &e);
        for (size_t i = 0; i < GOOD; i++) {
            if (!good[i].believes(witnesses)) {
                ck_fails(policy_check(p[i], &n, &v, &e), &e, ERR_VERIFY, "is not reached");
                continue;
            }
            ck_ok(policy_check(p[i], &n, &v, &e), &e);
            unsigned known = witnesses & ((1u << good[i].witnesses) - 1);
            ck_assert_uint_eq(v.cosigned, (size_t)bits(known));
            ck_assert_uint_eq(v.needed, good[i].needed);
            ck_assert_str_eq(v.checkpoint.origin, ORIGIN);
            ck_assert_str_eq(v.log.name, ORIGIN);
            ck_assert_uint_eq(v.checkpoint.size, 7);
            uint64_t last = 0;
            for (unsigned k = 0; known >> k; k++)
                last = known >> k & 1 ? 1000 + k : last;
            ck_assert_uint_eq(v.last, last);
        }
        buf_free(&b);
    }
    for (size_t i = 0; i < GOOD; i++)
        policy_free(p[i]);
}
END_TEST

static int check_with(const char *policy, const struct buf *b)
{
    struct policy *p = policy_of(policy, &e);
    struct policy_verdict v;

    ck_assert_msg(p != NULL, "%s", e.text);
    ck_ok(note_read(&n, b->data, b->len, &e), &e);
    int rc = policy_check(p, &n, &v, &e);
    policy_free(p);
    return rc;
}

START_TEST(what_is_missing_is_said)
{
    struct buf b = {0};
    struct err kept;

    add_note(&b, 1 | 8);
    ck_assert_int_eq(check_with(good[6].text, &b), -1);
    kept = e;
    ck_assert_str_eq(kept.text,
                     "the checkpoint of example.com/log has 2 valid cosignatures, and quorum "
                     "'X-and-Y' is not reached, which needs 3 or more; not cosigned by X2, X3, Y2, "
                     "Y3");
    ck_assert_int_eq(check_with("quorum none\n", &b), -1);
    ck_assert_ptr_nonnull(strstr(e.text, "no log of the trust policy has signed the checkpoint of "
                                         "example.com/log"));
    ck_assert_int_eq(check_with("log {L2}\nquorum none\n", &b), -1);
    ck_assert_int_eq(e.code, ERR_VERIFY);
    /* The log's key, by a name that is not the checkpoint's origin. */
    struct key *one = key_number(1);
    struct note_key other;
    uint8_t public[KEY_PUBLIC_LEN];
    key_public(one, public);
    ck_ok(note_key_make(&other, "other", NOTE_ED25519, public, &e), &e);
    ck_ok(note_sign(&b, &other, one, 0, &e), &e);
    ck_assert_int_eq(
        check_with("log other+7d70517f+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\nquorum none\n",
                   &b),
        -1);
    ck_assert_str_eq(e.text, "the checkpoint is of example.com/log, and other has signed it");
    key_close(one);
    buf_free(&b);
}
END_TEST

START_TEST(a_wrong_signature_of_a_known_key_refuses_all)
{
    struct buf b = {0};
    static const char policy[] = "log {L1}\nlog {L3}\nwitness w {W2}\nwitness v {W4}\nquorum w\n";

    add_note(&b, 1);
    ck_assert_int_eq(check_with(policy, &b), 0);
    buf_adds(&b, "\u2014 stranger AAAAAAAA\n");
    ck_assert_int_eq(check_with(policy, &b), 0);
    /* Of a witness that is not needed, and of a log's second key. */
    struct note_key k[] = {note_key_number(4, NOTE_COSIGNATURE), note_key_number(3, NOTE_ED25519)};
    for (size_t i = 0; i < 2; i++) {
        size_t len = b.len;
        uint8_t bytes[NOTE_ID + NOTE_TIME + KEY_SIGNATURE_LEN] = {0};
        memcpy(bytes, k[i].id, NOTE_ID);
        buf_addf(&b, "\u2014 %s ", k[i].name);
        base64_encode(&b, bytes, i == 0 ? sizeof bytes : sizeof bytes - NOTE_TIME);
        buf_addc(&b, '\n');
        ck_assert_int_eq(check_with(policy, &b), -1);
        ck_assert_int_eq(e.code, ERR_VERIFY);
        ck_assert_ptr_nonnull(strstr(e.text, "the signature is not that key's"));
        b.len = len;
    }
    buf_free(&b);
}
END_TEST

/* Several writers of one ledger have a key each, by the same name. */
START_TEST(one_log_may_have_several_keys)
{
    struct buf b = {0};

    buf_addf(&b, "%s\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", ORIGIN);
    add_signature(&b, 3, NOTE_ED25519, 0);
    ck_assert_int_eq(check_with("log {L1}\nlog {L3}\nquorum none\n", &b), 0);
    ck_assert_int_eq(check_with("log {L1}\nquorum none\n", &b), -1);
    add_signature(&b, 1, NOTE_ED25519, 0);
    ck_assert_int_eq(check_with("log {L1}\nlog {L3}\nquorum none\n", &b), 0);
    buf_free(&b);
}
END_TEST

START_TEST(keys_can_be_asked_for)
{
    struct policy *p =
        policy_of("log {L1}\nwitness w {W2}\ngroup g any w\nwitness v {W3}\nquorum g\n", &e);
    struct note_key wanted[] = {note_key_number(1, NOTE_ED25519),
                                note_key_number(2, NOTE_COSIGNATURE),
                                note_key_number(3, NOTE_COSIGNATURE)};
    const char *name;

    ck_assert_msg(p != NULL, "%s", e.text);
    ck_assert_uint_eq(policy_logs(p), 1);
    ck_assert_mem_eq(policy_log(p, 0)->public, wanted[0].public, KEY_PUBLIC_LEN);
    ck_assert_uint_eq(policy_witnesses(p), 2);
    ck_assert_mem_eq(policy_witness(p, 0, &name)->public, wanted[1].public, KEY_PUBLIC_LEN);
    ck_assert_str_eq(name, "w");
    ck_assert_mem_eq(policy_witness(p, 1, &name)->public, wanted[2].public, KEY_PUBLIC_LEN);
    ck_assert_str_eq(name, "v");
    policy_free(p);
    policy_free(NULL);
}
END_TEST

/* Of logs, witnesses and groups 256 each, and of none more. */
START_TEST(limits)
{
    static const char *const words[] = {"more than 256 logs", "more than 256 witnesses",
                                        "more than 256 groups"};
    uint8_t public[KEY_PUBLIC_LEN] = {0};
    struct note_key k;

    for (size_t too_many = 0; too_many < 4; too_many++) {
        struct buf b = {0};
        for (int kind = 0; kind < 3; kind++)
            for (unsigned i = 0; i < 256u + (kind == (int)too_many); i++) {
                memcpy(public, &i, sizeof i);
                ck_ok(
                    note_key_make(&k, "k", kind == 0 ? NOTE_ED25519 : NOTE_COSIGNATURE, public, &e),
                    &e);
                buf_addf(&b, kind == 0 ? "log " : kind == 1 ? "witness w%u " : "group g%u any ", i);
                if (kind < 2)
                    note_key_write(&b, &k);
                else
                    buf_addf(&b, i < 256 ? "w%u" : "g0", i);
                buf_addc(&b, '\n');
            }
        buf_adds(&b, "quorum g255\n");
        err_clear(&e);
        struct policy *p = policy_read("trust", b.data, b.len, &e);
        ck_assert_msg((p != NULL) == (too_many == 3), "%s", e.text);
        if (!p)
            ck_assert_ptr_nonnull(strstr(e.text, words[too_many]));
        policy_free(p);
        buf_free(&b);
    }
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, what_is_no_policy_is_said);
    tcase_add_test(tests, every_set_of_witnesses_is_believed_or_not);
    tcase_add_test(tests, what_is_missing_is_said);
    tcase_add_test(tests, a_wrong_signature_of_a_known_key_refuses_all);
    tcase_add_test(tests, one_log_may_have_several_keys);
    tcase_add_test(tests, keys_can_be_asked_for);
    tcase_add_test(tests, limits);
}

UNIT_MAIN("policy", add)
