/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares a round without states with the ledger. */
#include "engine/verify/complain.h"

#include <inttypes.h>
#include <string.h>

#include "engine/judge/merge.h"

/* Without its states, a round's aggregate is what was recorded, and no more is known. */
static void check_recorded_aggregate(struct verify *v)
{
    uint8_t digest[SHA256_LEN];

    if (!v->run.aggregated || hash_doubles(v->r->aggregate, v->r->length, digest, NULL) < 0 ||
        memcmp(digest, v->run.state, SHA256_LEN) != 0)
        verify_complain(v, "%s: the aggregate of round %" PRIu64 " is not the one in the ledger",
                        v->path, v->r->round);
}

/* Nor can decisions be made again; but they are those of the ledger. */
static void check_decisions(struct verify *v)
{
    for (size_t k = 0; k < v->r->slaves; k++) {
        const struct result_slave *s = &v->r->slave[k];
        const struct run_slave *known = runs_slave(&v->run, s->name);
        bool filtered = known && known->filtered;
        bool rejected = filtered && strcmp(known->decision, "rejected") == 0;
        if (s->answered == filtered && s->decision.rejected == rejected &&
            (!filtered || (verify_close(s->decision.score, known->score) &&
                           verify_close(s->share, known->share) && !strcmp(s->why, known->why))))
            continue;
        verify_complain(v, "%s: slave %s in round %" PRIu64 " is not as the ledger judged it",
                        v->path, s->name, v->r->round);
    }
}

void verify_recorded(struct verify *v)
{
    v->unkept++;
    if (!v->r->stateless || v->r->round == v->last || !v->iterative)
        check_recorded_aggregate(v);
    check_decisions(v);
}

void verify_finished(struct verify *v)
{
    struct err e = {0};

    v->then = result_create(0, &e);
    if (!v->then)
        return;
    v->then->accepted = v->r->accepted;
    v->r->accepted = (struct result_arrays){0};
    if (judge_arrays(v->bound, v->r->aggregate, &v->r->accepted, &e) < 0)
        verify_complain(v, "the aggregate cannot be finished again: %s", e.text);
    else
        verify_arrays(v);
}

void verify_stateless(struct verify *v)
{
    if (!verify_fits(v, v->r))
        return;
    verify_recorded(v);
    verify_finished(v);
}
