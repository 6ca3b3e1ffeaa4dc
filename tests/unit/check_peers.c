/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What others know of a ledger: what was seen, receipts, cosigned copies, and evidence. */
#include "trust_fixture.h"

#include <sys/stat.h>

#include "ledger/leaves.h"
#include "ledger/proof/evidence.h"
#include "ledger/proof/receipt.h"
#include "ledger/tiles.h"
#include "ledger/trust/cosign.h"
#include "ledger/trust/prove.h"
#include "util/base64.h"

static struct err e;

static const char *in(const struct trust *t, const char *name)
{
    static char path[2][PATH_MAX];
    static size_t i;

    i = 1 - i;
    snprintf(path[i], sizeof path[i], "%s/%s", t->place.dir, name);
    return path[i];
}

static struct note_key log_key(const struct trust *t)
{
    struct note_key k;
    char origin[RECORD_MOST];

    ck_ok(ledger_origin(t->place.dir, origin, &e), &e);
    ck_ok(note_key_make(&k, origin, NOTE_ED25519, t->public, &e), &e);
    return k;
}

/* Believes whatever the ledger's first key has signed. */
static struct policy *policy_of(const struct trust *t)
{
    struct note_key k = log_key(t);
    struct buf b = {0};

    buf_adds(&b, "log ");
    note_key_write(&b, &k);
    buf_adds(&b, "\nquorum none\n");
    struct policy *p = policy_read("policy", b.data, b.len, &e);
    ck_assert_msg(p != NULL, "%s", e.text);
    buf_free(&b);
    return p;
}

/* Appends a note of the ledger's, with that root and one more line of text. */
static void add_note(const struct trust *t, struct buf *b, uint64_t size, const uint8_t *root,
                     const char *extension)
{
    struct note_key k = log_key(t);
    struct checkpoint c = {.size = size};

    memcpy(c.origin, k.name, sizeof c.origin);
    memcpy(c.root, root, SHA256_LEN);
    checkpoint_write(b, &c);
    buf_adds(b, extension);
    ck_ok(note_sign(b, &k, t->key, 0, &e), &e);
}

static void root_of(const struct trust *t, uint64_t size, uint8_t *root)
{
    struct ledger *l = ledger_open_read(t->place.dir, &e);

    ck_assert_msg(l != NULL, "%s", e.text);
    ledger_forget_snapshot(l);
    ck_ok(ledger_root(l, size, root, &e), &e);
    ledger_close(l);
}

/* --- what was seen */

/* The file of the one ledger that was seen. */
static void seen_path(const struct trust *t, char *path, size_t size)
{
    char pattern[PATH_MAX];
    FILE *p;

    snprintf(pattern, sizeof pattern, "ls %s/metaneuron/seen/*", t->state.dir);
    ck_assert_ptr_nonnull((p = popen(pattern, "r")));
    ck_assert_ptr_nonnull(fgets(path, (int)size, p));
    ck_assert_int_eq(pclose(p), 0);
    path[strcspn(path, "\n")] = '\0';
}

START_TEST(what_was_seen)
{
    struct trust t = trust_make();
    struct kept k, small, large;
    char path[PATH_MAX];

    trust_grow(&t, 1, true);
    ck_ok(kept_read(&small, t.place.dir, 2, &e), &e);
    trust_grow(&t, 1, true);
    ck_ok(kept_read(&large, t.place.dir, 3, &e), &e);
    const char *origin = small.c.origin;
    trust_forget(&t);
    ck_assert_int_eq(kept_seen(&k, origin, &e), 0);
    const uint64_t want[] = {2, 3, 3};
    for (int i = 0; i < 3; i++) {
        const struct kept *see = i == 1 ? &large : &small;
        ck_ok(kept_see(&see->bytes, &see->c, &e), &e);
        ck_assert_int_eq(kept_seen(&k, origin, &e), 1);
        ck_assert_uint_eq(k.c.size, want[i]);
        kept_free(&k);
    }
    /* Signed already: seen all the same. */
    trust_forget(&t);
    trust_grow(&t, 0, true);
    ck_assert_int_eq(kept_seen(&k, origin, &e), 1);
    kept_free(&k);
    /* Of another ledger, of none, no file, a link. */
    seen_path(&t, path, sizeof path);
    struct bytes was = log_read(path);
    was.data[strlen("metaneuron/")] ^= 1;
    log_put(path, was.data, was.len);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_INPUT, "is of another ledger");
    ck_fails(kept_see(&small.bytes, &small.c, &e), &e, ERR_INPUT, path);
    log_put(path, "?\n", 2);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_INPUT, path);
    unlink(path);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_INPUT, path);
    struct sign_report r;
    struct ledger *l = trust_open(&t);
    ck_fails(sign_ledger(l, t.key, 0, &r, &e), &e, ERR_INPUT, path);
    ledger_close(l);
    rmdir(path);
    ck_assert_int_eq(symlink("/dev/zero", path), 0);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_INPUT, path);
    /* No home: nothing was seen, and nothing is kept. */
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    ck_assert_int_eq(kept_seen(&k, origin, &e), 0);
    ck_ok(kept_see(&small.bytes, &small.c, &e), &e);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    trust_grow(&t, 1, true);
    free(was.data);
    kept_free(&small);
    kept_free(&large);
    trust_free(&t);
}
END_TEST

