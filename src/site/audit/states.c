/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes a run's rounds again from the states of its centres. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/judge/decisions.h"
#include "engine/judge/merge.h"
#include "engine/judge/recorded.h"
#include "engine/judge/weights.h"
#include "engine/result/name.h"
#include "engine/result/word.h"
#include "engine/state/commitment.h"
#include "engine/state/digest.h"
#include "site/audit/inside.h"
#include "site/house/payload.h"

enum { ROOM = 65536 }; /* bytes of a sealed file besides its state */

/* A round that is computed again. */
struct again {
    struct auditing *x;
    const struct fed_round *round;
    const struct result *published; /* the same round; NULL: it is not there */
    struct run *folded;             /* the run, as its collector's ledger has it */
    struct result *r;
};

static const char *const codes[] = {"states", "decisions", "aggregate", "features"};

int audit_open(struct auditing *x, const struct fed_party *p, const struct fed_submit *sub,
               struct sealed *s, struct err *why)
{
    struct buf plain = {0};
    uint8_t digest[SHA256_LEN];
    char *bytes;
    size_t len;

    if (!x->bound)
        return err_set(why, ERR_INCOMPLETE, "the contract's function is not here");
    size_t length = bound_length(x->bound);
    uint64_t most = ROOM + length * sizeof(double) + length * sizeof(double) / 1000;
    if (payload_get(&x->s->house, p->site, sub->file, most, &bytes, &len, why) < 0)
        return -1;
    int rc = age_open(&x->identity, bytes, len, &plain, why);
    if (rc == 0)
        rc = sealed_read(s, plain.data, plain.len, length, why);
    free(bytes);
    buf_free(&plain);
    if (rc < 0)
        return -1;
    if (strcmp(s->run, x->run->key) != 0 || s->round != sub->round ||
        strcmp(s->site, p->site) != 0 || s->length != length || s->items != sub->items)
        return err_set(why, ERR_VERIFY, "another run, round, centre, length or count stands in it");
    if (state_digest(s->salt, &(struct digest_of){s->run, s->round, s->site}, s->state, length,
                     digest, why) < 0)
        return -1;
    return memcmp(digest, sub->state, SHA256_LEN) == 0
               ? 0
               : err_set(why, ERR_VERIFY, "its state is not the one that was said");
}

/* Effect: slave k of y->r has the state that was sealed. */
static int take_sealed(struct again *y, const struct fed_party *p, const struct fed_submit *sub,
                       size_t k, struct err *why)
{
    struct sealed s = {.state = NULL};
    uint8_t commit[SHA256_LEN];
    int rc = audit_open(y->x, p, sub, &s, why);

    if (rc == 0)
        memcpy(y->r->states + k * y->r->length, s.state, s.length * sizeof *s.state);
    if (rc == 0 && (rc = commitment_make(s.claim_salt, p->items, s.digest, commit, why)) == 0 &&
        memcmp(commit, p->commit, SHA256_LEN) != 0)
        rc = result_set(&y->r->slave[k].objection, reason_text(REASON_COMMITMENT), why);
    sealed_free(&s);
    return rc;
}

/* The same of what was published, which is that of the centre's own submit record, or not. */
static int take_published(struct again *y, const struct fed_party *p, const struct fed_submit *sub,
                          const struct audit_said *f, size_t k, struct err *why)
{
    const struct result *r = y->published;
    size_t n = y->r->length;
    uint8_t digest[SHA256_LEN];

    if (!r || !r->states || !r->salts || r->length != n || r->slaves != y->r->slaves)
        return err_set(why, ERR_INCOMPLETE, "its states were not kept in the result");
    memcpy(y->r->states + k * n, r->states + k * n, n * sizeof *r->states);
    if (state_digest(r->salts + k * SHA256_LEN,
                     &(struct digest_of){y->x->run->key, y->round->round, p->site},
                     r->states + k * n, n, digest, why) < 0)
        return -1;
    if (memcmp(digest, sub->state, SHA256_LEN) != 0)
        return err_set(why, ERR_VERIFY, "the published state is not the one that was submitted");
    return strcmp(f->word, "commitment") == 0
               ? result_set(&y->r->slave[k].objection, reason_text(REASON_COMMITMENT), why)
               : 0;
}

