/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receipts: what they look like, what they prove, and every one that has been altered. */
#include "ledger/proof/receipt.h"
#include "mutate.h"
#include "policy_fixture.h"

static struct err e;

/* A log of three lines, and the number of one of them. */
enum { LINES = 3, INDEX = 1 };
static const char *const lines[LINES] = {"0 first", "1 second, of which this is the record", "2 …"};

static int subtree(void *h, uint64_t first, unsigned level, uint8_t hash[static SHA256_LEN],
                   struct err *err)
{
    uint8_t right[SHA256_LEN];

    if (level == 0)
        return tree_leaf(h, lines[first], strlen(lines[first]), hash, err);
    if (subtree(h, first, level - 1, hash, err) < 0 ||
        subtree(h, first + (UINT64_C(1) << (level - 1)), level - 1, right, err) < 0)
        return -1;
    return tree_node(h, hash, right, hash, err);
}

/* A note of the log, signed by key 1, cosigned by key 2. */
static void add_note(struct buf *b, struct hash *h)
{
    struct checkpoint c = {ORIGIN, LINES, {0}};
    struct tree t = {0};

    for (size_t i = 0; i < LINES; i++) {
        uint8_t leaf[SHA256_LEN];
        ck_ok(subtree(h, i, 0, leaf, &e), &e);
        ck_ok(tree_push(&t, h, leaf, &e), &e);
    }
    ck_ok(tree_root(&t, h, c.root, &e), &e);
    checkpoint_write(b, &c);
    add_signature(b, 1, NOTE_ED25519, 0);
    add_signature(b, 2, NOTE_COSIGNATURE, 1700000000);
}

/* A receipt of line INDEX; stranger's line, if there is one, comes before the others. */
static void add_receipt(struct buf *b, const char *stranger)
{
    struct hash *h = hash_create(&e);
    struct buf note = {0}, whole = {0};
    struct receipt r = {.line = (char *)lines[INDEX], .len = strlen(lines[INDEX]), .index = INDEX};

    add_note(&note, h);
    char *signatures = strstr(note.data, "\n\n") + 2;
    buf_add(&whole, note.data, (size_t)(signatures - note.data));
    buf_addf(&whole, "%s%s", stranger, signatures);
    ck_ok(tree_prove(INDEX, LINES, subtree, h, &r.path, &e), &e);
    r.note = whole.data;
    r.note_len = whole.len;
    receipt_write(b, &r);
    buf_free(&note);
    buf_free(&whole);
    hash_destroy(h);
}

static struct policy *trust(void)
{
    struct policy *p = policy_of("log {L1}\nwitness w {W2}\nquorum w\n", &e);

    ck_assert_msg(p != NULL, "%s", e.text);
    return p;
}

/* Reads and checks. */
static int check(const char *data, size_t len, const struct policy *p)
{
    struct receipt r;
    struct policy_verdict v;

    err_clear(&e);
    if (receipt_read(&r, data, len, &e) < 0)
        return -1;
    int rc = receipt_check(&r, p, &v, &e);
    receipt_free(&r);
    return rc;
}

