/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Collects the results of a run: the engine's flow, with a pool of centres. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "engine/flow/claim.h"
#include "engine/flow/columns.h"
#include "engine/flow/submit.h"
#include "engine/state/digest.h"
#include "site/house/payload.h"
#include "site/house/say.h"
#include "site/roster.h"
#include "site/sealed.h"
#include "site/site.h"
#include "util/clock.h"
#include "util/store.h"

/* A sealed file has a text before the state, and age adds a part of a thousand to both. */
enum { SEALED_ROOM = 65536 };

/* What a collector works with. */
struct pool_of_sites {
    struct pool pool; /* the first member */
    struct job *j;
    struct site *s;
    char run[RUN_HEX + 1];
    int64_t now_us;
    const char **hopeless; /* the caller's */
};

/* What opens such a pool. */
struct opener {
    struct site *s;
    const char *hopeless;
};

static struct fed_run *run_of(const struct pool_of_sites *p)
{
    return federation_run(&p->s->fed, p->run, NULL);
}

/* Result k's centre: they stand in the order of their names, here and there. */
static struct fed_party *party_of(const struct fed_run *run, size_t k)
{
    return &run->parties[k];
}

static int sites_resume(struct pool *pool, struct err *e)
{
    struct pool_of_sites *p = (struct pool_of_sites *)pool;

    return columns_named(p->j, e) < 0 ? -1 : submit_resume(p->j, e);
}

static int sites_commit(struct pool *pool, bool last, struct err *e)
{
    (void)last;
    return job_commit(((struct pool_of_sites *)pool)->j, e);
}

static int sites_keep(struct pool *pool, enum pool_kept what,
                      const uint8_t digest[static SHA256_LEN], const void *data, size_t len,
                      struct err *e)
{
    uint8_t found[SHA256_LEN];

    (void)what, (void)digest;
    return payload_put(&((struct pool_of_sites *)pool)->s->house, data, len, found, e);
}

/* Whether a centre computes the next round: it has claimed in time, and has not taken that back. */
static bool is_in(const struct fed_run *run, const struct fed_party *p)
{
    return p->claimed && !p->withdrawn && !p->recalled && p->claim_heard_us > 0 &&
           p->claim_heard_us <= run->claims_us;
}

/* Whether a centre has answered a run, be it by no. */
static bool has_answered(const struct fed_party *p)
{
    return p->claimed ? p->claim_heard_us > 0 : p->refused && p->refuse_heard_us > 0;
}

/* Effect: b has the names of centres that are waited for. */
static void add_name(struct buf *b, const char *name)
{
    buf_addf(b, "%s%s", b->len ? ", " : "", name);
}

static int wait_for(const struct pool_of_sites *p, struct buf *names, const char *what,
                    int64_t until_us, struct err *e)
{
    char text[CLOCK_ISO];

    int rc = err_set(e, ERR_INCOMPLETE, "run %s: waits for %s of %.400s, until %s at most", p->run,
                     what, names->data ? names->data : "nobody", clock_iso(text, until_us));
    buf_free(names);
    return rc;
}

/* Effect: who computes this round is said, once all have answered or the time for that is over; then
 * their results are waited for. */
static int say_roster(struct pool_of_sites *p, struct fed_run *run, struct err *e)
{
    const struct fed_round *known = fed_round(run, p->j->round);
    struct roster roster = {.round = p->j->round, .attempt = known ? known->attempt + 1 : 1};
    struct buf b = {0}, waits = {0};
    uint8_t file[SHA256_LEN];
    struct record r;

    if (!(roster.list = err_alloc(run->parties_count, sizeof *roster.list, "a roster", e)))
        return -1;
    memcpy(roster.run, run->key, sizeof roster.run);
    for (size_t k = 0; k < run->parties_count; k++) {
        const struct fed_party *party = party_of(run, k);
        if (p->j->round == 1 && !has_answered(party) && p->now_us < run->claims_us)
            add_name(&waits, party->site);
        if (!is_in(run, party))
            continue;
        struct roster_line *line = &roster.list[roster.count++];
        memcpy(line->site, party->site, sizeof line->site);
        memcpy(line->claim, party->claim, SHA256_LEN);
    }
    int rc = 0;
    if (waits.len > 0)
        rc = wait_for(p, &waits, "the answers", run->claims_us, e);
    else if (roster.count < run->min)
        *p->hopeless = "few",
        rc = err_set(e, ERR_PERMANENT,
                     "run %s: %zu centres compute it, and %" PRIu64
                     " are needed (metaneuron site close %s --code few ends it)",
                     run->key, roster.count, run->min, run->key);
    if (rc == 0)
        roster_write(&b, &roster);
    if (rc == 0 && buf_failed(&b))
        rc = err_memory(e, "a roster");
    if (rc == 0)
        rc = payload_put(&p->s->house, b.data, b.len, file, e);
    if (rc == 0 && (rc = job_commit(p->j, e)) == 0) { /* the model stands before it */
        record_begin(&r, "roster");
        record_set(&r, "run", "%s", run->key);
        record_set(&r, "round", "%" PRIu64, roster.round);
        record_set(&r, "attempt", "%" PRIu64, roster.attempt);
        record_set_digest(&r, "file", file);
        rc = say(&p->s->house, &r, 1, NULL, e);
    }
    if (rc == 0)
        rc = site_look_again(p->s, e);
    roster_free(&roster);
    buf_free(&b);
    return rc;
}

