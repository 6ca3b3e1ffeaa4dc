/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does whatever is due and allowed, with nobody typing. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/house/say.h"
#include "site/site.h"
#include "util/clock.h"

enum { TURNS = 64 }; /* of one run in one step: rounds of one centre alone go on by themselves */

static const int64_t day_us = INT64_C(86400) * 1000000;

/* A step, with what it was given. */
struct step {
    struct site *s;
    const struct site_program *how;
    site_compute *local;
    site_tell *tell;
    void *context;
};

static void tell(const struct step *x, const char *run, const char *text)
{
    if (x->tell)
        x->tell(x->context, run, text);
}

/* Effect: the part of the present round is being computed, or is. */
static int compute(const struct step *x, const char *run, bool *done, struct err *e)
{
    struct site_part p;
    char id[64], text[128];
    int rc = site_prepare(x->s, run, &p, e);

    if (rc == 0 && x->local) {
        rc = x->local(x->context, x->s, &p, e);
        *done = rc == 0;
        snprintf(text, sizeof text, "round %" PRIu64 " is computed", p.round);
    } else if (rc == 0) {
        rc = site_start_job(x->s, &p, x->how, id, e);
        snprintf(text, sizeof text, "round %" PRIu64 " is computed by job %s", p.round, id);
    }
    if (rc == 0)
        tell(x, run, text);
    site_part_free(&p);
    return rc;
}

/* As the collector. A run that leads to no answer is closed. */
static int collect(const struct step *x, const char *run, struct err *e)
{
    struct site_collected c;
    int rc = site_collect(x->s, run, &c, e);

    if (rc == 0)
        tell(x, run, "settled");
    else if (c.hopeless && site_close_run(x->s, run, c.hopeless, NULL) == 0)
        tell(x, run, "closed, as it leads to no answer");
    result_free(c.report.result);
    free(c.report.credits);
    return rc;
}

/* Effect: one thing is done for a run, if any is due. *done is whether more may follow at once. */
static int turn(const struct step *x, const char *run, enum site_next next, bool *done,
                struct err *e)
{
    char out[PATH_MAX];
    int rc = 0;

    *done = false;
    switch (next) {
    case SITE_CLAIM:
        rc = site_claim(x->s, run, e);
        *done = rc == 0;
        if (rc == 0)
            tell(x, run, "claimed");
        break;
    case SITE_COMPUTE:
        return compute(x, run, done, e);
    case SITE_RELEASE:
    case SITE_SUBMIT:
        rc = site_submit(x->s, run, false, e);
        *done = rc == 0;
        if (rc == 0)
            tell(x, run, "submitted");
        break;
    case SITE_COLLECT:
        return collect(x, run, e);
    case SITE_FETCH:
        rc = site_fetch(x->s, run, out, e);
        if (rc == 0)
            tell(x, run, "its result is here");
        break;
    default:
        break;
    }
    return rc;
}

/* Effect: what stood against a turn is told. Returns whether that ends the step: a fault here does,
 * what others have not done yet, or the policy denies, does not. */
static int take_trouble(const struct step *x, const char *run, const struct err *why, struct err *e)
{
    tell(x, run, why->text);
    if (why->code != ERR_SOFTWARE && why->code != ERR_IO)
        return 0;
    return err_set(e, why->code, "%s", why->text);
}

/* Effect: a run is gone on with as far as it goes. What the collector's turn has said may be this
 * centre's own to compute. */
static int go_on(const struct step *x, const char *run, struct err *e)
{
    struct site_item item;
    enum site_next last = SITE_NOTHING;
    bool done = true;

    for (int i = 0; done && i < TURNS; i++) {
        struct err why = {0};
        const struct fed_run *known = federation_run(&x->s->fed, run, e);
        if (!known || site_next(x->s, known, &item, e) < 0)
            return -1;
        if (item.next == SITE_NOTHING && strcmp(known->collector, x->s->house.name) == 0)
            return site_say_late(x->s, known, e); /* what comes after the end is told, too */
        if (item.next == SITE_NOTHING || item.next == last)
            return 0;
        last = item.next == SITE_COLLECT ? SITE_COLLECT : SITE_NOTHING;
        int rc = turn(x, run, item.next, &done, &why);
        if (rc < 0 && take_trouble(x, run, &why, e) < 0)
            return -1;
        if (rc == 0 && !done && item.next != SITE_COMPUTE && item.next != SITE_FETCH &&
            item.next != SITE_COLLECT)
            tell(x, run, item.text);
        done |= rc < 0 && item.next == SITE_COLLECT && why.code == ERR_INCOMPLETE;
    }
    return 0;
}

/* Who follows this centre sees that it is there. */
static int beat(struct site *s, struct err *e)
{
    struct record r;

    if (clock_utc_us() - s->fed.last_said_us < day_us)
        return 0;
    record_begin(&r, "heartbeat");
    return say(&s->house, &r, 1, NULL, e);
}

int site_step(struct site *s, const struct site_program *how, site_compute *local, site_tell *told,
              void *context, struct err *e)
{
    const struct step x = {s, how, local, told, context};
    struct sync_report synced;
    int rc = sync_all(&s->house, &synced, e);

    if (rc < 0)
        return -1;
    free(synced.peers);
    if (site_look_again(s, e) < 0)
        return -1;
    size_t count = s->fed.count;
    char(*keys)[RUN_HEX + 1] = err_alloc(count, sizeof *keys, "runs", e);
    if (!keys)
        return -1;
    for (size_t i = 0; i < count; i++)
        memcpy(keys[i], s->fed.runs[i].key, sizeof keys[i]);
    for (size_t i = 0; i < count; i++)
        if (federation_run(&s->fed, keys[i], NULL) && go_on(&x, keys[i], e) < 0)
            rc = -1; /* what fails of one run keeps no other from going on */
    free(keys);
    return beat(s, e) < 0 ? -1 : rc;
}
