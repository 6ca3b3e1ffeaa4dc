/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends bytes of any length over MPI, and waits for them. */
#include "engine/transport/mpi_bytes.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "util/clock.h"

static const double pause_short = 1e-3, pause_most = 10e-3;

void backoff_wait(struct backoff *b)
{
    double longest = fmin(fmax(pause_short, b->waited / 100), pause_most);

    if (b->spin)
        return;
    b->pause = b->pause == 0 ? 5e-6 : fmin(b->pause * 1.5, longest);
    b->waited += b->pause;
    clock_pause(b->pause);
}

bool bytes_done(MPI_Request *request)
{
    int done = 0;

    MPI_Test(request, &done, MPI_STATUS_IGNORE);
    return done;
}

void bytes_wait(MPI_Request *request, bool spin)
{
    struct backoff b = {.spin = spin};

    while (!bytes_done(request))
        backoff_wait(&b);
}

/* One MPI message carries at most INT_MAX bytes; a longer one goes in pieces. */
void bytes_send(MPI_Comm comm, int to, int tag, const void *data, size_t len, bool spin)
{
    const char *p = data;
    uint64_t total = len;
    MPI_Request request;

    MPI_Isend(&total, 1, MPI_UINT64_T, to, tag, comm, &request);
    bytes_wait(&request, spin);
    while (len > 0) {
        int n = len < INT_MAX ? (int)len : INT_MAX;
        MPI_Isend(p, n, MPI_BYTE, to, tag, comm, &request);
        bytes_wait(&request, spin);
        p += n;
        len -= (size_t)n;
    }
}

void *bytes_receive(MPI_Comm comm, int from, int tag, size_t *len, bool spin, struct err *e)
{
    uint64_t total;
    MPI_Request request;

    MPI_Irecv(&total, 1, MPI_UINT64_T, from, tag, comm, &request);
    bytes_wait(&request, spin);
    if (total > PTRDIFF_MAX)
        return err_null(
            err_set(e, ERR_SOFTWARE, "rank %d announced %" PRIu64 " bytes", from, total));
    char *data = err_alloc(total, 1, "a message", e);
    if (!data)
        return NULL;
    for (size_t at = 0; at < total;) {
        int n = total - at < INT_MAX ? (int)(total - at) : INT_MAX;
        MPI_Irecv(data + at, n, MPI_BYTE, from, tag, comm, &request);
        bytes_wait(&request, spin);
        at += (size_t)n;
    }
    *len = total;
    return data;
}

int bytes_hand_over(char *bytes, size_t len, struct buf *data, const char *what, struct err *e)
{
    buf_reset(data);
    buf_add(data, bytes, len);
    free(bytes);
    return buf_failed(data) ? err_memory(e, what) : 0;
}
