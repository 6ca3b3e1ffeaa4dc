/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs that audit a run, and check what an audit has proved. */

#include <stdlib.h>

#include "cli/cli.h"
#include "cli/site_verbs.h"
#include "util/store.h"

/* The exit code of an audit. */
static int code_of(const struct site_audit *a)
{
    return a->wrong > 0 ? ERR_VERIFY : a->unchecked > 0 ? ERR_PART : 0;
}

int verb_audit(struct site_call *c, struct err *e)
{
    struct site s;
    struct site_audit a = {.list = NULL};
    char key[RUN_HEX + 1];
    int rc = -1;

    if (verb_open(c, &s, VERB_CHANGES, e) == 0 && verb_run(c, &s, key, e) == 0)
        rc = site_audit(&s, key, c->w->identity, &a, e);
    if (rc == 0) {
        if (c->w->json)
            report_site_audit_json(c->to, &a);
        else
            report_site_audit(c->to, &c->how, &a);
        c->code = code_of(&a);
    }
    site_audit_free(&a);
    site_close(&s);
    return rc;
}

int verb_check_evidence(struct site_call *c, struct err *e)
{
    const char *path = verb_word(c, 0);
    struct policy *policy = NULL;
    struct proof_found found;
    struct err why = {0};
    char *data = NULL;
    size_t len;
    int rc = cli_need_policy(c->w->policy, &policy, e);

    if (rc == 0)
        rc = file_read(path, PROOF_MOST, &data, &len, e);
    if (rc == 0 && proof_check(data, len, policy, &found, &why) < 0)
        rc = err_set(e, why.code, "%s: %s", path, why.text);
    if (rc == 0)
        report_proof(c->to, &found, c->w->json);
    free(data);
    policy_free(policy);
    return rc;
}
