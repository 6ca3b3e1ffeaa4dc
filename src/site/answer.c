/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers a run: approves it, refuses it, claims it, and takes a claim back. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/state/commitment.h"
#include "site/house/say.h"
#include "site/opening.h"
#include "site/policy/approvals.h"
#include "site/policy/questions.h"
#include "site/policy/snapshots.h"
#include "site/site.h"
#include "util/store.h"

static int not_asked(const struct fed_run *run, struct err *e)
{
    return err_set(e, ERR_USAGE, "run %s of %s does not ask this centre", run->key, run->collector);
}

/* Fails when nothing more can be answered. */
static int check_open(const struct site_case *c, struct err *e)
{
    if (!c->party)
        return not_asked(c->run, e);
    if (!fed_over(c->run))
        return 0;
    return err_set(e, ERR_REFUSED, "run %s is over: it was %s", c->run->key,
                   c->run->settled  ? "settled"
                   : c->run->closed ? "closed by its collector"
                                    : "published twice, which no honest centre does");
}

static void approve_record(struct record *r, const struct site_case *c, const uint8_t *file,
                           const char *rule)
{
    record_begin(r, "approve");
    record_set(r, "run", "%s", c->run->key);
    record_set_digest(r, "file", file);
    record_set(r, "rule", "%s", rule);
}

/* Effect: that a person, or people, let the run begin, or go on with that model, is said. */
static int say_approve(struct site *s, const struct site_case *c, const uint8_t *model,
                       const char *rule, struct err *e)
{
    struct record r;

    approve_record(&r, c, model ? model : c->run->file, rule);
    return say(&s->house, &r, 1, NULL, e) < 0 ? -1 : site_look_again(s, e);
}

/* Effect: a signature is kept. Fails until there are enough. */
static int take_signature(struct site *s, struct site_case *c, const char *signature,
                          const char *keys, size_t quorum, struct err *e)
{
    char who[256];
    size_t count;

    if (signature &&
        approvals_add(&s->house, c->run->key, c->bytes, c->len, signature, keys, who, e) < 0)
        return -1;
    if (approvals_count(&s->house, c->run->key, c->bytes, c->len, keys, &count, e) < 0)
        return -1;
    if (count >= quorum)
        return 0;
    return err_set(e, ERR_INCOMPLETE,
                   "approvers.quorum: %zu of %zu signatures are there; an approver signs the "
                   "contract's file (metaneuron site show %s says where it is) with ssh-keygen -Y "
                   "sign -n metaneuron-approve@v1 -f KEY FILE, and then: metaneuron site approve "
                   "%s --signature FILE.sig",
                   count, quorum, c->run->key, c->run->key);
}

/* Returns the model of the round that this centre has claimed and is to compute, if it has not
 * approved that before. */
static const uint8_t *model_to_approve(const struct site_case *c)
{
    const struct fed_party *p = c->party;
    uint64_t round = fed_present(c->run);
    const struct fed_round *before = round > 0 ? fed_round(c->run, round - 1) : NULL;

    if (!p->claimed || p->withdrawn || !before || !before->updated || fed_submit_of(p, round) ||
        (p->has_model && memcmp(p->approved_model, before->model, SHA256_LEN) == 0))
        return NULL;
    return before->model;
}

int site_approve(struct site *s, const char *run, const char *signature, struct err *e)
{
    struct site_case c;
    const char *keys = NULL;
    int rc = site_consider(s, run, SITE_ACTS, &c, e);

    if (rc == 0)
        rc = check_open(&c, e);
    if (rc == 0 && !c.rules)
        rc = err_set(e, c.denied.code, "%s", c.denied.text);
    size_t quorum = rc == 0 ? rules_quorum(c.rules, &keys) : 0;
    if (rc == 0 && signature && quorum == 0)
        rc = err_set(e, ERR_USAGE, "--signature: the policy names no approvers (approvers.quorum)");
    if (rc == 0 && quorum > 0)
        rc = take_signature(s, &c, signature, keys, quorum, e);
    const uint8_t *model = rc == 0 ? model_to_approve(&c) : NULL;
    if (rc == 0 && c.party->approved && !model)
        rc = say_again(&s->house, e);
    else if (rc == 0)
        rc = say_approve(s, &c, model, quorum > 0 && !model ? "approvers.quorum" : "person", e);
    site_case_free(&c);
    return rc;
}

