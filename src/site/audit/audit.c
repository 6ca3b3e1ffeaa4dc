/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Audits a run: what its collector says, against all that is known of it. */
#include "site/audit/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/bind.h"
#include "engine/verify/verify.h"
#include "ledger/fold/accounts.h"
#include "site/audit/inside.h"
#include "site/house/payload.h"
#include "util/place.h"
#include "util/store.h"

enum { COMPLAINTS = 8 }; /* of a result that are told one by one */

void site_audit_free(struct site_audit *a)
{
    free(a->list);
    a->list = NULL;
    a->count = a->capacity = 0;
}

/* Effect: what is sealed can be opened, if there is an identity. */
static int take_identity(struct auditing *x, const char *path, struct err *e)
{
    char text[AGE_RECIPIENT];

    if (path && age_identity_open(&x->identity, path, false, e) < 0)
        return -1;
    if (!path && strcmp(x->run->collector, x->s->house.name) != 0)
        return 0;
    if (!path && house_seal_key(&x->s->house, &x->identity, e) < 0)
        return -1;
    x->has_identity = true;
    age_recipient(text, &x->identity);
    if (!path || strcmp(text, x->run->seal) == 0 || strstr(x->run->auditors, text))
        return 0;
    return err_set(e, ERR_USAGE,
                   "--identity %s: nothing of run %s is sealed to it (its recipient is %s)", path,
                   x->run->key, text);
}

/* Effect: the collector's log, which has to be there, was read. */
static int take_log(struct auditing *x, struct err *e)
{
    if (audit_log(x, x->run->collector, &x->log, e) < 0)
        return -1;
    if (!x->log)
        return err_set(e, ERR_INCOMPLETE, "run %s: nothing was seen of %s (metaneuron site sync)",
                       x->run->key, x->run->collector);
    return audit_read_log(x, e);
}

static void take_contract(struct auditing *x)
{
    struct err why = {0};
    char *bytes;
    size_t len;

    if (payload_get(&x->s->house, x->run->collector, x->run->file, CONTRACT_FILE_MOST, &bytes, &len,
                    &why) == 0) {
        x->contract = contract_from_bytes(x->s->reader, "the contract", bytes, len, &why);
        free(bytes);
    }
    if (x->contract && strcmp(x->contract->id, x->run->contract) != 0)
        audit_add(x, "result", AUDIT_WRONG, NULL, 0, "its contract is not the one that %s names",
                  x->run->collector);
    else if (x->contract)
        x->bound = bind_named(x->contract, &why);
    if (why.code != ERR_NONE)
        audit_add(x, "contract", AUDIT_UNCHECKED, NULL, 0, "%s", why.text);
}

/* Each centre's log is here; without it what is said of the centre cannot be compared. */
static int check_logs(struct auditing *x, struct err *e)
{
    if (x->run->twice)
        audit_add(x, "published", AUDIT_WRONG, NULL, 0,
                  "another centre has published its key, too");
    audit_rest(x, "published", "one log has published it");
    for (size_t k = 0; k < x->run->parties_count; k++) {
        const char *site = x->run->parties[k].site;
        struct ledger *l;
        if (audit_log(x, site, &l, e) < 0)
            return -1;
        if (!l)
            audit_add(x, "logs", AUDIT_UNCHECKED, site, 0, "nothing was seen of its log; %s",
                      peers_find(&x->peers, site) ? "metaneuron site sync takes it in"
                                                  : "it is no peer of this centre");
        audit_give_back(x, l);
    }
    audit_rest(x, "logs", "those of all centres were seen");
    return 0;
}

/* What a complaint is told in. */
struct complaints {
    struct auditing *x;
    size_t count;
};

static void complain(void *context, const char *text)
{
    struct complaints *c = context;

    if (c->count++ < COMPLAINTS)
        audit_add(c->x, "result", AUDIT_WRONG, NULL, 0, "%s", text);
}

/* Effect: known has the key that has signed what was seen of the collector's log, if it is one of its
 * identities: a mirror has only the newest checkpoint, from which it does not follow that a key that
 * came later counts. */
static void take_key(const struct auditing *x, struct engine_known *known)
{
    const struct peer *p = peers_find(&x->peers, x->run->collector);
    struct identity i;
    struct kept k;

    if (!p || kept_read(&k, ledger_directory(x->log), 0, NULL) < 0)
        return;
    i = p->identity;
    while (!(known->has_key = note_check(&k.note, &i.key, NULL, NULL) == 1) && i.number > p->first)
        if (peers_earlier(&x->s->house, p, i.number - 1, &i, NULL) < 0)
            break;
    memcpy(known->key, i.key.public, KEY_PUBLIC_LEN);
    kept_free(&k);
}

