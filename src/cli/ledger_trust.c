/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs that begin and sign a ledger, and verify it. */

#include <string.h>

#include "cli/cli.h"
#include "cli/ledger_verbs.h"
#include "ledger/fold/accounts.h"
#include "ledger/trust/change.h"
#include "report/trust.h"
#include "util/directory.h"

/* Whether the credits in it follow the rules. */
static int check_accounts(const char *directory, uint64_t count, struct err *e)
{
    struct accounts a;
    struct err why = {0};
    struct ledger *l = ledger_open_read(directory, e);
    int rc = l ? accounts_fold(l, count, &a, &why) : -1;

    if (l && rc == 0 && a.odd.code != ERR_NONE)
        err_set(&why, ERR_VERIFY, "%s: %s", directory, a.odd.text);
    if (rc == 0)
        accounts_free(&a);
    ledger_close(l);
    if (why.code != ERR_NONE)
        return err_set(e, ERR_VERIFY, "%s", why.text);
    return rc;
}

/* Effect: known has what the words of the command name. */
static int take_known(const struct ledger_words *w, struct audit_known *known,
                      struct policy **policy, struct err *e)
{
    known->files = w->files;
    known->count = w->files_count;
    known->has_key = w->key != NULL;
    if (w->key && keys_read_public(w->key, known->key) < 0)
        return err_set(e, ERR_USAGE, "--key: expected ed25519: and 64 hexadecimal digits");
    if (cli_policy(w->policy, policy, e) < 0)
        return -1;
    known->policy = *policy;
    return 0;
}

/* A policy that this user has for other ledgers says nothing of this one. */
static bool is_for(const struct policy *policy, const char *directory)
{
    char origin[RECORD_MOST];

    if (ledger_origin(directory, origin, NULL) < 0)
        return true;
    for (size_t i = 0; i < policy_logs(policy); i++)
        if (strcmp(policy_log(policy, i)->name, origin) == 0)
            return true;
    return false;
}

int ledger_check(struct ledger_call *c, struct err *e)
{
    struct audit_known known = {0};
    struct policy *policy = NULL;
    struct audit a = {0};
    int rc = take_known(c->w, &known, &policy, e);

    if (rc == 0 && policy && !c->w->policy && !is_for(policy, c->directory))
        known.policy = NULL;
    if (rc == 0)
        rc = audit_ledger(c->directory, &known, &a, e);
    if (rc == 0 && a.keys.odd.code != ERR_NONE)
        rc = err_set(e, ERR_VERIFY, "%s: %s", c->directory, a.keys.odd.text);
    if (rc == 0)
        rc = check_accounts(c->directory, a.state.count, e);
    if (rc == 0 && c->w->json)
        report_audit_json(c->to, c->directory, &a);
    else if (rc == 0)
        report_audit(c->to, c->directory, &a);
    audit_free(&a);
    policy_free(policy);
    return rc;
}

static void tell_signed(struct ledger_call *c, const struct sign_report *r)
{
    if (c->w->json)
        report_signed_json(c->to, r);
    else
        report_signed(c->to, r);
}

/* Effect: signs what stands there, and tells of it. */
static int sign(struct ledger_call *c, struct ledger *l, const struct key *key, size_t accept,
                struct err *e)
{
    struct sign_report r;

    if (sign_ledger(l, key, accept, &r, e) < 0)
        return -1;
    tell_signed(c, &r);
    return 0;
}

int ledger_checkpoint(struct ledger_call *c, struct err *e)
{
    struct key *key = cli_key(c->w->key, false, e);
    struct ledger *l = key ? ledger_open_alone(c->directory, NULL, c->w->exclusive, e) : NULL;
    int rc = l ? sign(c, l, key, c->w->accept_keys ? SIZE_MAX : 0, e) : -1;

    ledger_close(l);
    key_close(key);
    return rc;
}

int ledger_init(struct ledger_call *c, struct err *e)
{
    char site[80];
    uint8_t public[KEY_PUBLIC_LEN];
    struct key *key = cli_key(c->w->key, true, e);
    const struct ledger_genesis genesis = {cli_site(c->w->site, site), public};

    if (!key)
        return -1;
    key_public(key, public);
    bool placed = !c->w->group || file_mkdir_for_group(c->directory, c->w->group, e) == 0;
    struct ledger *l =
        placed ? ledger_open_alone(c->directory, &genesis, c->w->exclusive, e) : NULL;
    int rc = l ? sign(c, l, key, 0, e) : -1;
    ledger_close(l);
    key_close(key);
    return rc;
}

/* This user's public key, if there is one that can be read. */
static const uint8_t *own_key(const struct ledger_words *w, uint8_t *public)
{
    struct key *key = cli_key(w->key, false, NULL);

    if (key)
        key_public(key, public);
    key_close(key);
    return key ? public : NULL;
}

static int list_keys(struct ledger_call *c, struct err *e)
{
    uint8_t public[KEY_PUBLIC_LEN];
    const uint8_t *own = own_key(c->w, public);
    struct audit a;
    int rc = audit_ledger(c->directory, NULL, &a, e);

    if (rc == 0 && c->w->json)
        report_keys_json(c->to, &a, own);
    else if (rc == 0)
        report_keys(c->to, &a, own);
    audit_free(&a);
    return rc;
}

/* Makes the record of `keys add` or `keys revoke`. */
static int make_change(const struct ledger_call *c, bool add, struct record *r, struct err *e)
{
    uint8_t public[KEY_PUBLIC_LEN];
    const char *word = add ? c->w->name : c->w->reason;

    if (keys_read_public(c->words[1], public) < 0)
        return err_set(e, ERR_USAGE, "%s: expected ed25519: and 64 hexadecimal digits",
                       c->words[1]);
    if (add && (!word || !text_is_name(word)))
        return err_set(e, ERR_USAGE,
                       "keys add: --name WHO says who signs with it (letters, "
                       "digits, _ . -)");
    if (!add && (!word || keys_reason_of(word) == KEYS_REASONS))
        return err_set(e, ERR_USAGE, "keys revoke: --reason is lost, stolen, replaced or left");
    record_begin(r, add ? "keyadd" : "keyrevoke");
    record_set(r, "key", "%s", c->words[1]);
    record_set(r, add ? "name" : "reason", "%s", word);
    return 0;
}

static int change(struct ledger_call *c, struct record *r, struct err *e)
{
    struct sign_report report;
    struct key *key = cli_key(c->w->key, false, e);
    struct ledger *l = key ? ledger_open_alone(c->directory, NULL, c->w->exclusive, e) : NULL;
    int rc = l ? change_keys(l, key, r, &report, e) : -1;

    if (rc == 0)
        tell_signed(c, &report);
    ledger_close(l);
    key_close(key);
    return rc;
}

int ledger_keys(struct ledger_call *c, struct err *e)
{
    struct record r;
    const char *what = c->count > 0 ? c->words[0] : "";
    bool add = strcmp(what, "add") == 0;

    if (c->count == 0)
        return list_keys(c, e);
    if (c->count != 2 || (!add && strcmp(what, "revoke") != 0))
        return err_set(e, ERR_USAGE, "keys: expected nothing, add KEY, or revoke KEY");
    return make_change(c, add, &r, e) < 0 ? -1 : change(c, &r, e);
}