int site_say_refuse(struct site *s, const char *run, const char *rule, struct err *e)
{
    struct record r;

    record_begin(&r, "refuse");
    record_set(&r, "run", "%s", run);
    record_set(&r, "rule", "%s", rule);
    return say(&s->house, &r, 1, NULL, e) < 0 ? -1 : site_look_again(s, e);
}

/* Ends at the first rule that denies, of those that look at no data, whose name is kept. */
static int keep_rule(void *context, const struct rules_finding *f, struct err *e)
{
    const bool person = strcmp(f->rule, "approvers.quorum") == 0 || strstr(f->rule, ".start");

    (void)e;
    if (!f->allowed && !f->of_data && !person)
        snprintf(context, RULES_NAME, "%s", f->rule);
    return f->of_data || !f->allowed;
}

/* Returns the word for why a person refuses a run: the rule that denies it anyway, or that it is a
 * person's will. What data would say is not looked at: who is refused learns nothing of it. */
static const char *why_refused(struct site *s, const char *run, char rule[static RULES_NAME])
{
    struct site_case c;

    snprintf(rule, RULES_NAME, "person");
    if (site_consider(s, run, SITE_ACTS, &c, NULL) == 0 && c.rules)
        rules_go(c.rules, RULES_CLAIM, &c.q, keep_rule, rule, NULL);
    else if (c.denied.code == ERR_REFUSED)
        site_case_rule(&c, rule);
    site_case_free(&c);
    return rule;
}

int site_refuse(struct site *s, const char *run, struct err *e)
{
    struct fed_run *known = federation_run(&s->fed, run, e);
    struct fed_party *p = known ? fed_party(known, s->house.name) : NULL;
    char key[RUN_HEX + 1], rule[RULES_NAME];

    if (!known)
        return -1;
    if (!p)
        return not_asked(known, e);
    if (p->claimed && !p->withdrawn)
        return err_set(e, ERR_USAGE,
                       "run %s: this centre has claimed it: metaneuron site withdraw "
                       "takes that back",
                       known->key);
    if (p->refused)
        return say_again(&s->house, e);
    memcpy(key, known->key, sizeof key);
    return site_say_refuse(s, key, why_refused(s, key, rule), e);
}

/* Effect: the commitment to the data as it is now, whose opening is kept. */
static int commit(struct site *s, const struct site_case *c, uint8_t digest[static SHA256_LEN],
                  struct err *e)
{
    struct opening_of_claim o = {.items = c->items};

    if (site_case_digest(c, o.digest, e) < 0 || random_bytes(o.salt, sizeof o.salt, e) < 0 ||
        commitment_make(o.salt, o.items, o.digest, digest, e) < 0)
        return -1;
    memcpy(o.snapshot, c->snapshot->digest, SHA256_LEN);
    return claim_opening_write(&s->house, c->run->key, &o, e);
}

/* Effect: *r is the next record of a batch, of the run and this centre's slave in it. */
static void begin_record(const struct site *s, const struct site_case *c, struct record *r,
                         const char *type)
{
    record_begin(r, type);
    record_set(r, "run", "%s", c->run->key);
    record_set(r, "slave", "%s/%s/1", s->house.name, c->contract->data);
    record_set(r, "node", "exchange");
}

/* Effect: the claim is said, and before it what let it begin without a person, if that did. */
static int say_claim(struct site *s, const struct site_case *c, const uint8_t *commitment,
                     struct err *e)
{
    struct record *r = err_alloc(3, sizeof *r, "records", e);
    char rule[RULES_NAME];
    size_t n = 0;

