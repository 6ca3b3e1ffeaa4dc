/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may sign, as a fold. */
#include "ledger/fold/keys.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const reasons[KEYS_REASONS] = {
    [KEYS_LOST] = "lost",
    [KEYS_STOLEN] = "stolen",
    [KEYS_REPLACED] = "replaced",
    [KEYS_LEFT] = "left",
};

enum keys_reason keys_reason_of(const char *word)
{
    enum keys_reason i = KEYS_LOST;

    while (i < KEYS_REASONS && strcmp(reasons[i], word) != 0)
        i++;
    return i;
}

int keys_read_public(const char *text, uint8_t public[static KEY_PUBLIC_LEN])
{
    static const char kind[] = "ed25519:";

    return strncmp(text, kind, strlen(kind)) == 0
               ? hex_decode(text + strlen(kind), public, KEY_PUBLIC_LEN)
               : -1;
}

static int bad_record(const struct record *r, const char *what, struct err *e)
{
    return err_set(e, ERR_INPUT, "record %" PRIu64 " (%s): %s", r->seq, r->type, what);
}

struct keys_entry *keys_find(const struct keys *k, const uint8_t public[static KEY_PUBLIC_LEN])
{
    char hex[2 * KEY_PUBLIC_LEN + 1];
    size_t i = lookup_find(&k->places, hex_encode(hex, public, KEY_PUBLIC_LEN));

    return i == LOOKUP_NONE ? NULL : &k->list[i];
}

bool keys_in_force(const struct keys_entry *entry, uint64_t size)
{
    return entry->confirmed && entry->added < size && size <= entry->ended;
}

size_t keys_changed(const struct keys *k, uint64_t since, const struct keys_entry **first)
{
    size_t changed = 0;

    if (first)
        *first = NULL;
    for (size_t i = 0; i < k->count; i++) {
        const struct keys_entry *now = &k->list[i];
        bool before = false;
        if (keys_find(k, now->key.public) != now ||
            (now->added < since && now->revoked == UINT64_MAX))
            continue;
        for (size_t j = i + 1; j > 0; j = k->list[j - 1].same)
            before |= (k->list[j - 1].added < since || j == 1) && k->list[j - 1].revoked >= since;
        if (before == (now->revoked == UINT64_MAX))
            continue;
        changed++;
        if (first)
            *first = now;
    }
    return changed;
}

static int add(struct keys *k, const struct record *r, const char *who, struct err *e)
{
    uint8_t public[KEY_PUBLIC_LEN];
    char hex[2 * KEY_PUBLIC_LEN + 1];
    struct keys_entry *list = err_grow(k->list, k->count, &k->capacity, sizeof *list, "keys", e);

    if (!list)
        return -1;
    k->list = list;
    if (keys_read_public(record_get(r, "key"), public) < 0)
        return bad_record(r, "its key is not ed25519: and 64 hexadecimal digits", e);
    if (!text_is_name(who))
        return bad_record(r, "its name is none (letters, digits, _ . -)", e);
    const struct keys_entry *had = keys_find(k, public);
    if (had && had->revoked == UINT64_MAX)
        return bad_record(r, "its key is in force already", e);
    size_t same = had ? (size_t)(had - list) + 1 : 0;
    struct keys_entry *entry = &list[k->count];
    *entry = (struct keys_entry){.added = r->seq,
                                 .revoked = UINT64_MAX,
                                 .ended = UINT64_MAX,
                                 .confirmed = r->seq == 0,
                                 .same = same};
    snprintf(entry->who, sizeof entry->who, "%s", who);
    if (note_key_make(&entry->key, k->origin, NOTE_ED25519, public, e) < 0 ||
        lookup_add(&k->places, hex_encode(hex, public, KEY_PUBLIC_LEN), k->count, e) < 0)
        return -1;
    k->count++;
    k->left++;
    return 0;
}

static int begin(struct keys *k, const struct record *r, struct err *e)
{
    const char *origin = record_get(r, "origin"), *site = record_get(r, "site");

    if (strlen(origin) >= sizeof k->origin || strlen(site) >= sizeof k->site)
        return bad_record(r, "its origin or site is too long to be signed", e);
    snprintf(k->origin, sizeof k->origin, "%s", origin);
    snprintf(k->site, sizeof k->site, "%s", site);
    return add(k, r, site, e);
}

static int revoke(struct keys *k, const struct record *r, struct err *e)
{
    uint8_t public[KEY_PUBLIC_LEN];

    if (keys_read_public(record_get(r, "key"), public) < 0)
        return bad_record(r, "its key is not ed25519: and 64 hexadecimal digits", e);
    struct keys_entry *entry = keys_find(k, public);
    if (!entry || entry->revoked != UINT64_MAX)
        return bad_record(r, "its key is not in force", e);
    if (k->left == 1)
        return bad_record(r, "its key is the last one", e);
    entry->revoked = r->seq;
    k->left--;
    return 0;
}

int keys_visit(const struct record *r, void *context, struct err *e)
{
    struct keys *k = context;
    struct err why = {0};
    int rc = 0;

    if (strcmp(r->type, "genesis") == 0)
        return begin(k, r, e);
    if (strcmp(r->type, "keyadd") == 0)
        rc = add(k, r, record_get(r, "name"), &why);
    else if (strcmp(r->type, "keyrevoke") == 0)
        rc = revoke(k, r, &why);
    if (rc == 0)
        return 0;
    if (why.code != ERR_INPUT)
        return err_set(e, why.code, "%s", why.text);
    if (k->odd.code == ERR_NONE)
        k->odd = why;
    return 0;
}

int keys_fold(struct ledger *l, struct keys *k, struct err *e)
{
    *k = (struct keys){0};
    if (ledger_scan(l, keys_visit, k, e) == 0)
        return 0;
    err_context(e, "%s", ledger_directory(l));
    keys_free(k);
    return -1;
}

void keys_free(struct keys *k)
{
    lookup_free(&k->places);
    free(k->list);
    *k = (struct keys){0};
}