START_TEST(a_receipt_says_what_it_proves)
{
    struct buf b = {0}, again = {0};
    struct policy *p = trust();
    struct policy_verdict v;
    struct receipt r;

    add_receipt(&b, "");
    static const char begins[] = "c2sp.org/tlog-proof@v1\n"
                                 "extra MSBzZWNvbmQsIG9mIHdoaWNoIHRoaXMgaXMgdGhlIHJlY29yZA==\n"
                                 "index 1\n";
    ck_assert_int_eq(strncmp(b.data, begins, strlen(begins)), 0);
    ck_ok(receipt_read(&r, b.data, b.len, &e), &e);
    ck_assert_str_eq(r.line, lines[INDEX]);
    ck_assert_uint_eq(r.len, strlen(lines[INDEX]));
    ck_assert_uint_eq(r.index, INDEX);
    ck_assert_uint_eq(r.path.count, 2);
    ck_ok(receipt_check(&r, p, &v, &e), &e);
    ck_assert_uint_eq(v.checkpoint.size, LINES);
    ck_assert_uint_eq(v.cosigned, 1);
    ck_assert_uint_eq(v.last, 1700000000);
    receipt_write(&again, &r);
    ck_assert_str_eq(b.data, again.data);
    /* What is proved at one place is not at another. */
    r.index = 0;
    ck_fails(receipt_check(&r, p, &v, &e), &e, ERR_VERIFY,
             "the record is not proved to be in example.com/log");
    r.index = UINT64_MAX;
    ck_fails(receipt_check(&r, p, &v, &e), &e, ERR_VERIFY, "is not in a tree of 3 leaves");
    receipt_free(&r);
    buf_free(&b);
    buf_free(&again);
    policy_free(p);
}
END_TEST

static bool is_believed(const char *data, size_t len, void *context)
{
    struct policy_verdict v;
    struct receipt r;

    if (receipt_read(&r, data, len, NULL) < 0)
        return false;
    bool same = receipt_check(&r, context, &v, NULL) == 0 && strcmp(r.line, lines[INDEX]) == 0 &&
                r.index == INDEX && v.checkpoint.size == LINES && v.cosigned == 1;
    receipt_free(&r);
    return same;
}

START_TEST(no_altered_receipt_is_believed)
{
    static const char stranger[] = "\u2014 stranger.example/x AAAAAAAA\n";
    struct buf b = {0};
    struct policy *p = trust();

    add_receipt(&b, stranger);
    size_t from = (size_t)(strstr(b.data, stranger) - b.data);
    mutate_all(b.data, b.len, is_believed, p, from, from + strlen(stranger));
    buf_free(&b);
    policy_free(p);
}
END_TEST

START_TEST(what_is_no_receipt_is_said)
{
#define HASH "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
#define TLOG "c2sp.org/tlog-proof@v1\n"
    static const struct {
        const char *text, *words;
    } bad[] = {
        {"", "line 1 is not 'c2sp.org/tlog-proof@v1'"},
        {"c2sp.org/tlog-proof@v1", "line 1 is not"},
        {"c2sp.org/tlog-proof@v2\n", "line 1 is not"},
        {"c2sp.org/tlog-proof@v1 \n", "line 1 is not"},
        {TLOG, "line 2 is not 'extra ' and the record"},
        {TLOG "index 1\n" HASH "\n", "line 2 is not 'extra ' and the record"},
        {TLOG "extra\nindex 1\n", "line 2 is not 'extra ' and the record"},
        {TLOG "extra  QQ==\nindex 1\n", "line 2 is not a record in base64"},
        {TLOG "extra QQ=\nindex 1\n", "line 2 is not a record in base64"},
        {TLOG "extra QR==\nindex 1\n", "line 2 is not a record in base64"},
        {TLOG "extra QQ==\n", "line 3 is not 'index '"},
        {TLOG "extra QQ==\nextra QQ==\nindex 1\n", "line 3 is not 'index '"},
        {TLOG "extra QQ==\nindex 01\n", "line 3 is not 'index '"},
        {TLOG "extra QQ==\nindex -1\n", "line 3 is not 'index '"},
        {TLOG "extra QQ==\nindex 1 \n", "line 3 is not 'index '"},
        {TLOG "extra QQ==\nindex 1\r\n", "line 3 is not 'index '"},
        {TLOG "extra QQ==\nindex \n", "line 3 is not 'index '"},
        {TLOG "extra QQ==\nindex 18446744073709551616\n", "line 3 is not 'index '"},
        {TLOG "extra QQ==\nindex 1\n", "line 4 is not a hash, or the empty line"},
        {TLOG "extra QQ==\nindex 1\n" HASH, "line 5 is not a hash, or the empty line"},
        {TLOG "extra QQ==\nindex 1\nAAAA\n", "line 4 is not a hash in base64"},
        {TLOG "extra QQ==\nindex 1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2IAAAAA\n",
         "line 4 is not a hash in base64"},
        {TLOG "extra QQ==\nindex 1\n" HASH " \n", "line 5 is not a hash in base64"},
        {TLOG "extra QQ==\nindex 1\n" HASH "\n", "no note"},
        {TLOG "extra QQ==\nindex 1\n\no\n1\n" HASH "\n\u2014 n x08go/ZJ\n",
         "no log of the trust policy"},
    };
    struct policy *p = trust();
    struct buf b = {0};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_fails(check(bad[i].text, strlen(bad[i].text), p), &e,
                 i + 1 < sizeof bad / sizeof bad[0] ? ERR_INPUT : ERR_VERIFY, bad[i].words);
    static const char nul[] = TLOG "extra QQ==\nindex 1\0\n\n";
    ck_fails(check(nul, sizeof nul - 1, p), &e, ERR_INPUT, "line 3 is not 'index '");
    buf_adds(&b, TLOG "extra QQ==\nindex 1\n");
    for (int i = 0; i <= TREE_LEVELS; i++)
        buf_adds(&b, HASH);
    ck_fails(check(b.data, b.len, p), &e, ERR_INPUT, "a path of more than 63 hashes");
    while (b.len <= RECEIPT_MOST)
        buf_adds(&b, HASH);
    ck_fails(check(b.data, b.len, p), &e, ERR_INPUT, "the most is 131072");
    buf_free(&b);
    policy_free(p);
}
END_TEST