    if (!r)
        return -1;
    if (!c->party->approved && rules_starts(c->rules, &c->q, rule))
        approve_record(&r[n++], c, c->run->file, rule);
    begin_record(s, c, &r[n], "view");
    record_set_digest(&r[n++], "copy", c->run->file);
    begin_record(s, c, &r[n], "claim");
    record_set(&r[n], "slot", "0");
    record_set(&r[n], "items", "%" PRIu64, c->items);
    record_set_digest(&r[n], "commit", commitment);
    record_set_digest(&r[n++], "copy", c->run->file);
    int rc = say(&s->house, r, n, NULL, e);
    free(r);
    return rc < 0 ? -1 : site_look_again(s, e);
}

/* Effect: that the rules were not even asked is kept here, by the name of what denied that. */
static int deny_unasked(struct site *s, const struct site_case *c, struct err *e)
{
    char rule[RULES_NAME];

    if (c->denied.code == ERR_REFUSED)
        questions_denied(&s->house, c->run->key, site_case_rule(c, rule), NULL);
    return err_set(e, c->denied.code, "%s", c->denied.text);
}

/* All rules up to a claim. */
static int check_claim(struct site *s, struct site_case *c, struct err *e)
{
    struct rules_finding first;

    if (!c->rules)
        return deny_unasked(s, c, e);
    if (rules_check(c->rules, RULES_CLAIM, &c->q, &first, e) == 0)
        return 0;
    if (e->code == ERR_REFUSED)
        site_keep_denial(s, c, &first);
    return -1;
}

int site_claim(struct site *s, const char *run, struct err *e)
{
    struct site_case c;
    uint8_t commitment[SHA256_LEN];
    char key[RUN_HEX + 1];
    struct fed_run *known = federation_run(&s->fed, run, e);

    if (!known)
        return -1;
    memcpy(key, known->key, sizeof key);
    struct fed_party *p = fed_party(known, s->house.name);
    if (p && p->claimed && !p->withdrawn)
        return say_again(&s->house, e);
    int rc = site_consider(s, key, SITE_ACTS_DATA, &c, e);
    if (rc == 0)
        rc = check_open(&c, e);
    if (rc == 0 && c.q.now * 1000000 > c.run->claims_us)
        rc = err_set(e, ERR_REFUSED, "times: run %s took claims until its time for them was over",
                     key);
    if (rc == 0)
        rc = check_claim(s, &c, e);
    if (rc == 0 && fed_present(c.run) > 0)
        rc = err_set(e, ERR_REFUSED,
                     "times: run %s has its roster already, and this centre is not "
                     "on it",
                     key);
    if (rc == 0)
        rc = snapshot_keep(&s->house, c.contract->data, c.snapshot, e);
    if (rc == 0)
        rc = questions_add(&s->house, key, c.run->collector, c.contract->data, c.asked,
                           c.snapshot->digest, e);
    if (rc == 0)
        rc = commit(s, &c, commitment, e);
    if (rc == 0)
        rc = say_claim(s, &c, commitment, e);
    site_case_free(&c);
    return rc;
}

int site_withdraw(struct site *s, const char *run, struct err *e)
{
    struct fed_run *known = federation_run(&s->fed, run, e);
    struct fed_party *p = known ? fed_party(known, s->house.name) : NULL;
    static const uint8_t nothing[SHA256_LEN];
    struct record r;

    if (!known)
        return -1;
    if (!p || !p->claimed)
        return err_set(e, ERR_USAGE, "run %s: this centre has no claim of it", known->key);
    if (p->withdrawn)
        return say_again(&s->house, e);
    if (p->count > 0)
        return err_set(e, ERR_REFUSED, "run %s: a result was submitted, which stays", known->key);
    record_begin(&r, "withdraw");
    record_set(&r, "run", "%s", known->key);
    record_set(&r, "slave", "%s/%s/1", s->house.name, p->data);
    record_set(&r, "node", "exchange");
    record_set(&r, "units", "0");
    record_set_digest(&r, "state", nothing);
    return say(&s->house, &r, 1, NULL, e) < 0 ? -1 : site_look_again(s, e);
}
