/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hands a slave's states over. */
#include "engine/slave/submit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/slave/claim.h"
#include "engine/slave/compute.h"
#include "engine/plan/shards.h"
#include "engine/slave/shards.h"
#include "util/clock.h"
#include "util/place.h"
#include "util/text.h"

/* What the slave was told to compute: a partition, or ranges of a contract without
 * data. */
static struct span span_of(const struct slave *s, const struct message *in)
{
    const struct contract *c = s->contract;
    uint64_t range = (uint64_t)c->range_units, all = (uint64_t)c->work_units;
    uint64_t first = in->partition * range, last = first + in->ranges * range;
    bool again = in->again != 0;

    if (c->work_units > 0)
        return (struct span){first, last < all ? last : all, range, in->partition, again};
    return (struct span){0, partition_units(s->partition), UINT64_MAX, in->partition, again};
}

/* Whether that is what it has claimed. */
static bool is_claimed(const struct slave *s, const struct message *in)
{
    size_t model = s->bound ? bound_model_length(s->bound) : 0;
    bool has_model = s->model && s->model_length == model && s->model_round == in->round;

    if (!s->bound || (in->length != model * sizeof(double) && !(in->length == 0 && has_model)))
        return false;
    if (s->contract->work_units == 0)
        return in->partition == s->claim.number && in->ranges == 1;
    return in->ranges >= 1 && in->partition < s->contract->slaves &&
           in->ranges <= s->contract->slaves - in->partition;
}

/* The leader, after it was halted: what is saved has a digest. */
static void digest_saved(struct slave *s, struct message *m)
{
    struct saved_key c = compute_saved_key(s);

    saved_digest(&c, m->digest, NULL);
}

/* Turns the result into the news that there is none. */
static void fail(struct slave *s, struct message *m, const struct err *why)
{
    *m = (struct message){
        .type = why->code == ERR_INCOMPLETE ? MESSAGE_HALTED : MESSAGE_FAILED,
        .partition = m->partition,
        .ranges = m->ranges,
        .code = (uint32_t)why->code,
    };
    snprintf(m->text, sizeof m->text, "%.600s", why->text);
    text_show(m->text, sizeof m->text);
    if (m->type == MESSAGE_FAILED)
        snprintf(m->warning, sizeof m->warning, "%s", why->here);
    if (m->type != MESSAGE_HALTED || !s->bound)
        return;
    m->units = s->pace.units;
    digest_saved(s, m);
}

/* The leader, of states that are dealt: it is durable, and the message says which one it is. Returns that
 * message, in place of the one with the state, which is freed; on failure that one. */
static struct message *keep_state(struct slave *s, struct message *m, struct err *why)
{
    const double *state = (const double *)(const void *)m->payload;
    uint64_t round = bound_model_length(s->bound) > 0 ? s->round : 0;
    char name[SUBMITTED_NAME];
    struct message *said =
        message_create(MESSAGE_RESULT, m->partition, sizeof(struct shards_said), why);
    struct shards_said x;

    if (!said)
        return m;
    *said = *m;
    said->length = sizeof x;
    x.items = state[0];
    if (!file_exists(s->seal.directory))
        err_set(why, ERR_OPEN,
                "%s is not seen on node %s, where a state of %zu numbers is to stay: let all ranks "
                "share the ledger's directory, or give --no-shard",
                s->seal.directory, s->node, bound_length(s->bound));
    if (why->code != ERR_NONE || hash_doubles(state, bound_length(s->bound), x.digest, why) < 0 ||
        submitted_write(&s->seal, submitted_name(name, m->partition, round), state,
                        bound_length(s->bound), why) < 0) {
        free(said);
        return m;
    }
    memcpy(said->payload, &x, sizeof x);
    free(m);
    return said;
}

/* Whether the state stays here, as the master expects, too. */
static bool is_kept(const struct slave *s)
{
    enum shards_kind kind;

    return shards_choose(s->shard, s->contract, s->bound, &kind, NULL) == 0 && kind != SHARDS_NONE;
}

int submit(struct slave *s, struct team *team, const struct message *in, struct message **out,
           struct err *e)
{
    double begin = clock_steady();
    struct err why = {0};

    if (claim_again(s, team, in->partition, &why, e) < 0)
        return -1;
    bool claimed = why.code == ERR_NONE && is_claimed(s, in);
    struct span span = claimed ? span_of(s, in) : (struct span){0};
    size_t bytes = claimed ? span_states(&span) * bound_length(s->bound) * sizeof(double) : 0;
    struct message *m = message_create(MESSAGE_RESULT, in->partition, bytes, e);

    if (!m)
        return -1;
    m->ranges = in->ranges;
    if (claimed) {
        s->round = in->round;
        bound_set_round(s->bound, contract_round(s->contract, in->round),
                        in->length > 0 ? (const double *)(const void *)in->payload : s->model);
        struct saved_key c = compute_saved_key(s);
        if (team_rank(team) == 0)
            saved_drop_earlier(&c); /* the master would not ask, had it not what follows from it */
    }
    if (!claimed) {
        err_set(&why, ERR_SOFTWARE, "was asked to compute what it has not claimed");
    } else if (compute(s, team, &span, (double *)(void *)m->payload, &why, e) < 0) {
        free(m);
        return -1;
    }
    m->seconds = clock_steady() - begin;
    if (why.code == ERR_NONE && team_rank(team) == 0 && s->partition) {
        memcpy(m->salt, s->claim.salt, sizeof m->salt);
        partition_digest(s->partition, s->run, m->digest, &why);
    }
    if (why.code == ERR_NONE && team_rank(team) == 0 && is_kept(s))
        m = keep_state(s, m, &why);
    if (team_rank(team) == 0) {
        if (why.code != ERR_NONE)
            fail(s, m, &why);
        *out = m;
    } else {
        free(m);
    }
    return 0;
}
