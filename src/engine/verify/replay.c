/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes filter and aggregate once more. */
#include "engine/verify/complain.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/judge/decisions.h"
#include "engine/judge/merge.h"
#include "engine/judge/weights.h"
#include "ledger/reason.h"

void verify_forget(struct verify *v)
{
    for (size_t k = 0; k < v->slaves; k++)
        free(v->why[k]);
    free(v->why);
    result_free(v->then);
    free(v->scores);
    free(v->rejected);
    free(v->values);
    free(v->aggregate);
    v->why = NULL;
    v->then = NULL;
    v->scores = v->values = v->aggregate = NULL;
    v->rejected = NULL;
    v->slaves = 0;
}

/* Keeps what the file says, before it is computed again in the same place. */
static int set_aside(struct verify *v, struct err *e)
{
    struct result *r = v->r;

    v->scores = err_alloc(r->slaves, sizeof *v->scores, "verify", e);
    v->rejected = err_alloc(r->slaves, sizeof *v->rejected, "verify", e);
    v->why = err_alloc(r->slaves, sizeof *v->why, "verify", e);
    v->values = err_alloc(r->slaves * r->features, sizeof *v->values, "verify", e);
    v->aggregate = err_alloc(r->length, sizeof *v->aggregate, "verify", e);
    if (!v->scores || !v->rejected || !v->why || !v->values || !v->aggregate)
        return -1;
    v->slaves = r->slaves;
    for (size_t k = 0; k < r->slaves; k++) {
        if (result_set(&v->why[k], r->slave[k].why, e) < 0)
            return -1;
        v->scores[k] = r->slave[k].decision.score;
        v->rejected[k] = r->slave[k].decision.rejected;
        if (reason_of(r->slave[k].objection) != REASON_COMMITMENT &&
            result_set(&r->slave[k].objection, "", e) < 0) /* found again, or not */
            return -1;
    }
    memcpy(v->values, r->values, r->slaves * r->features * sizeof *v->values);
    memcpy(v->aggregate, r->aggregate, r->length * sizeof *v->aggregate);
    v->threshold = r->threshold;
    v->then = result_create(0, e);
    if (!v->then)
        return -1;
    v->then->accepted = r->accepted;
    v->then->all = r->all;
    r->accepted = r->all = (struct result_arrays){0};
    return 0;
}

static void check_decision(struct verify *v, size_t k)
{
    const struct result_slave *s = &v->r->slave[k];
    const struct run_slave *known = runs_slave(&v->run, s->name);
    double score = s->decision.score, stored = v->scores[k];

    if (!s->answered)
        return;
    if (!known || !known->filtered) {
        verify_complain(v, "ledger: has no decision on slave %s", s->name);
        return;
    }
    if (strcmp(known->method, v->contract->filter) != 0 ||
        !verify_close(known->threshold, v->r->threshold))
        verify_complain(
            v, "ledger: slave %s was judged by %s and threshold %g, the contract gives %s and %g",
            s->name, known->method, known->threshold, v->contract->filter, v->r->threshold);
    if (strcmp(known->why, v->why[k]) != 0)
        verify_complain(v, "%s: slave %s is %s for '%s', in the ledger for '%s'", v->path, s->name,
                        known->decision, v->why[k], known->why);
    bool rejected = strcmp(known->decision, "rejected") == 0;
    if (stored != known->score && !(isnan(stored) && isnan(known->score)))
        verify_complain(v, "%s: slave %s has score %.17g, the ledger %.17g", v->path, s->name,
                        stored, known->score);
    if (!verify_close(score, known->score))
        verify_complain(v, "ledger: slave %s has score %.17g, computed again it is %.17g", s->name,
                        known->score, score);
    if (v->rejected[k] != rejected)
        verify_complain(v, "%s: slave %s is %s, in the ledger it is %s", v->path, s->name,
                        v->rejected[k] ? "rejected" : "accepted", known->decision);
    /* At the very threshold, another processor's last bit may decide otherwise. */
    if (s->decision.rejected != rejected && !verify_close(score, v->threshold))
        verify_complain(v, "ledger: slave %s is %s, computed again it is %s", s->name,
                        known->decision, s->decision.rejected ? "rejected" : "accepted");
    if (!verify_close(s->weight, known->weight) || !verify_close(s->share, known->share))
        verify_complain(
            v,
            "ledger: slave %s has weight %.17g and share %.17g, its history gives %.17g "
            "and %.17g",
            s->name, known->weight, known->share, s->weight, s->share);
}

