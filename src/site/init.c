/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a centre, and its later identities. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/trust/change.h"
#include "site/house/identity.h"
#include "site/house/say.h"
#include "site/site.h"
#include "util/clock.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

enum { YEAR = 365 * 86400 };

/* Reads identity number of the house. */
static int read_identity(const struct house *h, unsigned long long number,
                         const struct identity *before, struct identity *i, struct err *e)
{
    char name[48], path[PATH_MAX], *data;
    size_t len;

    snprintf(name, sizeof name, "identity/%llu", number);
    if (house_path(h, name, path, e) < 0 ||
        file_read_own(path, IDENTITY_MOST, false, &data, &len, e) < 0)
        return -1;
    int rc = identity_read(i, data, len, before, e);
    free(data);
    return rc < 0 ? err_context(e, "%s", path) : 0;
}

/* Effect: i is the newest identity, and before (may be NULL) the one before it, if there is one.
 * Returns its number, or 0. */
static unsigned long long newest_identity(const struct house *h, struct identity *i,
                                          struct identity *before, struct err *e)
{
    char name[48], path[PATH_MAX];
    struct identity last = {0}, next;
    unsigned long long n = 0;

    for (;;) {
        snprintf(name, sizeof name, "identity/%llu", n + 1);
        if (house_path(h, name, path, e) < 0)
            return 0;
        if (n > 0 && !file_exists(path))
            break;
        if (read_identity(h, n + 1, n > 0 ? &last : NULL, &next, e) < 0)
            return 0;
        if (before)
            *before = last;
        last = next;
        n++;
    }
    *i = last;
    return n;
}

int site_identity(struct site *s, struct identity *i, struct err *e)
{
    return newest_identity(&s->house, i, NULL, e) ? 0 : -1;
}

/* Whether what is there is what the plan wants, and was cut off before others could see it. */
static bool is_unfinished(const struct house *h, const struct house_plan *plan)
{
    char exchange[PATH_MAX], policy[PATH_MAX], name[HOUSE_NAME + 16], seen[PATH_MAX];

    snprintf(name, sizeof name, "%.*s/checkpoint", HOUSE_NAME, h->name);
    return strcmp(h->name, plan->name) == 0 &&
           strcmp(h->cluster, plan->cluster ? plan->cluster : "") == 0 &&
           paths_absolute(plan->exchange, exchange, NULL) == 0 &&
           strcmp(h->exchange, exchange) == 0 && house_path(h, "policy.yaml", policy, NULL) == 0 &&
           paths_join(seen, sizeof seen, exchange, name, NULL) == 0 &&
           !(file_exists(policy) && file_exists(seen));
}

/* Effect: there is a house, which is open; one that an interruption has left is gone on with. */
static int make_house(struct house *h, const char *directory, const struct house_plan *plan,
                      bool exclusive, struct err *e)
{
    struct err why = {0};
    int rc = house_make(directory, plan, exclusive, &why);

    if (rc < 0 && why.code != ERR_OPEN)
        return err_set(e, why.code, "%s", why.text);
    if (house_open(h, directory, true, exclusive, rc < 0 ? NULL : e) < 0)
        return rc < 0 ? err_set(e, why.code, "%s", why.text) : -1;
    if (rc == 0 || is_unfinished(h, plan))
        return 0;
    house_close(h);
    return err_set(e, why.code, "%s", why.text);
}

int site_init(const char *directory, const struct house_plan *plan, bool exclusive,
              struct identity *made, struct err *e)
{
    struct house h;
    struct buf b = {0};
    char path[PATH_MAX];

    if (make_house(&h, directory, plan, exclusive, e) < 0)
        return -1;
    rules_template(&b, h.cluster, clock_utc_us() / 1000000 + YEAR);
    int rc = buf_failed(&b) ? err_memory(e, "a policy") : house_path(&h, "policy.yaml", path, e);
    if (rc == 0)
        rc = file_write_new(path, b.data, b.len, FILE_OWN, e);
    buf_free(&b);
    if (rc == 0)
        rc = say_again(&h, e);
    if (rc == 0 && newest_identity(&h, made, NULL, e) == 0)
        rc = -1;
    house_close(&h);
    return rc;
}

