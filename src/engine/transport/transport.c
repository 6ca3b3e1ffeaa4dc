/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chooses between the two transports. */
#include "engine/transport/launcher.h"
#include "engine/transport/private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool transport_launched(void)
{
    const struct launcher l = launcher_find();

    /* srun without a PMI that we know: transport_mpi() finds out and says so,
     * where every task would else take itself for the whole job. */
    return l.has_pmi || (l.srun && l.ranks > 1);
}

bool transport_finish(struct transport *t, double seconds, int *code)
{
    return !t->ops->finish || t->ops->finish(t, seconds, code);
}

void transport_close(struct transport *t)
{
    if (!t)
        return;
    free(t->owed);
    free(t->beside);
    t->ops->close(t);
}

_Noreturn void transport_abort(struct transport *t, int code)
{
    if (t->ops->abort)
        t->ops->abort(t, code);
    _Exit(code);
}

int transport_rank(const struct transport *t)
{
    return t->rank;
}

int transport_size(const struct transport *t)
{
    return t->size;
}

int transport_groups(const struct transport *t)
{
    return t->groups;
}

int transport_leader(const struct transport *t, int group)
{
    return t->size > 1 ? 1 + group * t->ranks_per_slave : 0;
}

bool transport_beside(const struct transport *t, int rank)
{
    return t->size == 1 || t->beside[rank];
}

struct traffic transport_traffic(const struct transport *t)
{
    return t->traffic;
}

int transport_broadcast(struct transport *t, struct buf *data, struct err *e)
{
    return t->ops->broadcast(t, data, e);
}

int transport_gather(struct transport *t, const void *data, size_t len, struct buf *all,
                     struct err *e)
{
    return t->ops->gather(t, data, len, all, e);
}

int transport_neighbours(struct transport *t, const void *data, size_t len, struct buf *all,
                         struct err *e)
{
    return t->ops->neighbours(t, data, len, all, e);
}

/* Effect: what a rank has for itself is where it is to be. */
static int hand_over(int self, const struct transport_piece *send, size_t sends,
                     const struct transport_piece *receive, size_t receives, struct err *e)
{
    size_t k = 0;

    for (size_t i = 0; i < receives; i++) {
        if (receive[i].rank != self)
            continue;
        while (k < sends && send[k].rank != self)
            k++;
        if (k == sends || send[k].len != receive[i].len)
            return err_set(e, ERR_SOFTWARE, "rank %d waits for a piece of its own of %zu bytes",
                           self, receive[i].len);
        if (receive[i].len > 0 && receive[i].data != send[k].data)
            memcpy(receive[i].data, send[k].data, receive[i].len);
        k++;
    }
    return 0;
}

/* Effect: the pieces of other ranks are all of the list. Returns how many, and their bytes. */
static size_t keep_others(int self, const struct transport_piece *from, size_t count,
                          struct transport_piece *to, uint64_t *bytes)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        if (from[i].rank == self)
            continue;
        to[n++] = from[i];
        *bytes += from[i].len;
    }
    return n;
}

int transport_exchange(struct transport *t, const struct transport_piece *send, size_t sends,
                       const struct transport_piece *receive, size_t receives, struct err *e)
{
    struct transport_piece *others =
        err_alloc(sends + receives, sizeof *others, "an exchange", NULL);

    if (!others)
        transport_abort(t, ERR_SOFTWARE); /* the others wait */
    size_t out = keep_others(t->rank, send, sends, others, &t->pieces.sent_bytes);
    size_t in = keep_others(t->rank, receive, receives, others + out, &t->pieces.received_bytes);
    if (t->tick)
        t->tick(t->tick_context);
    t->pieces.sent += out;
    t->pieces.received += in;
    int rc = out + in > 0 ? t->ops->exchange(t, others, out, others + out, in, e) : 0;
    if (hand_over(t->rank, send, sends, receive, receives, e) < 0)
        rc = -1;
    free(others);
    return rc;
}

void transport_watch(struct transport *t, double seconds, void (*tick)(void *context),
                     void *context)
{
    t->patience = seconds;
    t->tick = tick;
    t->tick_context = context;
}

