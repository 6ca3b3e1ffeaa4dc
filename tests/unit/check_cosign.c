/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies that are cosigned, and evidence of who lied. */
#include <sys/stat.h>

#include "ledger/proof/evidence.h"
#include "ledger/trust/cosign.h"
#include "trust_fixture.h"

static struct err e;

/* Appends a note of the ledger's, with that root and one more line of text. */
static void add_note(const struct trust *t, struct buf *b, uint64_t size, const uint8_t *root,
                     const char *extension)
{
    struct note_key k = trust_log_key(t);
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
    struct policy *p = trust_policy(&t);

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
    struct policy *p = trust_policy(&t);
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
    struct policy *p = trust_policy(&other);
    struct cosign_report r;
    struct ledger *l = trust_open(&own);
    char mirror[PATH_MAX], name[RECORD_MOST];

    trust_grow(&other, 3, true);
    struct bytes early = log_read(trust_file(&other, "checkpoint")),
                 small = log_read(other.place.log);
    trust_grow(&other, 3, true);
    struct bytes note = log_read(trust_file(&other, "checkpoint")), log = log_read(other.place.log);

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
    unlink(trust_file(&other, "checkpoint"));
    ck_assert_int_eq(symlink(trust_file(&own, "log"), trust_file(&other, "checkpoint")), 0);
    ck_fails(cosign_as(l, own.key, &other, p, &r), &e, ERR_INPUT, trust_file(&other, "checkpoint"));
    unlink(trust_file(&other, "checkpoint"));

    /* Twice as it is, and twice as it has grown. */
    log_put(trust_file(&other, "checkpoint"), early.data, early.len);
    ck_ok(cosign_as(l, own.key, &other, p, &r), &e);
    ck_ok(cosign_as(l, own.key, &other, p, &r), &e);
    ck_assert_uint_eq(r.before, 4);
    log_put(trust_file(&other, "checkpoint"), note.data, note.len);
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
    log_put(trust_file(&other, "checkpoint"), early.data, early.len);
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
        struct policy *p = trust_policy(&other);
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
        log_put(trust_file(&other, "checkpoint"), lie.data, lie.len);
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
    tcase_add_test(tests, evidence_of_two_histories);
    tcase_add_test(tests, evidence_that_is_altered);
    tcase_add_test(tests, a_copy_is_looked_at);
    tcase_add_test(tests, a_lie_is_kept);
}

UNIT_MAIN("cosign", add)