/* The claim of a centre, as the flow takes one. */
static int take_claim(struct pool_of_sites *p, const struct fed_party *party, uint32_t k,
                      struct err *e)
{
    struct message *m = message_create(MESSAGE_CLAIMED, k, 0, e);

    if (!m)
        return -1;
    m->items = party->items;
    memcpy(m->commit, party->commit, SHA256_LEN);
    memcpy(m->copy, party->copy, SHA256_LEN);
    int rc = claim_accept(p->j, &claim_exchange, m, e);
    free(m);
    return rc;
}

/* Opens a sealed file and looks whether it is what was said. What is wrong with it is ERR_INPUT or
 * ERR_VERIFY in why. */
static int open_sealed(struct pool_of_sites *p, const struct fed_party *party,
                       const struct fed_submit *sub, struct sealed *x, struct err *why,
                       struct err *e)
{
    size_t length = p->j->result->length, len;
    uint64_t most = SEALED_ROOM + length * sizeof(double) + length * sizeof(double) / 1000;
    struct age_identity own;
    struct buf plain = {0};
    uint8_t digest[SHA256_LEN];
    char *bytes;

    if (house_seal_key(&p->s->house, &own, e) < 0)
        return -1;
    if (payload_get(&p->s->house, party->site, sub->file, most, &bytes, &len, why) < 0)
        goto forget;
    if (age_open(&own, bytes, len, &plain, why) == 0)
        sealed_read(x, plain.data, plain.len, length, why);
    free(bytes);
    buf_free(&plain);
    if (why->code == ERR_NONE && (strcmp(x->run, p->run) != 0 || x->round != p->j->round ||
                                  strcmp(x->site, party->site) != 0))
        err_set(why, ERR_VERIFY, "another run, round or centre stands in it");
    if (why->code == ERR_NONE && (x->length != length || x->items != sub->items))
        err_set(why, ERR_VERIFY, "it has another length, or other items, than were said");
    if (why->code == ERR_NONE &&
        state_digest(x->salt, &(struct digest_of){x->run, x->round, x->site}, x->state, x->length,
                     digest, why) == 0 &&
        memcmp(digest, sub->state, SHA256_LEN) != 0)
        err_set(why, ERR_VERIFY, "its state is not the one that was said");
forget:
    age_identity_forget(&own);
    return 0;
}

/* The result of a centre, as the flow takes one. */
static int take_result(struct pool_of_sites *p, const struct sealed *x, uint32_t k, struct err *e)
{
    size_t bytes = x->length * sizeof *x->state;
    struct message *m = message_create(MESSAGE_RESULT, k, bytes, e);

    if (!m)
        return -1;
    m->seconds = x->seconds;
    memcpy(m->salt, x->claim_salt, SHA256_LEN);
    memcpy(m->digest, x->digest, SHA256_LEN);
    memcpy(m->payload, x->state, bytes);
    int rc = submit_accept(p->j, m, x->salt, e);
    free(m);
    return rc;
}

/* Until when results of the present round count. */
static int64_t deadline_of(const struct fed_run *run, const struct fed_round *round)
{
    return round->roster_us + run->deadline_us;
}

/* The result of the present round that counts: the first that was delivered and seen in time. */
static struct fed_submit *counted(const struct fed_run *run, const struct fed_round *round,
                                  const struct fed_party *party)
{
    struct fed_submit *sub = fed_submit_of(party, round->round);

    return sub && sub->heard_us > 0 && sub->heard_us <= deadline_of(run, round) ? sub : NULL;
}

