/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "engine/engine.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/job.h"
#include "util/file.h"

/* A verification in progress. */
struct verify {
    engine_complaint *complain;
    void *context;
    size_t problems;
    const char *path; /* of the result */
    struct ledger *ledger;
    struct run run;
    struct contract *contract;
    struct bound *bound;
    struct result *r; /* as the file has it */
    /* What the file says that the recomputation overwrites: */
    double *scores, *values, *aggregate, threshold;
    bool *rejected;
    struct result *then; /* its finished arrays */
    char **why;
    size_t slaves; /* that were set aside */
};

static void complain(struct verify *v, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void complain(struct verify *v, const char *format, ...)
{
    char text[1500];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    v->problems++;
    v->complain(v->context, text);
}

/* The file as a whole: its digest stands in the settle records. */
static void check_file(struct verify *v, const char *bytes, size_t len)
{
    uint8_t digest[SHA256_LEN];
    char hex[7 + SHA256_HEX + 1] = "sha256:";

    if (!v->run.settled) {
        complain(v, "ledger: run %s is not settled, so nothing vouches for this file", v->run.key);
        return;
    }
    if (hash_bytes(bytes, len, digest, NULL) < 0)
        return;
    hex_encode(hex + 7, digest, SHA256_LEN);
    if (v->run.results_differ)
        complain(v, "ledger: the settlement of run %s does not name one result", v->run.key);
    if (strcmp(hex, v->run.result) != 0)
        complain(v, "%s: the file has digest %.23s…, the ledger settled %.23s…: it was altered",
                 v->path, hex, v->run.result);
}

static void check_contract(struct verify *v, struct reader *reader)
{
    uint8_t digest[SHA256_LEN];
    char hex[7 + SHA256_HEX + 1] = "sha256:";
    struct err e = {0};

    v->contract = contract_from_bytes(reader, "/contract", v->r->contract, v->r->contract_len, &e);
    if (!v->contract) {
        complain(v, "%s: %s", v->path, e.text);
        return;
    }
    if (strcmp(v->contract->id, v->run.contract) != 0)
        complain(v, "%s: /contract has id %.16s…, the ledger published %.16s…", v->path,
                 v->contract->id, v->run.contract);
    if (strcmp(v->r->id, v->run.contract) != 0)
        complain(v, "%s: attribute contract is %.16s…, the ledger published %.16s…", v->path,
                 v->r->id, v->run.contract);
    if (hash_bytes(v->r->contract, v->r->contract_len, digest, &e) == 0) {
        hex_encode(hex + 7, digest, SHA256_LEN);
        if (strcmp(hex, v->run.file) != 0)
            complain(v, "%s: /contract is not the published file", v->path);
    }
    if (v->r->slaves != (size_t)v->contract->slaves)
        complain(v, "%s: has %zu slaves, the contract %" PRId64, v->path, v->r->slaves,
                 v->contract->slaves);
}

/* Whose ledger it is stands in genesis, the first record. */
static int check_genesis(const struct record *r, void *context, struct err *e)
{
    struct verify *v = context;
    char name[160];

    (void)e;
    if (strcmp(v->r->origin, record_get(r, "origin")) != 0)
        complain(v, "%s: is of ledger %s, this is %s", v->path, v->r->origin,
                 record_get(r, "origin"));
    for (size_t k = 0; k < v->r->slaves; k++)
        if (strcmp(v->r->slave[k].name,
                   publish_slave_name(record_get(r, "site"), v->contract, k, name)) != 0)
            complain(v, "%s: slave %zu is called %s, the contract's is %s", v->path, k + 1,
                     v->r->slave[k].name, name);
    return 1;
}

/* A slave's state, against what the ledger says was submitted and judged. */
static void check_state(struct verify *v, size_t k)
{
    const struct result_slave *s = &v->r->slave[k];
    const struct run_slave *known = runs_slave(&v->run, s->name);
    uint8_t digest[SHA256_LEN];
    bool filtered = known && known->filtered, settled = known && known->settled;

    if (!s->answered && filtered)
        complain(v, "%s: slave %s has no state, but the ledger has judged it", v->path, s->name);
    if (s->answered && !filtered)
        complain(v, "ledger: slave %s has a state, but was not judged", s->name);
    if (v->run.settled && s->answered != settled)
        complain(v, "ledger: slave %s is %s", s->name,
                 settled ? "settled, but has no state" : "not settled, but has a state");
    if (settled && filtered && known->earned != (strcmp(known->decision, "accepted") == 0))
        complain(v, "ledger: slave %s is settled as %s, but was %s", s->name,
                 known->earned ? "accepted" : "rejected", known->decision);
    if (!s->answered)
        return;
    if (!known || !known->submitted) {
        complain(v, "%s: slave %s has a state, but the ledger has no submission of it", v->path,
                 s->name);
        return;
    }
    if (hash_doubles(v->r->states + k * v->r->length, v->r->length, digest, NULL) < 0 ||
        memcmp(digest, known->state, SHA256_LEN) != 0)
        complain(v, "%s: the state of slave %s is not the one that it submitted", v->path, s->name);
    if (s->items != known->submitted_items)
        complain(v, "%s: slave %s has %" PRIu64 " items, it submitted %" PRIu64, v->path, s->name,
                 s->items, known->submitted_items);
    if (!known->copy || strcmp(known->copy, v->run.file) != 0)
        complain(v, "ledger: slave %s did not claim the contract that was published", s->name);
    if (known->items != known->submitted_items)
        complain(v, "ledger: slave %s claimed %" PRIu64 " items and submitted %" PRIu64, s->name,
                 known->items, known->submitted_items);
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
        if (strcmp(r->slave[k].objection, RESULT_COMMITMENT) != 0 &&
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

/* Equal within 1e-9 of the larger, or both not numbers. */
static bool close_to(double a, double b)
{
    return a == b || (isnan(a) && isnan(b)) ||
           fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
}

static void check_decision(struct verify *v, size_t k)
{
    const struct result_slave *s = &v->r->slave[k];
    const struct run_slave *known = runs_slave(&v->run, s->name);
    double score = s->decision.score, stored = v->scores[k];

    if (!s->answered)
        return;
    if (!known || !known->filtered) {
        complain(v, "ledger: has no decision on slave %s", s->name);
        return;
    }
    if (strcmp(known->method, v->contract->filter) != 0 ||
        !close_to(known->threshold, v->r->threshold))
        complain(v,
                 "ledger: slave %s was judged by %s and threshold %g, the contract gives %s and %g",
                 s->name, known->method, known->threshold, v->contract->filter, v->r->threshold);
    if (strcmp(known->why, v->why[k]) != 0)
        complain(v, "%s: slave %s is %s for '%s', in the ledger for '%s'", v->path, s->name,
                 known->decision, v->why[k], known->why);
    bool rejected = strcmp(known->decision, "rejected") == 0;
    if (stored != known->score && !(isnan(stored) && isnan(known->score)))
        complain(v, "%s: slave %s has score %.17g, the ledger %.17g", v->path, s->name, stored,
                 known->score);
    if (!close_to(score, known->score))
        complain(v, "ledger: slave %s has score %.17g, computed again it is %.17g", s->name,
                 known->score, score);
    if (v->rejected[k] != rejected)
        complain(v, "%s: slave %s is %s, in the ledger it is %s", v->path, s->name,
                 v->rejected[k] ? "rejected" : "accepted", known->decision);
    /* At the very threshold, another processor's last bit may decide otherwise. */
    if (s->decision.rejected != rejected && !close_to(score, v->threshold))
        complain(v, "ledger: slave %s is %s, computed again it is %s", s->name, known->decision,
                 s->decision.rejected ? "rejected" : "accepted");
    if (!close_to(s->weight, known->weight) || !close_to(s->share, known->share))
        complain(v,
                 "ledger: slave %s has weight %.17g and share %.17g, its history gives %.17g "
                 "and %.17g",
                 s->name, known->weight, known->share, s->weight, s->share);
}

static void check_arrays(struct verify *v)
{
    for (size_t i = 0; i < v->r->accepted.count; i++) {
        const struct result_array *now = &v->r->accepted.list[i];
        const struct result_array *then = result_find(&v->then->accepted, now->name);
        if (!then || then->rows != now->rows || then->columns != now->columns) {
            complain(v, "%s: /aggregate/%s is missing or of another shape", v->path, now->name);
            continue;
        }
        for (size_t k = 0; k < now->rows * now->columns; k++) {
            if (close_to(now->values[k], then->values[k]))
                continue;
            complain(v, "%s: /aggregate/%s[%zu] is %.17g, computed again it is %.17g", v->path,
                     now->name, k, then->values[k], now->values[k]);
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
        if (v->run.settled && s->settled != s->filtered)
            complain(v, "ledger: slave %s is %s", s->name,
                     s->settled ? "settled, but was not judged" : "judged, but was not settled");
        if (!s->filtered || strcmp(s->decision, "accepted") != 0)
            continue;
        accepted++;
        items += s->submitted_items;
    }
    if (accepted != v->run.accepted || items != v->run.items)
        complain(v,
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
        complain(v,
                 "ledger: the aggregate is of %" PRIu64 " slaves and %" PRIu64
                 " items, the accepted are %" PRIu64 " and %" PRIu64,
                 v->run.accepted, v->run.items, accepted, items);
    if (memcmp(v->aggregate, v->r->aggregate, bytes) != 0)
        complain(v, "%s: /aggregate_state is not the merge of the accepted states", v->path);
    if (!v->run.aggregated)
        complain(v, "ledger: run %s has no aggregate", v->run.key);
    else if (hash_doubles(v->r->aggregate, v->r->length, digest, NULL) < 0 ||
             memcmp(digest, v->run.state, SHA256_LEN) != 0)
        complain(v, "ledger: the aggregate's digest is not that of the merged states");
    if (v->run.aggregated)
        check_coverage(v);
    check_arrays(v);
}

/* Filter and aggregate once more, from the states. */
static void recompute(struct verify *v)
{
    struct err e = {0};
    struct result *r = v->r;

    v->bound = bind_function(v->contract, (const char *const *)r->columns, r->columns_count, &e);
    if (!v->bound) {
        complain(v, "%s: %s", v->path, e.text);
        return;
    }
    if (bound_length(v->bound) != r->length || bound_features_length(v->bound) != r->features) {
        complain(v, "%s: states have %zu doubles and %zu features, the function's have %zu and %zu",
                 v->path, r->length, r->features, bound_length(v->bound),
                 bound_features_length(v->bound));
        return;
    }
    if (set_aside(v, &e) < 0 || publish_weights(v->contract, v->ledger, &v->run, r, &e) < 0 ||
        filter_results(v->contract, v->bound, r, &e) < 0) {
        complain(v, "the filter cannot be computed again: %s", e.text);
        return;
    }
    for (size_t i = 0; i < r->slaves * r->features; i++) {
        if (close_to(v->values[i], r->values[i]))
            continue;
        complain(v, "%s: feature %s of slave %zu is %.17g, its state gives %.17g", v->path,
                 r->feature_names[i % r->features], i / r->features + 1, v->values[i],
                 r->values[i]);
        break;
    }
    for (size_t k = 0; k < r->slaves; k++)
        check_decision(v, k);
    if (!close_to(v->threshold, r->threshold))
        complain(v, "%s: the threshold is %g, the contract gives %g", v->path, v->threshold,
                 r->threshold);
    if (aggregate_results(v->bound, r, &e) < 0)
        complain(v, "the aggregate cannot be computed again: %s", e.text);
    else
        check_aggregate(v);
}

static void check_result(struct verify *v, struct reader *reader, const char *bytes, size_t len)
{
    struct err e = {0};

    if (runs_find(v->ledger, v->r->run, &v->run, &e) < 0) {
        complain(v, "%s", e.text);
        return;
    }
    check_file(v, bytes, len);
    check_contract(v, reader);
    if (!v->contract || v->r->slaves != (size_t)v->contract->slaves)
        return;
    if (ledger_scan(v->ledger, check_genesis, v, &e) < 0)
        complain(v, "%s", e.text);
    for (size_t k = 0; k < v->r->slaves; k++)
        check_state(v, k);
    recompute(v);
}

static void verify_free(struct verify *v)
{
    for (size_t k = 0; k < v->slaves; k++)
        free(v->why[k]);
    free(v->why);
    result_free(v->then);
    result_free(v->r);
    bound_destroy(v->bound);
    contract_destroy(v->contract);
    runs_free(&v->run);
    ledger_close(v->ledger);
    free(v->scores);
    free(v->rejected);
    free(v->values);
    free(v->aggregate);
}

int engine_verify(struct reader *reader, const char *path, const char *ledger,
                  engine_complaint *complaint, void *context, size_t *problems,
                  struct result **result, struct err *e)
{
    struct verify v = {.complain = complaint, .context = context, .path = path};
    struct chain_state state;
    struct accounts accounts;
    struct err why = {0};
    char *bytes = NULL;
    size_t len;
    int rc = -1;

    if (file_read(path, UINT64_MAX, &bytes, &len, e) < 0)
        goto done;
    if (ledger_verify(ledger, &state, &why) < 0) {
        if (why.code != ERR_VERIFY) {
            err_set(e, why.code, "%s", why.text);
            goto done;
        }
        complain(&v, "%s", why.text);
        err_clear(&why);
    }
    rc = 0;
    v.ledger = ledger_open_read(ledger, &why);
    if (!v.ledger || accounts_fold(v.ledger, UINT64_MAX, &accounts, &why) < 0) {
        if (v.problems == 0)
            complain(&v, "%s", why.text);
    } else {
        accounts_free(&accounts);
    }
    err_clear(&why);
    v.r = result_read(reader, path, bytes, len, &why);
    if (!v.r)
        complain(&v, "%s", why.text);
    else if (v.ledger)
        check_result(&v, reader, bytes, len);
    *problems = v.problems;
    if (result) {
        *result = v.r;
        v.r = NULL;
    }
done:
    verify_free(&v);
    free(bytes);
    return rc;
}
