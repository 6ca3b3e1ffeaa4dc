/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes of any length over MPI, and waiting for them.
 *
 * Convention: private to the transport over MPI. Requests are waited for with pauses, as
 * transport.h says, unless spin.
 */
#ifndef ENGINE_TRANSPORT_MPI_BYTES_H
#define ENGINE_TRANSPORT_MPI_BYTES_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/err.h"

/* How long to sleep until the next look: longer and longer, so that a waiting
 * rank leaves its core to the others. After a while it is a hundredth of the time that
 * was waited, by which a long wait may well be longer. */
struct backoff {
    double pause, waited; /* seconds */
    bool spin;
};

void backoff_wait(struct backoff *b);

/* Whether it is over; and effect: it is. */
bool bytes_done(MPI_Request *request);
void bytes_wait(MPI_Request *request, bool spin);

/* Effect: sends len bytes to a rank, behind their number. */
void bytes_send(MPI_Comm comm, int to, int tag, const void *data, size_t len, bool spin);

/* Receives what bytes_send() sent, within a slave or from the master; the caller frees it. */
void *bytes_receive(MPI_Comm comm, int from, int tag, size_t *len, bool spin, struct err *e);

/* Effect: the bytes, which are freed, are all that is in data. */
int bytes_hand_over(char *bytes, size_t len, struct buf *data, const char *what, struct err *e);

#endif
