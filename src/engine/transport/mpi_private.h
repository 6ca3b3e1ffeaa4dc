/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The transport over MPI, as its files share it.
 *
 * Convention: private to them. MPI's errors end the job (its default handler): Open MPI does not
 * return from a lost peer anyway.
 */
#ifndef ENGINE_TRANSPORT_MPI_PRIVATE_H
#define ENGINE_TRANSPORT_MPI_PRIVATE_H

#include "engine/transport/mpi_bytes.h"
#include "engine/transport/mpi_incoming.h"
#include "engine/transport/private.h"

struct mpi_team {
    struct team base;
    MPI_Comm comm;
    bool spin;
};

struct sending; /* a message of the master that is under way */

struct mpi {
    struct transport base;
    MPI_Comm world;
    struct mpi_team team; /* of a slave's rank */
    struct backoff quiet; /* of the master, since the last message */
    bool spin;
    bool halted;             /* of a slave's rank: the master has asked for it */
    struct sending *sending; /* of the master */
    struct incomings in;     /* likewise: answers */
};

/* mpi_team.c. What the ranks of a slave do together. */
extern const struct team_ops mpi_team_ops;

/* mpi_messages.c. What transport_ops has of messages. */
int mpi_serve(struct transport *t, transport_handler *handler, void *context, struct err *e);
int mpi_send(struct transport *t, int group, const struct message *m, struct err *e);
void mpi_tell(struct transport *t, const struct message *m);
void mpi_halt(struct transport *t);
bool mpi_halted(struct transport *t);
int mpi_receive(struct transport *t, double seconds, int *group, struct message **out,
                struct err *e);

/* mpi_exchange.c. */
int mpi_exchange(struct transport *t, const struct transport_piece *send, size_t sends,
                 const struct transport_piece *receive, size_t receives, struct err *e);

/* Master only. Effect: drops the messages that have gone. Returns whether there are others. */
bool mpi_reap(struct mpi *x);

/* Effect: drops an answer that nobody waits for, but whose sender may wait to hand it over; and
 * on a slave halts that came when there was nothing to halt any more: or MPI ends with a message
 * that nobody has received. */
void mpi_drop_answer(struct mpi *m);
void mpi_drop_halt(struct mpi *m);

#endif
