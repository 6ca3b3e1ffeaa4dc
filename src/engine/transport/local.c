/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Carries messages within one process. */
#include "engine/transport/private.h"

#include <stdlib.h>

/* One group of one rank in this process: sending is calling the handler, whose
 * answer waits to be received. The master has one message under way per group,
 * so there is at most one answer. */
struct local {
    struct transport base;
    struct team team;
    transport_handler *handler;
    void *context;
    struct message *answer;
    bool halted;
};

static void local_close(struct transport *t)
{
    struct local *l = (struct local *)t;

    free(l->answer);
    free(l);
}

static int local_broadcast(struct transport *t, struct buf *data, struct err *e)
{
    (void)t;
    return buf_failed(data) ? err_memory(e, "the start-up message") : 0;
}

static int local_gather(struct transport *t, const void *data, size_t len, struct buf *all,
                        struct err *e)
{
    (void)t;
    buf_reset(all);
    buf_add(all, data, len);
    return buf_failed(all) ? err_memory(e, "what the ranks tell") : 0;
}

/* There is no other rank. */
static int local_exchange(struct transport *t, const struct transport_piece *send, size_t sends,
                          const struct transport_piece *receive, size_t receives, struct err *e)
{
    const struct transport_piece *any = sends > 0 ? send : receive;

    (void)t;
    (void)receives;
    return err_set(e, ERR_SOFTWARE, "a piece is for rank %d of 1", any->rank);
}

static int local_serve(struct transport *t, transport_handler *handler, void *context,
                       struct err *e)
{
    struct local *l = (struct local *)t;

    (void)e;
    l->handler = handler;
    l->context = context;
    return 0;
}

static int local_send(struct transport *t, int group, const struct message *m, struct err *e)
{
    struct local *l = (struct local *)t;

    (void)group;
    if (m->type == MESSAGE_STOP)
        return 0;
    return l->handler(l->context, &l->team, m, &l->answer, e);
}

static void local_halt(struct transport *t)
{
    ((struct local *)t)->halted = true;
}

static bool local_halted(struct transport *t)
{
    return ((struct local *)t)->halted;
}

static int local_receive(struct transport *t, double seconds, int *group, struct message **m,
                         struct err *e)
{
    struct local *l = (struct local *)t;

    (void)seconds;
    (void)e;
    *group = 0;
    *m = l->answer;
    l->answer = NULL;
    return 0;
}

struct transport *transport_local(struct err *e)
{
    static const struct transport_ops ops = {
        .close = local_close,
        .broadcast = local_broadcast,
        .gather = local_gather,
        .neighbours = local_gather,
        .serve = local_serve,
        .send = local_send,
        .halt = local_halt,
        .halted = local_halted,
        .receive = local_receive,
        .exchange = local_exchange,
    };
    struct local *l = err_alloc(1, sizeof *l, "a transport", e);

    if (!l)
        return NULL;
    l->base = (struct transport){.ops = &ops, .rank = 0, .size = 1, .groups = 1};
    transport_expect(&l->base, 0);
    l->team = (struct team){.rank = 0, .size = 1};
    return &l->base;
}
