/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chooses between the two transports. */
#include "engine/transport/private.h"

#include <stdlib.h>

bool transport_launched(void)
{
    static const char *const variables[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK",
                                            "PMI_SIZE"};

    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        if (getenv(variables[i]))
            return true;
    /* srun without a PMI that we know: transport_mpi() finds out and says so,
     * where every task would else take itself for the whole job. */
    const char *tasks = getenv("SLURM_STEP_NUM_TASKS");
    return tasks && strtol(tasks, NULL, 10) > 1;
}

bool transport_finish(struct transport *t, double seconds)
{
    return !t->ops->finish || t->ops->finish(t, seconds);
}

void transport_close(struct transport *t)
{
    if (t)
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

int transport_send(struct transport *t, int group, const struct message *m, struct err *e)
{
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
    int rc = t->ops->receive(t, seconds, group, m, e);

    if (rc == 0 && *m) {
        t->traffic.received++;
        t->traffic.received_bytes += message_size(*m);
    }
    return rc;
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
