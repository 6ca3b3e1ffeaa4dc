/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Has the centres of the demonstration run a contract. */

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/site_demo.h"
#include "engine/verify/verify.h"
#include "report/result.h"
#include "site/audit/audit.h"
#include "util/parse.h"

/* Effect: the centre has taken in what the others have said; it stays open. */
static int open_synced(struct demo *d, size_t k, struct site *s, enum verb_use use, struct err *e)
{
    struct sync_report r = {0};

    if (demo_open(d, k, s, use, e) < 0 || sync_all(&s->house, &r, e) < 0)
        return -1;
    free(r.peers);
    return site_look_again(s, e);
}

static int publish(struct demo *d, struct err *e)
{
    const char *sites[DEMO_CENTRES];
    const struct site_publication p = {.contract = d->contract,
                                       .sites = sites,
                                       .sites_count = d->count,
                                       .claims = 3600,
                                       .deadline = 3600,
                                       .disclose = DISCLOSE_FEATURES};
    struct site s;

    for (size_t k = 0; k < d->count; k++)
        sites[k] = demo_name(k);
    int rc = open_synced(d, 0, &s, VERB_CHANGES, e) < 0 ? -1 : site_publish(&s, &p, d->run, e);
    site_close(&s);
    if (rc == 0)
        demo_tell(d, demo_name(0), "publishes run %s: moments of nuclei, of %zu centres", d->run,
                  d->count);
    return rc;
}

/* Effect: the centre that forgot the author is denied, and mends its policy. */
static int mend(struct demo *d, struct site *s, const char *who, struct err *e)
{
    struct err why = {0};

    if (site_claim(s, d->run, &why) == 0)
        return 0;
    if (why.code != ERR_REFUSED)
        return err_set(e, why.code, "%s", why.text);
    snprintf(d->denied, sizeof d->denied, "%.*s", (int)strcspn(why.text, ":"), why.text);
    demo_tell(d, who, "claims: DENIED %s", why.text);
    if (demo_policy(d, DEMO_ASKS, false, e) < 0 || site_policy_accept(s, e) < 0)
        return -1;
    demo_tell(d, who, "names %s in policy.yaml: site policy accept", demo_name(0));
    return 0;
}

static int claim(struct demo *d, size_t k, struct err *e)
{
    struct site s;
    int rc = open_synced(d, k, &s, VERB_CHANGES, e);

    if (rc == 0 && k == DEMO_ASKS && !d->again)
        rc = mend(d, &s, demo_name(k), e);
    if (rc == 0 && k == DEMO_ASKS)
        rc = site_approve(&s, d->run, NULL, e);
    if (rc == 0)
        rc = site_claim(&s, d->run, e);
    const struct fed_run *run = rc == 0 ? federation_run(&s.fed, d->run, e) : NULL;
    const struct fed_party *p = run ? fed_party(run, demo_name(k)) : NULL;
    if (p && (d->count <= DEMO_FEW || k == DEMO_ASKS))
        demo_tell(d, demo_name(k), "claims %" PRIu64 " rows, and commits to them%s", p->items,
                  k == DEMO_ASKS ? ", as a person said yes: site approve" : "");
    site_close(&s);
    return rc;
}

/* Effect: the collector goes on. Settled or not, r says what came of it. */
static int collect(struct demo *d, struct site_collected *x, struct err *e)
{
    struct site s;
    struct err why = {0};
    int rc = open_synced(d, 0, &s, VERB_COMPUTES, e);

    if (rc == 0 && site_collect(&s, d->run, x, &why) < 0 && why.code != ERR_INCOMPLETE)
        rc = err_set(e, why.code, "%s", why.text);
    site_close(&s);
    return rc;
}

/* Whether a demo that was interrupted has submitted the centre's result already. */
static bool has_submitted(const struct demo *d, const struct site *s)
{
    const struct fed_run *run = federation_run(&s->fed, d->run, NULL);
    const struct fed_party *p = run ? fed_party(run, s->house.name) : NULL;

    return p && fed_submit_of(p, 1);
}

