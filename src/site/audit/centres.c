/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares what a collector says of centres with what they say themselves. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "site/audit/inside.h"
#include "site/house/payload.h"

/* What the collector's record has no counterpart for may only not have been seen yet. */
static void tell_missing(struct auditing *x, const char *code, const struct audit_said *s)
{
    bool enough = audit_seen_enough(x, s->site);

    audit_add(x, code, enough ? AUDIT_WRONG : AUDIT_UNCHECKED, s->site, s->round,
              enough ? "record %" PRIu64 " of %s has one of %s, in whose log there is none"
                     : "record %" PRIu64 " of %s has one of %s, whose log was not seen so far",
              s->seq, x->run->collector, s->site);
}

/* Returns the bytes of the roster of a round (0: of the first) that names a centre, and the number of
 * the record that names it; or NULL. */
static char *claim_roster(struct auditing *x, const char *site, uint64_t number, uint64_t *seq,
                          size_t *len)
{
    for (size_t i = 0; i < x->run->count; i++) {
        const struct fed_round *round = &x->run->list[i];
        const struct audit_said *said = NULL, *last = NULL;
        struct roster r;
        char *bytes;
        if (!round->roster_us || (number > 0 && round->round != number) ||
            audit_roster(x, round, false, &r, &bytes, len) != 1)
            continue;
        bool named = roster_find(&r, site) != NULL;
        roster_free(&r);
        while ((said = audit_find(x, SAID_ROSTER, NULL, round->round, said)))
            last = memcmp(said->digest, round->roster, SHA256_LEN) == 0 ? said : last;
        if (named && last) {
            *seq = last->seq;
            return bytes;
        }
        free(bytes);
    }
    return NULL;
}

static void check_claim(struct auditing *x, const struct audit_said *s)
{
    const struct fed_party *p = fed_party(x->run, s->site);
    uint64_t single[2] = {s->seq, 0};
    size_t len = 0;

    if (!p || !p->claimed) {
        tell_missing(x, "claims", s);
        return;
    }
    if (p->items == s->items && memcmp(p->commit, s->digest, SHA256_LEN) == 0 &&
        memcmp(p->copy, s->copy, SHA256_LEN) == 0)
        return;
    struct audit_finding *f =
        audit_add(x, "claims", AUDIT_WRONG, s->site, 0,
                  "record %" PRIu64 " of %s has a claim of %" PRIu64 " items; in record %" PRIu64
                  " of its own log %s claims %" PRIu64 "%s",
                  s->seq, x->run->collector, s->items, p->claim_seq, s->site, p->items,
                  p->items == s->items ? ", with another commitment or contract" : "");
    char *roster = claim_roster(x, s->site, 0, &single[1], &len);
    if (roster)
        audit_prove(x, f,
                    &(struct audit_proved){.kind = PROOF_CLAIM,
                                           .single = single,
                                           .count = 2,
                                           .own_from = p->claim_seq,
                                           .own_to = p->claim_seq + 1,
                                           .roster = roster,
                                           .roster_len = len});
    free(roster);
}

static void check_submit(struct auditing *x, const struct audit_said *s)
{
    const struct fed_party *p = fed_party(x->run, s->site);
    const struct fed_submit *own = p ? fed_submit_of(p, s->round) : NULL;
    uint64_t single[2] = {s->seq, 0};
    size_t len = 0;

    if (!own) {
        tell_missing(x, "submits", s);
        return;
    }
    if (memcmp(own->state, s->digest, SHA256_LEN) == 0 && own->items == s->items &&
        (own->seconds == s->seconds))
        return;
    struct audit_finding *f =
        audit_add(x, "submits", AUDIT_WRONG, s->site, s->round,
                  "record %" PRIu64 " of %s has another result than %s has submitted in record "
                  "%" PRIu64 " of its own log",
                  s->seq, x->run->collector, s->site, own->seq);
    char *roster = claim_roster(x, s->site, s->round, &single[1], &len);
    if (roster)
        audit_prove(x, f,
                    &(struct audit_proved){.kind = PROOF_SUBMIT,
                                           .single = single,
                                           .count = 2,
                                           .own_from = p->claim_seq,
                                           .own_to = own->seq + 2,
                                           .roster = roster,
                                           .roster_len = len});
    free(roster);
}

