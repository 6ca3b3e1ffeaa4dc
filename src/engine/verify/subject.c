/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says which ledger a result was compared with. */
#include "engine/verify/complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/trust/audit.h"

/* Whose ledger it is stands in genesis, the first record. */
static int visit_genesis(const struct record *r, void *context, struct err *e)
{
    struct verify *v = context;
    const char *origin = record_get(r, "origin");

    snprintf(v->site, sizeof v->site, "%s", record_get(r, "site"));
    if (v->known->origin && strcmp(v->known->origin, origin) != 0)
        verify_complain(v, "ledger: its origin is %s, expected %s: it is another ledger", origin,
                        v->known->origin);
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

void verify_signed(struct verify *v)
{
    struct engine_subject *s = &v->subject;
    uint64_t settled = v->run.settled ? v->settled_at + 1 : UINT64_MAX;

    s->is_signed = s->signed_to >= settled;
    if (v->run.settled && v->known->has_key && v->keyed < settled)
        verify_complain(v,
                        "ledger: the key that was given has signed %" PRIu64
                        " records, and run %s was settled in record %" PRIu64,
                        v->keyed, v->run.key, v->settled_at);
    if (v->run.settled && v->known->policy && s->believed < settled)
        verify_complain(v,
                        "ledger: the trust policy believes %" PRIu64
                        " records, and run %s was settled in record %" PRIu64,
                        s->believed, v->run.key, v->settled_at);
}

int verify_audit(struct verify *v, struct err *e)
{
    struct audit_known known = {.policy = v->known->policy, .has_key = v->known->has_key};
    struct audit a;

    memcpy(known.key, v->known->key, sizeof known.key);
    int rc = audit_ledger(v->directory, &known, &a, e);
    v->subject.signed_to = a.covered;
    snprintf(v->subject.who, sizeof v->subject.who, "%s", a.who);
    v->subject.believed = a.believed;
    v->subject.seen = a.seen;
    v->keyed = a.keyed;
    audit_free(&a);
    return rc;
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
