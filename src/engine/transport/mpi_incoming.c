/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the answers of ranks over MPI as they come in, piece by piece. */
#include "engine/transport/mpi_incoming.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>

#include "engine/transport/message.h"

struct incoming {
    struct incoming *next;
    int from;
    uint64_t total, at;  /* bytes: of it, and of these in pieces that were matched */
    MPI_Request request; /* of the last of them */
    char *data;
};

/* Drops the answers that are coming in. */
void incoming_drop(struct incomings *in)
{
    for (struct incoming *c; (c = in->first);) {
        in->first = c->next;
        free(c->data);
        free(c);
    }
}

/* The one of that rank whose pieces are still to come, or NULL. */
static struct incoming *find_open(const struct incomings *in, int from)
{
    for (struct incoming *c = in->first; c; c = c->next)
        if (c->from == from && c->at < c->total)
            return c;
    return NULL;
}

/* Takes a length, with which an answer begins: bounded before anything is made for it. */
static int begin(struct incomings *in, uint64_t most, int from, MPI_Message *piece, int count,
                 struct err *e)
{
    uint64_t total;

    if (count != (int)sizeof total)
        return err_set(e, ERR_SOFTWARE, "rank %d sent a length of %d bytes, expected %zu", from,
                       count, sizeof total);
    MPI_Mrecv(&total, count, MPI_BYTE, piece, MPI_STATUS_IGNORE);
    if (total < sizeof(struct message) || total > most)
        return err_set(e, ERR_SOFTWARE,
                       "rank %d announced a message of %" PRIu64 " bytes, expected %zu to %" PRIu64,
                       from, total, sizeof(struct message), most);
    struct incoming *c = err_alloc(1, sizeof *c, "a message", e), **last = &in->first;
    if (c && !(c->data = err_alloc(total, 1, "a message", e))) {
        free(c);
        return -1;
    }
    if (!c)
        return -1;
    c->from = from;
    c->total = total;
    c->request = MPI_REQUEST_NULL;
    while (*last)
        last = &(*last)->next;
    *last = c;
    return 0;
}

int incoming_take(struct incomings *in, MPI_Comm comm, uint64_t most, bool *found, struct err *e)
{
    MPI_Message piece;
    MPI_Status status;
    int flag = 0, count;

    MPI_Improbe(MPI_ANY_SOURCE, INCOMING_TAG, comm, &flag, &piece, &status);
    *found = flag != 0;
    if (!flag)
        return 0;
    MPI_Get_count(&status, MPI_BYTE, &count);
    struct incoming *c = find_open(in, status.MPI_SOURCE);
    if (!c)
        return begin(in, most, status.MPI_SOURCE, &piece, count, e);
    uint64_t left = c->total - c->at;
    if (count != (left < INT_MAX ? (int)left : INT_MAX))
        return err_set(e, ERR_SOFTWARE,
                       "rank %d sent %d bytes of a message of which %" PRIu64 " were to come",
                       c->from, count, left);
    MPI_Wait(&c->request, MPI_STATUS_IGNORE); /* of an earlier piece, which was sent before */
    MPI_Imrecv(c->data + c->at, count, MPI_BYTE, &piece, &c->request);
    c->at += (uint64_t)count;
    return 0;
}

bool incoming_whole(struct incomings *in, struct answer *a)
{
    for (struct incoming **at = &in->first; *at; at = &(*at)->next) {
        struct incoming *c = *at, *before = in->first;
        int done = 0;
        while (before != c && before->from != c->from)
            before = before->next;
        if (before == c && c->at == c->total)
            MPI_Test(&c->request, &done, MPI_STATUS_IGNORE);
        if (!done)
            continue;
        *at = c->next;
        *a = (struct answer){c->from, c->data, c->total};
        free(c);
        return true;
    }
    return false;
}
