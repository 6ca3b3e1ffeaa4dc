/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tests of centres share: a place with an exchange and the houses of some centres, all in
 * this test's directory.
 */
#ifndef TESTS_SITE_FIXTURE_H
#define TESTS_SITE_FIXTURE_H

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "scratch.h"
#include "site/house/identity.h"
#include "site/house/peers.h"
#include "site/house/say.h"
#include "util/clock.h"
#include "util/store.h"

static struct err e;

/* Effect: the shell does it. */
__attribute__((format(printf, 1, 2))) static inline void shell(const char *format, ...)
{
    char command[600];
    va_list args;

    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    ck_assert_msg(system(command) == 0, "%s", command);
}

/* The place lies in memory where there is such a thing. */
static inline void site_begin(void)
{
    strcpy(dir, access("/dev/shm", W_OK) == 0 ? "/dev/shm/metaneuron-unit-XXXXXX"
                                              : "/tmp/metaneuron-unit-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    ck_assert_int_eq(chdir(dir), 0);
    setenv("HOME", dir, 1);
    setenv("XDG_CONFIG_HOME", dir, 1);
    setenv("XDG_DATA_HOME", dir, 1);
    setenv("XDG_STATE_HOME", dir, 1);
}

/* Effect: h is the house of a new centre of that name, open for changing, and published. */
static inline void site_make(struct house *h, const char *name)
{
    char path[100], exchange[100];
    const struct house_plan plan = {.name = name, .exchange = exchange};

    snprintf(path, sizeof path, "%s/%s", dir, name);
    snprintf(exchange, sizeof exchange, "%s/exchange", dir);
    ck_ok(house_make(path, &plan, false, &e), &e);
    ck_ok(house_open(h, path, true, false, &e), &e);
    ck_ok(say_again(h, &e), &e);
}

/* The bytes of a file below this test's directory; the caller frees. */
static inline char *site_read(const char *path, size_t *len)
{
    char *bytes;

    ck_ok(file_read(path, UINT64_C(1) << 30, &bytes, len, &e), &e);
    return bytes;
}

static inline void site_put(const char *path, const void *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    ck_assert_msg(fd >= 0, "%s", path);
    ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
    close(fd);
}

/* Effect: text is the fingerprint of an identity in the exchange. */
static inline const char *site_fingerprint(const char *name, unsigned number,
                                           char text[static IDENTITY_FINGERPRINT])
{
    char path[200];
    uint8_t digest[SHA256_LEN];
    size_t len;

    snprintf(path, sizeof path, "exchange/%s/id-%u", name, number);
    char *bytes = site_read(path, &len);
    ck_ok(hash_bytes(bytes, len, digest, &e), &e);
    free(bytes);
    return identity_fingerprint(text, digest);
}

/* Effect: one centre knows another by its first identity. */
static inline void site_know(struct house *h, const char *name)
{
    char text[IDENTITY_FINGERPRINT];
    struct peer added;

    ck_ok(peers_add(h, name, site_fingerprint(name, 1, text), &added, &e), &e);
}

/* Effect: a centre says so many heartbeats, each on its own. */
static inline void site_say(struct house *h, size_t count)
{
    struct record r;

    for (size_t i = 0; i < count; i++) {
        record_begin(&r, "heartbeat");
        ck_ok(say(h, &r, 1, NULL, &e), &e);
    }
}

/* Effect: the centre has one identity more, with that expiry, signed as it is to be; by key signer
 * of its house instead of the one before, if that is not 0. Nothing is published. */
static inline void site_rotate(struct house *h, unsigned number, int64_t expires, unsigned signer)
{
    char path[PATH_MAX], name[40], *bytes;
    uint8_t public[KEY_PUBLIC_LEN];
    struct identity before, next;
    struct buf b = {0};
    size_t len;

    snprintf(name, sizeof name, "identity/%u", number - 1);
    ck_ok(house_path(h, name, path, &e), &e);
    bytes = site_read(path, &len);
    ck_ok(identity_read(&before, bytes, len, NULL, &e), &e);
    free(bytes);
    next = before;
    next.number = number;
    next.expires = expires;
    snprintf(name, sizeof name, "keys/%u", number);
    ck_ok(house_path(h, name, path, &e), &e);
    struct key *key = key_open(path, &e);
    ck_assert_ptr_nonnull(key);
    key_public(key, public);
    ck_ok(note_key_make(&next.key, h->origin, NOTE_ED25519, public, &e), &e);
    snprintf(name, sizeof name, "keys/%u", signer ? signer : number - 1);
    ck_ok(house_path(h, name, path, &e), &e);
    struct key *other = key_open(path, &e);
    ck_assert_ptr_nonnull(other);
    key_public(other, public);
    ck_ok(note_key_make(&before.key, h->origin, NOTE_ED25519, public, &e), &e);
    ck_ok(identity_write(&b, &next, key, &before.key, other, &e), &e);
    snprintf(name, sizeof name, "identity/%u", number);
    ck_ok(house_path(h, name, path, &e), &e);
    site_put(path, b.data, b.len);
    buf_free(&b);
    key_close(key);
    key_close(other);
}

#endif