static int compute(struct demo *d, size_t k, struct err *e)
{
    struct site s;
    struct site_part p = {.computed = true};
    int rc = open_synced(d, k, &s, VERB_CHANGES, e);

    if (rc == 0 && !has_submitted(d, &s))
        rc = site_prepare(&s, d->run, &p, e);
    site_close(&s); /* a computation holds no lock */
    if (rc == 0 && !p.computed)
        rc = verb_compute_here(d->c, &p, demo_name(k), e);
    site_part_free(&p);
    return rc;
}

static void tell_review(struct demo *d, const char *who, const struct site_review *r)
{
    enum { SHOWN = 3 };
    char value[NUMBER_TEXT];

    demo_tell(d, who, "looks at what would leave: %zu numbers, sealed to %s: site review",
              r->length, r->c.run->collector);
    for (size_t i = 0; i < r->features && i < SHOWN; i++)
        demo_tell(d, "", "  %-24s %s", r->feature_names[i], format_double(value, r->values[i]));
    page_addf(d->to, "%-12s… and, the last of all:", "");
    for (size_t i = r->length > SHOWN ? r->length - SHOWN : 0; i < r->length; i++)
        page_addf(d->to, " %s", format_double(value, r->state[i]));
    page_addf(d->to, "\n");
}

static int submit(struct demo *d, size_t k, struct err *e)
{
    struct site s;
    struct site_review r = {0};
    bool looks = k == DEMO_ASKS, done;
    int rc = open_synced(d, k, &s, VERB_CHANGES, e);

    done = rc == 0 && has_submitted(d, &s);
    if (rc == 0 && looks && !done) {
        rc = site_review(&s, d->run, true, &r, NULL, NULL, e);
        if (rc == 0)
            tell_review(d, demo_name(k), &r);
        site_review_free(&r);
    }
    if (rc == 0 && !done)
        rc = site_submit(&s, d->run, looks, e);
    site_close(&s);
    return rc;
}

static void add_aggregate(struct demo *d, const struct result *r)
{
    const struct result_array *mean = result_find(&r->accepted, "mean"),
                              *sd = result_find(&r->accepted, "sd");

    for (size_t i = 0; mean && sd && mean->row_labels && i < mean->rows; i++)
        demo_tell(d, i ? "" : "answer", "%-24s mean %.6g, sd %.6g", mean->row_labels[i],
                  mean->values[i], sd->values[i]);
}

static int each(struct demo *d, int (*does)(struct demo *d, size_t k, struct err *e),
                enum demo_part part, struct err *e)
{
    int rc = 0;

    for (size_t k = 0; rc == 0 && k < d->count; k++)
        rc = does(d, k, e);
    demo_took(d, part);
    return rc;
}

/* Effect: all that is between the roster and the collected results. */
static int go_round(struct demo *d, struct err *e)
{
    demo_tell(d, demo_name(0), "says who computes, now that all have answered: site collect");
    demo_took(d, DEMO_COLLECTING);
    if (each(d, compute, DEMO_COMPUTING, e) < 0)
        return -1;
    demo_tell(d, "each", "computes its part over its own rows: site compute");
    if (each(d, submit, DEMO_COLLECTING, e) < 0)
        return -1;
    demo_tell(d, "each", "seals its numbers to %s, and says so: site submit", demo_name(0));
    return 0;
}

static void tell_settled(struct demo *d, const struct engine_report *report)
{
    demo_tell(d, demo_name(0), "opens them, filters, aggregates, settles: site collect");
    page_addf(d->to, "\n");
    report_slaves(d->to, report->result, report->credits, false);
    report_rejections(d->to, report->result, false);
    page_addf(d->to, "\n");
    add_aggregate(d, report->result);
}