/* --- receipts */

static int receipt_of(struct ledger *l, uint64_t seq, const struct policy *p, struct err *err)
{
    struct buf b = {0};
    struct receipt r = {0};
    struct policy_verdict v;
    int rc = prove_record(l, seq, p, &b, err);

    if (rc == 0) {
        ck_ok(receipt_read(&r, b.data, b.len, &e), &e);
        ck_assert_uint_eq(r.index, seq);
        ck_ok(receipt_check(&r, p, &v, &e), &e);
        receipt_free(&r);
    }
    buf_free(&b);
    return rc;
}

START_TEST(a_receipt_of_each_record)
{
    struct trust t = trust_make();
    struct policy *p = policy_of(&t);

    trust_grow(&t, 99, true);
    trust_grow(&t, 100, true);
    trust_grow(&t, 100, true);
    trust_grow(&t, 1, false);
    struct ledger *l = ledger_open_read(t.place.dir, &e);
    ck_assert_ptr_nonnull(l);
    for (uint64_t i = 0; i < 300; i++)
        ck_ok(receipt_of(l, i, p, &e), &e);
    ck_fails(receipt_of(l, 300, p, &e), &e, ERR_INCOMPLETE, "no checkpoint covers record 300");
    ck_fails(receipt_of(l, 301, p, &e), &e, ERR_INPUT, "has no record 301");
    ledger_close(l);
    /* Written anew from record 250 on. */
    struct bytes log = log_read(t.place.log);
    char *at = log.data;
    for (int i = 0; i < 250; i++)
        at = strchr(at, '\n') + 1;
    at = strstr(at, " items=0");
    at[7] = '1';
    trust_rechain(&t, &log, 250);
    l = ledger_open_read(t.place.dir, &e);
    ck_assert_ptr_nonnull(l);
    ck_fails(receipt_of(l, 7, p, &e), &e, ERR_VERIFY, "checkpoints/300: the log is not what it");
    ck_fails(receipt_of(l, 270, p, &e), &e, ERR_VERIFY, "the log is not what it covers");
    ledger_close(l);
    free(log.data);
    policy_free(p);
    trust_free(&t);
}
END_TEST

/* Of two who sign a policy may know the one: what that has signed is believed. */
START_TEST(a_policy_that_knows_one_of_two)
{
    struct trust t = trust_make();
    struct policy *p = policy_of(&t);
    struct key *a = trust_key(&t, "a");
    uint8_t public[KEY_PUBLIC_LEN];
    char hex[2 * KEY_PUBLIC_LEN + 1];
    struct sign_report report;
    struct audit audit;
    struct record r;

    trust_grow(&t, 2, true);
    key_public(a, public);
    record_begin(&r, "keyadd");
    record_set(&r, "key", "ed25519:%s", hex_encode(hex, public, KEY_PUBLIC_LEN));
    record_set(&r, "name", "a");
    struct ledger *l = trust_open(&t);
    ck_ok(ledger_append(l, &r, 1, NULL, &e), &e);
    ck_ok(sign_ledger(l, t.key, 1, &report, &e), &e);
    for (int i = 0; i < 3; i++) {
        append_batch(l, 1);
        ck_ok(sign_ledger(l, a, 0, &report, &e), &e);
    }
    ck_ok(receipt_of(l, 1, p, &e), &e);
    ck_fails(receipt_of(l, 5, p, &e), &e, ERR_INCOMPLETE, "the trust policy believes none yet");
    ledger_close(l);
    const struct audit_known known = {.policy = p};
    ck_ok(audit_ledger(t.place.dir, &known, &audit, &e), &e);
    ck_assert_uint_eq(audit.believed, 4);
    ck_assert_uint_eq(audit.covered, 7);
    audit_free(&audit);
    key_close(a);
    policy_free(p);
    trust_free(&t);
}
END_TEST

