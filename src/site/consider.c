/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at what a run asks of this centre. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/bind.h"
#include "engine/plan/partition.h"
#include "site/house/payload.h"
#include "site/policy/approvals.h"
#include "site/policy/questions.h"
#include "site/policy/snapshots.h"
#include "site/site.h"
#include "util/clock.h"

enum { SECOND = 1000000, DAY = 86400, FRESH = 7 * DAY };

/* What the rules that need no data come to. */
enum { PASSED = 1, DENIED = 2 };

/* Effect: the contract is read, if its file is here, has the digest that the collector has named,
 * and is the contract that it says. */
static int take_contract(struct site *s, struct site_case *c, struct err *e)
{
    if (payload_get(&s->house, c->run->collector, c->run->file, CONTRACT_FILE_MOST, &c->bytes,
                    &c->len, e) < 0)
        return err_context(e, "the contract of run %s", c->run->key);
    c->contract = contract_from_bytes(s->reader, "the contract", c->bytes, c->len, e);
    if (!c->contract)
        return -1;
    if (strcmp(c->contract->id, c->run->contract) != 0)
        return err_set(e, ERR_INPUT,
                       "the contract of run %s is another one than its collector says",
                       c->run->key);
    if (c->contract->work_units > 0 || strcmp(c->contract->split, "sites") != 0)
        return err_set(e, ERR_INPUT, "the contract of run %s is no contract over centres",
                       c->run->key);
    return 0;
}

/* Fails with the rule "collector" unless who has published the run is one that this centre still
 * believes, and has said something of late: who shows an old copy of its log stops there. */
static int check_collector(struct site *s, const struct fed_run *run, int64_t now, struct err *e)
{
    struct ledger *l = NULL;
    struct peers peers;

    if (strcmp(run->collector, s->house.name) == 0)
        return 0;
    if (peers_load(&s->house, &peers, e) < 0)
        return -1;
    const struct peer *p = peers_find(&peers, run->collector);
    int rc = peers_log(&s->house, run->collector, &l, e);
    int64_t last = l ? ledger_state(l)->time_us / SECOND : 0;
    if (rc == 0 && (!p || p->state != PEER_KNOWN))
        rc = err_set(e, ERR_REFUSED, "collector: %s is %s here (metaneuron site peer)",
                     run->collector, p && p->state == PEER_SUSPENDED ? "suspended" : "revoked");
    else if (rc == 0 && p->identity.expires <= now)
        rc = err_set(e, ERR_REFUSED,
                     "collector: the identity of %s has expired; it makes a new one by metaneuron "
                     "site key rotate",
                     run->collector);
    else if (rc == 0 && now - last > FRESH)
        rc = err_set(e, ERR_REFUSED,
                     "collector: nothing new was seen of %s for %" PRId64
                     " days, 7 at most are allowed (metaneuron site sync)",
                     run->collector, (now - last) / DAY);
    ledger_close(l);
    peers_free(&peers);
    return rc;
}

/* Ends at the first rule that denies, of those that are asked before the function's. */
struct before {
    bool functions; /* they were passed */
};

static int ask_function(void *context, const struct rules_finding *f, struct err *e)
{
    struct before *b = context;

    (void)e;
    if (!f->allowed)
        return 1;
    b->functions |= strncmp(f->rule, "functions", strlen("functions")) == 0;
    return b->functions;
}

/* Ends at the first rule that denies, of those that need no data. */
static int ask_cheap(void *context, const struct rules_finding *f, struct err *e)
{
    (void)context, (void)e;
    if (f->of_data)
        return PASSED;
    return f->allowed ? 0 : DENIED;
}

/* Effect: the function is bound, if the policy lets it be: code of others is loaded by that. */
static int take_function(struct site *s, struct site_case *c, struct err *e)
{
    const struct contract *k = c->contract;
    struct before before = {0};

    (void)s;
    if (strncmp(k->digest, "builtin:", 8) != 0 &&
        (!c->rules || rules_go(c->rules, RULES_CLAIM, &c->q, ask_function, &before, e) < 0 ||
         !before.functions))
        return 0;
    c->bound = bind_named(k, e);
    if (!c->bound)
        return -1;
    c->q.state_length = bound_length(c->bound);
    c->q.features = bound_features_length(c->bound);
    return 0;
}

/* Returns this centre's data as a part has it, which is of the contract *part: the caller closes and
 * destroys them. */
static struct partition *open_data(const struct site_case *c, struct contract **part, struct err *e)
{
    *part = NULL;
    if (contract_part(c->contract, 1, NULL, 0, part, e) < 0)
        return NULL;
    return partition_open(*part, c->location, 0, e);
}

int site_case_digest(const struct site_case *c, uint8_t digest[static SHA256_LEN], struct err *e)
{
    struct contract *part;
    struct partition *p = open_data(c, &part, e);
    int rc = p ? partition_digest(p, c->run->key, digest, e) : -1;

    partition_close(p);
    contract_destroy(part);
    return rc;
}