/* Names of the length that ours have, a record of a slave, and a million of these. */
START_TEST(a_receipt_is_small)
{
    enum { RECORDS = 1000000 };
    static const char record[] =
        "999999 1700000000.123456 accept "
        "run=3d96f0c6a1b2c3d4e5f60718293a4b5c3d96f0c6a1b2c3d4e5f60718293a4b5c slave=jena/wdbc/0 "
        "node=node0123.cluster.jena.example "
        "state=sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "
        "items=123456789 credits=1234.56789012345 "
        "batch=64 prev=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 "
        "sum=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    static const char origin[] = "metaneuron/jena-university-computing/0f1e2d3c4b5a69788796a5b4";
    struct key *one = key_number(1), *two = key_number(2);
    struct note_key log, witness;
    struct checkpoint c = {.size = RECORDS};
    struct buf b = {0}, note = {0};
    uint8_t public[KEY_PUBLIC_LEN];

    key_public(one, public);
    ck_ok(note_key_make(&log, origin, NOTE_ED25519, public, &e), &e);
    key_public(two, public);
    ck_ok(note_key_make(&witness, origin, NOTE_COSIGNATURE, public, &e), &e);
    strcpy(c.origin, origin);
    checkpoint_write(&note, &c);
    ck_ok(note_sign(&note, &log, one, 0, &e), &e);
    ck_ok(note_sign(&note, &witness, two, 1700000000, &e), &e);
    /* Of a million, 2^19 < 10^6 <= 2^20, no path is longer. */
    struct receipt r = {.line = (char *)record,
                        .len = strlen(record),
                        .index = RECORDS - 1,
                        .path = {.count = 20},
                        .note = note.data,
                        .note_len = note.len};
    receipt_write(&b, &r);
    ck_assert_uint_le(b.len, 2048);
    printf("# a receipt of a million records has %zu bytes\n", b.len);
    buf_free(&b);
    buf_free(&note);
    key_close(one);
    key_close(two);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_receipt_says_what_it_proves);
    tcase_add_test(tests, no_altered_receipt_is_believed);
    tcase_add_test(tests, what_is_no_receipt_is_said);
    tcase_add_test(tests, a_receipt_is_small);
}

UNIT_MAIN("receipt", add)