/* --- snapshots */

/* Effect: the snapshot says that its first tile is another one, and is in order otherwise. */
static void forge_snapshot(const struct trust *t)
{
    enum { AT_ROOT = 16 + 3 * 8 + SHA256_LEN, AT_TILES = AT_ROOT + SHA256_LEN, EACH = 8 + 32 };
    struct bytes s = log_read(in(t, "snapshot"));
    struct hash *h = hash_create(&e);
    struct tree tree = {0};

    s.data[AT_TILES + 8] ^= 1;
    for (char *p = s.data + AT_TILES; p < s.data + s.len - SHA256_LEN; p += EACH)
        ck_ok(tree_push_subtree(&tree, h, TILE_LEVEL, (uint8_t *)p + 8, &e), &e);
    ck_ok(tree_root(&tree, h, (uint8_t *)s.data + AT_ROOT, &e), &e);
    ck_ok(hash_bytes(s.data, s.len - SHA256_LEN, (uint8_t *)s.data + s.len - SHA256_LEN, &e), &e);
    log_put(in(t, "snapshot"), s.data, s.len);
    hash_destroy(h);
    free(s.data);
}

START_TEST(a_snapshot_that_lies)
{
    enum { SIZE = 5 * TILE };

    for (int beyond = 0; beyond < 2; beyond++) {
        struct trust t = trust_make();
        struct policy *p = policy_of(&t);
        struct sign_report r;
        uint8_t root[SHA256_LEN], lie[SHA256_LEN];
        trust_grow(&t, 0, true);
        struct bytes first = log_read(in(&t, "checkpoint"));
        struct ledger *l = trust_open(&t);
        append_batch(l, SIZE - 1);
        ck_ok(sign_ledger(l, t.key, 0, &r, &e), &e);
        ledger_close(l);
        forge_snapshot(&t);
        if (beyond) { /* as if that was never signed */
            log_put(in(&t, "checkpoint"), first.data, first.len);
            unlink(in(&t, "checkpoints/1280"));
            trust_forget(&t);
        }
        root_of(&t, SIZE, root);
        l = ledger_open_read(t.place.dir, &e);
        ck_assert_ptr_nonnull(l);
        ck_assert_uint_eq(ledger_cached(l), SIZE); /* it is taken */
        ck_ok(ledger_root(l, SIZE, lie, &e), &e);
        ck_assert_int_ne(memcmp(root, lie, SHA256_LEN), 0);
        for (uint64_t i = 0; !beyond && i < SIZE; i += 100) {
            ck_ok(receipt_of(l, i, p, &e), &e);
            ledger_close(l);
            l = ledger_open_read(t.place.dir, &e);
            ck_assert_ptr_nonnull(l);
        }
        ledger_close(l);
        if (!beyond)
            trust_grow(&t, 1, false);
        l = trust_open(&t);
        ck_ok(sign_ledger(l, t.key, 0, &r, &e), &e);
        ledger_close(l);
        root_of(&t, r.c.size, root);
        ck_assert_int_eq(memcmp(root, r.c.root, SHA256_LEN), 0);
        ck_ok(trust_audit(&t, NULL, &e), &e);
        free(first.data);
        policy_free(p);
        trust_free(&t);
    }
}
END_TEST

/* --- evidence */

static int check_evidence(const struct buf *b, const struct policy *p, struct err *err)
{
    struct evidence x;
    struct checkpoint s, l;

    return evidence_read(&x, b->data, b->len, err) < 0 ? -1 : evidence_check(&x, p, &s, &l, err);
}

/* Effect: *b proves that both sizes cannot be, of which the smaller has a root of its own. */
static void make_evidence(const struct trust *t, uint64_t small, uint64_t large,
                          const char *extension, bool lies, struct buf *b)
{
    struct buf one = {0}, two = {0};
    struct evidence x = {0};
    uint8_t root[SHA256_LEN];
    struct ledger *l = ledger_open_read(t->place.dir, &e);

    ck_assert_ptr_nonnull(l);
    ck_ok(ledger_root(l, small, x.prefix, &e), &e);
    ck_ok(ledger_prove_consistent(l, small, large, &x.path, &e), &e);
    ledger_close(l);
    memcpy(root, x.prefix, sizeof root);
    root[0] ^= lies;
    add_note(t, &one, small, root, extension);
    root_of(t, large, root);
    add_note(t, &two, large, root, extension);
    x.smaller = one.data;
    x.smaller_len = one.len;
    x.larger = two.data;
    x.larger_len = two.len;
    evidence_write(b, &x);
    buf_free(&one);
    buf_free(&two);
}