int audit_roster(struct auditing *x, const struct fed_round *round, bool tell, struct roster *r,
                 char **bytes, size_t *len)
{
    struct err why = {0};

    *r = (struct roster){.round = 0};
    *bytes = NULL;
    if (payload_get(&x->s->house, x->run->collector, round->roster, ROSTER_MOST, bytes, len,
                    &why) == 0 &&
        roster_read(r, *bytes, *len, &why) == 0) {
        if (strcmp(r->run, x->run->key) == 0 && r->round == round->round &&
            r->attempt == round->attempt)
            return 1;
        err_set(&why, ERR_VERIFY, "it is of another run, round or attempt");
        roster_free(r);
    }
    free(*bytes);
    *bytes = NULL;
    if (tell)
        audit_add(x, "rosters", why.code == ERR_INCOMPLETE ? AUDIT_UNCHECKED : AUDIT_WRONG, NULL,
                  round->round, "%s", why.text);
    return 0;
}

/* Each line names a claim that stands in the centre's own log, and was heard in time. */
static void check_line(struct auditing *x, uint64_t round, const struct roster_line *line)
{
    const struct fed_party *p = fed_party(x->run, line->site);

    if (!p)
        audit_add(x, "rosters", AUDIT_WRONG, line->site, round, "the run does not ask %s",
                  line->site);
    else if (!p->claimed || memcmp(p->claim, line->claim, SHA256_LEN) != 0) {
        bool enough = audit_seen_enough(x, line->site);
        audit_add(x, "rosters", enough ? AUDIT_WRONG : AUDIT_UNCHECKED, line->site, round,
                  enough ? "names a claim of %s that is not the one in its log"
                         : "names a claim of %s, whose log was not seen so far",
                  line->site);
    } else if (p->claim_heard_us == 0 || p->claim_heard_us > x->run->claims_us)
        audit_add(x, "rosters", AUDIT_WRONG, line->site, round,
                  p->claim_heard_us ? "has %s, whose claim was heard after the time for claims"
                                    : "has %s, whose claim it never says it has heard",
                  line->site);
}

/* Who has claimed in time, and has not taken that back, is on it. */
static void check_absent(struct auditing *x, const struct fed_round *round, const struct roster *r,
                         const struct fed_party *p, struct err *e)
{
    const struct audit_said *said = audit_find(x, SAID_ROSTER, NULL, round->round, NULL);
    struct audit_cover c = {0};

    if (!p->claimed || p->withdrawn || p->recalled || roster_find(r, p->site))
        return;
    if (said && audit_is_silenced(x, p->site, said->seq))
        audit_add(x, "rosters", AUDIT_UNCHECKED, p->site, round->round,
                  "leaves out %s, which %s has revoked or suspended before; why, its log does not "
                  "say",
                  p->site, x->run->collector);
    else if (p->claim_heard_us > 0 && p->claim_heard_us <= x->run->claims_us &&
             p->claim_heard_us <= round->roster_us)
        audit_add(x, "rosters", AUDIT_WRONG, p->site, round->round,
                  "leaves out %s, whose claim was heard in time", p->site);
    else if (audit_cover(x, p->site, p->claim_seq, x->run->claims_us, &c, e) == 0 && c.kept)
        audit_add(x, "rosters", AUDIT_WRONG, p->site, round->round,
                  "leaves out %s, whose claim %s had cosigned in time", p->site, c.who);
    else if (p->claim_us <= x->run->claims_us)
        audit_add(x, "rosters", AUDIT_UNCHECKED, p->site, round->round,
                  "leaves out %s, which has claimed in time by its own clock; nobody had cosigned "
                  "that by then, as far as is seen here",
                  p->site);
    audit_cover_free(&c);
}

static int check_rosters(struct auditing *x, struct err *e)
{
    struct err why = {0};

    for (size_t i = 0; i < x->run->count; i++) {
        const struct fed_round *round = &x->run->list[i];
        struct roster r;
        char *bytes;
        size_t len;
        if (!round->roster_us || audit_roster(x, round, true, &r, &bytes, &len) != 1)
            continue;
        for (size_t k = 0; k < r.count; k++)
            check_line(x, round->round, &r.list[k]);
        for (size_t k = 0; k < x->run->parties_count; k++)
            check_absent(x, round, &r, &x->run->parties[k], &why);
        roster_free(&r);
        free(bytes);
    }
    return why.code == ERR_NONE ? 0 : err_set(e, why.code, "%s", why.text);
}

int audit_centres(struct auditing *x, struct err *e)
{
    const struct audit_said *s = NULL;

    while ((s = audit_find(x, SAID_CLAIM, NULL, 0, s)))
        check_claim(x, s);
    audit_rest(x, "claims", "each is the one in the centre's own log");
    s = NULL;
    while ((s = audit_find(x, SAID_SUBMIT, NULL, 0, s)))
        check_submit(x, s);
    audit_rest(x, "submits", "each is the one in the centre's own log, and was delivered");
    if (check_rosters(x, e) < 0)
        return -1;
    audit_rest(x, "rosters", "each names the claims of those that have claimed in time");
    return 0;
}
