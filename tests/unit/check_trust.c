/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may sign a ledger: keys that come and go, and directories of checkpoints that lie. */
#include "trust_fixture.h"

#include <sys/stat.h>

#include "ledger/leaves.h"
#include "ledger/trust/believe.h"

static struct err e;

/* Effect: a record that adds or revokes that key is appended, as anybody who can write can do. */
static void change(const struct trust *t, const struct key *key, const char *name)
{
    uint8_t public[KEY_PUBLIC_LEN];
    char hex[2 * KEY_PUBLIC_LEN + 1];
    struct record r;
    struct ledger *l = trust_open(t);

    key_public(key, public);
    record_begin(&r, name ? "keyadd" : "keyrevoke");
    record_set(&r, "key", "ed25519:%s", hex_encode(hex, public, KEY_PUBLIC_LEN));
    record_set(&r, name ? "name" : "reason", "%s", name ? name : "lost");
    ck_ok(ledger_append(l, &r, 1, NULL, &e), &e);
    ledger_close(l);
}

static int sign(const struct trust *t, const struct key *key, size_t accept)
{
    struct sign_report r;
    struct ledger *l = trust_open(t);
    int rc = sign_ledger(l, key, accept, &r, &e);

    ledger_close(l);
    return rc;
}

/* The checkpoint that the log is worth, signed with any key, by hand. */
static void make_note(const struct trust *t, const struct key *key, uint64_t size, struct buf *b)
{
    uint8_t public[KEY_PUBLIC_LEN];
    struct checkpoint c = {.size = size};
    struct note_key k;
    char origin[RECORD_MOST];
    struct ledger *l = trust_open(t);

    ck_ok(ledger_origin(t->place.dir, origin, &e), &e);
    snprintf(c.origin, sizeof c.origin, "%.100s", origin);
    if (size <= ledger_state(l)->count)
        ck_ok(ledger_root(l, size, c.root, &e), &e);
    ledger_close(l);
    key_public(key, public);
    ck_ok(note_key_make(&k, c.origin, NOTE_ED25519, public, &e), &e);
    if (b->len == 0)
        checkpoint_write(b, &c);
    ck_ok(note_sign(b, &k, key, 0, &e), &e);
}

static const char *in(const struct trust *t, const char *name)
{
    static char path[2][PATH_MAX];
    static size_t i;

    i = 1 - i;
    snprintf(path[i], sizeof path[i], "%s/%s", t->place.dir, name);
    return path[i];
}

static void put_note(const struct trust *t, const char *name, const struct buf *b)
{
    log_put(in(t, name), b->data, b->len);
}

START_TEST(who_lets_himself_in)
{
    struct trust t = trust_make();
    struct buf note = {0};

    trust_grow(&t, 2, true);
    struct key *mallory = trust_key(&t, "mallory");
    change(&t, mallory, "mallory");
    struct bytes log = log_read(t.place.log), was = log_read(in(&t, "checkpoint"));
    ck_fails(sign(&t, t.key, 0), &e, ERR_REFUSED, "record 3 changes who may sign (mallory)");
    ck_fails(sign(&t, mallory, 9), &e, ERR_REFUSED, "was added, and no other key has signed that");
    log_is(t.place.log, log.data, log.len);
    log_is(in(&t, "checkpoint"), was.data, was.len);
    ck_assert_int_ne(access(in(&t, "checkpoints/4"), F_OK), 0);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    /* By hand, under each name. */
    make_note(&t, mallory, 4, &note);
    put_note(&t, "checkpoints/4", &note);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "checkpoints/4: is signed with no key");
    ck_fails(sign(&t, t.key, 9), &e, ERR_VERIFY, "checkpoints/4: is signed with no key");
    ck_fails(sign(&t, mallory, 9), &e, ERR_REFUSED, "no other key");
    put_note(&t, "checkpoint", &note);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "is signed with no key");
    unlink(in(&t, "checkpoints/4"));
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "checkpoint: is signed with no key");
    ck_fails(sign(&t, mallory, 9), &e, ERR_REFUSED, "no other key");
    log_put(in(&t, "checkpoint"), was.data, was.len);
    /* Who has looked at it lets her in. */
    ck_ok(sign(&t, t.key, 1), &e);
    trust_grow(&t, 1, false);
    ck_ok(sign(&t, mallory, 0), &e);
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
    change(&t, a, "a");
    change(&t, b, "b");
    ck_fails(sign(&t, t.key, 1), &e, ERR_REFUSED, "changes who may sign");
    ck_ok(sign(&t, t.key, 2), &e);
    change(&t, b, NULL);
    ck_fails(sign(&t, t.key, 0), &e, ERR_REFUSED, "record 3 changes who may sign (b)");
    ck_fails(sign(&t, b, 9), &e, ERR_REFUSED, "was revoked");
    ck_ok(sign(&t, t.key, 1), &e);
    change(&t, b, "b2");
    ck_fails(sign(&t, b, 9), &e, ERR_REFUSED, "no other key");
    ck_ok(sign(&t, a, 1), &e);
    ck_ok(sign(&t, b, 0), &e);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    /* The first one goes; the one that signs the same size is another. */
    change(&t, t.key, NULL);
    ck_fails(sign(&t, t.key, 1), &e, ERR_REFUSED, "was revoked");
    ck_ok(sign(&t, b, 1), &e);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    key_close(a);
    key_close(b);
    trust_free(&t);
}
END_TEST