/* Effect: the facts that data gives: rows, and how it differs from what it was. */
static int take_data(struct site *s, struct site_case *c, struct err *e)
{
    struct contract *part;

    if (!(c->snapshot = err_alloc(1, sizeof *c->snapshot, "a snapshot", e)) ||
        snapshot_take(&s->house, c->contract->data, c->location, c->snapshot, e) < 0)
        return -1;
    struct partition *p = open_data(c, &part, e);
    int rc = p ? partition_items(p, &c->items, e) : -1;
    if (rc == 0) {
        c->q.rows = c->items;
        const struct recipe_tally *t = partition_tally(p);
        c->q.left_out = t && t->left_out ? t->left_out : partition_rows(p) - c->items;
    }
    partition_close(p);
    contract_destroy(part);
    memcpy(c->q.snapshot, c->snapshot->digest, SHA256_LEN);
    c->q.differs = c->snapshot->known ? UINT64_MAX : c->snapshot->differs;
    return rc;
}

/* Effect: how much that author has asked, and who has approved. */
static int take_history(struct site *s, struct site_case *c, struct err *e)
{
    const char *keys, *data = c->contract->data;
    bool known;

    if (question_digest(c->contract, c->run->key, c->asked, e) < 0)
        return -1;
    double span = rules_span(c->rules, data);
    int64_t since = span > 0 ? c->q.now * SECOND - (int64_t)(span * SECOND) : 0;
    if (questions_count(&s->house, c->run->collector, data, c->asked, c->q.snapshot, since,
                        &c->q.asked, &known, e) < 0)
        return -1;
    if (rules_quorum(c->rules, &keys) > 0 &&
        approvals_count(&s->house, c->run->key, c->bytes, c->len, keys, &c->q.approvals, e) < 0)
        return -1;
    return 0;
}

/* Effect: the facts that need no data. */
static void take_facts(struct site *s, struct site_case *c)
{
    c->q = (struct question){.house = &s->house,
                             .federation = &s->fed,
                             .run = c->run,
                             .contract = c->contract,
                             .now = clock_utc_us() / SECOND,
                             .differs = UINT64_MAX,
                             .cluster = ""};
    if (!c->contract)
        return;
    c->q.recalled = federation_recalled(&s->fed, s->house.name, c->contract->data) > 0;
    c->q.known_data = c->location != NULL;
    c->q.person = c->party && c->party->approved && strcmp(c->party->rule, "person") == 0;
}

/* Effect: the policy in force, if it lets this collector ask at all; else denied says why not. A
 * person who looks is told by the rules that the collector is no author. */
static void take_rules(struct site *s, struct site_case *c, bool looks)
{
    c->rules = rules_in_force(&s->house, &s->fed, c->q.now, &c->denied);
    if (!c->rules)
        return;
    if (check_collector(s, c->run, c->q.now, &c->denied) == 0 &&
        (looks || rules_check(c->rules, RULES_READ, &c->q, NULL, &c->denied) == 0))
        return;
    rules_free(c->rules);
    c->rules = NULL;
}

int site_consider(struct site *s, const char *run, enum site_look look, struct site_case *c,
                  struct err *e)
{
    const bool looks = look == SITE_LOOKS || look == SITE_LOOKS_DATA;
    const bool with_data = look == SITE_ACTS_DATA || look == SITE_LOOKS_DATA;

    *c = (struct site_case){.run = federation_run(&s->fed, run, e)};
    if (!c->run)
        return -1;
    c->party = fed_party(c->run, s->house.name);
    take_facts(s, c);
    take_rules(s, c, looks);
    if (!c->rules && !looks)
        return 0;
    if (take_contract(s, c, e) < 0)
        return -1;
    c->location = site_data(s, c->contract->data, NULL);
    take_facts(s, c);
    if (take_function(s, c, e) < 0)
        return -1;
    if (!with_data || !c->location || !c->rules)
        return 0;
    if (!looks && rules_go(c->rules, RULES_CLAIM, &c->q, ask_cheap, NULL, NULL) == DENIED)
        return 0; /* no data need be read for that */
    return take_data(s, c, e) < 0 ? -1 : take_history(s, c, e);
}

void site_case_free(struct site_case *c)
{
    bound_destroy(c->bound);
    rules_free(c->rules);
    contract_destroy(c->contract);
    snapshot_free(c->snapshot);
    free(c->snapshot);
    free(c->location);
    free(c->bytes);
    *c = (struct site_case){0};
}

const char *site_case_rule(const struct site_case *c, char rule[static RULES_NAME])
{
    snprintf(rule, RULES_NAME, "%.*s", (int)strcspn(c->denied.text, ":"), c->denied.text);
    return rule;
}

void site_keep_denial(struct site *s, const struct site_case *c, const struct rules_finding *f)
{
    questions_denied(&s->house, c->run->key, f->rule, NULL);
    if (f->of_data && c->snapshot)
        questions_add(&s->house, c->run->key, c->run->collector, c->contract->data, c->asked,
                      c->snapshot->digest, NULL);
}

int site_try(struct site *s, struct site_case *c, enum rules_stage stage, rules_tell *tell,
             void *context, struct err *e)
{
    struct rules_finding f = {.allowed = false};

    (void)s;
    if (c->rules)
        return rules_go(c->rules, stage, &c->q, tell, context, e);
    site_case_rule(c, f.rule);
    snprintf(f.text, sizeof f.text, "%.500s", c->denied.text);
    return tell(context, &f, e);
}
