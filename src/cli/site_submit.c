/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs that show what would leave, and let it. */

#include <stdlib.h>

#include "cli/site_verbs.h"

static void tell(struct site_call *c, const struct site *s, const struct site_review *r,
                 const struct report_findings *x)
{
    if (c->w->json)
        report_review_json(c->to, s, r, x);
    else
        report_review(c->to, &c->how, r, x);
}

/* Effect: what would leave is on the page, if page; *free is whether the policy lets it leave
 * without a person. A rule that denies, besides that one, is ERR_REFUSED. */
static int look(struct site_call *c, struct site *s, const char *key, bool page, bool *without,
                struct err *e)
{
    struct site_review r = {0};
    struct report_findings x = {0};
    int rc = site_review(s, key, true, &r, report_finding, &x, e);

    if (rc == 0) {
        *without = r.c.rules && rules_releases(r.c.rules, &r.c.q);
        if (page)
            tell(c, s, &r, &x);
        const struct rules_finding *denied = report_denied(&x);
        if (denied && !page)
            rc = err_set(e, ERR_REFUSED, "%s: %s; %s", denied->rule, denied->text, denied->change);
        else if (denied)
            c->code = ERR_REFUSED;
    }
    free(x.list);
    site_review_free(&r);
    return rc;
}

/* The same of a centre that is opened for it; key gets the run's. */
static int look_at(struct site_call *c, bool page, char key[static RUN_HEX + 1], bool *without,
                   struct err *e)
{
    struct site s;
    int rc = -1;

    if (verb_open(c, &s, VERB_LOOKS, e) == 0 && verb_run(c, &s, key, e) == 0)
        rc = look(c, &s, key, page, without, e);
    site_close(&s);
    return rc;
}

int verb_review(struct site_call *c, struct err *e)
{
    char key[RUN_HEX + 1];
    bool without;

    return look_at(c, true, key, &without, e);
}

/* Returns 1 if the numbers may leave, *released says whether as a person has looked at them; 0: they
 * may not, and the page says why; or -1. */
static int release(struct site_call *c, bool *released, struct err *e)
{
    char key[RUN_HEX + 1];
    bool ask = verb_can_ask(c), without = false;

    *released = c->w->yes;
    if (*released)
        return 1;
    if (look_at(c, ask, key, &without, e) < 0)
        return -1;
    if (without || c->code != 0)
        return c->code == 0;
    if (!ask)
        return err_set(e, ERR_USAGE,
                       "site submit: there is no terminal to ask on whether these numbers may "
                       "leave: --yes says so, after site review, or release: auto in the policy");
    *released = verb_ask(c, "Shall these numbers leave?");
    if (!*released)
        page_addf(c->to, "nothing has left\n");
    return *released;
}

int verb_submit(struct site_call *c, struct err *e)
{
    struct site s;
    char key[RUN_HEX + 1];
    bool released;
    int rc = release(c, &released, e);

    if (rc <= 0)
        return rc;
    rc = -1;
    if (verb_open(c, &s, VERB_CHANGES, e) == 0 && verb_run(c, &s, key, e) == 0)
        rc = site_submit(&s, key, released, e);
    site_close(&s);
    if (rc == 0)
        verb_done(c, "submitted", key);
    return rc;
}
