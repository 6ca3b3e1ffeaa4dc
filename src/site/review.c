/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at what would leave. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/result/result.h"
#include "engine/state/commitment.h"
#include "function/bound.h"
#include "ledger/fold/runs.h"
#include "site/opening.h"
#include "site/site.h"
#include "util/store.h"

/* The state must be the one that this centre's own ledger has of that computation. */
static int check_state(const struct site_review *r, const struct result *x, struct err *e)
{
    uint8_t digest[SHA256_LEN];
    struct run run = {0};
    struct ledger *l = ledger_open_read(r->part.ledger, e);
    int rc = l ? runs_find(l, x->run, &run, e) : -1;

    ledger_close(l);
    if (rc < 0)
        return -1;
    const struct run_slave *slave = runs_slave(&run, x->slave[0].name);
    if (hash_doubles(r->state, r->length, digest, e) < 0)
        rc = -1;
    else if (!run.settled || !slave || !slave->submitted ||
             memcmp(slave->state, digest, SHA256_LEN) != 0)
        rc = err_set(e, ERR_VERIFY,
                     "%s: its state is not the one that was computed here, as the ledger %s has it",
                     r->part.out, r->part.ledger);
    runs_free(&run);
    return rc;
}

/* Effect: the state that was computed is taken from the part's result. */
static int take_state(struct site *s, struct site_review *r, struct err *e)
{
    char *bytes;
    size_t len;

    if (file_read(r->part.out, RESULT_FILE_MOST, &bytes, &len, e) < 0)
        return -1;
    struct result *x = result_read(s->reader, r->part.out, bytes, len, e);
    free(bytes);
    if (!x)
        return -1;
    struct contract *part = site_part_contract(&r->c, &r->part, e);
    int rc = part ? 0 : -1;
    if (rc == 0 && (strcmp(x->id, part->id) != 0 || x->slaves != 1 || !x->states ||
                    !x->slave[0].answered || x->length != bound_length(r->c.bound)))
        rc = err_set(e, ERR_INPUT, "%s: is no result of round %" PRIu64 " of run %s; remove it",
                     r->part.out, r->part.round, r->part.run);
    contract_destroy(part);
    if (rc == 0 && (r->state = err_alloc(x->length, sizeof *r->state, "a state", e))) {
        memcpy(r->state, x->states, x->length * sizeof *r->state);
        r->length = x->length;
        r->items = x->slave[0].items;
        r->seconds = x->slave[0].seconds;
        rc = check_state(r, x, e);
    } else {
        rc = -1;
    }
    result_free(x);
    return rc;
}

/* Effect: features and their names, and which numbers are counts. */
static int take_features(struct site_review *r, struct err *e)
{
    struct bound *b = r->c.bound;
    char name[BOUND_FEATURE];

    r->features = bound_features_length(b);
    r->values = err_alloc(r->features, sizeof *r->values, "features", e);
    r->errors = err_alloc(r->features, sizeof *r->errors, "features", e);
    r->feature_names = err_alloc(r->features, sizeof *r->feature_names, "features", e);
    r->has_feature = err_alloc(r->features, sizeof *r->has_feature, "features", e);
    r->counts = err_alloc(r->length, 1, "counts", e);
    if (!r->values || !r->errors || !r->feature_names || !r->has_feature || !r->counts)
        return -1;
    bound_set_round(b, r->part.round, r->part.model);
    if (bound_features(b, r->state, r->values, r->errors, NULL) < 0)
        for (size_t i = 0; i < r->features; i++)
            r->values[i] = r->errors[i] = 0; /* then there are none to look at */
    for (size_t i = 0; i < r->features; i++) {
        r->has_feature[i] = bound_has_feature(b, i);
        bound_feature_name(b, i, name, sizeof name);
        if (!(r->feature_names[i] = strdup(name)))
            return err_memory(e, "features");
    }
    if (!bound_counts(b, r->counts)) {
        free(r->counts);
        r->counts = NULL;
    }
    return 0;
}

/* Effect: whether the data is the one that was claimed. */
static int take_opening(struct site *s, struct site_review *r, struct err *e)
{
    struct opening_of_claim o;
    uint8_t commit[SHA256_LEN];

    if (claim_opening_read(&s->house, r->part.run, &o, e) < 0 ||
        site_case_digest(&r->c, r->digest, e) < 0 ||
        commitment_make(o.salt, o.items, r->digest, commit, e) < 0)
        return -1;
    memcpy(r->claim_salt, o.salt, SHA256_LEN);
    r->c.q.claimed = r->c.party->items;
    r->c.q.opens = memcmp(commit, r->c.party->commit, SHA256_LEN) == 0 &&
                   memcmp(o.snapshot, r->c.q.snapshot, SHA256_LEN) == 0;
    return 0;
}

int site_review(struct site *s, const char *run, bool released, struct site_review *r,
                rules_tell *tell, void *context, struct err *e)
{
    *r = (struct site_review){0};
    if (site_find_part(s, run, &r->c, &r->part, e) < 0)
        return -1;
    if (!r->part.computed)
        return err_set(e, ERR_INCOMPLETE,
                       "run %s: round %" PRIu64 " is not computed yet (metaneuron site compute %s)",
                       r->part.run, r->part.round, r->part.run);
    if (take_state(s, r, e) < 0 || take_features(r, e) < 0 || take_opening(s, r, e) < 0)
        return -1;
    r->c.q.state = r->state;
    r->c.q.counts = r->counts;
    r->c.q.values = r->values;
    r->c.q.feature_names = (const char *const *)r->feature_names;
    r->c.q.has_feature = r->has_feature;
    r->c.q.released = released || rules_releases(r->c.rules, &r->c.q);
    return tell ? site_try(s, &r->c, RULES_SUBMIT, tell, context, e) : 0;
}

void site_review_free(struct site_review *r)
{
    for (size_t i = 0; r->feature_names && i < r->features; i++)
        free(r->feature_names[i]);
    free(r->feature_names);
    free(r->state);
    free(r->values);
    free(r->errors);
    free(r->has_feature);
    free(r->counts);
    site_part_free(&r->part);
    site_case_free(&r->c);
}
