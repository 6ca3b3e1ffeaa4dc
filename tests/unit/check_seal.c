/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealed files: what is read back, and what somebody else has put there instead. */
#include "scratch.h"
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/seal.h"
#include "util/store.h"

static struct seal new_seal(void)
{
    struct seal s;
    struct err e = {0};

    ck_ok(seal_begin(&s, ".", "0123456789abcdef", &e), &e);
    ck_ok(seal_make(&s, &e), &e);
    return s;
}

static void put(const struct seal *s, const char *name, const char *text)
{
    struct buf b = {0};
    struct err e = {0};

    seal_start(&b);
    buf_adds(&b, text);
    ck_ok(seal_write(s, name, &b, &e), &e);
    buf_free(&b);
}

/* Whether the file is what was put there, or why it is not believed. */
static enum err_code got(const struct seal *s, const char *name, const char *wanted)
{
    struct err e = {0};
    char *data;
    size_t len;

    if (seal_read(s, name, 100, &data, &len, &e) < 0)
        return e.code;
    ck_assert(len == strlen(wanted) && memcmp(data, wanted, len + 1) == 0);
    free(data);
    return ERR_NONE;
}

START_TEST(hmac_is_that_of_rfc_4231)
{
    /* Test case 2 of RFC 4231, its key ended by zeros, which HMAC adds to any key. */
    static const uint8_t key[SHA256_LEN] = "Jefe";
    char hex[SHA256_HEX + 1];
    uint8_t tag[SHA256_LEN], other[SHA256_LEN];
    struct err e = {0};

    ck_ok(hash_keyed(key, "what do ya want for nothing?", 28, tag, &e), &e);
    ck_assert_str_eq(hex_encode(hex, tag, sizeof tag),
                     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memcpy(other, tag, sizeof tag);
    ck_assert(hash_same(tag, other));
    other[31] ^= 1;
    ck_assert(!hash_same(tag, other));
}
END_TEST

START_TEST(keys_are_private)
{
    struct seal s = new_seal(), again;
    struct err e = {0};
    struct stat st;

    ck_assert(stat("key", &st) == 0 && (st.st_mode & 0777) == 0600 && st.st_size == SHA256_LEN);
    ck_ok(seal_begin(&again, ".", s.run, &e), &e);
    ck_ok(seal_open(&again, &e), &e);
    ck_assert_mem_eq(again.key, s.key, sizeof s.key);
    ck_ok(seal_make(&again, &e), &e);
    ck_assert_mem_ne(again.key, s.key, sizeof s.key);
    ck_assert_int_eq(chmod("key", 0640), 0);
    ck_fails(seal_open(&s, &e), &e, ERR_REFUSED, "others may use it (mode 640)");
    ck_ok(file_write("key", "short", 5, 0600, &e), &e);
    ck_fails(seal_open(&s, &e), &e, ERR_INPUT, "has 5 bytes, a key has 32");
    ck_assert_int_eq(remove("key"), 0);
    ck_fails(seal_open(&s, &e), &e, ERR_OPEN, "./key");
    ck_assert_int_eq(symlink("elsewhere", "key"), 0);
    ck_ok(file_write("elsewhere", s.key, SHA256_LEN, 0600, &e), &e);
    ck_fails(seal_open(&s, &e), &e, ERR_REFUSED, "./key");
    ck_ok(seal_make(&s, &e), &e); /* in place of the link */
    ck_ok(seal_open(&s, &e), &e);
}
END_TEST

START_TEST(files_are_bound_to_name_run_and_key)
{
    struct seal s = new_seal(), run = s, key = s;
    struct err e = {0};
    char *data;
    size_t len;

    strcpy(run.run, "fedcba9876543210");
    key.key[0] ^= 1;
    put(&s, "a", "one");
    put(&s, "b", "");
    ck_assert_int_eq(got(&s, "a", "one"), ERR_NONE);
    ck_assert_int_eq(got(&s, "b", ""), ERR_NONE);
    ck_assert_int_eq(got(&s, "c", ""), ERR_OPEN);
    ck_assert_int_eq(got(&run, "a", ""), ERR_VERIFY);
    ck_assert_int_eq(got(&key, "a", ""), ERR_VERIFY);
    ck_ok(file_read("a", 1000, &data, &len, &e), &e);
    ck_ok(file_write("c", data, len, 0600, &e), &e);
    ck_assert_int_eq(got(&s, "c", ""), ERR_VERIFY); /* a copy under another name */
    for (size_t i = 0; i < len; i++) {
        char was = data[i];
        data[i] ^= 1;
        ck_ok(file_write("a", data, len, 0600, &e), &e);
        enum err_code code = got(&s, "a", "");
        ck_assert(code == ERR_VERIFY || code == ERR_INPUT);
        data[i] = was;
        ck_ok(file_write("a", data, i, 0600, &e), &e);
        code = got(&s, "a", "");
        ck_assert(code == ERR_VERIFY || code == ERR_INPUT);
    }
    free(data);
}
END_TEST

START_TEST(what_is_no_file_of_ours_is_refused)
{
    struct seal s = new_seal();

    put(&s, "a", "one");
    ck_assert_int_eq(symlink("a", "link"), 0);
    ck_assert_int_eq(got(&s, "link", ""), ERR_REFUSED);
    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    ck_assert_int_eq(got(&s, "pipe", ""), ERR_INPUT); /* and is not waited for */
    ck_assert_int_eq(mkdir("directory", 0700), 0);
    ck_assert_int_eq(got(&s, "directory", ""), ERR_INPUT);
    char text[102];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    put(&s, "long", text);
    ck_assert_int_eq(got(&s, "long", ""), ERR_INPUT);
    if (geteuid() != 0)
        return; /* only root can give a file away */
    ck_assert_int_eq(chown("a", 65534, 65534), 0);
    ck_assert_int_eq(got(&s, "a", ""), ERR_REFUSED);
}
END_TEST

/* In a directory for a group, what its members made is as good as one's own. */
START_TEST(keys_of_a_group_are_its_members)
{
    const gid_t group = 4711;
    struct err e = {0};
    struct stat st;

    if (geteuid() != 0)
        return; /* only root can give a directory away */
    ck_assert_int_eq(chown(".", (uid_t)-1, group), 0);
    ck_assert_int_eq(chmod(".", 02770), 0);
    struct seal s = new_seal();
    put(&s, "a", "one");
    ck_assert(stat("key", &st) == 0 && (st.st_mode & 0777) == 0660 && st.st_gid == group);
    ck_assert(stat("a", &st) == 0 && (st.st_mode & 0777) == 0660 && st.st_gid == group);
    ck_assert_int_eq(chown("key", 65534, group), 0);
    ck_assert_int_eq(chown("a", 65534, group), 0);
    ck_ok(seal_open(&s, &e), &e);
    ck_assert_int_eq(got(&s, "a", "one"), ERR_NONE);
    ck_assert_int_eq(chmod("key", 0664), 0);
    ck_fails(seal_open(&s, &e), &e, ERR_REFUSED, "others may use it (mode 664), expected 660");
    ck_assert_int_eq(chmod("key", 0660), 0);
    ck_assert_int_eq(chown("key", 65534, 65534), 0);
    ck_fails(seal_open(&s, &e), &e, ERR_REFUSED, "belongs to the user 65534");
    ck_assert_int_eq(chown("key", 0, 65533), 0);
    ck_fails(seal_open(&s, &e), &e, ERR_REFUSED, "others may use it (mode 660), expected 600");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, hmac_is_that_of_rfc_4231);
    tcase_add_test(t, keys_are_private);
    tcase_add_test(t, files_are_bound_to_name_run_and_key);
    tcase_add_test(t, what_is_no_file_of_ours_is_refused);
    tcase_add_test(t, keys_of_a_group_are_its_members);
}

UNIT_MAIN("seal", add)
