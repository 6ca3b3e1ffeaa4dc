/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets the other ranks serve the flow. */
#include "engine/flow/service.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/divide.h"
#include "engine/flow/status.h"
#include "engine/plan/bind.h"
#include "engine/plan/resources.h"
#include "h5/prepare.h"
#include "util/clock.h"
#include "util/text.h"

static const double beat_usual = 5; /* seconds between two pulses of a rank */
static const double pulses = 1000;  /* a second, of all ranks together, unless leases are short */

/* What rank 0 broadcasts at the start, followed by the contract's bytes. */
struct start {
    uint32_t stop; /* 1: there is nothing to serve */
    uint32_t ranks_per_slave;
    uint32_t shard;                      /* enum engine_shard */
    double gpus;                         /* that the contract asks for */
    double time_left, lease, save_every; /* seconds */
    char location[PLAN_PATH], ledger[PLAN_PATH];
    char skip_nodes[SLAVE_SKIP_NODES];
};

/* Effect: start says what every slave must know. */
static int make_start(const struct job *j, struct start *s, struct err *e)
{
    const struct engine_options *o = j->plan->options;
    size_t used = 0;

    s->ranks_per_slave =
        (uint32_t)plan_ranks(j->plan->options, j->plan->contract, transport_size(j->transport));
    s->shard = o->shard;
    s->gpus = j->plan->contract->gpus;
    s->time_left = j->plan->end - clock_steady();
    s->lease = o->lease;
    s->save_every = o->save_every;
    memcpy(s->location, j->plan->location, sizeof s->location);
    memcpy(s->ledger, j->plan->where, sizeof s->ledger);
    for (size_t i = 0; i < o->skip_nodes_count; i++) {
        used += (size_t)snprintf(s->skip_nodes + used, sizeof s->skip_nodes - used, "%s\n",
                                 o->skip_nodes[i]);
        if (used >= sizeof s->skip_nodes)
            return err_set(e, ERR_USAGE, "too many nodes are excluded");
    }
    return 0;
}

/* Collective. Effect: all tell where they are; *all has it on rank 0. One who does not know
 * says "", and fails later. */
static int gather_nodes(struct transport *t, struct buf *all, struct err *e)
{
    char node[NODE_NAME] = "";

    if (resources_node(node, NULL) < 0)
        node[0] = '\0';
    return transport_gather(t, node, sizeof node, all, e);
}

/* What a rank says, once, before anything is asked of it. */
static int take_word(int rank, const char word[static NODE_NAME], struct err *e)
{
    char shown[2 * NODE_NAME];

    if (memchr(word, '\0', NODE_NAME) && (!word[0] || text_is_name(word)))
        return 0;
    snprintf(shown, sizeof shown, "%.*s", NODE_NAME, word);
    text_show(shown, sizeof shown);
    return err_set(e, ERR_SOFTWARE,
                   "rank %d says that it is on node '%s', expected a name of at most %d bytes "
                   "(letters, digits, _ . -)",
                   rank, shown, TEXT_NAME);
}

/* Effect: the job knows where its groups are. Of ranks on its own node the master knows that from
 * MPI; for the others it has their word only. */
static int learn_nodes(struct job *j, struct err *e)
{
    size_t groups = (size_t)transport_groups(j->transport);
    struct buf all = {0};
    int rc = gather_nodes(j->transport, &all, e);

    j->nodes = err_alloc(groups, sizeof *j->nodes, "nodes", e);
    for (size_t g = 0; rc == 0 && j->nodes && g < groups; g++) {
        int rank = transport_leader(j->transport, (int)g);
        int says = transport_beside(j->transport, rank) ? 0 : rank;
        const char *word = all.data + (size_t)says * NODE_NAME;
        if ((rc = take_word(rank, word, e)) == 0)
            memcpy(j->nodes[g], word, NODE_NAME);
    }
    buf_free(&all);
    return j->nodes ? rc : -1;
}

int service_begin(struct job *j, bool stop, struct err *e)
{
    struct start s = {0};
    struct buf b = {0};

    stop = stop || make_start(j, &s, e) < 0;
    s.stop = stop;
    buf_add(&b, &s, sizeof s);
    if (!stop)
        buf_add(&b, j->plan->contract_bytes, j->plan->contract_len);
    int rc = transport_broadcast(j->transport, &b, e);
    buf_free(&b);
    if (rc == 0 && stop)
        return -1;
    if (rc < 0 || transport_split(j->transport, (int)s.ranks_per_slave, e) < 0)
        return -1;
    rc = learn_nodes(j, e);
    if (transport_size(j->transport) > 1 && /* the others divide them, whatever was learnt */
        divide_gpus(j->transport, s.gpus, (int)s.ranks_per_slave, NULL, e) < 0)
        rc = -1;
    if (rc < 0)
        service_end(j); /* or they would wait to be asked */
    return rc;
}

