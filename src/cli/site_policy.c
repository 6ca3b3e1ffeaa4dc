/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs about a centre's policy. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/site_verbs.h"
#include "util/clock.h"
#include "util/store.h"

/* Effect: *bytes are those of a file, or of the house's policy if it is NULL. */
static int read_policy(const struct site_call *c, const char *given, char path[static PATH_MAX],
                       char **bytes, size_t *len, struct err *e)
{
    struct house h = {0};

    snprintf(h.directory, sizeof h.directory, "%s", c->directory);
    if (given)
        snprintf(path, PATH_MAX, "%s", given);
    else if (house_path(&h, "policy.yaml", path, e) < 0)
        return -1;
    return file_read(path, RULES_MOST, bytes, len, e);
}

static int check(struct site_call *c, struct err *e)
{
    char path[PATH_MAX], digest[DIGEST_TEXT], *bytes = NULL;
    size_t len;
    struct rules *rules = NULL;
    int rc = -1;

    if (read_policy(c, verb_word(c, 0), path, &bytes, &len, e) == 0 &&
        (rules = rules_read(path, bytes, len, e)) && hash_text(bytes, len, digest, e) == 0) {
        report_policy(c->to, &c->how, path, digest, c->w->json);
        rc = 0;
    }
    rules_free(rules);
    free(bytes);
    return rc;
}

static int accept_policy(struct site_call *c, struct err *e)
{
    struct site s;
    int rc = verb_open(c, &s, VERB_CHANGES, e) < 0 ? -1 : site_policy_accept(&s, e);

    site_close(&s);
    if (rc == 0)
        verb_done(c, "in force", "policy");
    return rc;
}

static int show(struct site_call *c, struct err *e)
{
    struct site s;
    struct err why = {0};
    char path[PATH_MAX], *bytes = NULL;
    size_t len;
    int rc = verb_open(c, &s, VERB_LOOKS, e) < 0 ? -1 : read_policy(c, NULL, path, &bytes, &len, e);

    if (rc == 0) {
        struct rules *rules = rules_in_force(&s.house, &s.fed, clock_utc_us() / 1000000, &why);
        report_policy_text(c->to, path, bytes, rules ? NULL : why.text, c->w->json);
        rules_free(rules);
    }
    free(bytes);
    site_close(&s);
    return rc;
}

/* Effect: the rules are asked with all that is known at that stage; before it is there,
 * ERR_INCOMPLETE. */
static int ask(struct site *s, const char *key, enum rules_stage stage, struct report_findings *x,
               struct err *e)
{
    struct site_review r = {0};
    int rc;

    if (stage == RULES_SUBMIT)
        rc = site_review(s, key, false, &r, report_finding, x, e);
    else if (stage == RULES_COMPUTE)
        rc = site_find_part(s, key, &r.c, &r.part, e);
    else
        rc = site_consider(s, key, SITE_LOOKS_DATA, &r.c, e);
    if (rc == 0 && stage != RULES_SUBMIT)
        rc = site_try(s, &r.c, stage, report_finding, x, e);
    site_review_free(&r);
    return rc;
}

/* Effect: the findings of all rules are on the page, and the command ends with 77 if one denies. */
static int try_run(struct site_call *c, struct site *s, struct report_findings *x, struct err *e)
{
    char key[RUN_HEX + 1];

    if (verb_run(c, s, key, e) < 0 || ask(s, key, c->w->stage, x, e) < 0)
        return -1;
    (c->w->json ? report_findings_json : report_findings)(c->to, key, x);
    c->code = report_denied(x) ? ERR_REFUSED : 0;
    return 0;
}

static int try_policy(struct site_call *c, struct err *e)
{
    struct site s;
    struct report_findings x = {0};
    int rc = verb_open(c, &s, VERB_LOOKS, e) < 0 ? -1 : try_run(c, &s, &x, e);

    free(x.list);
    site_close(&s);
    return rc;
}

int verb_policy(struct site_call *c, struct err *e)
{
    static const struct verb_second table[] = {{"show", show, 0, 0},
                                               {"check", check, 0, 1},
                                               {"accept", accept_policy, 0, 0},
                                               {"try", try_policy, 0, 1},
                                               {0}};

    return verb_second(c, "policy", table, e);
}