/* Effect: the result is verified by itself, with the collector's log. */
static int verify_result(struct auditing *x, const char *path, const char *bytes, size_t len,
                         struct err *e)
{
    struct complaints c = {.x = x};
    struct engine_known known = {.origin = NULL};
    struct engine_verdict verdict;

    take_key(x, &known);
    if (engine_verify(x->s->reader, path, ledger_directory(x->log), &known, complain, &c, &verdict,
                      e) < 0)
        return -1;
    if (c.count > COMPLAINTS)
        audit_add(x, "result", AUDIT_WRONG, NULL, 0, "%zu more things (metaneuron verify)",
                  c.count - COMPLAINTS);
    x->verified = verdict.problems == 0;
    engine_verdict_free(&verdict);
    audit_rest(x, "result", "nothing in it contradicts the collector's log, or itself");
    x->result = result_read(x->s->reader, path, bytes, len, NULL);
    return 0;
}

/* Effect: the published file, as all see it. */
static int check_result(struct auditing *x, struct err *e)
{
    char path[PATH_MAX], *bytes;
    size_t len;
    struct err why = {0};

    if (!x->run->settled) {
        audit_add(x, "result-file", AUDIT_UNCHECKED, NULL, 0,
                  x->run->closed ? "the run was closed without an answer (%s)"
                                 : "%sit is not "
                                   "settled yet",
                  x->run->closed ? x->run->closed_by : "");
        return 0;
    }
    if (payload_get(&x->s->house, x->run->collector, x->run->result, RESULT_FILE_MOST, &bytes, &len,
                    &why) < 0) {
        bool other = why.code == ERR_VERIFY || why.code == ERR_INPUT;
        audit_add(x, "result-file", other ? AUDIT_WRONG : AUDIT_UNCHECKED, NULL, 0,
                  other ? "%s: it was replaced, or damaged on its way" : "%s", why.text);
        return 0;
    }
    audit_rest(x, "result-file", "it has the digest that was settled");
    int rc = payload_path(&x->s->house, x->run->result, path, e);
    if (rc == 0)
        rc = verify_result(x, path, bytes, len, e);
    free(bytes);
    return rc;
}

static int check_credits(struct auditing *x)
{
    struct accounts accounts;
    struct err why = {0};

    if (!audit_find(x, SAID_SETTLE, NULL, 0, NULL)) {
        audit_add(x, "credits", AUDIT_UNCHECKED, NULL, 0, "nothing is settled yet");
        return 0;
    }
    if (accounts_fold(x->log, UINT64_MAX, &accounts, &why) < 0) {
        audit_add(x, "credits", AUDIT_WRONG, NULL, 0,
                  "%s; whoever has the log of %s sees that (metaneuron ledger balance)", why.text,
                  x->run->collector);
        return 0;
    }
    if (accounts.odd.code != ERR_NONE)
        audit_add(x, "credits", AUDIT_WRONG, NULL, 0, "%s", accounts.odd.text);
    accounts_free(&accounts);
    audit_rest(x, "credits", "they are divided as the rules say");
    return 0;
}

static int look(struct auditing *x, const char *identity, struct err *e)
{
    struct site *s = x->s;

    if (peers_load(&s->house, &x->peers, e) < 0 || site_identity(s, &x->self, e) < 0 ||
        take_identity(x, identity, e) < 0 || take_log(x, e) < 0 ||
        house_run_path(&s->house, x->run->key, "audit", x->a->directory, e) < 0)
        return -1;
    take_contract(x);
    if (check_logs(x, e) < 0 || audit_centres(x, e) < 0 || audit_times(x, e) < 0 ||
        audit_models(x, e) < 0 || check_result(x, e) < 0 || check_credits(x) < 0 ||
        audit_states(x, e) < 0)
        return -1;
    return x->a->count > 0 ? 0 : err_memory(e, "an audit");
}

int site_audit(struct site *s, const char *run, const char *identity, struct site_audit *a,
               struct err *e)
{
    struct auditing x = {.s = s, .a = a, .run = federation_run(&s->fed, run, e)};

    *a = (struct site_audit){.list = NULL};
    if (!x.run)
        return -1;
    snprintf(a->run, sizeof a->run, "%s", x.run->key);
    snprintf(a->collector, sizeof a->collector, "%s", x.run->collector);
    a->disclose = x.run->disclose;
    int rc = look(&x, identity, e);
    if (x.has_identity)
        age_identity_forget(&x.identity);
    result_free(x.result);
    bound_destroy(x.bound);
    contract_destroy(x.contract);
    if (x.log)
        audit_give_back(&(struct auditing){.s = s}, x.log);
    free(x.said);
    lookup_free(&x.firsts);
    peers_free(&x.peers);
    return rc;
}
