/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may sign a ledger: keys that come and go. */
#include "trust_fixture.h"

static struct err e;

static void put_note(const struct trust *t, const char *name, const struct buf *b)
{
    log_put(trust_file(t, name), b->data, b->len);
}

START_TEST(who_lets_himself_in)
{
    struct trust t = trust_make();
    struct buf note = {0};

    trust_grow(&t, 2, true);
    struct key *mallory = trust_key(&t, "mallory");
    trust_change(&t, mallory, "mallory");
    struct bytes log = log_read(t.place.log), was = log_read(trust_file(&t, "checkpoint"));
    ck_fails(trust_sign(&t, t.key, 0, &e), &e, ERR_REFUSED,
             "record 3 changes who may sign (mallory)");
    ck_fails(trust_sign(&t, mallory, 9, &e), &e, ERR_REFUSED,
             "was added, and no other key has signed that");
    log_is(t.place.log, log.data, log.len);
    log_is(trust_file(&t, "checkpoint"), was.data, was.len);
    ck_assert_int_ne(access(trust_file(&t, "checkpoints/4"), F_OK), 0);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    /* By hand, under each name. */
    trust_note(&t, mallory, 4, &note);
    put_note(&t, "checkpoints/4", &note);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "checkpoints/4: is signed with no key");
    ck_fails(trust_sign(&t, t.key, 9, &e), &e, ERR_VERIFY, "checkpoints/4: is signed with no key");
    ck_fails(trust_sign(&t, mallory, 9, &e), &e, ERR_REFUSED, "no other key");
    put_note(&t, "checkpoint", &note);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "is signed with no key");
    unlink(trust_file(&t, "checkpoints/4"));
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "checkpoint: is signed with no key");
    ck_fails(trust_sign(&t, mallory, 9, &e), &e, ERR_REFUSED, "no other key");
    log_put(trust_file(&t, "checkpoint"), was.data, was.len);
    /* Who has looked at it lets her in. */
    ck_ok(trust_sign(&t, t.key, 1, &e), &e);
    trust_grow(&t, 1, false);
    ck_ok(trust_sign(&t, mallory, 0, &e), &e);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    buf_free(&note);
    free(log.data);
    free(was.data);
    key_close(mallory);
    trust_free(&t);
}
END_TEST

START_TEST(changes_are_counted)
{
    struct trust t = trust_make();
    struct key *a = trust_key(&t, "a"), *b = trust_key(&t, "b");

    trust_grow(&t, 0, true);
    trust_change(&t, a, "a");
    trust_change(&t, b, "b");
    ck_fails(trust_sign(&t, t.key, 1, &e), &e, ERR_REFUSED, "changes who may sign");
    ck_ok(trust_sign(&t, t.key, 2, &e), &e);
    trust_change(&t, b, NULL);
    ck_fails(trust_sign(&t, t.key, 0, &e), &e, ERR_REFUSED, "record 3 changes who may sign (b)");
    ck_ok(trust_sign(&t, t.key, 1, &e), &e);
    ck_fails(trust_sign(&t, b, 9, &e), &e, ERR_REFUSED, "was revoked");
    trust_change(&t, b, "b2");
    ck_fails(trust_sign(&t, b, 9, &e), &e, ERR_REFUSED, "no other key");
    ck_ok(trust_sign(&t, a, 1, &e), &e);
    ck_ok(trust_sign(&t, b, 0, &e), &e);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    /* The first one goes; the one that signs the same size is another. */
    trust_change(&t, t.key, NULL);
    ck_ok(trust_sign(&t, t.key, 1, &e), &e); /* the last thing that it signs */
    ck_fails(trust_sign(&t, t.key, 1, &e), &e, ERR_REFUSED, "was revoked");
    ck_ok(trust_sign(&t, b, 0, &e), &e);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    key_close(a);
    key_close(b);
    trust_free(&t);
}
END_TEST

/* A record that anybody has appended, and that makes no sense, ends nobody's signing. */
START_TEST(what_counts_for_nothing)
{
    static const char *const words[] = {"the last one", "in force already", "not in force"};

    for (size_t what = 0; what < 3; what++) {
        struct trust t = trust_make();
        struct key *a = trust_key(&t, "a");
        struct audit audit;
        trust_grow(&t, 0, true);
        trust_change(&t, what == 0 ? t.key : a, what == 1 ? "a" : NULL);
        if (what == 1)
            trust_change(&t, a, "a");
        ck_ok(trust_sign(&t, t.key, what == 1, &e), &e);
        ck_ok(audit_ledger(t.place.dir, NULL, &audit, &e), &e);
        ck_assert_msg(strstr(audit.keys.odd.text, words[what]), "%s", audit.keys.odd.text);
        ck_assert_uint_eq(audit.keys.count, 1 + (what == 1));
        ck_assert_uint_eq(audit.covered, audit.state.count);
        audit_free(&audit);
        key_close(a);
        trust_free(&t);
    }
}
END_TEST

/* Who can write lets nobody in and nobody out. */
START_TEST(nobody_is_shut_out)
{
    struct trust t = trust_make();
    struct key *bad = trust_key(&t, "bad");

    trust_grow(&t, 0, true);
    trust_change(&t, bad, "bad");
    trust_change(&t, t.key, NULL);
    ck_fails(trust_sign(&t, t.key, 0, &e), &e, ERR_REFUSED, "take it back");
    ck_fails(trust_sign(&t, bad, 9, &e), &e, ERR_REFUSED, "no other key has signed that");
    trust_change(&t, t.key, "jena");
    ck_fails(trust_sign(&t, t.key, 0, &e), &e, ERR_REFUSED, "take it back");
    trust_change(&t, bad, NULL);
    ck_ok(trust_sign(&t, t.key, 0, &e), &e);
    ck_fails(trust_sign(&t, bad, 9, &e), &e, ERR_REFUSED, "was revoked");
    trust_grow(&t, 1, true);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    key_close(bad);
    trust_free(&t);
}
END_TEST

