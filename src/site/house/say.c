/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says things: records that are appended, signed and published. */
#include "site/house/say.h"

#include <string.h>

#include "ledger/trust/kept.h"
#include "ledger/trust/sign.h"
#include "site/exchange/publish.h"

/* Returns how many changes of who may sign are this centre's own, which no checkpoint covers, as a
 * rotation was cut off: one, or none. That there is that key in the house vouches for it: who could
 * only write the ledger could not put it there. */
static size_t own_changes(struct house *h)
{
    const struct keys_entry *entry;
    uint8_t public[KEY_PUBLIC_LEN];
    struct kept newest;
    struct keys k;
    bool whole;

    if (kept_read_newest(&newest, ledger_directory(h->ledger), &whole, NULL) != 1)
        return 0;
    uint64_t since = newest.c.size;
    kept_free(&newest);
    if (since == ledger_state(h->ledger)->count || keys_fold(h->ledger, &k, NULL) < 0)
        return 0;
    size_t n = keys_changed(&k, since, &entry);
    bool own = n == 1 && house_other_key(h, entry->revoked == UINT64_MAX, public) &&
               memcmp(entry->key.public, public, KEY_PUBLIC_LEN) == 0;
    keys_free(&k);
    return own;
}

int say_again(struct house *h, struct err *e)
{
    struct sign_report report;
    struct key *key = house_key(h, e);
    int rc = key ? sign_ledger(h->ledger, key, own_changes(h), &report, e) : -1;

    key_close(key);
    return rc < 0 ? -1 : publish_house(h->directory, h->name, h->exchange, e);
}

int say(struct house *h, struct record *records, size_t count, const uint8_t *head, struct err *e)
{
    return ledger_append(h->ledger, records, count, head, e) < 0 ? -1 : say_again(h, e);
}