int site_policy_accept(struct site *s, struct err *e)
{
    char path[PATH_MAX], *data;
    uint8_t digest[SHA256_LEN];
    size_t len;
    struct record r;

    if (house_path(&s->house, "policy.yaml", path, e) < 0 ||
        file_read_own(path, RULES_MOST, true, &data, &len, e) < 0)
        return -1;
    struct rules *rules = rules_read(path, data, len, e);
    int rc = rules ? hash_bytes(data, len, digest, e) : -1;
    rules_free(rules);
    free(data);
    if (rc < 0)
        return -1;
    if (s->fed.has_policy && memcmp(digest, s->fed.policy, SHA256_LEN) == 0)
        return say_again(&s->house, e);
    record_begin(&r, "policy");
    record_set_digest(&r, "digest", digest);
    return say(&s->house, &r, 1, NULL, e) < 0 ? -1 : site_look_again(s, e);
}

/* Returns whether the ledger has that key, and sets *revoked; -1 on failure. */
static int find_key(struct ledger *l, const uint8_t public[static KEY_PUBLIC_LEN], bool *revoked,
                    struct err *e)
{
    struct keys k;

    if (keys_fold(l, &k, e) < 0)
        return -1;
    const struct keys_entry *entry = keys_find(&k, public);
    *revoked = entry && entry->revoked != UINT64_MAX;
    keys_free(&k);
    return entry != NULL;
}

/* Effect: a record of who may sign is in the ledger, and signed with that key. */
static int change(struct house *h, const struct key *key, const char *type,
                  const uint8_t public[static KEY_PUBLIC_LEN], const char *word, struct err *e)
{
    char hex[2 * KEY_PUBLIC_LEN + 1];
    struct sign_report report;
    struct record r;

    record_begin(&r, type);
    record_set(&r, "key", "ed25519:%s", hex_encode(hex, public, KEY_PUBLIC_LEN));
    record_set(&r, strcmp(type, "keyadd") == 0 ? "name" : "reason", "%s", word);
    return change_keys(h->ledger, key, &r, &report, e);
}

/* Effect: identity number is there, signed with the key before and its own. */
static int write_next(struct house *h, unsigned long long number, const struct identity *before,
                      const struct key *old, const struct key *own, struct err *e)
{
    struct identity i = *before;
    uint8_t public[KEY_PUBLIC_LEN];
    char name[48], path[PATH_MAX];
    struct buf b = {0};

    i.number = number;
    i.expires = clock_utc_us() / 1000000 + IDENTITY_YEARS * YEAR;
    key_public(own, public);
    snprintf(name, sizeof name, "identity/%llu", number);
    int rc = note_key_make(&i.key, i.origin, NOTE_ED25519, public, e);
    if (rc == 0)
        rc = identity_write(&b, &i, own, &before->key, old, e);
    if (rc == 0)
        rc = house_path(h, name, path, e);
    if (rc == 0)
        rc = file_write_new(path, b.data, b.len, FILE_OWN, e);
    buf_free(&b);
    return rc;
}

/* Effect: the key of the next identity may sign, and there is that identity. */
static int begin_rotation(struct house *h, unsigned long long number, const struct identity *now,
                          const struct key *old, struct err *e)
{
    char name[48], path[PATH_MAX], who[HOUSE_NAME + 24];
    uint8_t public[KEY_PUBLIC_LEN];
    bool revoked;

    snprintf(name, sizeof name, "keys/%llu", number + 1);
    snprintf(who, sizeof who, "%s-%llu", h->name, number + 1);
    struct key *key = house_path(h, name, path, e) < 0 ? NULL : key_open(path, e);
    if (!key)
        return -1;
    key_public(key, public);
    int rc = find_key(h->ledger, public, &revoked, e);
    if (rc == 0)
        rc = change(h, old, "keyadd", public, who, e);
    if (rc >= 0)
        rc = write_next(h, number + 1, now, old, key, e);
    key_close(key);
    return rc;
}

int site_rotate(struct site *s, struct identity *i, struct err *e)
{
    struct house *h = &s->house;
    struct identity now, before = {0};
    unsigned long long number = newest_identity(h, &now, &before, e);
    struct key *key = number ? house_key(h, e) : NULL;
    bool revoked = true;
    int rc = key ? 0 : -1;

    /* One that was interrupted goes on. */
    if (rc == 0 && number > 1 && find_key(h->ledger, before.key.public, &revoked, e) < 0)
        rc = -1;
    if (rc == 0 && revoked) {
        rc = begin_rotation(h, number, &now, key, e);
        before = now;
        key_close(key);
        key = rc == 0 ? house_key(h, e) : NULL;
        if (!key)
            rc = -1;
    }
    if (rc == 0)
        rc = change(h, key, "keyrevoke", before.key.public, "replaced", e);
    key_close(key);
    return rc < 0 || say_again(h, e) < 0 || site_identity(s, i, e) < 0 ? -1 : site_look_again(s, e);
}