int demo_run(struct demo *d, struct err *e)
{
    struct site_collected x = {0};
    int rc = -1;

    if (publish(d, e) == 0 && each(d, claim, DEMO_CLAIMS, e) == 0)
        rc = collect(d, &x, e);
    if (rc == 0 && d->count > DEMO_FEW)
        demo_tell(d, "the others", "claim their rows, and commit to them");
    if (rc == 0 && !x.report.result) { /* nearly always: who was interrupted may be further */
        rc = go_round(d, e);
        if (rc == 0)
            rc = collect(d, &x, e);
    }
    demo_took(d, DEMO_COLLECTING);
    if (rc == 0 && !x.report.result)
        rc = err_set(e, ERR_SOFTWARE, "run %s is not settled", d->run);
    if (rc == 0)
        tell_settled(d, &x.report);
    result_free(x.report.result);
    free(x.report.credits);
    return rc;
}

static void count_wrong(void *context, const char *text)
{
    demo_tell(context, "WRONG", "%s", text);
}

/* Effect: the last centre fetches what was published, and verifies it by the log that it has seen. */
static int verify(struct demo *d, struct err *e)
{
    size_t k = d->count - 1;
    char mirror[PATH_MAX];
    struct engine_verdict v = {0};
    struct site s;
    int rc = -1;

    if (open_synced(d, k, &s, VERB_CHANGES, e) == 0 && site_fetch(&s, d->run, d->result, e) == 0 &&
        peers_mirror(&s.house, demo_name(0), mirror, e) == 0)
        rc = engine_verify(d->c->reader, d->result, mirror, NULL, count_wrong, d, &v, e);
    site_close(&s);
    d->problems = v.problems;
    if (rc == 0 && v.problems == 0)
        demo_tell(d, demo_name(k),
                  "fetches the published result, and verifies filter and answer by the log of %s",
                  demo_name(0));
    engine_verdict_free(&v);
    return rc;
}

/* Effect: the same centre compares what the collector says with what all have said. */
static int audit(struct demo *d, struct err *e)
{
    size_t k = d->count - 1;
    struct site_audit a = {.list = NULL};
    struct site s;
    int rc = open_synced(d, k, &s, VERB_CHANGES, e) < 0 ? -1 : site_audit(&s, d->run, NULL, &a, e);

    site_close(&s);
    for (size_t i = 0; rc == 0 && i < a.count; i++)
        if (a.list[i].state == AUDIT_WRONG)
            count_wrong(d, a.list[i].text);
    if (rc == 0)
        demo_tell(d, demo_name(k),
                  "audits %s: %zu findings, %zu wrong; %zu need what is not published: site audit",
                  demo_name(0), a.count, a.wrong, a.unchecked);
    d->problems += a.wrong;
    site_audit_free(&a);
    return rc;
}

/* Effect: all have seen all, and cosigned it. */
static int cosign(struct demo *d, struct err *e)
{
    struct site s;
    struct sync_report r = {0};
    uint64_t records = 0;

    for (size_t k = 0; k < d->count; k++) {
        int rc = demo_open(d, k, &s, VERB_CHANGES, e) < 0 ? -1 : sync_all(&s.house, &r, e);
        for (size_t i = 0; rc == 0 && i < r.count; i++)
            if (strcmp(r.peers[i].name, demo_name(0)) == 0)
                records = r.peers[i].report.size;
        free(r.peers);
        r = (struct sync_report){0};
        site_close(&s);
        if (rc < 0)
            return -1;
    }
    demo_tell(d, "each", "has cosigned the logs of the others; that of %s has %" PRIu64 " records",
              demo_name(0), records);
    return 0;
}

int demo_check(struct demo *d, struct err *e)
{
    int rc = verify(d, e) < 0 || cosign(d, e) < 0 || audit(d, e) < 0 ? -1 : 0;

    demo_took(d, DEMO_CHECKING);
    return rc;
}
