/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints that are kept: after a crash, in a directory that lies, and what was seen. */
#include <sys/stat.h>

#include "trust_fixture.h"

static struct err e;

/* A key was let in, and its checkpoint has one of its two names, or none. */
START_TEST(a_crash_between_two_names)
{
    struct trust t = trust_make();
    struct key *a = trust_key(&t, "a");

    trust_grow(&t, 1, true);
    struct bytes before = log_read(trust_file(&t, "checkpoint"));
    trust_change(&t, a, "a");
    ck_ok(trust_sign(&t, t.key, 1, &e), &e);
    struct bytes after = log_read(trust_file(&t, "checkpoint"));
    for (int first = 0; first < 2; first++) {
        for (int who = 0; who < 2; who++) {
            if (first)
                unlink(trust_file(&t, "checkpoint"));
            else
                log_put(trust_file(&t, "checkpoint"), before.data, before.len);
            ck_ok(trust_audit(&t, NULL, &e), &e);
            ck_ok(trust_sign(&t, who ? a : t.key, 0, &e), &e);
            struct bytes now = log_read(trust_file(&t, "checkpoints/3"));
            log_is(trust_file(&t, "checkpoint"), now.data, now.len);
            free(now.data);
            log_put(trust_file(&t, "checkpoints/3"), after.data, after.len);
        }
    }
    /* Only the newest is left: it covers what let the key in. */
    log_put(trust_file(&t, "checkpoint"), after.data, after.len);
    place_remove(trust_file(&t, "checkpoints"));
    ck_ok(trust_audit(&t, NULL, &e), &e);
    ck_ok(trust_sign(&t, a, 0, &e), &e);
    ck_assert_int_eq(access(trust_file(&t, "checkpoints/3"), F_OK), 0);
    ck_ok(trust_audit(&t, NULL, &e), &e);
    /* Nothing at all: as if it was never signed, but by who has seen it. */
    place_remove(trust_file(&t, "checkpoints"));
    unlink(trust_file(&t, "checkpoint"));
    ck_fails(trust_sign(&t, t.key, 0, &e), &e, ERR_REFUSED, "no checkpoint covers it yet");
    ck_fails(trust_sign(&t, a, 9, &e), &e, ERR_REFUSED, "no other key has signed that");
    ck_ok(trust_sign(&t, t.key, 1, &e), &e);
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
        log_put(trust_file(&t, name.data), "?", 1);
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
        const char *path = trust_file(&t, "checkpoints/4"), *to = kind == LINK ? "3" : "nothing";
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
            trust_note(&other, other_key, 4, &note);
        else if (kind == NOTHING)
            trust_note(&t, t.key, 0, &note);
        else if (kind == BEYOND)
            trust_note(&t, t.key, INT64_MAX, &note);
        else
            trust_note(&t, t.key, 4, &note);
        if (kind == LINE)
            make_sparse(trust_file(&t, "checkpoints/4.cosig.bonn"));
        if (kind == BEYOND)
            path = trust_file(&t, "checkpoints/9223372036854775807");
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
        ck_assert_int_ne(trust_sign(&t, t.key, 0, &e), 0);
        ck_assert_msg(strstr(e.text, path), "%d: %s", kind, e.text);
        place_remove(path);
    }
    buf_free(&note);
    key_close(other_key);
    trust_free(&other);
    trust_free(&t);
}
END_TEST

static void put_note(const struct trust *t, const char *name, const struct buf *b)
{
    log_put(trust_file(t, name), b->data, b->len);
}

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

static void add(TCase *tests)
{
    tcase_add_test(tests, a_crash_between_two_names);
    tcase_add_test(tests, names_that_are_not_ours);
    tcase_add_test(tests, checkpoints_that_are_none);
    tcase_add_test(tests, too_many_lines_of_peers);
    tcase_add_test(tests, what_was_seen);
}

UNIT_MAIN("kept", add)
