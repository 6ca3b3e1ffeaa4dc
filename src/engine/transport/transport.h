/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The transport: how the master reaches the slaves, and the ranks of a slave
 * each other.
 *
 * Two forms of one thing: over MPI, or within one process, where a message is a
 * call. Rank 0 is the master; the others form groups of R ranks, whose lowest
 * is the group's leader. Within one process there is one group of one rank.
 *
 * Convention: every function says who calls it. Waiting backs off, unless the
 * transport was told to spin: it sleeps, from microseconds up to a millisecond, and
 * from 0.1 s on a hundredth of the wait, at most 10 ms.
 */
#ifndef ENGINE_TRANSPORT_H
#define ENGINE_TRANSPORT_H

#include <stdbool.h>

#include "engine/transport/message.h"
#include "function/bound.h"
#include "util/buf.h"

struct transport;
struct team; /* the ranks of one slave, as one of them sees it */

/* A slave's answer to a message; called by all ranks of the team together. The
 * leader's answer is sent to the master, which frees nothing of it. */
typedef int transport_handler(void *context, struct team *team, const struct message *in,
                              struct message **out, struct err *e);

/* Returns whether this process was started by an MPI launcher. */
bool transport_launched(void);

/* Not collective. Returns the transport within this process. */
struct transport *transport_local(struct err *e);

/* Collective. Returns the transport over MPI, or within this process when it is
 * the only rank; calls MPI_Init. */
struct transport *transport_mpi(bool spin, struct err *e);

/* Collective. Effect: waits until all ranks are here; what slaves still send is dropped.
 * Returns false on rank 0 if some are not after so many seconds: they hang, or are in a
 * unit that nobody waits for any more, and transport_abort() is all that ends the job. Where
 * mpirun mixes the exit codes of ranks, a *code of 0 becomes rank 0's. */
bool transport_finish(struct transport *t, double seconds, int *code);

/* Collective. Effect: ends MPI, if it was begun. */
void transport_close(struct transport *t);

/* Not collective. Effect: ends the whole job at once, with this exit code. */
_Noreturn void transport_abort(struct transport *t, int code);

/* Not collective. Rank of this process, and number of ranks. */
int transport_rank(const struct transport *t);
int transport_size(const struct transport *t);

/* Messages, and the bytes of them, that the master has sent and received: not
 * those within a slave. */
struct traffic {
    uint64_t sent, sent_bytes, received, received_bytes;
};

/* Master only. */
struct traffic transport_traffic(const struct transport *t);

/* Collective. Effect: on the other ranks, data becomes what it is on rank 0. */
int transport_broadcast(struct transport *t, struct buf *data, struct err *e);

/* Collective. Effect: on rank 0, all becomes len bytes of each rank, in the order
 * of ranks; elsewhere it stays. len is the same everywhere. */
int transport_gather(struct transport *t, const void *data, size_t len, struct buf *all,
                     struct err *e);

/* Collective. Effect: all becomes len bytes of each rank of this node, in the order of ranks, on
 * each of them. len is the same everywhere. */
int transport_neighbours(struct transport *t, const void *data, size_t len, struct buf *all,
                         struct err *e);

/* A piece of memory that one rank hands to another. */
struct transport_piece {
    int rank;   /* to which, or from which; this one, too */
    void *data; /* only read where it is sent */
    size_t len; /* bytes */
};

/* Between those ranks that have pieces for each other, all of which call it. Effect: the i-th piece
 * that a rank has for another is the i-th that this one waits for from it. Nothing is copied on the
 * way but by MPI. A piece that is shorter than what is waited for: ERR_SOFTWARE. */
int transport_exchange(struct transport *t, const struct transport_piece *send, size_t sends,
                       const struct transport_piece *receive, size_t receives, struct err *e);

/* Effect: as long as this rank exchanges, tick is called now and then; and a rank that hands over
 * nothing for so many seconds, 0: however long, is an error: ERR_INCOMPLETE. Then the job is to end, as
 * what is under way stays so. */
void transport_watch(struct transport *t, double seconds, void (*tick)(void *context),
                     void *context);

/* Returns the pieces, and their bytes, that this rank has so sent to others, and received. */
struct traffic transport_exchanged(const struct transport *t);

/* Not collective. Effect: text says which library carries the messages; it is
 * empty within one process. Returns text. */
char *transport_library(const struct transport *t, char *text, size_t size);

/* Collective. Effect: forms groups of ranks_per_slave; ranks that are left over
 * belong to none. */
int transport_split(struct transport *t, int ranks_per_slave, struct err *e);

/* Not collective. Number of groups; and the rank of one's leader. */
int transport_groups(const struct transport *t);
int transport_leader(const struct transport *t, int group);

/* Master only, once there are groups. Whether a rank is on the master's node, by what MPI has
 * been told by the launcher. */
bool transport_beside(const struct transport *t, int rank);

/* Slave only (within one process: the master, once). Effect: serves the
 * master's messages until MESSAGE_STOP. Within one process it only remembers
 * the handler. */
int transport_serve(struct transport *t, transport_handler *handler, void *context, struct err *e);

/* Master only. Effect: answers of more bytes of payload are refused; 64 MiB before. */
void transport_expect(struct transport *t, uint64_t bytes);

/* Master only. Effect: sends a message to a group. */
int transport_send(struct transport *t, int group, const struct message *m, struct err *e);

/* Slave only, not collective. Effect: sends the master a message that it did not
 * ask for. Within one process it goes nowhere. */
void transport_tell(struct transport *t, const struct message *m);

/* Master only. Effect: asks every rank of every group to stop what it is doing
 * between two units. */
void transport_halt(struct transport *t);

/* Slave only, not collective. Whether the master asked for that. */
bool transport_halted(struct transport *t);

/* Master only. Waits up to that many seconds for an answer; *m is NULL when
 * none came. The caller frees it. What nobody was asked for, and what no rank sends, is an
 * error that names the rank. */
int transport_receive(struct transport *t, double seconds, int *group, struct message **m,
                      struct err *e);

/* Rank of this process in its team, and the team's size. */
int team_rank(const struct team *t);
int team_size(const struct team *t);

/* Returns the MPI_Comm of the team, for functions that compute together; NULL in a team of
 * one within one process. */
const void *team_communicator(const struct team *t);

/* One rank of a team to another. */
int team_send(struct team *t, int to, const void *data, size_t len, struct err *e);
int team_receive(struct team *t, int from, struct buf *data, struct err *e);

/* Collective over the team. Effect: on rank 0, state becomes the merge of all
 * ranks' states in whatever order MPI likes (order: fast). A merge that fails makes
 * this fail on the rank that it failed on, and the state is worth nothing. */
int team_reduce(struct team *t, struct bound *b, double *state, struct err *e);

#endif