/* Makes a slave of the broadcast's content. */
static int slave_init(struct slave *s, struct transport *t, struct reader *r,
                      const struct engine_options *o, const char *contract, size_t len,
                      const struct start *start, struct err *e)
{
    s->contract_bytes = err_alloc(len, 1, "the contract", e);
    if (!s->contract_bytes)
        return -1;
    memcpy(s->contract_bytes, contract, len);
    s->contract_len = len;
    s->contract = contract_from_bytes(r, "the contract", s->contract_bytes, len, &s->why);
    memcpy(s->location, start->location, sizeof s->location);
    memcpy(s->ledger, start->ledger, sizeof s->ledger);
    memcpy(s->skip_nodes, start->skip_nodes, sizeof s->skip_nodes);
    if (resources_node(s->node, e) < 0)
        return -1;
    s->slot = (uint32_t)transport_rank(t);
    s->shard = (enum engine_shard)start->shard;
    s->least_rows = o->least_rows; /* its own site's, whatever the master has been told */
    double beat = fmax(beat_usual, transport_size(t) / pulses);
    s->pace = (struct pace){
        .transport = t,
        .beat = start->lease > 0 ? fmin(start->lease / 4, beat) : beat,
        .save = start->save_every,
        .end = clock_steady() + start->time_left,
    };
    s->host = bind_options(o, r);
    s->host.tick = pace_part_stops;
    s->host.context = &s->pace;
    return 0;
}

/* Effect: start is what a message begins with, whose texts are whole. */
static int read_start(const struct buf *b, struct start *start, struct err *e)
{
    if (b->len < sizeof *start)
        return err_set(e, ERR_SOFTWARE, "the start-up message is too short");
    memcpy(start, b->data, sizeof *start);
    if (memchr(start->location, '\0', sizeof start->location) &&
        memchr(start->ledger, '\0', sizeof start->ledger) &&
        memchr(start->skip_nodes, '\0', sizeof start->skip_nodes))
        return 0;
    return err_set(e, ERR_SOFTWARE, "a text of the start-up message has no end");
}

int service_of_slaves(struct transport *t, struct reader *r, const struct engine_options *o,
                      struct err *e)
{
    struct buf b = {0};
    struct start start;
    struct slave s = {0};
    h5_prepare(); /* rank 0 is reading the contract meanwhile */
    int rc = transport_broadcast(t, &b, e);

    if (rc == 0)
        rc = read_start(&b, &start, e);
    if (rc == 0 && !start.stop) {
        rc = transport_split(t, (int)start.ranks_per_slave, e);
        if (rc == 0)
            rc = gather_nodes(t, NULL, e);
        if (rc == 0)
            rc = slave_init(&s, t, r, o, b.data + sizeof start, b.len - sizeof start, &start, e);
        if (rc == 0)
            rc = divide_gpus(t, start.gpus, (int)start.ranks_per_slave, &s, e);
        if (rc == 0)
            rc = transport_serve(t, slave_handle, &s, e);
    }
    slave_free(&s);
    buf_free(&b);
    return rc;
}

/* Within one process the master's own work is done between two units of the slave. */
static void tick(void *context, uint64_t units, uint64_t restored)
{
    struct job *j = context;

    job_tick(j, units, restored);
    status_tick(j);
}

int service_here(struct job *j, struct reader *r, struct slave *s, struct err *e)
{
    struct start start = {0};

    if (make_start(j, &start, e) < 0 ||
        slave_init(s, j->transport, r, j->plan->options, j->plan->contract_bytes,
                   j->plan->contract_len, &start, e) < 0 ||
        divide_gpus(j->transport, start.gpus, 1, s, e) < 0)
        return -1;
    s->pace.tick = tick;
    s->pace.context = j;
    return transport_serve(j->transport, slave_handle, s, e);
}

void service_end(struct job *j)
{
    struct message *m = j->served ? NULL : message_create(MESSAGE_STOP, 0, 0, NULL);

    if (j->served)
        return;
    j->served = true;
    if (j->pool && j->pool->ops->stop)
        j->pool->ops->stop(j->pool);
    for (int g = 0; m && g < transport_groups(j->transport); g++)
        transport_send(j->transport, g, m, NULL);
    free(m);
}