struct traffic transport_exchanged(const struct transport *t)
{
    return t->pieces;
}

char *transport_library(const struct transport *t, char *text, size_t size)
{
    text[0] = '\0';
    if (t->ops->library)
        t->ops->library(text, size);
    return text;
}

int transport_split(struct transport *t, int ranks_per_slave, struct err *e)
{
    return t->ops->split ? t->ops->split(t, ranks_per_slave, e) : 0;
}

int transport_serve(struct transport *t, transport_handler *handler, void *context, struct err *e)
{
    return t->ops->serve(t, handler, context, e);
}

enum { ANSWER_MOST = 64 << 20 }; /* bytes of an answer of which nothing is known */

void transport_expect(struct transport *t, uint64_t bytes)
{
    t->most = sizeof(struct message) + (bytes > ANSWER_MOST ? bytes : ANSWER_MOST);
}

/* Effect: the group owes an answer to a message, if that asks for one. */
static int owe(struct transport *t, int group, const struct message *m, struct err *e)
{
    if (m->type == MESSAGE_STOP || m->type == MESSAGE_SHARD)
        return 0;
    if (!t->owed && !(t->owed = err_alloc((size_t)t->groups, sizeof *t->owed, "messages", e)))
        return -1;
    struct owed *o = &t->owed[group];
    if (o->count == TRANSPORT_OWED)
        return err_set(e, ERR_SOFTWARE, "group %d owes %d answers", group, o->count);
    o->asked[o->count].type = m->type;
    o->asked[o->count].partition = m->partition;
    o->asked[o->count++].ranges = m->ranges;
    return 0;
}

/* Effect: the group has answered what it was asked first; or it was not asked that. */
static int take_owed(struct transport *t, int group, const struct message *m, struct err *e)
{
    struct owed *o = t->owed ? &t->owed[group] : NULL;

    if (m->type == MESSAGE_PULSE)
        return 0;
    if (!o || o->count == 0 || !message_answers(m->type, o->asked[0].type) ||
        m->partition != o->asked[0].partition || m->ranges != o->asked[0].ranges)
        return err_set(e, ERR_SOFTWARE,
                       "rank %d sent a message of type %" PRIu32 " for %" PRIu32
                       " ranges from partition %" PRIu32 " on, for which it was not asked",
                       transport_leader(t, group), m->type, m->ranges, m->partition + 1);
    memmove(o->asked, o->asked + 1, sizeof o->asked - sizeof o->asked[0]);
    o->count--;
    return 0;
}

int transport_send(struct transport *t, int group, const struct message *m, struct err *e)
{
    if (owe(t, group, m, e) < 0)
        return -1;
    t->traffic.sent++;
    t->traffic.sent_bytes += message_size(m);
    return t->ops->send(t, group, m, e);
}

void transport_tell(struct transport *t, const struct message *m)
{
    if (t->ops->tell)
        t->ops->tell(t, m);
}

void transport_halt(struct transport *t)
{
    t->ops->halt(t);
}

bool transport_halted(struct transport *t)
{
    return t->ops->halted(t);
}

int transport_receive(struct transport *t, double seconds, int *group, struct message **m,
                      struct err *e)
{
    if (t->ops->receive(t, seconds, group, m, e) < 0)
        return -1;
    if (!*m)
        return 0;
    if (take_owed(t, *group, *m, e) < 0) {
        free(*m);
        *m = NULL;
        return -1;
    }
    t->traffic.received++;
    t->traffic.received_bytes += message_size(*m);
    return 0;
}

int team_rank(const struct team *t)
{
    return t->rank;
}

int team_size(const struct team *t)
{
    return t->size;
}

int team_send(struct team *t, int to, const void *data, size_t len, struct err *e)
{
    return t->ops->send(t, to, data, len, e);
}

int team_receive(struct team *t, int from, struct buf *data, struct err *e)
{
    return t->ops->receive(t, from, data, e);
}

const void *team_communicator(const struct team *t)
{
    return t->ops ? t->ops->communicator(t) : NULL;
}

int team_reduce(struct team *t, struct bound *b, double *state, struct err *e)
{
    return t->size > 1 ? t->ops->reduce(t, b, state, e) : 0;
}