START_TEST(two_sign_one_size)
{
    struct trust t = trust_make();
    struct key *a = trust_key(&t, "a");
    struct kept k;
    char name[] = "checkpoints/2";

    trust_grow(&t, 0, true);
    trust_change(&t, a, "a");
    ck_ok(trust_sign(&t, t.key, 1, &e), &e);
    ck_ok(trust_sign(&t, a, 0, &e), &e);
    ck_ok(trust_sign(&t, a, 0, &e), &e);
    ck_ok(trust_sign(&t, t.key, 0, &e), &e);
    ck_ok(kept_read(&k, t.place.dir, 2, &e), &e);
    ck_assert_uint_eq(k.note.count, 2);
    kept_free(&k);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    /* One of them wrong, the other right. */
    struct bytes note = log_read(trust_file(&t, name));
    char *last = memrchr(note.data, ' ', note.len);
    last[20] = last[20] == 'A' ? 'B' : 'A';
    log_put(trust_file(&t, name), note.data, note.len);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "checkpoints/2");
    trust_grow(&t, 1, false);
    ck_fails(trust_sign(&t, t.key, 0, &e), &e, ERR_VERIFY, "checkpoints/2");
    free(note.data);
    key_close(a);
    trust_free(&t);
}
END_TEST

/* The same rules in few words: all keys, each looked at again for every question. */
struct slow {
    int added, revoked, name; /* numbers of records; -1: not */
    bool in, ended;           /* let in by a checkpoint; and out */
};

enum { KEYS = 3, STEPS = 14, MOST = 64 };

struct world {
    struct slow entry[MOST];
    int entries, size, covered;
};

static int slow_find(const struct world *w, int key)
{
    int found = -1;

    for (int i = 0; i < w->entries; i++)
        if (w->entry[i].name == key)
            found = i;
    return found;
}

static void slow_change(struct world *w, int key, bool adds)
{
    int i = slow_find(w, key), others = 0, at = w->size++;
    bool there = i >= 0 && w->entry[i].revoked < 0;

    for (int k = 0; k < w->entries; k++)
        others += k != i && w->entry[k].revoked < 0;
    if (adds ? there : !there || others == 0)
        return; /* counts for nothing */
    if (adds)
        w->entry[w->entries++] = (struct slow){at, -1, key, false, false};
    else
        w->entry[i].revoked = at;
}

/* Whether the key counted when the last checkpoint was made, and whether it will. */
static bool slow_changed(const struct world *w, int key)
{
    bool before = false;
    int last = slow_find(w, key);

    for (int i = 0; i <= last; i++)
        before |= w->entry[i].name == key && (i == 0 || w->entry[i].added < w->covered) &&
                  (w->entry[i].revoked < 0 || w->entry[i].revoked >= w->covered);
    return last >= 0 && before != (w->entry[last].revoked < 0);
}

static bool slow_sign(struct world *w, int key, bool accept)
{
    int changes = 0;
    bool may = false;

    for (int k = 0; k < KEYS; k++)
        changes += slow_changed(w, k);
    for (int i = 0; i < w->entries; i++)
        may |= w->entry[i].name == key && w->entry[i].in && !w->entry[i].ended;
    if (!may || (changes > 0 && !accept))
        return false;
    for (int i = 0; i < w->entries; i++) {
        w->entry[i].in = true;
        w->entry[i].ended = w->entry[i].revoked >= 0;
    }
    w->covered = w->size;
    return true;
}

START_TEST(keys_as_a_slow_version_has_them)
{
    srand(1);
    for (int round = 0; round < 60; round++) {
        struct trust t = trust_make();
        struct key *keys[KEYS] = {t.key, trust_key(&t, "a"), trust_key(&t, "b")};
        struct world w = {.entry = {{0, -1, 0, true, false}}, .entries = 1, .size = 1};
        for (int step = 0; step < STEPS; step++) {
            int key = rand() % KEYS, what = rand() % 4;
            int i = slow_find(&w, key);
            bool there = i >= 0 && w.entry[i].revoked < 0;
            if (what == 0) { /* mostly what makes sense */
                bool adds = rand() % 4 ? !there : there;
                trust_change(&t, keys[key], adds ? "n" : NULL);
                slow_change(&w, key, adds);
            } else {
                bool accept = rand() % 2;
                err_clear(&e);
                ck_assert_msg((trust_sign(&t, keys[key], accept ? 99 : 0, &e) == 0) ==
                                  slow_sign(&w, key, accept),
                              "round %d, step %d: %s", round, step, e.text);
            }
            ck_ok(trust_audit(&t, NULL, &e), &e);
        }
        key_close(keys[1]);
        key_close(keys[2]);
        trust_free(&t);
    }
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, who_lets_himself_in);
    tcase_add_test(tests, changes_are_counted);
    tcase_add_test(tests, what_counts_for_nothing);
    tcase_add_test(tests, nobody_is_shut_out);
    tcase_add_test(tests, two_sign_one_size);
    tcase_add_test(tests, keys_as_a_slow_version_has_them);
}

UNIT_MAIN("trust", add)