/* Effect: result k is taken, or *waits says that it may still come, or it is lost. */
static int take_site(struct pool_of_sites *p, const struct fed_run *run,
                     const struct fed_round *round, uint32_t k, bool *waits, struct err *e)
{
    const struct fed_party *party = party_of(run, k);
    struct fed_submit *sub = counted(run, round, party);
    bool open = p->now_us <= deadline_of(run, round);
    struct sealed x = {0};
    struct err why = {0};

    if (!p->j->partitions[k].claimed && take_claim(p, party, k, e) < 0)
        return -1;
    if (p->j->partitions[k].stage == JOB_FAILED)
        return 0; /* the claim was none */
    p->j->partitions[k].stage = JOB_CLAIMED;
    if (sub && open_sealed(p, party, sub, &x, &why, e) < 0)
        return -1;
    int rc = 0;
    *waits = open && (!sub || why.code == ERR_INCOMPLETE || why.code == ERR_IO);
    if (sub && why.code == ERR_NONE)
        rc = take_result(p, &x, k, e);
    else if (!*waits)
        rc = submit_lost(p->j, k, sub ? ERR_INPUT : ERR_OPEN, sub ? "damaged" : "absent", e);
    sealed_free(&x);
    return rc;
}

/* Whether this centre has still to submit its own, before it opens any other. */
static bool is_own_due(const struct pool_of_sites *p, const struct fed_run *run,
                       const struct roster *roster, const struct fed_round *round)
{
    const struct fed_party *own = fed_party(run, p->s->house.name);

    return own && roster_find(roster, own->site) && !fed_submit_of(own, round->round) &&
           p->now_us <= deadline_of(run, round);
}

/* Effect: all that are on the roster are taken, as far as they are there. */
static int take_sites(struct pool_of_sites *p, const struct fed_run *run,
                      const struct roster *roster, const struct fed_round *round, struct err *e)
{
    struct buf names = {0};
    bool waits;

    if (is_own_due(p, run, roster, round))
        return err_set(e, ERR_INCOMPLETE,
                       "run %s: this centre's own result of round %" PRIu64
                       " comes before it opens any other (metaneuron site compute %s)",
                       p->run, round->round, p->run);
    for (uint32_t k = 0; k < run->parties_count; k++) {
        const struct fed_party *party = party_of(run, k);
        if (p->j->partitions[k].stage == JOB_ANSWERED || p->j->partitions[k].stage == JOB_FAILED)
            continue;
        waits = false;
        int rc = roster_find(roster, party->site) ? take_site(p, run, round, k, &waits, e)
                                                  : submit_lost(p->j, k, ERR_REFUSED,
                                                                party->refused     ? "refused"
                                                                : party->withdrawn ? "withdrawn"
                                                                : party->recalled  ? "recalled"
                                                                                   : "absent",
                                                                e);
        if (rc < 0) {
            buf_free(&names);
            return -1;
        }
        if (waits)
            add_name(&names, party->site);
    }
    if (names.len == 0)
        return 0;
    job_commit(p->j, NULL); /* what is in is in */
    return wait_for(p, &names, "the results", deadline_of(run, round), e);
}

static int sites_gather(struct pool *pool, struct err *e)
{
    struct pool_of_sites *p = (struct pool_of_sites *)pool;
    struct fed_run *run = run_of(p);
    struct fed_round *round = fed_round(run, p->j->round);
    struct roster roster = {0};
    size_t len;
    char *data;

    if (p->j->run.aggregated) /* what was decided stands */
        return 0;
    if (!round || !round->roster_us) {
        if (say_roster(p, run, e) < 0)
            return -1;
        run = run_of(p);
        round = fed_round(run, p->j->round);
    }
    if (payload_get(&p->s->house, p->s->house.name, round->roster, ROSTER_MOST, &data, &len, e) < 0)
        return -1;
    int rc = roster_read(&roster, data, len, e);
    free(data);
    if (rc == 0)
        rc = take_sites(p, run, &roster, round, e);
    roster_free(&roster);
    return rc < 0 ? -1 : job_commit(p->j, e);
}

static int sites_check_complete(const struct pool *pool, struct err *e)
{
    const struct pool_of_sites *p = (const struct pool_of_sites *)pool;
    const struct fed_run *run = run_of(p);
    uint64_t answered = 0;

    for (size_t k = 0; k < run->parties_count; k++)
        answered += p->j->partitions[k].stage == JOB_ANSWERED;
    if (answered >= run->min)
        return 0;
    *p->hopeless = "few";
    return err_set(e, ERR_PERMANENT,
                   "run %s: %" PRIu64 " results of round %" PRIu64 " came in time, and %" PRIu64
                   " are needed (metaneuron site close %s --code few ends it)",
                   p->run, answered, p->j->round, run->min, p->run);
}

static void sites_who(const struct pool *pool, int group, const char **slave, const char **node)
{
    *slave = ((const struct pool_of_sites *)pool)->j->result->slave[group].name;
    *node = "exchange";
}

static void sites_close(struct pool *pool)
{
    free(pool);
}