void verify_arrays(struct verify *v)
{
    for (size_t i = 0; i < v->r->accepted.count; i++) {
        const struct result_array *now = &v->r->accepted.list[i];
        const struct result_array *then = result_find(&v->then->accepted, now->name);
        if (!then || then->rows != now->rows || then->columns != now->columns) {
            verify_complain(v, "%s: /aggregate/%s is missing or of another shape", v->path,
                            now->name);
            continue;
        }
        for (size_t k = 0; k < now->rows * now->columns; k++) {
            if (verify_close(now->values[k], then->values[k]))
                continue;
            verify_complain(v, "%s: /aggregate/%s[%zu] is %.17g, computed again it is %.17g",
                            v->path, now->name, k, then->values[k], now->values[k]);
            break;
        }
    }
}

/* What went into aggregate and settlement, by the ledger's own decisions. */
static void check_coverage(struct verify *v)
{
    uint64_t accepted = 0, items = 0;

    for (size_t i = 0; i < v->run.count; i++) {
        const struct run_slave *s = &v->run.slaves[i];
        if (v->contract->work_units == 0 && !v->iterative && v->run.settled &&
            s->settled != s->filtered)
            verify_complain(v, "ledger: slave %s is %s", s->name,
                            s->settled ? "settled, but was not judged"
                                       : "judged, but was not settled");
        if (!s->filtered || strcmp(s->decision, "accepted") != 0)
            continue;
        accepted++;
        items += s->submitted_items;
    }
    if (accepted != v->run.accepted || items != v->run.items)
        verify_complain(v,
                        "ledger: the aggregate is of %" PRIu64 " results and %" PRIu64
                        " items, accepted were %" PRIu64 " and %" PRIu64,
                        v->run.accepted, v->run.items, accepted, items);
}

static void check_aggregate(struct verify *v)
{
    uint8_t digest[SHA256_LEN];
    size_t bytes = v->r->length * sizeof(double);
    uint64_t accepted = 0, items = 0;

    for (size_t k = 0; k < v->r->slaves; k++) {
        if (v->r->slave[k].answered && !v->r->slave[k].decision.rejected) {
            accepted++;
            items += v->r->slave[k].items;
        }
    }
    if (v->run.aggregated && (v->run.accepted != accepted || v->run.items != items))
        verify_complain(v,
                        "ledger: the aggregate is of %" PRIu64 " slaves and %" PRIu64
                        " items, the accepted are %" PRIu64 " and %" PRIu64,
                        v->run.accepted, v->run.items, accepted, items);
    if (memcmp(v->aggregate, v->r->aggregate, bytes) != 0)
        verify_complain(v, "%s: /aggregate_state is not the merge of the accepted states", v->path);
    if (!v->run.aggregated)
        verify_complain(v, "ledger: run %s has no aggregate", v->run.key);
    else if (hash_doubles(v->r->aggregate, v->r->length, digest, NULL) < 0 ||
             memcmp(digest, v->run.state, SHA256_LEN) != 0)
        verify_complain(v, "ledger: the aggregate's digest is not that of the merged states");
    if (v->run.aggregated)
        check_coverage(v);
    if (!v->iterative)
        verify_arrays(v);
}

bool verify_fits(struct verify *v, const struct result *r)
{
    size_t m = bound_length(v->bound), d = bound_features_length(v->bound);

    if (m == r->length && d == r->features)
        return true;
    verify_complain(v,
                    "%s: states have %zu doubles and %zu features, the function's have %zu and %zu",
                    v->path, r->length, r->features, m, d);
    return false;
}

void verify_replay(struct verify *v)
{
    struct err e = {0};
    struct result *r = v->r;

    if (!verify_fits(v, r))
        return;
    if (set_aside(v, &e) < 0 || judge_weights(v->contract, v->ledger, &v->run, r, &e) < 0 ||
        judge_decisions(v->contract, v->bound, r, &e) < 0) {
        verify_complain(v, "the filter cannot be computed again: %s", e.text);
        return;
    }
    for (size_t i = 0; i < r->slaves * r->features; i++) {
        if (verify_close(v->values[i], r->values[i]))
            continue;
        verify_complain(v, "%s: feature %s of slave %zu is %.17g, its state gives %.17g", v->path,
                        r->feature_names[i % r->features], i / r->features + 1, v->values[i],
                        r->values[i]);
        break;
    }
    for (size_t k = 0; k < r->slaves; k++)
        check_decision(v, k);
    if (!verify_close(v->threshold, r->threshold))
        verify_complain(v, "%s: the threshold is %g, the contract gives %g", v->path, v->threshold,
                        r->threshold);
    if (judge_merge(v->bound, r, &e) < 0 || (!v->iterative && judge_finish(v->bound, r, &e) < 0))
        verify_complain(v, "the aggregate cannot be computed again: %s", e.text);
    else
        check_aggregate(v);
}