START_TEST(evidence_of_two_histories)
{
    static const char *const extensions[] = {"", "=====\n", "a\n=====\n=====\n"};
    struct trust t = trust_make();
    struct policy *p = policy_of(&t);

    trust_grow(&t, 30, false);
    for (size_t i = 0; i < 3; i++) {
        for (uint64_t small = 1; small <= 31; small += 5) {
            struct buf b = {0}, same = {0}, again = {0};
            struct evidence x;
            make_evidence(&t, small, 31, extensions[i], true, &b);
            ck_ok(check_evidence(&b, p, &e), &e);
            ck_ok(evidence_read(&x, b.data, b.len, &e), &e);
            evidence_write(&again, &x);
            ck_assert_uint_eq(again.len, b.len);
            ck_assert_int_eq(memcmp(again.data, b.data, b.len), 0);
            make_evidence(&t, small, 31, extensions[i], false, &same);
            ck_fails(check_evidence(&same, p, &e), &e, ERR_VERIFY, "do not contradict");
            buf_free(&b);
            buf_free(&same);
            buf_free(&again);
        }
    }
    policy_free(p);
    trust_free(&t);
}
END_TEST

START_TEST(evidence_that_is_altered)
{
    struct trust t = trust_make();
    struct policy *p = policy_of(&t);
    const uint64_t sizes[] = {5, 8};

    trust_grow(&t, 7, false);
    for (size_t i = 0; i < 2; i++) {
        struct buf b = {0}, swapped = {0};
        struct evidence x, y;
        make_evidence(&t, sizes[i], 8, "", true, &b);
        for (size_t k = 0; k < b.len; k++) {
            for (int bit = 0; bit < 8; bit++) {
                b.data[k] = (char)(b.data[k] ^ 1 << bit);
                err_clear(&e);
                int rc = check_evidence(&b, p, &e);
                ck_assert_msg(rc < 0 && (e.code == ERR_INPUT || e.code == ERR_VERIFY),
                              "byte %zu, bit %d: is believed", k, bit);
                b.data[k] = (char)(b.data[k] ^ 1 << bit);
            }
        }
        ck_ok(evidence_read(&x, b.data, b.len, &e), &e);
        y = x;
        y.smaller = x.larger;
        y.smaller_len = x.larger_len;
        y.larger = x.smaller;
        y.larger_len = x.smaller_len;
        evidence_write(&swapped, &y);
        ck_assert_int_lt(check_evidence(&swapped, p, &e), 0);
        buf_free(&b);
        buf_free(&swapped);
    }
    policy_free(p);
    trust_free(&t);
}
END_TEST

/* --- cosigning */

static int cosign_as(struct ledger *own, const struct key *key, const struct trust *other,
                     const struct policy *p, struct cosign_report *r)
{
    struct buf note = {0};
    const struct cosign_request q = {other->place.dir, own, key, p, 1700000000};

    err_clear(&e);
    int rc = cosign(&q, &note, r, &e);
    ck_assert(rc == 0 || note.len == 0);
    buf_free(&note);
    return rc;
}

