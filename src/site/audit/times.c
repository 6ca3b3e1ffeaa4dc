/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at who was counted in a round, and who was not, against the times. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "site/audit/inside.h"
#include "site/pool.h"
#include "util/clock.h"

/* A centre in a round. */
struct counted {
    const struct fed_round *round;
    const struct fed_party *p;
    const struct fed_submit *sub;       /* that it has delivered; or NULL */
    const struct audit_said *aggregate; /* of the round */
    const struct audit_said *filter;    /* that judges it, or NULL: it is not counted */
    int64_t until_us;                   /* of the round */
    const char *roster;
    size_t roster_len;
};

/* Effect: the finding has the collector's records up to the aggregate, and what the centre has
 * submitted. */
static void prove(struct auditing *x, struct audit_finding *f, const struct counted *c,
                  enum proof_kind kind, const struct kept *by)
{
    audit_prove(x, f,
                &(struct audit_proved){.kind = kind,
                                       .from = x->run->seq,
                                       .to = c->aggregate->seq,
                                       .own_from = c->sub->seq,
                                       .own_to = c->sub->seq + 2,
                                       .by = by,
                                       .roster = c->roster,
                                       .roster_len = c->roster_len});
}

/* What counts was heard in time. */
static void check_counted(struct auditing *x, const struct counted *c)
{
    const struct fed_submit *sub = c->sub;
    char when[CLOCK_ISO], until[CLOCK_ISO];

    if (!sub)
        return; /* the submit record was told of */
    bool before = sub->heard_us > 0 && sub->heard_us <= c->filter->time_us;
    if (before && sub->heard_us <= c->until_us && !sub->late)
        return;
    clock_iso(until, c->until_us);
    struct audit_finding *f =
        !before ? audit_add(x, "late", AUDIT_WRONG, c->p->site, c->round->round,
                            "counts, and %s does not say before that it has heard of it (until %s)",
                            x->run->collector, until)
                : audit_add(x, "late", AUDIT_WRONG, c->p->site, c->round->round,
                            sub->late
                                ? "counts, and %s itself says that it is late (heard %s, until %s)"
                                : "counts, and %s has heard of it too late (%s, until %s)",
                            x->run->collector, clock_iso(when, sub->heard_us), until);
    if (strcmp(c->p->site, x->run->collector) != 0)
        prove(x, f, c, PROOF_LATE, NULL);
}

/* What the collector calls damaged, only those can tell of who can open it. */
static void check_damaged(struct auditing *x, const struct counted *c)
{
    struct sealed s = {.state = NULL};
    struct err why = {0};

    if (!x->has_identity) {
        audit_add(x, "left-out", AUDIT_UNCHECKED, c->p->site, c->round->round,
                  "%s says that what it was sealed is damaged; only who can open it can tell",
                  x->run->collector);
        return;
    }
    if (audit_open(x, c->p, c->sub, &s, &why) == 0)
        audit_add(x, "left-out", AUDIT_WRONG, c->p->site, c->round->round,
                  "%s says that it is damaged, and here it opens and is what was said; "
                  "whoever it is sealed to can see that",
                  x->run->collector);
    else if (why.code == ERR_INCOMPLETE)
        audit_add(x, "left-out", AUDIT_UNCHECKED, c->p->site, c->round->round, "%s", why.text);
    sealed_free(&s);
}

/* Nobody heard it in time; it may have been there all the same. */
static int check_unheard(struct auditing *x, const struct counted *c, struct err *e)
{
    struct audit_cover cover;
    char when[CLOCK_ISO], until[CLOCK_ISO];

    if (audit_cover(x, c->p->site, c->sub->seq + 1, c->until_us, &cover, e) < 0)
        return -1;
    clock_iso(until, c->until_us);
    if (cover.kept) {
        struct audit_finding *f = audit_add(
            x, "left-out", AUDIT_WRONG, c->p->site, c->round->round,
            "does not count; %s has cosigned its log with that result at %s, in time (until %s)",
            cover.who, clock_iso(when, cover.time_us), until);
        prove(x, f, c, PROOF_LEFT_OUT, cover.kept);
    } else if (c->sub->time_us <= c->until_us) {
        audit_add(x, "left-out", AUDIT_UNCHECKED, c->p->site, c->round->round,
                  "does not count; it was submitted in time (%s, until %s) by the centre's own "
                  "clock, and nobody had cosigned that by then, as far as is seen here",
                  clock_iso(when, c->sub->time_us), until);
    }
    audit_cover_free(&cover);
    return 0;
}

/* The round was over before its time, though somebody could still have come. */
static void tell_early(struct auditing *x, const struct counted *c)
{
    char when[CLOCK_ISO], until[CLOCK_ISO];
    struct audit_finding *f = audit_add(
        x, "left-out", AUDIT_WRONG, c->p->site, c->round->round,
        "does not count, and %s has ended the round at %s, before its time was over (%s)",
        x->run->collector, clock_iso(when, c->aggregate->time_us), clock_iso(until, c->until_us));

    if (c->sub)
        prove(x, f, c, PROOF_LEFT_OUT, NULL);
}

/* Returns the word for why the collector has lost it; "" if it does not say. */
static const char *lost_word(const struct auditing *x, const struct counted *c)
{
    const struct audit_said *lost = NULL, *next = NULL;

    while ((next = audit_find(x, SAID_LOST, c->p->site, 0, next)))
        lost = next->seq < c->aggregate->seq ? next : lost;
    return lost ? lost->word : "";
}