/* Effect: all that were judged have their states. Returns 1; 0: they do not, which was told. */
static int take_states(struct again *y, struct err *e)
{
    struct auditing *x = y->x;
    bool all = true;

    for (size_t k = 0; k < x->run->parties_count; k++) {
        const struct fed_party *p = &x->run->parties[k];
        const struct fed_submit *sub = fed_submit_of(p, y->round->round);
        const struct audit_said *f = audit_find(x, SAID_FILTER, p->site, y->round->round, NULL);
        struct result_slave *s = &y->r->slave[k];
        struct err why = {0};
        if (!f)
            continue;
        if (!sub)
            err_set(&why, ERR_INCOMPLETE, "its log has no result of that round, as far as is seen");
        else if ((x->has_identity ? take_sealed(y, p, sub, k, &why)
                                  : take_published(y, p, sub, f, k, &why)) < 0)
            why.code = why.code ? why.code : ERR_IO;
        if (why.code != ERR_NONE) {
            all = false;
            audit_add(x, "states",
                      why.code == ERR_VERIFY || why.code == ERR_INPUT ? AUDIT_WRONG
                                                                      : AUDIT_UNCHECKED,
                      p->site, y->round->round, "%s", why.text);
            continue;
        }
        s->answered = true;
        s->items = sub->items;
        if (result_set(&s->name, f->slave, e) < 0)
            return -1;
    }
    return all;
}

static bool is_close(double a, double b)
{
    double size = fmax(1, fmax(fabs(a), fabs(b)));

    return a == b || (isnan(a) && isnan(b)) || (isfinite(size) && fabs(a - b) <= 1e-9 * size);
}

/* Effect: the decisions are made of what was said of scores, shares and threshold, where that is what
 * was found again: another processor may find another last bit, which must not decide. */
static int decide_again(struct again *y, struct err *e)
{
    struct result *r = y->r;
    bool first = true; /* all have one threshold */

    for (size_t k = 0; k < r->slaves; k++) {
        const char *site = y->x->run->parties[k].site;
        if (!r->slave[k].answered)
            continue;
        const struct audit_said *f = audit_find(y->x, SAID_FILTER, site, y->round->round, NULL);
        judge_take(&r->slave[k].decision.score, f->score);
        judge_take(&r->slave[k].share, f->share);
        if (first)
            judge_take(&r->threshold, f->threshold);
        first = false;
    }
    return judge_again(y->x->contract, y->x->bound, r, e);
}

/* The decisions that were made again, against those that were said, which the rest goes by. */
static void check_decisions(struct again *y)
{
    for (size_t k = 0; k < y->r->slaves; k++) {
        struct result_slave *s = &y->r->slave[k];
        if (!s->answered)
            continue;
        const char *site = y->x->run->parties[k].site;
        const struct audit_said *f = audit_find(y->x, SAID_FILTER, site, y->round->round, NULL);
        const char *other = f->rejected != s->decision.rejected         ? "decision"
                            : strcmp(f->word, result_word(s->why)) != 0 ? "reason"
                            : !isnan(f->score) && !is_close(f->score, s->decision.score) ? "score"
                            : !is_close(f->threshold, y->r->threshold) ? "threshold"
                            : !is_close(f->weight, s->weight)          ? "weight"
                            : !is_close(f->share, s->share)            ? "share"
                                                                       : NULL;
        if (other)
            audit_add(
                y->x, "decisions", AUDIT_WRONG, site, y->round->round,
                "%s of %s: record %" PRIu64 " of %s says %s (%s), and computed again from the "
                "states it is %s (%s)",
                other, site, f->seq, y->x->run->collector, f->rejected ? "rejected" : "accepted",
                f->word, s->decision.rejected ? "rejected" : "accepted", result_word(s->why));
        s->decision.rejected = f->rejected;
    }
}

static void check_aggregate(struct again *y)
{
    uint8_t digest[SHA256_LEN];
    struct err why = {0};

    if (judge_merge(y->x->bound, y->r, &why) < 0 ||
        hash_doubles(y->r->aggregate, y->r->length, digest, &why) < 0)
        audit_add(y->x, "aggregate", AUDIT_WRONG, NULL, y->round->round,
                  "it cannot be computed again: %s", why.text);
    else if (memcmp(digest, y->round->aggregate, SHA256_LEN) != 0)
        audit_add(y->x, "aggregate", AUDIT_WRONG, NULL, y->round->round,
                  "it is not what the states that %s has accepted give", y->x->run->collector);
}

/* The features that were published, against those of the states. */
static void check_features(struct again *y)
{
    const struct result *r = y->published;
    size_t d = y->r->features;

    if (!r || r->disclose < DISCLOSE_FEATURES || !r->values || r->features != d)
        return;
    for (size_t k = 0; k < y->r->slaves && k < r->slaves; k++)
        for (size_t i = 0; y->r->slave[k].answered && i < d; i++)
            if (!is_close(r->values[k * d + i], y->r->values[k * d + i]) &&
                !isnan(r->values[k * d + i])) {
                const char *site = y->x->run->parties[k].site;
                audit_add(y->x, "features", AUDIT_WRONG, site, y->round->round,
                          "feature %zu of %s is %.17g in the published result, and %.17g by its "
                          "state",
                          i + 1, site, r->values[k * d + i], y->r->values[k * d + i]);
                break;
            }
}

