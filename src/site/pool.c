/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pool of centres: what the flow of a collector asks. */
#include "site/pool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/submit.h"
#include "ledger/names.h"
#include "site/house/payload.h"
#include "util/clock.h"

static struct fed_run *run_of(const struct pool_of_sites *p)
{
    return federation_run(&p->o->s->fed, p->run, NULL);
}

static int sites_resume(struct pool *pool, struct err *e)
{
    struct pool_of_sites *p = (struct pool_of_sites *)pool;

    return submit_resume(p->j, e);
}

static int sites_commit(struct pool *pool, bool last, struct err *e)
{
    (void)last;
    return job_commit(((struct pool_of_sites *)pool)->j, e);
}

/* A round needs so many results that were accepted, and not only so many that came: an aggregate of
 * fewer tells of single centres. */
static int check_accepted(struct pool_of_sites *p, struct err *e)
{
    const struct result *r = p->j->result;
    const struct fed_run *run = run_of(p);
    uint64_t accepted = 0;

    for (size_t k = 0; k < r->slaves; k++)
        accepted += r->slave[k].answered && !r->slave[k].decision.rejected;
    if (accepted >= run->min)
        return 0;
    p->o->hopeless = "few";
    return err_set(e, ERR_PERMANENT,
                   "run %s: %" PRIu64 " results of round %" PRIu64 " were accepted, and %" PRIu64
                   " are needed (metaneuron site close %s --code few ends it)",
                   p->run, accepted, p->j->round, run->min, p->run);
}

static int sites_keep(struct pool *pool, enum pool_kept what,
                      const uint8_t digest[static SHA256_LEN], const void *data, size_t len,
                      struct err *e)
{
    struct pool_of_sites *p = (struct pool_of_sites *)pool;
    uint8_t found[SHA256_LEN];

    (void)digest;
    if (what == POOL_AGGREGATE && check_accepted(p, e) < 0)
        return -1;
    return payload_put(&p->o->s->house, data, len, found, e);
}

/* Until when results of the present round count. */
int64_t pool_deadline(const struct fed_run *run, const struct fed_round *round)
{
    return round->roster_us + run->deadline_us;
}

/* The result of the present round that counts: the first that was delivered and seen in time. */
static struct fed_submit *counted(const struct fed_run *run, const struct fed_round *round,
                                  const struct fed_party *party)
{
    struct fed_submit *sub = party->silenced ? NULL : fed_submit_of(party, round->round);

    return sub && sub->heard_us > 0 && sub->heard_us <= pool_deadline(run, round) ? sub : NULL;
}

/* Returns the word for why nothing comes of a centre, or "absent". */
static const char *why_not(const struct fed_party *party)
{
    if (party->silenced)
        return "silenced";
    if (party->refused)
        return "refused";
    if (party->withdrawn || party->claims > 1) /* and claimed anew, which is too late */
        return "withdrawn";
    return party->recalled ? "recalled" : "absent";
}

/* Effect: result k is taken, or *waits says that it may still come, or it is lost. */
static int take_site(struct pool_of_sites *p, const struct fed_run *run,
                     const struct fed_round *round, uint32_t k, bool *waits, struct err *e)
{
    const struct fed_party *party = &run->parties[k];
    struct fed_submit *sub = counted(run, round, party);
    bool open = p->now_us <= pool_deadline(run, round);
    struct sealed x = {0};
    struct err why = {0};

    if (!p->j->partitions[k].claimed && pool_take_claim(p, party, k, e) < 0)
        return -1;
    if (p->j->partitions[k].stage == JOB_FAILED)
        return 0; /* the claim was none */
    p->j->partitions[k].stage = JOB_CLAIMED;
    if (sub && pool_open_sealed(p, party, sub, &x, &why, e) < 0)
        return -1;
    int rc = 0;
    bool gone = party->withdrawn || party->recalled; /* it submits nothing more */
    *waits = open && !party->silenced &&
             (sub ? why.code == ERR_INCOMPLETE || why.code == ERR_IO : !gone);
    if (sub && why.code != ERR_NONE)
        job_warn(p->j, "the result of %s: %s", party->site, why.text);
    if (sub && why.code == ERR_NONE)
        rc = pool_take_result(p, &x, k, e);
    else if (!*waits)
        rc = submit_lost(p->j, k,
                         sub    ? ERR_INPUT
                         : gone ? ERR_REFUSED
                                : ERR_OPEN,
                         sub ? "damaged" : why_not(party), e);
    sealed_free(&x);
    return rc;
}

/* Whether this centre has still to submit its own, before it opens any other. */
static bool is_own_due(const struct pool_of_sites *p, const struct fed_run *run,
                       const struct roster *roster, const struct fed_round *round)
{
    const struct fed_party *own = fed_party(run, p->o->s->house.name);

    return own && roster_find(roster, own->site) && !fed_submit_of(own, round->round) &&
           p->now_us <= pool_deadline(run, round);
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
        const struct fed_party *party = &run->parties[k];
        if (p->j->partitions[k].stage == JOB_ANSWERED || p->j->partitions[k].stage == JOB_FAILED)
            continue;
        waits = false;
        const struct roster_line *line = roster_find(roster, party->site);
        bool same = line && memcmp(line->claim, party->claim, SHA256_LEN) == 0;
        int rc = same ? take_site(p, run, round, k, &waits, e)
                      : submit_lost(p->j, k, ERR_REFUSED, why_not(party), e);
        if (rc < 0) {
            buf_free(&names);
            return -1;
        }
        if (waits)
            pool_add_name(&names, party->site);
    }
    if (names.len == 0)
        return 0;
    job_commit(p->j, NULL); /* what is in is in */
    return pool_wait(p, &names, "the results", pool_deadline(run, round), e);
}

static int sites_gather(struct pool *pool, struct err *e)
{
    struct pool_of_sites *p = (struct pool_of_sites *)pool;
    struct fed_run *run = run_of(p);
    struct fed_round *round = fed_round(run, p->j->round);
    struct roster roster = {0};
    size_t len;
    char *data;

    if (!round || !round->roster_us) {
        if (pool_say_roster(p, run, e) < 0)
            return -1;
        run = run_of(p);
        round = fed_round(run, p->j->round);
    }
    if (payload_get(&p->o->s->house, p->o->s->house.name, round->roster, ROSTER_MOST, &data, &len,
                    e) < 0)
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
    p->o->hopeless = "few";
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

struct pool *pool_of_sites(struct job *j, void *context, struct err *e)
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
    struct pool_of_sites *p = err_alloc(1, sizeof *p, "centres", e);

    if (!p)
        return NULL;
    *p = (struct pool_of_sites){{&ops}, j, context, "", clock_utc_us()};
    snprintf(p->run, sizeof p->run, "%s", j->plan->options->run);
    return &p->pool;
}
