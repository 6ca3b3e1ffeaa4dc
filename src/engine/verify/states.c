/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares the states of a result with what was submitted. */
#include "engine/verify/complain.h"

#include <inttypes.h>
#include <string.h>

#include "engine/result/name.h"

/* A slave's state, against what the ledger says was submitted and judged. */
static void check_state(struct verify *v, size_t k)
{
    const struct result_slave *s = &v->r->slave[k];
    const struct run_slave *known = runs_slave(&v->run, s->name);
    uint8_t digest[SHA256_LEN];
    bool work = v->contract->work_units > 0;
    bool filtered = known && known->filtered, settled = known && known->settled;
    char name[SLAVE_NAME];

    if (!s->answered && filtered)
        verify_complain(v, "%s: slave %s has no state, but the ledger has judged it", v->path,
                        s->name);
    if (s->answered && !filtered)
        verify_complain(v, "ledger: slave %s has a state, but was not judged", s->name);
    if (!work && !v->iterative && v->run.settled && s->answered != settled)
        verify_complain(v, "ledger: slave %s is %s", s->name,
                        settled ? "settled, but has no state" : "not settled, but has a state");
    if (settled && filtered && !v->iterative &&
        known->earned != (strcmp(known->decision, "accepted") == 0))
        verify_complain(v, "ledger: slave %s is settled as %s, but was %s", s->name,
                        known->earned ? "accepted" : "rejected", known->decision);
    if (!s->answered)
        return;
    if (!known || !known->submitted) {
        verify_complain(v, "%s: slave %s has a state, but the ledger has no submission of it",
                        v->path, s->name);
        return;
    }
    if (v->r->states &&
        (hash_doubles(v->r->states + k * v->r->length, v->r->length, digest, NULL) < 0 ||
         memcmp(digest, known->state, SHA256_LEN) != 0))
        verify_complain(v, "%s: the state of slave %s is not the one that it submitted", v->path,
                        s->name);
    if (s->items != known->submitted_items)
        verify_complain(v, "%s: slave %s has %" PRIu64 " items, it submitted %" PRIu64, v->path,
                        s->name, s->items, known->submitted_items);
    const struct run_slave *who = runs_slave(&v->run, result_slave_name(s->name, name));
    if (!who || !who->copy || strcmp(who->copy, v->run.file) != 0)
        verify_complain(v, "ledger: slave %s did not claim the contract that was published",
                        s->name);
    uint64_t claimed = work ? contract_range_items(v->contract, k) : known->items;
    if (claimed != known->submitted_items)
        verify_complain(v, "ledger: slave %s claimed %" PRIu64 " items and submitted %" PRIu64,
                        s->name, claimed, known->submitted_items);
    if (s->confirmed != known->confirmed)
        verify_complain(v, "%s: slave %s is %sconfirmed, in the ledger it is %sconfirmed", v->path,
                        s->name, s->confirmed ? "" : "not ", known->confirmed ? "" : "not ");
    v->r->slave[k].confirmed = known->confirmed;
}

void verify_states(struct verify *v)
{
    for (size_t k = 0; k < v->r->slaves; k++)
        check_state(v, k);
}
