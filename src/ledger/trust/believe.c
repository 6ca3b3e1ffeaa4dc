/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a ledger's own checkpoint counts. */
#include "ledger/trust/believe.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Returns the first key in force that has signed, or NULL; a wrong signature of one is ERR_VERIFY. */
static const struct keys_entry *find_signer(const struct keys *k, const struct kept *c,
                                            struct err *e)
{
    const struct keys_entry *signer = NULL;

    for (size_t i = 0; i < k->count; i++) {
        const struct keys_entry *entry = &k->list[i];
        if (!keys_in_force(entry, c->c.size))
            continue;
        int rc = note_check(&c->note, &entry->key, NULL, e);
        if (rc < 0)
            return NULL;
        if (rc == 1 && !signer)
            signer = entry;
    }
    return signer;
}

const struct keys_entry *believe_signature(struct keys *k, const struct kept *c, struct err *e)
{
    struct err why = {0};
    const struct keys_entry *signer = find_signer(k, c, &why);

    if (!signer && why.code == ERR_NONE)
        return err_null(err_set(e, ERR_VERIFY,
                                "%s: is signed with no key that was in force after %" PRIu64
                                " records (see metaneuron ledger keys)",
                                c->path, c->c.size));
    for (size_t i = 0; signer && i < k->count; i++) {
        struct keys_entry *entry = &k->list[i];
        entry->confirmed |= entry->added < c->c.size;
        if (entry->revoked < c->c.size && c->c.size < entry->ended)
            entry->ended = c->c.size;
    }
    /* Those that it has let in may have signed it, too. */
    if (signer && find_signer(k, c, &why))
        return signer;
    return err_null(err_set(e, ERR_VERIFY, "%s: %s", c->path, why.text));
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Returns how many records change who may sign, and which, in order. */
static size_t list_changes(const struct keys *k, uint64_t *changes)
{
    size_t n = 0;

    for (size_t i = 0; i < k->count; i++) {
        if (!k->list[i].confirmed)
            changes[n++] = k->list[i].added;
        if (k->list[i].revoked != UINT64_MAX)
            changes[n++] = k->list[i].revoked;
    }
    qsort(changes, n, sizeof *changes, by_number);
    return n;
}

/* Effect: asks one checkpoint: of that size, or with 0 the newest, if that covers the record. Who is
 * not believed changes nothing. */
static int ask(struct keys *k, const char *directory, uint64_t size, uint64_t record, struct err *e)
{
    struct kept c;
    struct err why = {0};

    if (kept_read(&c, directory, size, &why) < 0)
        return size == 0 && why.code == ERR_OPEN ? 0 : err_set(e, why.code, "%s", why.text);
    if (c.c.size > record)
        believe_signature(k, &c, NULL);
    kept_free(&c);
    return 0;
}

/* The first checkpoint that covers a change tells whether it counts: a later one covers it, too,
 * but its signer may have come by that key. Behind all of them is the newest, if that has but its
 * other name. */
int believe_keys(struct keys *k, const char *directory, struct err *e)
{
    struct kept_entry *list;
    size_t count, at = 0;
    uint64_t asked = UINT64_MAX, *changes = err_alloc(2 * k->count, sizeof *changes, "keys", e);
    size_t n = changes ? list_changes(k, changes) : 0;
    int rc = changes ? 0 : -1;

    if (n > 0 && (rc = kept_list(directory, &list, &count, e)) == 0) {
        for (size_t i = 0; rc == 0 && i < n; i++) {
            while (at < count && list[at].size <= changes[i])
                at++;
            uint64_t size = at < count ? list[at].size : 0;
            if (size != asked || size == 0)
                rc = ask(k, directory, size, changes[i], e);
            asked = size;
        }
        free(list);
    }
    free(changes);
    return rc;
}

int believe_tree(const struct kept *c, const char *origin, uint64_t count,
                 const uint8_t root[static SHA256_LEN], uint64_t good, struct err *e)
{
    if (strcmp(c->c.origin, origin) != 0)
        return err_set(e, ERR_VERIFY, "%s: is of the ledger %s, and this is %s", c->path,
                       c->c.origin, origin);
    if (c->c.size > count)
        return err_set(e, ERR_VERIFY,
                       "%s: covers %" PRIu64 " records, and the log has %" PRIu64
                       ": it was cut, or an older copy was put in its place",
                       c->path, c->c.size, count);
    if (memcmp(c->c.root, root, SHA256_LEN) == 0)
        return 0;
    if (good + 1 == c->c.size)
        return err_set(e, ERR_VERIFY, "%s: record %" PRIu64 " was another one when it was signed",
                       c->path, good);
    return err_set(e, ERR_VERIFY,
                   "%s: of the records %" PRIu64 " to %" PRIu64
                   " at least one was another when it was signed: the log was written anew",
                   c->path, good, c->c.size - 1);
}
