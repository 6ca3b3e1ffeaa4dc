/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes what centres have claimed and delivered into the flow. */
#include <stdlib.h>
#include <string.h>

#include "engine/flow/claim.h"
#include "engine/flow/submit.h"
#include "engine/state/digest.h"
#include "site/house/payload.h"
#include "site/pool.h"

/* A sealed file has a text before the state, and age adds a part of a thousand to both. */
enum { SEALED_ROOM = 65536 };

/* The claim of a centre, as the flow takes one; of other data than the contract's it is none. */
int pool_take_claim(struct pool_of_sites *p, const struct fed_party *party, uint32_t k,
                    struct err *e)
{
    if (strcmp(party->data, p->j->plan->contract->data) != 0)
        return submit_lost(p->j, k, ERR_INPUT, "damaged", e);
    struct message *m = message_create(MESSAGE_CLAIMED, k, 0, e);
    if (!m)
        return -1;
    m->items = party->items;
    memcpy(m->commit, party->commit, SHA256_LEN);
    memcpy(m->copy, party->copy, SHA256_LEN);
    int rc = claim_accept(p->j, &claim_exchange, m, e);
    free(m);
    return rc;
}

/* Opens a sealed file and looks whether it is what was said. What is wrong with it is ERR_INPUT or
 * ERR_VERIFY in why; ERR_INCOMPLETE: the bytes that were said are not there. */
int pool_open_sealed(struct pool_of_sites *p, const struct fed_party *party,
                     const struct fed_submit *sub, struct sealed *x, struct err *why, struct err *e)
{
    size_t length = p->j->result->length, len;
    uint64_t most = SEALED_ROOM + length * sizeof(double) + length * sizeof(double) / 1000;
    struct age_identity own;
    struct buf plain = {0};
    uint8_t digest[SHA256_LEN];
    char *bytes;

    if (house_seal_key(&p->o->s->house, &own, e) < 0)
        return -1;
    if (payload_get(&p->o->s->house, party->site, sub->file, most, &bytes, &len, why) < 0) {
        why->code = ERR_INCOMPLETE; /* half a file may be there, and the rest on its way */
        goto forget;
    }
    if (age_open(&own, bytes, len, &plain, why) == 0)
        sealed_read(x, plain.data, plain.len, length, why);
    free(bytes);
    buf_free(&plain);
    if (why->code == ERR_NONE && (strcmp(x->run, p->run) != 0 || x->round != p->j->round ||
                                  strcmp(x->site, party->site) != 0))
        err_set(why, ERR_VERIFY, "another run, round or centre stands in it");
    if (why->code == ERR_NONE &&
        (x->length != length || x->items != sub->items || x->items != party->items))
        err_set(why, ERR_VERIFY, "it has another length, or other items, than were said");
    if (why->code == ERR_NONE &&
        state_digest(x->salt, &(struct digest_of){x->run, x->round, x->site}, x->state, x->length,
                     digest, why) == 0 &&
        memcmp(digest, sub->state, SHA256_LEN) != 0)
        err_set(why, ERR_VERIFY, "its state is not the one that was said");
forget:
    age_identity_forget(&own);
    return 0;
}

/* The result of a centre, as the flow takes one. */
int pool_take_result(struct pool_of_sites *p, const struct sealed *x, uint32_t k, struct err *e)
{
    size_t bytes = x->length * sizeof *x->state;
    struct message *m = message_create(MESSAGE_RESULT, k, bytes, e);

    if (!m)
        return -1;
    m->seconds = x->seconds;
    memcpy(m->salt, x->claim_salt, SHA256_LEN);
    memcpy(m->digest, x->digest, SHA256_LEN);
    memcpy(m->payload, x->state, bytes);
    int rc = submit_accept(p->j, m, x->salt, e);
    free(m);
    return rc;
}