/* A record that no fold takes. */
START_TEST(what_no_ledger_says)
{
    for (int what = 0; what < 3; what++) {
        static const char *const words[] = {"the last one", "in force already", "not in force"};
        struct trust t = trust_make();
        struct key *a = trust_key(&t, "a");
        trust_grow(&t, 0, true);
        if (what == 0)
            change(&t, t.key, NULL);
        else if (what == 1)
            change(&t, a, "a"), change(&t, a, "a");
        else
            change(&t, a, NULL);
        ck_fails(sign(&t, t.key, 9), &e, ERR_INPUT, words[what]);
        ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, words[what]);
        key_close(a);
        trust_free(&t);
    }
}
END_TEST

START_TEST(two_sign_one_size)
{
    struct trust t = trust_make();
    struct key *a = trust_key(&t, "a");
    struct kept k;
    char name[] = "checkpoints/2";

    trust_grow(&t, 0, true);
    change(&t, a, "a");
    ck_ok(sign(&t, t.key, 1), &e);
    ck_ok(sign(&t, a, 0), &e);
    ck_ok(sign(&t, a, 0), &e);
    ck_ok(sign(&t, t.key, 0), &e);
    ck_ok(kept_read(&k, t.place.dir, 2, &e), &e);
    ck_assert_uint_eq(k.note.count, 2);
    kept_free(&k);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    /* One of them wrong, the other right. */
    struct bytes note = log_read(in(&t, name));
    char *last = memrchr(note.data, ' ', note.len);
    last[20] = last[20] == 'A' ? 'B' : 'A';
    log_put(in(&t, name), note.data, note.len);
    ck_fails(trust_audit(&t, NULL, &e), &e, ERR_VERIFY, "checkpoints/2");
    trust_grow(&t, 1, false);
    ck_fails(sign(&t, t.key, 0), &e, ERR_VERIFY, "checkpoints/2");
    free(note.data);
    key_close(a);
    trust_free(&t);
}
END_TEST