static struct pool *sites_open(struct job *j, void *context, struct err *e)
{
    static const struct pool_ops ops = {
        .resume = sites_resume,
        .gather = sites_gather,
        .commit = sites_commit,
        .check_complete = sites_check_complete,
        .who = sites_who,
        .keep = sites_keep,
        .close = sites_close,
    };
    struct opener *o = context;
    struct pool_of_sites *p = err_alloc(1, sizeof *p, "centres", e);

    if (!p)
        return NULL;
    *p = (struct pool_of_sites){{&ops}, j, o->s, "", clock_utc_us(), &o->hopeless};
    snprintf(p->run, sizeof p->run, "%s", j->plan->options->run);
    return &p->pool;
}

/* Effect: results that came too late are said to be so. */
static int say_late(struct site *s, const struct fed_run *run, struct err *e)
{
    for (size_t k = 0; k < run->parties_count; k++) {
        const struct fed_party *p = &run->parties[k];
        for (size_t i = 0; i < p->count; i++) {
            const struct fed_submit *sub = &p->submits[i];
            const struct fed_round *round = fed_round(run, sub->round);
            struct record r;
            if (sub->late || !sub->delivered || !sub->heard_us || !round || !round->roster_us ||
                sub->heard_us <= deadline_of(run, round))
                continue;
            record_begin(&r, "late");
            record_set(&r, "run", "%s", run->key);
            record_set(&r, "round", "%" PRIu64, sub->round);
            record_set(&r, "site", "%s", p->site);
            record_set_digest(&r, "record", sub->record);
            if (say(&s->house, &r, 1, NULL, e) < 0)
                return -1;
        }
    }
    return 0;
}

/* Sets *run to one that this centre collects. */
static int find_own(struct site *s, const char *key, char run[static RUN_HEX + 1], struct err *e)
{
    const struct fed_run *known = federation_run(&s->fed, key, e);

    if (!known)
        return -1;
    if (strcmp(known->collector, s->house.name) != 0)
        return err_set(e, ERR_USAGE, "run %s is collected by %s", known->key, known->collector);
    memcpy(run, known->key, RUN_HEX + 1);
    return 0;
}

int site_collect(struct site *s, const char *run, struct site_collected *c, struct err *e)
{
    struct engine_options o = *s->base;
    struct opener opener = {.s = s};
    struct sync_report synced;
    char key[RUN_HEX + 1], contract[PATH_MAX], ledger[PATH_MAX], private[PATH_MAX];

    *c = (struct site_collected){0};
    if (find_own(s, run, key, e) < 0 || sync_all(&s->house, &synced, e) < 0)
        return -1;
    free(synced.peers);
    if (site_look_again(s, e) < 0)
        return -1;
    const struct fed_run *known = federation_run(&s->fed, key, e);
    if (!known || say_late(s, known, e) < 0 ||
        payload_path(&s->house, known->file, contract, e) < 0 ||
        house_run_path(&s->house, key, "result.h5", c->out, e) < 0 ||
        house_path(&s->house, "ledger", ledger, e) < 0 || house_key_path(&s->house, private, e) < 0)
        return -1;
    if (known->closed)
        return err_set(e, ERR_REFUSED, "run %s was closed: %s", key, known->closed_by);
    o.contract = contract;
    o.ledger = ledger;
    o.site = s->house.name;
    o.out = c->out;
    o.run = key;
    o.key = private;
    int rc = engine_collect(s->reader, &o, sites_open, &opener, &c->report, e);
    c->hopeless = opener.hopeless;
    struct err after = {0};
    if (ledger_refresh(s->house.ledger, &after) < 0 || say_again(&s->house, &after) < 0 ||
        site_look_again(s, &after) < 0)
        rc = err_set(e, after.code, "%s", after.text);
    return rc;
}

int site_close_run(struct site *s, const char *run, const char *code, struct err *e)
{
    char key[RUN_HEX + 1];
    struct record r;

    if (strcmp(code, "few") != 0 && strcmp(code, "unsound") != 0 && strcmp(code, "person") != 0)
        return err_set(e, ERR_USAGE, "--code %s: expected few, unsound or person", code);
    if (find_own(s, run, key, e) < 0)
        return -1;
    const struct fed_run *known = federation_run(&s->fed, key, e);
    if (known->settled)
        return err_set(e, ERR_REFUSED, "run %s is settled", key);
    if (known->closed)
        return say_again(&s->house, e);
    record_begin(&r, "close");
    record_set(&r, "run", "%s", key);
    record_set(&r, "code", "%s", code);
    return say(&s->house, &r, 1, NULL, e) < 0 ? -1 : site_look_again(s, e);
}