/* What does not count came late, or not at all. */
static int check_uncounted(struct auditing *x, const struct counted *c, struct err *e)
{
    char when[CLOCK_ISO], until[CLOCK_ISO];
    bool heard = c->sub && c->sub->heard_us > 0 && c->sub->heard_us <= c->until_us;
    bool damaged = strcmp(lost_word(x, c), "damaged") == 0;

    if (audit_is_silenced(x, c->p->site, c->aggregate->seq))
        audit_add(x, "left-out", AUDIT_UNCHECKED, c->p->site, c->round->round,
                  "does not count, as %s has revoked or suspended the centre before; why, its log "
                  "does not say",
                  x->run->collector);
    else if (!c->sub && damaged)
        audit_add(x, "left-out", AUDIT_UNCHECKED, c->p->site, c->round->round,
                  "%s says that it is damaged; its log was not seen so far", x->run->collector);
    else if (damaged) {
        check_damaged(x, c);
    } else if (heard) {
        struct audit_finding *f = audit_add(
            x, "left-out", AUDIT_WRONG, c->p->site, c->round->round,
            "does not count, and %s has heard of it in time (%s, until %s)", x->run->collector,
            clock_iso(when, c->sub->heard_us), clock_iso(until, c->until_us));
        prove(x, f, c, PROOF_LEFT_OUT, NULL);
    } else if (c->aggregate->time_us < c->until_us && !c->p->withdrawn && !c->p->recalled) {
        tell_early(x, c);
    } else if (c->sub) {
        return check_unheard(x, c, e);
    }
    return 0;
}

/* The collector's own result was said before it opened any other. */
static void check_first(struct auditing *x, uint64_t round)
{
    const char *own = x->run->collector;
    const struct audit_said *mine = audit_find(x, SAID_SUBMIT, own, round, NULL), *s = NULL;

    if (!mine || !audit_find(x, SAID_FILTER, own, round, NULL))
        return;
    while ((s = audit_find(x, SAID_SUBMIT, NULL, round, s)))
        if (s->seq < mine->seq && strcmp(s->site, own) != 0) {
            audit_add(x, "own-first", AUDIT_WRONG, own, round,
                      "was submitted in record %" PRIu64 ", after that of %s was opened (record "
                      "%" PRIu64 "): it could be chosen to fit",
                      mine->seq, s->site, s->seq);
            return;
        }
}

static int check_round(struct auditing *x, const struct fed_round *round, struct err *e)
{
    struct counted c = {.round = round,
                        .aggregate = audit_find(x, SAID_AGGREGATE, NULL, round->round, NULL),
                        .until_us = pool_deadline(x->run, round)};
    struct roster r;
    char *bytes;
    int rc = 0;

    if (!c.aggregate || !round->roster_us ||
        audit_roster(x, round, false, &r, &bytes, &c.roster_len) != 1)
        return 0; /* the roster was told of */
    c.roster = bytes;
    for (size_t k = 0; rc == 0 && k < x->run->parties_count; k++) {
        c.p = &x->run->parties[k];
        c.sub = fed_submit_of(c.p, round->round);
        c.filter = audit_find(x, SAID_FILTER, c.p->site, round->round, NULL);
        bool listed = roster_find(&r, c.p->site);
        if (c.filter && !listed)
            audit_add(x, "rosters", AUDIT_WRONG, c.p->site, round->round,
                      "does not name %s, whose result counts", c.p->site);
        if (c.filter)
            check_counted(x, &c);
        else if (listed)
            rc = check_uncounted(x, &c, e);
    }
    check_first(x, round->round);
    roster_free(&r);
    free(bytes);
    return rc;
}

/* Who ends a run for want of results has not heard of enough. */
static void check_closed(struct auditing *x)
{
    const struct fed_round *round = fed_round(x->run, fed_present(x->run));
    size_t heard = 0;

    if (!x->run->closed || strcmp(x->run->closed_by, "few") != 0 || !round || !round->roster_us)
        return;
    for (size_t k = 0; k < x->run->parties_count; k++) {
        const struct fed_party *p = &x->run->parties[k];
        const struct fed_submit *sub = fed_submit_of(p, round->round);
        const struct audit_said *lost = audit_find(x, SAID_LOST, p->site, 0, NULL);
        heard += sub && sub->heard_us > 0 && sub->heard_us <= pool_deadline(x->run, round) && !lost;
    }
    if (heard >= x->run->min)
        audit_add(x, "closed", AUDIT_WRONG, NULL, round->round,
                  "%s has closed the run for want of results, and says itself that it has heard of "
                  "%zu in time, where %" PRIu64 " are needed",
                  x->run->collector, heard, x->run->min);
}

int audit_times(struct auditing *x, struct err *e)
{
    check_closed(x);
    for (size_t i = 0; i < x->run->count; i++)
        if (x->run->list[i].round > 0 && check_round(x, &x->run->list[i], e) < 0)
            return -1;
    audit_rest(x, "left-out", "whoever has submitted in time counts, or was judged");
    audit_rest(x, "late", "what counts was heard in time");
    audit_rest(x, "own-first", "the collector's own result came before it opened any other");
    return 0;
}
