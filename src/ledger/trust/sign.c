/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a ledger's next checkpoint. */
#include "ledger/trust/sign.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/leaves.h"
#include "ledger/trust/believe.h"
#include "util/paths.h"
#include "util/place.h"

/* Fails unless the log continues what was signed or seen before, with a key that was in force. What
 * a snapshot has told of the log may be wrong: then it is asked itself. */
static int check_before(struct ledger *l, struct keys *k, const struct kept *before, struct err *e)
{
    uint8_t root[SHA256_LEN] = {0};
    uint64_t count = ledger_state(l)->count;
    struct err why = {0};

    for (;;) {
        if (before->c.size <= count && ledger_root(l, before->c.size, root, e) < 0)
            return -1;
        if (believe_tree(before, k->origin, count, root, 0, &why) == 0 || ledger_cached(l) == 0)
            break;
        ledger_forget_snapshot(l);
        err_clear(&why);
    }
    if (why.code == ERR_NONE && believe_signature(k, before, &why))
        return 0;
    err_set(e, why.code, "%s", why.text);
    return err_context(e, "not signed, as it would deny what was signed before");
}

/* Fails if keys came or went since, and nobody has looked at them. */
static int check_keys(const struct keys *k, uint64_t since, size_t accept, struct sign_report *r,
                      struct err *e)
{
    const struct keys_entry *entry;

    r->keys = keys_changed(k, since, &entry);
    if (r->keys <= accept)
        return 0;
    return err_set(e, ERR_REFUSED,
                   "record %" PRIu64 " changes who may sign (%s), and no checkpoint covers it yet: "
                   "look at it with metaneuron ledger keys, and then sign with metaneuron ledger "
                   "checkpoint --accept-keys, or take it back with metaneuron ledger keys %s",
                   entry->revoked != UINT64_MAX ? entry->revoked : entry->added, entry->who,
                   entry->revoked != UINT64_MAX ? "add" : "revoke");
}

/* Sets *mine to the key's entry, if it may sign: one that is being revoked may sign that. */
static int find_key(const struct keys *k, const struct key *key, uint64_t size,
                    const struct keys_entry **mine, struct err *e)
{
    uint8_t public[KEY_PUBLIC_LEN];
    char hex[2 * KEY_PUBLIC_LEN + 1];

    key_public(key, public);
    for (size_t i = 0; i < k->count; i++) {
        *mine = &k->list[i];
        if (memcmp((*mine)->key.public, public, KEY_PUBLIC_LEN) == 0 &&
            (*mine)->ended == UINT64_MAX && keys_in_force(*mine, size))
            return 0;
    }
    *mine = keys_find(k, public);
    return err_set(e, ERR_REFUSED,
                   "the key ed25519:%s %s: who has one that is in force signs with metaneuron "
                   "ledger checkpoint, or lets this one sign with metaneuron ledger keys add",
                   hex_encode(hex, public, KEY_PUBLIC_LEN),
                   !*mine ? "is not one of this ledger's"
                   : (*mine)->revoked != UINT64_MAX
                       ? "was revoked"
                       : "was added, and no other key has signed that");
}

/* Effect: b is the note of the newest size, with one more signature unless this key has signed it
 * already (then 1 is returned), or a new one. */
static int make_note(struct buf *b, const struct kept *before, const struct checkpoint *c,
                     const struct keys_entry *mine, const struct key *key, struct err *e)
{
    if (before && checkpoint_same(&before->c, c)) {
        int rc = note_check(&before->note, &mine->key, NULL, e);
        buf_add(b, before->bytes.data, before->bytes.len);
        if (rc != 0)
            return rc;
    } else {
        checkpoint_write(b, c);
    }
    return note_sign(b, &mine->key, key, 0, e);
}

/* With the ledger held. before is the newest checkpoint, or NULL; whole as kept_read_newest() has
 * it. */
static int sign_held(struct ledger *l, struct keys *k, const struct kept *before, bool whole,
                     const struct key *key, size_t accept, struct sign_report *r, struct err *e)
{
    const struct keys_entry *mine;
    struct buf note = {0};
    struct kept seen;
    uint64_t count = ledger_state(l)->count;

    if (believe_keys(k, ledger_directory(l), e) < 0 || find_key(k, key, count, &mine, e) < 0 ||
        check_keys(k, before ? before->c.size : 0, accept, r, e) < 0)
        return -1;
    /* Of what nobody has signed a snapshot may say anything. */
    if (ledger_cached(l) > (before ? before->c.size : 0))
        ledger_forget_snapshot(l);
    int rc = before ? check_before(l, k, before, e) : 0;
    int had = rc == 0 ? kept_seen(&seen, k->origin, e) : -1;
    if (had == 1) {
        rc = check_before(l, k, &seen, e);
        kept_free(&seen);
    }
    if (rc < 0 || had < 0)
        return -1;
    r->c.size = count;
    snprintf(r->c.origin, sizeof r->c.origin, "%s", k->origin);
    snprintf(r->who, sizeof r->who, "%s", mine->who);
    rc = ledger_root(l, count, r->c.root, e);
    if (rc == 0)
        rc = make_note(&note, before, &r->c, mine, key, e);
    r->signed_already = rc == 1;
    if (rc == 0 || (rc == 1 && !whole))
        rc = kept_write(ledger_directory(l), count, &note, e);
    if (rc >= 0)
        kept_see(&note, &r->c, NULL); /* as far as this user keeps such things */
    buf_free(&note);
    return rc < 0 ? -1 : 0;
}

int sign_ledger(struct ledger *l, const struct key *key, size_t accept, struct sign_report *r,
                struct err *e)
{
    struct keys k;
    struct kept before;

    *r = (struct sign_report){0};
    if (ledger_hold(l, e) < 0)
        return -1;
    int rc = keys_fold(l, &k, e);
    if (rc < 0)
        goto done;
    bool whole;
    int had = kept_read_newest(&before, ledger_directory(l), &whole, e);
    rc = had < 0 ? -1 : sign_held(l, &k, had ? &before : NULL, whole, key, accept, r, e);
    if (had == 1)
        kept_free(&before);
    keys_free(&k);
    if (rc == 0)
        ledger_save_snapshot(l, NULL);
done:
    ledger_release(l);
    return rc;
}

/* Returns this user's own key, or NULL: it is not made here. */
static struct key *own_key(struct err *e)
{
    char path[PATH_MAX];

    if (key_site_path(path, e) < 0)
        return NULL;
    if (!file_exists(path))
        return err_null(
            err_set(e, ERR_REFUSED,
                    "%s: there is no key: metaneuron ledger checkpoint signs where one is", path));
    return key_open(path, e);
}

int sign_as_site(struct ledger *l, struct err *e)
{
    struct sign_report r;
    struct key *key = own_key(e);
    int rc = key ? sign_ledger(l, key, 0, &r, e) : -1;

    key_close(key);
    return rc;
}

int sign_could(const char *directory, struct err *e)
{
    char log[PATH_MAX];
    const struct keys_entry *mine;
    struct keys k;

    if (paths_join(log, sizeof log, directory, "log", e) < 0)
        return -1;
    if (!file_exists(log))
        return 0;
    struct ledger *l = ledger_open_read(directory, e);
    struct key *key = l ? own_key(e) : NULL;
    int rc = key ? keys_fold(l, &k, e) : -1;
    if (rc == 0) {
        if ((rc = believe_keys(&k, directory, e)) == 0)
            rc = find_key(&k, key, ledger_state(l)->count, &mine, e);
        keys_free(&k);
    }
    key_close(key);
    ledger_close(l);
    return rc;
}
