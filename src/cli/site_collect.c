/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs of a centre that asks others. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/site_verbs.h"
#include "report/run.h"
#include "report/share.h"
#include "util/owner.h"
#include "util/store.h"

/* Whether a file is named as specs are: what is published is the file that is made of one. */
static bool is_spec(const char *path)
{
    const char *end = strrchr(path, '.');

    return end && (strcmp(end, ".yaml") == 0 || strcmp(end, ".yml") == 0);
}

int verb_publish(struct site_call *c, struct err *e)
{
    const struct site_words *w = c->w;
    const struct site_publication p = {.contract = c->words[0],
                                       .sites = w->sites,
                                       .sites_count = w->sites_count,
                                       .min = w->min,
                                       .claims = w->claims,
                                       .deadline = w->deadline,
                                       .disclose = w->disclose,
                                       .auditors = w->auditors,
                                       .auditors_count = w->auditors_count,
                                       .again = w->again};
    struct site s;
    char key[RUN_HEX + 1];

    if (w->sites_count == 0)
        return err_set(e, ERR_USAGE, "site publish: --sites NAME,… says whom it asks");
    if (is_spec(p.contract))
        return err_set(e, ERR_INPUT,
                       "%s: is a spec: metaneuron contract build %s -o FILE.h5 makes the contract "
                       "that is published",
                       p.contract, p.contract);
    int rc = verb_open(c, &s, VERB_CHANGES, e) < 0 ? -1 : site_publish(&s, &p, key, e);
    site_close(&s);
    if (rc == 0)
        verb_done(c, "published", key);
    return rc;
}

/* Effect: the bytes are a new file's; one that has them already is that file. */
static int write_copy(const char *path, const char *bytes, size_t len, struct err *e)
{
    char *there = NULL;
    size_t n = 0;

    if (file_write_new(path, bytes, len, FILE_OWN, e) < 0 ||
        file_read(path, RESULT_FILE_MOST, &there, &n, e) < 0)
        return -1;
    bool same = n == len && memcmp(there, bytes, len) == 0;
    free(there);
    return same ? 0
                : err_set(e, ERR_USAGE,
                          "%s: is there already, and something else: give another "
                          "place by -o",
                          path);
}

static int copy_result(const char *from, const char *to, struct err *e)
{
    char *bytes;
    size_t len;

    if (file_read(from, RESULT_FILE_MOST, &bytes, &len, e) < 0)
        return -1;
    int rc = write_copy(to, bytes, len, e);
    free(bytes);
    return rc;
}

/* Effect: what another centre has published is in the house, and a copy of it where it is wanted. */
static int fetch(struct site_call *c, struct site *s, const char *key, struct err *e)
{
    char path[PATH_MAX];

    if (site_fetch(s, key, path, e) < 0 || (c->w->out && copy_result(path, c->w->out, e) < 0))
        return -1;
    report_fetched(c->to, &c->how, key, c->w->out ? c->w->out : path, c->w->json);
    return 0;
}

/* What is settled stands; but little of the data may be in it. */
static void check_share(struct site_call *c, const struct engine_report *report)
{
    struct share share;
    struct err e = {0};

    result_share(report->result, &share);
    if (share_check(&share, report->share_min, &e) < 0)
        c->code = cli_fail(&e);
}

/* Effect: this centre's own run is gone on with; settled, what it came to is on the page. */
static int collect(struct site_call *c, struct site *s, const char *key, struct err *e)
{
    struct site_collected x = {0};
    int rc = site_collect(s, key, &x, e);

    bool stopped = rc == 0 && x.report.stopped.code != ERR_NONE; /* nothing is published yet */
    if (rc == 0 && c->w->out && !stopped)
        rc = copy_result(x.out, c->w->out, e);
    if (rc == 0) {
        const struct engine_options o = {.ledger = ledger_directory(s->house.ledger),
                                         .out = c->w->out && !stopped ? c->w->out : x.out};
        if (c->w->json)
            report_run_json(c->to, &x.report);
        else
            report_run(c->to, &o, &x.report, false, cli_colour());
        if (stopped)
            c->code = cli_fail(&x.report.stopped);
        else
            check_share(c, &x.report);
    }
    result_free(x.report.result);
    free(x.report.credits);
    return rc;
}

int verb_collect(struct site_call *c, struct err *e)
{
    struct site s;
    char key[RUN_HEX + 1];
    int rc = -1;

    if (verb_open(c, &s, VERB_COMPUTES, e) == 0 && verb_run(c, &s, key, e) == 0) {
        const struct fed_run *run = federation_run(&s.fed, key, e);
        rc = strcmp(run->collector, s.house.name) == 0 ? collect(c, &s, key, e)
                                                       : fetch(c, &s, key, e);
    }
    site_close(&s);
    return rc;
}

int verb_close(struct site_call *c, struct err *e)
{
    struct site s;
    char key[RUN_HEX + 1];
    int rc = -1;

    if (verb_open(c, &s, VERB_CHANGES, e) == 0 && verb_run(c, &s, key, e) == 0)
        rc = site_close_run(&s, key, c->w->code, e);
    site_close(&s);
    if (rc == 0)
        verb_done(c, "closed", key);
    return rc;
}
