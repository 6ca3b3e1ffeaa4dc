/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exchanges pieces of memory between ranks over MPI. */
#include "engine/transport/mpi_private.h"

#include <limits.h>
#include <stdlib.h>

#include "util/clock.h"

enum { TAG_PIECE = 5 };

/* One MPI message carries at most INT_MAX bytes. */
static size_t count_messages(const struct transport_piece *pieces, size_t count)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++)
        n += (pieces[i].len + INT_MAX - 1) / INT_MAX;
    return n;
}

static int length_at(const struct transport_piece *p, size_t at)
{
    return p->len - at < INT_MAX ? (int)(p->len - at) : INT_MAX;
}

/* Effect: all messages of the pieces are under way. Returns where the next request goes. */
static MPI_Request *begin(struct mpi *m, const struct transport_piece *pieces, size_t count,
                          bool send, MPI_Request *request)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < pieces[i].len; at += INT_MAX) {
            char *data = (char *)pieces[i].data + at;
            int len = length_at(&pieces[i], at), rank = pieces[i].rank;
            if (send)
                MPI_Isend(data, len, MPI_BYTE, rank, TAG_PIECE, m->world, request++);
            else
                MPI_Irecv(data, len, MPI_BYTE, rank, TAG_PIECE, m->world, request++);
        }
    }
    return request;
}

/* A longer message than is waited for ends the job, as every error of MPI does. */
static int check_lengths(const struct transport_piece *pieces, size_t count,
                         const MPI_Status *status, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; at < pieces[i].len; at += INT_MAX, status++) {
            int came;
            MPI_Get_count(status, MPI_BYTE, &came);
            if (came != length_at(&pieces[i], at))
                return err_set(e, ERR_SOFTWARE, "rank %d sent %d bytes of a piece, expected %d",
                               pieces[i].rank, came, length_at(&pieces[i], at));
        }
    }
    return 0;
}

/* Returns the rank that a message of the pieces is from, or for. */
static int rank_of(const struct transport_piece *pieces, size_t count, size_t message)
{
    size_t i = 0;

    for (size_t n; i < count; message -= n, i++)
        if ((n = count_messages(pieces + i, 1)) > message)
            return pieces[i].rank;
    return -1;
}

/* Effect: all of the n messages are through; or *waits says which one is not. */
static int wait_for_all(struct mpi *m, MPI_Request *requests, size_t n, MPI_Status *status,
                        size_t *waits)
{
    struct backoff b = {.spin = m->spin};
    double since = clock_steady();
    int done;

    for (*waits = 0; *waits < n;) { /* in their order: the last of them may be through already */
        MPI_Test(&requests[*waits], &done, &status[*waits]);
        if (done) {
            ++*waits;
            since = clock_steady();
            b = (struct backoff){.spin = m->spin};
            continue;
        }
        if (m->base.tick)
            m->base.tick(m->base.tick_context);
        if (m->base.patience > 0 && clock_steady() - since > m->base.patience)
            return -1;
        backoff_wait(&b);
    }
    return 0;
}

int mpi_exchange(struct transport *t, const struct transport_piece *send, size_t sends,
                 const struct transport_piece *receive, size_t receives, struct err *e)
{
    struct mpi *m = (struct mpi *)t;
    size_t in = count_messages(receive, receives), n = in + count_messages(send, sends);
    MPI_Request *requests = err_alloc(n, sizeof *requests, "an exchange", e);
    MPI_Status *status = err_alloc(n, sizeof *status, "an exchange", e);
    size_t waits;

    if (!requests || !status)
        transport_abort(t, ERR_SOFTWARE); /* the others wait */
    begin(m, send, sends, true, begin(m, receive, receives, false, requests));
    if (wait_for_all(m, requests, n, status, &waits) < 0) {
        int rank =
            waits < in ? rank_of(receive, receives, waits) : rank_of(send, sends, waits - in);
        for (size_t i = waits; i < in; i++)
            MPI_Cancel(&requests[i]);
        free(status);
        return err_set(e, ERR_INCOMPLETE, "rank %d gave no sign of life for %g s", rank,
                       t->patience); /* requests are MPI's, which may still look at them */
    }
    int rc = check_lengths(receive, receives, status, e);
    free(requests);
    free(status);
    return rc;
}
