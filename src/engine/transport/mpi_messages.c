/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Carries messages over MPI. */
#include "engine/transport/mpi_private.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"

enum { TAG_ASK = 1, TAG_ANSWER = INCOMING_TAG, TAG_HALT = 4 };

struct sending {
    struct sending *next;
    uint64_t total;
    MPI_Request length, body;
    char bytes[];
};

bool mpi_reap(struct mpi *x)
{
    for (struct sending **at = &x->sending; *at;) {
        struct sending *s = *at;
        bool length = bytes_done(&s->length), body = bytes_done(&s->body);
        if (length && body) {
            *at = s->next;
            free(s);
        } else {
            at = &s->next;
        }
    }
    return x->sending != NULL;
}

void mpi_drop_answer(struct mpi *m)
{
    struct answer a;
    bool found;

    incoming_take(&m->in, m->world, m->base.most, &found, NULL);
    if (incoming_whole(&m->in, &a))
        free(a.data);
}

void mpi_drop_halt(struct mpi *m)
{
    int found = 1;

    while (found) {
        MPI_Iprobe(0, TAG_HALT, m->world, &found, MPI_STATUS_IGNORE);
        if (found)
            MPI_Recv(NULL, 0, MPI_BYTE, 0, TAG_HALT, m->world, MPI_STATUS_IGNORE);
    }
}

/* The master's next message, on every rank of the team. */
static struct message *next_message(struct mpi *m, struct err *e)
{
    struct buf b = {0};
    size_t len = 0;
    struct team *team = &m->team.base;
    char *bytes = NULL;

    if (team->rank == 0)
        bytes = bytes_receive(m->world, 0, TAG_ASK, &len, m->spin, e);
    else if (team_receive(team, (team->rank - 1) / 2, &b, e) == 0) {
        bytes = b.data;
        len = b.len;
    }
    /* Down a binary tree: each rank tells two others. */
    for (int child = 2 * team->rank + 1; bytes && child <= 2 * team->rank + 2; child++)
        if (child < team->size)
            team_send(team, child, bytes, len, e);
    if (bytes && message_check(bytes, len, true, e) == 0)
        return (struct message *)(void *)bytes;
    err_set(e, ERR_SOFTWARE, "no message came from the master");
    free(bytes);
    return NULL;
}

int mpi_serve(struct transport *t, transport_handler *handler, void *context, struct err *e)
{
    struct mpi *m = (struct mpi *)t;
    int rc = 0;

    if (m->team.comm == MPI_COMM_NULL)
        return 0;
    for (bool stop = false; rc == 0 && !stop;) {
        struct message *out = NULL, *in = next_message(m, e);
        if (!in)
            return -1;
        stop = in->type == MESSAGE_STOP;
        if (!stop)
            rc = handler(context, &m->team.base, in, &out, e);
        if (out)
            bytes_send(m->world, 0, TAG_ANSWER, out, message_size(out), m->spin);
        free(out);
        free(in);
    }
    return rc;
}

/* A slave that hangs must not hold up the master, so the message goes when it can. */
int mpi_send(struct transport *t, int group, const struct message *m, struct err *e)
{
    struct mpi *x = (struct mpi *)t;
    size_t size = message_size(m);
    int to = 1 + group * t->ranks_per_slave;

    if (size > INT_MAX)
        return err_set(e, ERR_SOFTWARE, "a message to a slave has more than %d bytes", INT_MAX);
    struct sending *s = err_alloc(1, sizeof *s + size, "a message", e);
    if (!s)
        return -1;
    s->total = size;
    memcpy(s->bytes, m, size);
    MPI_Isend(&s->total, 1, MPI_UINT64_T, to, TAG_ASK, x->world, &s->length);
    MPI_Isend(s->bytes, (int)size, MPI_BYTE, to, TAG_ASK, x->world, &s->body);
    s->next = x->sending;
    x->sending = s;
    mpi_reap(x);
    return 0;
}

void mpi_tell(struct transport *t, const struct message *m)
{
    struct mpi *x = (struct mpi *)t;

    bytes_send(x->world, 0, TAG_ANSWER, m, message_size(m), x->spin);
}

void mpi_halt(struct transport *t)
{
    struct mpi *m = (struct mpi *)t;
    MPI_Request request;

    for (int rank = 1; rank <= t->groups * m->base.ranks_per_slave; rank++) {
        MPI_Isend(NULL, 0, MPI_BYTE, rank, TAG_HALT, m->world, &request);
        MPI_Request_free(&request); /* one that hangs must not hold up the others */
    }
}

bool mpi_halted(struct transport *t)
{
    struct mpi *m = (struct mpi *)t;
    int found = 0;

    if (!m->halted)
        MPI_Iprobe(0, TAG_HALT, m->world, &found, MPI_STATUS_IGNORE);
    if (found) {
        MPI_Recv(NULL, 0, MPI_BYTE, 0, TAG_HALT, m->world, MPI_STATUS_IGNORE);
        m->halted = true;
    }
    return m->halted;
}

/* What a whole answer says, and who may say it: a leader, or any rank of a group that it is at
 * work. Ranks that are left over have no group. */
static int check_answer(const struct mpi *m, int from, const char *data, size_t len, struct err *e)
{
    int group = (from - 1) / m->base.ranks_per_slave;
    bool leads = (from - 1) % m->base.ranks_per_slave == 0;

    if (message_check(data, len, false, e) < 0)
        return err_context(e, "rank %d", from);
    uint32_t type = ((const struct message *)(const void *)data)->type;
    if (from == 0 || group >= m->base.groups || (!leads && type != MESSAGE_PULSE))
        return err_set(e, ERR_SOFTWARE,
                       "rank %d sent a message of type %" PRIu32 ", but it leads no slave", from,
                       type);
    return 0;
}

int mpi_receive(struct transport *t, double seconds, int *group, struct message **out,
                struct err *e)
{
    struct mpi *m = (struct mpi *)t;
    double until = clock_steady() + seconds;
    struct answer a;

    *out = NULL;
    for (;;) {
        bool found;
        mpi_reap(m);
        if (incoming_take(&m->in, m->world, t->most, &found, e) < 0)
            return -1;
        if (incoming_whole(&m->in, &a))
            break;
        if (clock_steady() >= until)
            return 0;
        if (!found)
            backoff_wait(&m->quiet);
    }
    m->quiet = (struct backoff){.spin = m->spin};
    if (check_answer(m, a.from, a.data, a.len, e) < 0) {
        free(a.data);
        return -1;
    }
    *group = (a.from - 1) / m->base.ranks_per_slave;
    *out = (struct message *)(void *)a.data;
    return 0;
}
