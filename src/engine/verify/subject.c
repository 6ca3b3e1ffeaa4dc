/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says which ledger a result was compared with. */
#include "engine/verify/complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { KEY_TEXT = 8 + 2 * KEY_PUBLIC_LEN + 1 }; /* bytes of ed25519: and a key, with the NUL */

/* A key can vouch for nothing yet; but another one than the site's was meant for another ledger. */
static void check_key(struct verify *v, const char *named)
{
    char hex[2 * KEY_PUBLIC_LEN + 1], given[KEY_TEXT];

    if (!v->known->has_key)
        return;
    snprintf(given, sizeof given, "ed25519:%s", hex_encode(hex, v->known->key, KEY_PUBLIC_LEN));
    if (strcmp(given, named) != 0)
        verify_complain(v, "ledger: its genesis names the key %s, expected %s", named, given);
    verify_complain(v,
                    "ledger: nothing in it is signed, so no key vouches for it: leave out --key, "
                    "and compare origin and head with what you know");
}

/* Whose ledger it is stands in genesis, the first record. */
static int visit_genesis(const struct record *r, void *context, struct err *e)
{
    struct verify *v = context;
    const char *origin = record_get(r, "origin");

    snprintf(v->site, sizeof v->site, "%s", record_get(r, "site"));
    if (v->known->origin && strcmp(v->known->origin, origin) != 0)
        verify_complain(v, "ledger: its origin is %s, expected %s: it is another ledger", origin,
                        v->known->origin);
    check_key(v, record_get(r, "key"));
    return result_set(&v->subject.origin, origin, e) < 0 ? -1 : 1;
}

int verify_subject(struct verify *v, struct err *e)
{
    const struct chain_state *state = ledger_state(v->ledger);

    v->subject.records = state->count;
    memcpy(v->subject.head, state->head, SHA256_LEN);
    return ledger_scan(v->ledger, visit_genesis, v, e) < 0 ? -1 : 0;
}

/* A head is the sum of a record that ends a batch. */
static int visit_head(const struct record *r, void *context, struct err *e)
{
    struct verify *v = context;

    (void)e;
    if (!r->batch || memcmp(r->sum, v->known->head, SHA256_LEN) != 0 ||
        (v->known->size > 0 && v->known->size != r->seq + 1))
        return 0;
    v->subject.remembered = r->seq + 1;
    return 1;
}

int verify_head(struct verify *v, struct err *e)
{
    char hex[SHA256_HEX + 1];

    if (!v->known->has_head)
        return 0;
    if (ledger_scan(v->ledger, visit_head, v, e) < 0)
        return -1;
    v->subject.covers = v->run.settled && v->settled_at < v->subject.remembered;
    hex_encode(hex, v->known->head, SHA256_LEN);
    if (v->subject.remembered == 0 && v->known->size > 0)
        verify_complain(v,
                        "ledger: had not the head %s after %" PRIu64
                        " records: it is another ledger, or was cut or written anew since",
                        hex, v->known->size);
    else if (v->subject.remembered == 0)
        verify_complain(v,
                        "ledger: never had the head %s: it is another ledger, or was cut or "
                        "written anew since",
                        hex);
    return 0;
}