/* Effect: the function sees the round's model. Returns 1; 0: it is not there, which was told. */
static int set_round(struct again *y)
{
    struct auditing *x = y->x;
    size_t length = bound_model_length(x->bound);
    const struct fed_round *before = fed_round(x->run, y->round->round - 1);
    struct err why = {0};

    if (length == 0)
        return 1;
    double *model =
        before && before->updated ? audit_doubles(x, before->model, length, &why) : NULL;
    if (!model) {
        audit_add(x, "states", AUDIT_UNCHECKED, NULL, y->round->round, "its model is not there: %s",
                  why.text);
        return 0;
    }
    bound_set_round(x->bound, contract_round(x->contract, y->round->round), model);
    free(model);
    return 1;
}

static int check_round(struct again *y, struct err *e)
{
    struct auditing *x = y->x;
    struct err why = {0};
    int rc = -1;

    if (!(y->r = result_create(x->run->parties_count, e)))
        return -1;
    y->r->disclose = DISCLOSE_STATES;
    y->r->round = y->round->round;
    if (result_size(y->r, bound_length(x->bound), bound_features_length(x->bound), e) == 0 &&
        (rc = take_states(y, e)) == 1 && (rc = set_round(y)) == 1) {
        rc = 0;
        if (judge_weights(x->contract, x->log, y->folded, y->r, &why) < 0 ||
            judge_decisions(x->contract, x->bound, y->r, &why) < 0 || decide_again(y, &why) < 0)
            audit_add(x, "decisions", AUDIT_WRONG, NULL, y->round->round,
                      "they cannot be made again: %s", why.text);
        else {
            check_decisions(y);
            check_aggregate(y);
            check_features(y);
        }
    }
    result_free(y->r);
    return rc < 0 ? -1 : 0;
}

/* Rejections that follow from what no feature tells. */
static bool tell_hidden(struct auditing *x)
{
    static const char *const words[] = {"count", "commitment", "not-finite"};
    const struct audit_said *f = NULL;
    bool some = false;

    while ((f = audit_find(x, SAID_FILTER, NULL, 0, f)))
        for (size_t i = 0; f->rejected && i < sizeof words / sizeof words[0]; i++)
            if (strcmp(f->word, words[i]) == 0) {
                some = true;
                audit_add(x, "decisions", AUDIT_UNCHECKED, f->site, f->round,
                          "it is rejected for '%s', which can follow from its state alone",
                          words[i]);
            }
    return some;
}

/* Nothing here has the states. */
static void tell_shut(struct auditing *x)
{
    static const char shut[] = "the run discloses %s; only those can tell to whom results were "
                               "sealed (--identity)";
    bool features = x->run->disclose == DISCLOSE_FEATURES;

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (features && strcmp(codes[i], "decisions") == 0 && tell_hidden(x))
            continue;
        else if (features && x->verified && strcmp(codes[i], "decisions") == 0)
            audit_add(x, codes[i], AUDIT_RIGHT, NULL, 0, "they follow from the published features");
        else if (features || strcmp(codes[i], "features") != 0)
            audit_add(x, codes[i], AUDIT_UNCHECKED, NULL, 0, shut, disclose_word(x->run->disclose));
}

/* Why nothing can be computed again; NULL: it can. */
static const char *hindrance(const struct auditing *x)
{
    return !x->contract                     ? "the contract is not here"
           : !x->bound                      ? "the contract's function is not here"
           : !x->has_identity && !x->result ? "the published result, which has the states, is not "
                                              "here"
                                            : NULL;
}

int audit_states(struct auditing *x, struct err *e)
{
    const char *why = hindrance(x);
    struct run folded = {0};
    int rc = 0;

    if (!x->has_identity && x->run->disclose < DISCLOSE_STATES) {
        tell_shut(x);
        return 0;
    }
    if (why) {
        audit_add(x, "states", AUDIT_UNCHECKED, NULL, 0, "%s", why);
        return 0;
    }
    x->a->opened = x->has_identity;
    if (runs_find(x->log, x->run->key, &folded, e) < 0)
        return -1;
    for (size_t i = 0; rc == 0 && i < x->run->count; i++) {
        struct again y = {.x = x, .round = &x->run->list[i], .folded = &folded};
        if (y.round->round == 0 || !y.round->aggregated)
            continue;
        if (x->result && y.round->round <= x->result->past_count + 1)
            y.published = result_round(x->result, (size_t)y.round->round - 1);
        rc = check_round(&y, e);
    }
    runs_free(&folded);
    if (rc < 0)
        return -1;
    audit_rest(x, "states", "each has the digest that its centre has said");
    audit_rest(x, "decisions", "computed again from the states they are the same");
    audit_rest(x, "aggregate", "computed again from the states it has the same bits");
    if (x->run->disclose >= DISCLOSE_FEATURES)
        audit_rest(x, "features", "those that were published are those of the states");
    return 0;
}