/* A key was let in, and its checkpoint has one of its two names, or none. */
START_TEST(a_crash_between_two_names)
{
    struct trust t = trust_make();
    struct key *a = trust_key(&t, "a");

    trust_grow(&t, 1, true);
    struct bytes before = log_read(in(&t, "checkpoint"));
    change(&t, a, "a");
    ck_ok(sign(&t, t.key, 1), &e);
    struct bytes after = log_read(in(&t, "checkpoint"));
    for (int first = 0; first < 2; first++) {
        for (int who = 0; who < 2; who++) {
            if (first)
                unlink(in(&t, "checkpoint"));
            else
                log_put(in(&t, "checkpoint"), before.data, before.len);
            ck_ok(trust_audit(&t, NULL, &e), &e);
            ck_ok(sign(&t, who ? a : t.key, 0), &e);
            struct bytes now = log_read(in(&t, "checkpoints/3"));
            log_is(in(&t, "checkpoint"), now.data, now.len);
            free(now.data);
            log_put(in(&t, "checkpoints/3"), after.data, after.len);
        }
    }
    /* Only the newest is left: it covers what let the key in. */
    log_put(in(&t, "checkpoint"), after.data, after.len);
    place_remove(in(&t, "checkpoints"));
    ck_ok(trust_audit(&t, NULL, &e), &e);
    ck_ok(sign(&t, a, 0), &e);
    ck_assert_int_eq(access(in(&t, "checkpoints/3"), F_OK), 0);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    /* Nothing at all: as if it was never signed, but by who has seen it. */
    place_remove(in(&t, "checkpoints"));
    unlink(in(&t, "checkpoint"));
    ck_fails(sign(&t, t.key, 0), &e, ERR_REFUSED, "no checkpoint covers it yet");
    ck_fails(sign(&t, a, 9), &e, ERR_REFUSED, "no other key has signed that");
    ck_ok(sign(&t, t.key, 1), &e);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    free(before.data);
    free(after.data);
    key_close(a);
    trust_free(&t);
}
END_TEST

/* Files in checkpoints that are none of a ledger's. */
START_TEST(names_that_are_not_ours)
{
    static const char *const names[] = {"007",
                                        "0",
                                        "-1",
                                        "1e3",
                                        "99999999999999999999",
                                        ".tmp",
                                        "5x",
                                        "3.cosig",
                                        "0.cosig.x",
                                        "00000000000000000000000000000000000000000003",
                                        "18446744073709551616",
                                        "9.cosig.bonn"};
    struct trust t = trust_make();
    struct buf name = {0};

    trust_grow(&t, 2, true);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        buf_reset(&name);
        buf_addf(&name, "checkpoints/%s", names[i]);
        log_put(in(&t, name.data), "?", 1);
    }
    ck_ok(trust_audit(&t, NULL, &e), &e);
    trust_grow(&t, 1, true);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    buf_free(&name);
    trust_free(&t);
}
END_TEST

static void make_sparse(const char *path)
{
    log_put(path, "", 0);
    ck_assert_int_eq(truncate(path, (off_t)1 << 30), 0);
}

/* Under a name that is one of ours. */
START_TEST(checkpoints_that_are_none)
{
    enum { DIRECTORY, FIFO, LINK, DANGLING, LARGE, EMPTY, OTHER, NOTHING, BEYOND, LINE, KINDS };
    struct trust t = trust_make(), other = trust_make();
    struct key *other_key = trust_key(&other, "other");
    struct buf note = {0};

    trust_grow(&other, 3, false);
    ck_assert_int_eq(setenv("XDG_STATE_HOME", t.state.dir, 1), 0);
    trust_grow(&t, 2, true);
    trust_grow(&t, 3, false);
    for (int kind = 0; kind < KINDS; kind++) {
        const char *path = in(&t, "checkpoints/4"), *to = kind == LINK ? "3" : "nothing";
        int code = ERR_VERIFY;
        buf_free(&note);
        place_remove(path);
        if (kind == DIRECTORY)
            ck_assert_int_eq(mkdir(path, 0700), 0);
        else if (kind == FIFO)
            ck_assert_int_eq(mkfifo(path, 0600), 0);
        else if (kind == LINK || kind == DANGLING)
            ck_assert_int_eq(symlink(to, path), 0);
        else if (kind == LARGE)
            make_sparse(path);
        else if (kind == EMPTY)
            log_put(path, "", 0);
        else if (kind == OTHER)
            make_note(&other, other_key, 4, &note);
        else if (kind == NOTHING)
            make_note(&t, t.key, 0, &note);
        else if (kind == BEYOND)
            make_note(&t, t.key, INT64_MAX, &note);
        else
            make_note(&t, t.key, 4, &note);
        if (kind == LINE)
            make_sparse(in(&t, "checkpoints/4.cosig.bonn"));
        if (kind == BEYOND)
            path = in(&t, "checkpoints/9223372036854775807");
        if (note.len > 0)
            log_put(path, note.data, note.len);
        if (kind == LINE) {
            struct kept k;
            ck_fails(kept_read_cosigned(&k, t.place.dir, 4, &e), &e, ERR_INPUT, "4.cosig.bonn");
            ck_ok(trust_audit(&t, NULL, &e), &e);
            continue;
        }
        ck_fails(trust_audit(&t, NULL, &e), &e, (enum err_code)code, path);
        err_clear(&e);
        ck_assert_int_ne(sign(&t, t.key, 0), 0);
        ck_assert_msg(strstr(e.text, path), "%d: %s", kind, e.text);
        place_remove(path);
    }
    buf_free(&note);
    key_close(other_key);
    trust_free(&other);
    trust_free(&t);
}
END_TEST

