/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a ledger's own checkpoint counts. */
#include "ledger/trust/believe.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const struct keys_entry *believe_signature(struct keys *k, const struct kept *c, struct err *e)
{
    const struct keys_entry *signer = NULL;
    struct err why = {0};

    for (size_t i = 0; i < k->count; i++) {
        const struct keys_entry *entry = &k->list[i];
        int rc =
            keys_in_force(entry, c->c.size) ? note_check(&c->note, &entry->key, NULL, &why) : 0;
        if (rc < 0)
            return err_null(err_set(e, ERR_VERIFY, "%s: %s", c->path, why.text));
        if (rc == 1 && entry->confirmed && !signer)
            signer = entry;
    }
    if (!signer)
        return err_null(err_set(e, ERR_VERIFY,
                                "%s: is signed with no key that was in force after %" PRIu64
                                " records (see metaneuron ledger keys)",
                                c->path, c->c.size));
    for (size_t i = 0; i < k->count; i++)
        if (k->list[i].added < c->c.size)
            k->list[i].confirmed = true;
    return signer;
}

/* The first checkpoint that covers a key tells whether it is in force: a later one covers it, too,
 * but its signer may have come by that key. */
static int confirm(struct keys *k, const struct keys_entry *entry, const char *directory,
                   const struct kept_entry *list, size_t count, struct err *e)
{
    struct kept c;
    size_t i = 0;

    struct err why = {0};

    while (i < count && list[i].size <= entry->added)
        i++;
    /* Behind them is the newest, if that has but its other name. */
    if (kept_read(&c, directory, i < count ? list[i].size : 0, &why) < 0)
        return i == count && why.code == ERR_OPEN ? 0 : err_set(e, why.code, "%s", why.text);
    if (c.c.size > entry->added)
        believe_signature(k, &c, NULL); /* who is not believed confirms nobody */
    kept_free(&c);
    return 0;
}

int believe_keys(struct keys *k, const char *directory, struct err *e)
{
    struct kept_entry *list;
    size_t count;
    int rc = 0;

    if (k->count == 1)
        return 0;
    if (kept_list(directory, &list, &count, e) < 0)
        return -1;
    for (size_t i = 0; rc == 0 && i < k->count; i++)
        if (!k->list[i].confirmed)
            rc = confirm(k, &k->list[i], directory, list, count, e);
    free(list);
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
