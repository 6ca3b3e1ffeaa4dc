/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes filter and aggregate of a round once more. */
#include "engine/verify/complain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/judge/decisions.h"
#include "engine/judge/merge.h"
#include "engine/judge/weights.h"
#include "engine/result/word.h"
#include "util/hash.h"

/* What went into the aggregate, by the ledger's own decisions. */
static void check_aggregate(struct verify *v, bool has_aggregate)
{
    uint64_t accepted = 0, items = 0;
    uint8_t digest[SHA256_LEN];

    if (!v->now.aggregated) {
        verify_complain(v, "ledger: run %s has no aggregate", v->run.key);
        return;
    }
    for (size_t k = 0; k < v->x->slaves; k++) {
        const struct result_slave *s = &v->x->slave[k];
        if (!s->answered || s->decision.rejected)
            continue;
        accepted++;
        items += s->items;
    }
    if (accepted != v->now.accepted || items != v->now.items)
        verify_complain(v,
                        "ledger: the aggregate is of %" PRIu64 " results and %" PRIu64
                        " items, accepted were %" PRIu64 " and %" PRIu64,
                        v->now.accepted, v->now.items, accepted, items);
    if (!has_aggregate)
        return;
    if (hash_doubles(v->x->aggregate, v->x->length, digest, NULL) == 0 &&
        memcmp(digest, v->now.state, SHA256_LEN) == 0)
        return;
    if (v->x->states)
        verify_complain(v, "ledger: the aggregate's digest is not that of the merged states");
    else
        verify_complain(v, "%s: the aggregate of round %" PRIu64 " is not the one in the ledger",
                        v->path, v->x->round);
}

static void move(double **to, double **from)
{
    free(*to);
    *to = *from;
    *from = NULL;
}

/* From the states, which were compared with what was submitted. A slave without one has zeros. */
static int replay(struct verify *v, struct result *r, struct err *e)
{
    struct result *x = v->x;

    move(&x->states, &r->states);
    for (size_t k = 0; k < x->slaves; k++) {
        if (!x->slave[k].answered)
            memset(x->states + k * x->length, 0, x->length * sizeof *x->states);
        else if (x->salts && r->salts)
            memcpy(x->salts + k * SHA256_LEN, r->salts + k * SHA256_LEN, SHA256_LEN);
    }
    if (judge_decisions(v->contract, v->bound, x, e) < 0)
        return err_context(e, "the filter cannot be computed again");
    if (verify_adopt(v, r, true, e) < 0)
        return -1;
    return judge_merge(v->bound, x, e) < 0
               ? err_context(e, "the aggregate cannot be computed again")
               : 0;
}

/* Effect: objections that follow from states alone, as the ledger has them, are the file's; *more is
 * how many there are. */
static int take_objections(struct verify *v, const struct result *r, size_t *more, struct err *e)
{
    *more = 0;
    for (size_t k = 0; k < v->x->slaves; k++) {
        struct result_slave *s = &v->x->slave[k];
        const char *said = r->slave[k].objection;
        const struct run_slave *known = runs_slave(&v->now, s->name);
        if (!s->answered || s->objection[0] || strcmp(result_word(said), "count") != 0 ||
            !verify_says(v, known, said))
            continue;
        ++*more;
        if (result_set(&s->objection, said, e) < 0)
            return -1;
    }
    return 0;
}

/* From the features alone; the aggregate is the ledger's. A slave without any has zeros. */
static int replay_features(struct verify *v, struct result *r, struct err *e)
{
    struct result *x = v->x;
    size_t d = x->features, more = 0;

    v->unkept++;
    free(x->states);
    x->states = NULL;
    move(&x->values, &r->values);
    move(&x->errors, &r->errors);
    if (r->length == x->length)
        move(&x->aggregate, &r->aggregate);
    for (size_t k = 0; k < x->slaves; k++) {
        if (x->slave[k].answered)
            continue;
        memset(x->values + k * d, 0, d * sizeof *x->values);
        memset(x->errors + k * d, 0, d * sizeof *x->errors);
    }
    if (judge_decisions(v->contract, v->bound, x, e) < 0 || take_objections(v, r, &more, e) < 0 ||
        (more > 0 && judge_decisions(v->contract, v->bound, x, e) < 0))
        return err_context(e, "the filter cannot be computed again");
    v->objections += more;
    return verify_adopt(v, r, true, e);
}

/* Without them the ledger vouches for decisions and aggregate, and nothing for features. */
static int take_recorded(struct verify *v, struct result *r, struct err *e)
{
    struct result *x = v->x;

    v->unkept++;
    free(x->states);
    x->states = NULL;
    if (x->disclose >= DISCLOSE_FEATURES) {
        move(&x->values, &r->values);
        move(&x->errors, &r->errors);
        move(&x->centre, &r->centre);
    }
    if (r->length == x->length) /* a result without states has the last one only */
        move(&x->aggregate, &r->aggregate);
    return judge_feature_names(v->bound, x, e) < 0 ? -1 : verify_adopt(v, r, false, e);
}

int verify_replay(struct verify *v, struct result *r, struct err *e)
{
    /* Weights are those of the run, whatever the round. */
    if (v->x->round == 1 && judge_weights(v->contract, v->ledger, &v->run, v->x, e) < 0)
        return -1;
    bool whole = r->length == v->x->length;
    int rc = r->states                             ? replay(v, r, e)
             : v->x->disclose == DISCLOSE_FEATURES ? replay_features(v, r, e)
                                                   : take_recorded(v, r, e);
    if (rc < 0)
        return -1;
    check_aggregate(v, whole);
    return 0;
}