/* Of the lines of peers no more are read than a note has room for. */
START_TEST(too_many_lines_of_peers)
{
    struct trust t = trust_make();
    struct buf name = {0}, line = {0};
    struct kept k;

    trust_grow(&t, 2, true);
    buf_addf(&line, "— peer %0100d\n", 0);
    for (int i = 0; i < 2 * NOTE_SIGNATURES; i++) {
        buf_reset(&name);
        buf_addf(&name, "checkpoints/3.cosig.%d", i);
        put_note(&t, name.data, &line);
    }
    ck_fails(kept_read_cosigned(&k, t.place.dir, 3, &e), &e, ERR_INPUT, "checkpoints/3.cosig.");
    ck_ok(trust_audit(&t, NULL, &e), &e);
    buf_free(&name);
    buf_free(&line);
    trust_free(&t);
}
END_TEST

/* The same rules in few words: all keys, each looked at again for every question. */
struct slow {
    int added, revoked, name; /* numbers of records; -1: not */
    bool in;
};

enum { KEYS = 3, STEPS = 14, MOST = 64 };

struct world {
    struct slow entry[MOST];
    int entries, size, covered;
    bool broken;
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
        w->broken = true;
    else if (adds)
        w->entry[w->entries++] = (struct slow){at, -1, key, false};
    else
        w->entry[i].revoked = at;
}

static bool slow_sign(struct world *w, int key, bool accept)
{
    int i = slow_find(w, key), changes = 0;

    for (int k = 0; k < w->entries; k++)
        changes += (w->entry[k].added > 0 && w->entry[k].added >= w->covered) +
                   (w->entry[k].revoked >= 0 && w->entry[k].revoked >= w->covered);
    if (w->broken || i < 0 || w->entry[i].revoked >= 0 || !w->entry[i].in ||
        (changes > 0 && !accept))
        return false;
    for (int k = 0; k < w->entries; k++)
        w->entry[k].in = true;
    w->covered = w->size;
    return true;
}

START_TEST(keys_as_a_slow_version_has_them)
{
    srand(1);
    for (int round = 0; round < 60; round++) {
        struct trust t = trust_make();
        struct key *keys[KEYS] = {t.key, trust_key(&t, "a"), trust_key(&t, "b")};
        struct world w = {.entry = {{0, -1, 0, true}}, .entries = 1, .size = 1};
        for (int step = 0; step < STEPS && !w.broken; step++) {
            int key = rand() % KEYS, what = rand() % 4;
            int i = slow_find(&w, key);
            bool there = i >= 0 && w.entry[i].revoked < 0;
            if (what == 0) { /* mostly what makes sense */
                bool adds = rand() % 40 ? !there : there;
                change(&t, keys[key], adds ? "n" : NULL);
                slow_change(&w, key, adds);
            } else {
                bool accept = rand() % 2;
                err_clear(&e);
                ck_assert_msg((sign(&t, keys[key], accept ? 99 : 0) == 0) ==
                                  slow_sign(&w, key, accept),
                              "round %d, step %d: %s", round, step, e.text);
            }
            err_clear(&e);
            int rc = trust_audit(&t, NULL, &e);
            ck_assert_msg((rc == 0) == !w.broken, "round %d, step %d: %s", round, step, e.text);
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
    tcase_add_test(tests, what_no_ledger_says);
    tcase_add_test(tests, two_sign_one_size);
    tcase_add_test(tests, a_crash_between_two_names);
    tcase_add_test(tests, names_that_are_not_ours);
    tcase_add_test(tests, checkpoints_that_are_none);
    tcase_add_test(tests, too_many_lines_of_peers);
    tcase_add_test(tests, keys_as_a_slow_version_has_them);
}

UNIT_MAIN("trust", add)
