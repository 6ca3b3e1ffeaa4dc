/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assembles those who compute a round, and says who they are. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "site/house/payload.h"
#include "site/house/say.h"
#include "site/pool.h"
#include "util/clock.h"

/* Whether a centre computes the next round: it has claimed in time, and has not taken that back. */
static bool is_in(const struct fed_run *run, const struct fed_party *p)
{
    const struct fed_round *first = fed_round(run, 1);

    if (first && first->roster_us && p->claim_heard_us > first->roster_us)
        return false; /* it has claimed anew since the first roster, by which its data is fixed */
    return p->claimed && !p->withdrawn && !p->recalled && !p->silenced && p->claim_heard_us > 0 &&
           p->claim_heard_us <= run->claims_us;
}

/* Whether a centre has answered a run, be it by no. */
static bool has_answered(const struct fed_party *p)
{
    if (p->silenced)
        return true; /* it is not waited for */
    return p->claimed ? p->claim_heard_us > 0 : p->refused && p->refuse_heard_us > 0;
}

/* Effect: b has the names of centres that are waited for. */
void pool_add_name(struct buf *b, const char *name)
{
    buf_addf(b, "%s%s", b->len ? ", " : "", name);
}

int pool_wait(const struct pool_of_sites *p, struct buf *names, const char *what, int64_t until_us,
              struct err *e)
{
    char text[CLOCK_ISO];

    int rc = err_set(e, ERR_INCOMPLETE, "run %s: waits for %s of %.400s, until %s at most", p->run,
                     what, names->data ? names->data : "nobody", clock_iso(text, until_us));
    buf_free(names);
    return rc;
}

/* Effect: who computes this round is said, once all have answered or the time for that is over; then
 * their results are waited for. */
int pool_say_roster(struct pool_of_sites *p, struct fed_run *run, struct err *e)
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
        const struct fed_party *party = &run->parties[k];
        if (p->j->round == 1 && !has_answered(party) && p->now_us < run->claims_us)
            pool_add_name(&waits, party->site);
        if (!is_in(run, party))
            continue;
        struct roster_line *line = &roster.list[roster.count++];
        memcpy(line->site, party->site, sizeof line->site);
        memcpy(line->claim, party->claim, SHA256_LEN);
    }
    int rc = 0;
    if (waits.len > 0)
        rc = pool_wait(p, &waits, "the answers", run->claims_us, e);
    else if (roster.count < run->min)
        p->o->hopeless = "few",
        rc = err_set(e, ERR_PERMANENT,
                     "run %s: %zu centres compute it, and %" PRIu64
                     " are needed (metaneuron site close %s --code few ends it)",
                     run->key, roster.count, run->min, run->key);
    if (rc == 0)
        roster_write(&b, &roster);
    if (rc == 0 && buf_failed(&b))
        rc = err_memory(e, "a roster");
    if (rc == 0)
        rc = payload_put(&p->o->s->house, b.data, b.len, file, e);
    if (rc == 0 && (rc = job_commit(p->j, e)) == 0) { /* the model stands before it */
        record_begin(&r, "roster");
        record_set(&r, "run", "%s", run->key);
        record_set(&r, "round", "%" PRIu64, roster.round);
        record_set(&r, "attempt", "%" PRIu64, roster.attempt);
        record_set_digest(&r, "file", file);
        rc = say(&p->o->s->house, &r, 1, NULL, e);
    }
    if (rc == 0)
        rc = site_look_again(p->o->s, e);
    roster_free(&roster);
    buf_free(&b);
    return rc;
}