START_TEST(a_copy_is_looked_at)
{
    struct trust other = trust_make(), own = trust_make();
    struct policy *p = policy_of(&other);
    struct cosign_report r;
    struct ledger *l = trust_open(&own);
    char mirror[PATH_MAX], name[RECORD_MOST];

    trust_grow(&other, 3, true);
    struct bytes early = log_read(in(&other, "checkpoint")), small = log_read(other.place.log);
    trust_grow(&other, 3, true);
    struct bytes note = log_read(in(&other, "checkpoint")), log = log_read(other.place.log);

    /* A log that is shorter than its checkpoint, or another; and what is no file. */
    log_put(other.place.log, small.data, small.len);
    ck_fails(cosign_as(l, own.key, &other, p, &r), &e, ERR_VERIFY,
             "checkpoint: covers 7 records, and the log");
    struct bytes altered = {strndup(log.data, log.len), log.len};
    char *items = strstr(altered.data, " items=0");
    items[7] = '1';
    trust_rechain(&other, &altered, 0);
    ck_fails(cosign_as(l, own.key, &other, p, &r), &e, ERR_VERIFY,
             "not what its checkpoint covers");
    for (int kind = 0; kind < 4; kind++) {
        unlink(other.place.log);
        if (kind == 0)
            ck_assert_int_eq(mkfifo(other.place.log, 0600), 0);
        else if (kind == 1)
            ck_assert_int_eq(symlink(own.place.log, other.place.log), 0);
        else if (kind == 2)
            ck_assert_int_eq(symlink("/dev/zero", other.place.log), 0);
        ck_assert_int_lt(cosign_as(l, own.key, &other, p, &r), 0);
        ck_assert_msg(strstr(e.text, other.place.log), "%d: %s", kind, e.text);
    }
    unlink(other.place.log);
    log_put(other.place.log, log.data, log.len);
    unlink(in(&other, "checkpoint"));
    ck_assert_int_eq(symlink(in(&own, "log"), in(&other, "checkpoint")), 0);
    ck_fails(cosign_as(l, own.key, &other, p, &r), &e, ERR_INPUT, in(&other, "checkpoint"));
    unlink(in(&other, "checkpoint"));

    /* Twice as it is, and twice as it has grown. */
    log_put(in(&other, "checkpoint"), early.data, early.len);
    ck_ok(cosign_as(l, own.key, &other, p, &r), &e);
    ck_ok(cosign_as(l, own.key, &other, p, &r), &e);
    ck_assert_uint_eq(r.before, 4);
    log_put(in(&other, "checkpoint"), note.data, note.len);
    ck_ok(cosign_as(l, own.key, &other, p, &r), &e);
    ck_assert_uint_eq(r.before, 4);
    /* A crash came between the copy and its checkpoint. */
    ck_ok(ledger_origin(other.place.dir, name, &e), &e);
    for (char *s = name; *s; s++)
        *s = *s == '/' ? '-' : *s;
    snprintf(mirror, sizeof mirror, "%.100s/peers/%.200s/checkpoint", own.place.dir, name);
    log_is(mirror, note.data, note.len);
    log_put(mirror, early.data, early.len);
    ck_ok(cosign_as(l, own.key, &other, p, &r), &e);
    ck_assert_uint_eq(r.before, 4);
    log_is(mirror, note.data, note.len);
    unlink(mirror);
    ck_ok(cosign_as(l, own.key, &other, p, &r), &e);
    ck_assert_uint_eq(r.before, 0);
    /* What is older is refused, and no evidence. */
    log_put(in(&other, "checkpoint"), early.data, early.len);
    ck_fails(cosign_as(l, own.key, &other, p, &r), &e, ERR_REFUSED, "was cosigned already");
    ck_assert_str_eq(r.evidence, "");

    ledger_close(l);
    free(early.data);
    free(small.data);
    free(note.data);
    free(log.data);
    free(altered.data);
    policy_free(p);
    trust_free(&own);
    trust_free(&other);
}
END_TEST

/* It lies with the same size, a smaller and a larger one; even with lines that look like a file of
 * evidence. */
START_TEST(a_lie_is_kept)
{
    const uint64_t sizes[] = {4, 2, 7};

    for (size_t i = 0; i < 3; i++) {
        struct trust other = trust_make(), own = trust_make();
        struct policy *p = policy_of(&other);
        struct cosign_report r;
        struct ledger *l = trust_open(&own);
        struct buf lie = {0};
        uint8_t root[SHA256_LEN];
        trust_grow(&other, 3, true);
        ck_ok(cosign_as(l, own.key, &other, p, &r), &e);
        if (sizes[i] > 4) { /* another log, that is whole */
            trust_grow(&other, 3, false);
            struct bytes log = log_read(other.place.log);
            char *at = strstr(log.data, " items=0");
            at[7] = '1';
            trust_rechain(&other, &log, 0);
            free(log.data);
        }
        root_of(&other, sizes[i], root);
        root[0] ^= sizes[i] <= 4;
        add_note(&other, &lie, sizes[i], root, "=====\n");
        log_put(in(&other, "checkpoint"), lie.data, lie.len);
        ck_fails(cosign_as(l, own.key, &other, p, &r), &e, ERR_VERIFY, "has signed two histories");
        struct bytes file = log_read(r.evidence);
        const struct buf b = {.data = file.data, .len = file.len};
        ck_ok(check_evidence(&b, p, &e), &e);
        free(file.data);
        buf_free(&lie);
        ledger_close(l);
        policy_free(p);
        trust_free(&own);
        trust_free(&other);
    }
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, what_was_seen);
    tcase_add_test(tests, a_receipt_of_each_record);
    tcase_add_test(tests, a_policy_that_knows_one_of_two);
    tcase_add_test(tests, a_snapshot_that_lies);
    tcase_add_test(tests, evidence_of_two_histories);
    tcase_add_test(tests, evidence_that_is_altered);
    tcase_add_test(tests, a_copy_is_looked_at);
    tcase_add_test(tests, a_lie_is_kept);
}

UNIT_MAIN("peers", add)
