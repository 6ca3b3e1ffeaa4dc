/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs by which a centre answers what others ask. */

#include <stdlib.h>

#include "cli/site_verbs.h"

int verb_inbox(struct site_call *c, struct err *e)
{
    struct site s;
    struct site_item *items = NULL;
    size_t count = 0;
    struct report_inbox *list = NULL;
    int rc = verb_open(c, &s, VERB_LOOKS, e) < 0 ? -1 : verb_items(&s, &items, &count, e);

    if (rc == 0 && !(list = err_alloc(count, sizeof *list, "runs", e)))
        rc = -1;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        list[i].item = &items[i];
        if (site_consider(&s, items[i].run->key, SITE_ACTS, &list[i].c, &list[i].wrong) < 0 &&
            list[i].wrong.code == ERR_SOFTWARE)
            rc = err_set(e, ERR_SOFTWARE, "%s", list[i].wrong.text);
    }
    if (rc == 0 && c->w->json)
        report_inbox_json(c->to, list, count);
    else if (rc == 0)
        report_inbox(c->to, &c->how, list, count);
    for (size_t i = 0; list && i < count; i++)
        site_case_free(&list[i].c);
    free(list);
    free(items);
    site_close(&s);
    return rc;
}

int verb_show(struct site_call *c, struct err *e)
{
    struct site s;
    struct site_case k = {0};
    char key[RUN_HEX + 1];
    int rc = -1;

    if (verb_open(c, &s, VERB_LOOKS, e) == 0 && verb_run(c, &s, key, e) == 0)
        rc = site_consider(&s, key, SITE_LOOKS, &k, e);
    if (rc == 0 && c->w->json)
        rc = report_case_json(c->to, &s, &k, e);
    else if (rc == 0)
        report_case(c->to, &c->how, &s, &k);
    site_case_free(&k);
    site_close(&s);
    return rc;
}

/* What a verb does to a run. */
typedef int site_does(struct site *s, const char *run, struct err *e);

static int answer(struct site_call *c, site_does *does, const char *done, struct err *e)
{
    struct site s;
    char key[RUN_HEX + 1];
    int rc = -1;

    if (verb_open(c, &s, VERB_CHANGES, e) == 0 && verb_run(c, &s, key, e) == 0)
        rc = does(&s, key, e);
    site_close(&s);
    if (rc == 0)
        verb_done(c, done, key);
    return rc;
}

int verb_approve(struct site_call *c, struct err *e)
{
    struct site s;
    char key[RUN_HEX + 1];
    int rc = -1;

    if (verb_open(c, &s, VERB_CHANGES, e) == 0 && verb_run(c, &s, key, e) == 0)
        rc = site_approve(&s, key, c->w->signature, e);
    site_close(&s);
    if (rc == 0)
        verb_done(c, "approved", key);
    return rc;
}

int verb_refuse(struct site_call *c, struct err *e)
{
    return answer(c, site_refuse, "refused", e);
}

int verb_claim(struct site_call *c, struct err *e)
{
    return answer(c, site_claim, "claimed", e);
}

int verb_withdraw(struct site_call *c, struct err *e)
{
    return answer(c, site_withdraw, "withdrawn", e);
}
