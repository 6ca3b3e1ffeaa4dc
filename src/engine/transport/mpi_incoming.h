/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers that come in over MPI: a length of 8 bytes, and then so many in pieces of INT_MAX.
 *
 * Nothing is waited for and nothing made for a length before that is bounded. An answer that is
 * not whole yet holds up its own rank only: one that never sends the rest falls silent, and its
 * lease is over some day.
 *
 * Convention: master only, private to the transport over MPI. Errors name the rank.
 */
#ifndef ENGINE_TRANSPORT_MPI_INCOMING_H
#define ENGINE_TRANSPORT_MPI_INCOMING_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

enum { INCOMING_TAG = 2 };

struct incoming;

struct incomings {
    struct incoming *first; /* the oldest */
};

struct answer {
    int from; /* rank */
    char *data;
    size_t len;
};

/* Effect: takes one length, of at most so many bytes, or one piece, if there is any; *found
 * tells. */
int incoming_take(struct incomings *in, MPI_Comm comm, uint64_t most, bool *found, struct err *e);

/* Whether there is an answer that is whole; then *a, whose data the caller frees, is the oldest
 * of its rank. */
bool incoming_whole(struct incomings *in, struct answer *a);

/* Effect: there is none any more. */
void incoming_drop(struct incomings *in);

#endif
