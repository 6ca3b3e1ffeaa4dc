/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the two transports have in common: a table of operations.
 *
 * Convention: private to the transport files.
 */
#ifndef ENGINE_TRANSPORT_PRIVATE_H
#define ENGINE_TRANSPORT_PRIVATE_H

#include "engine/transport/transport.h"

/* What the functions of transport.h call. NULL does nothing: within one process there is nobody
 * else to wait for, to end, to divide or to tell, and no library. */
struct transport_ops {
    bool (*finish)(struct transport *t, double seconds, int *code);
    void (*close)(struct transport *t);
    void (*abort)(struct transport *t, int code);
    int (*broadcast)(struct transport *t, struct buf *data, struct err *e);
    int (*gather)(struct transport *t, const void *data, size_t len, struct buf *all,
                  struct err *e);
    int (*neighbours)(struct transport *t, const void *data, size_t len, struct buf *all,
                      struct err *e);
    void (*library)(char *text, size_t size);
    int (*split)(struct transport *t, int ranks_per_slave, struct err *e);
    int (*serve)(struct transport *t, transport_handler *handler, void *context, struct err *e);
    int (*send)(struct transport *t, int group, const struct message *m, struct err *e);
    void (*tell)(struct transport *t, const struct message *m);
    void (*halt)(struct transport *t);
    bool (*halted)(struct transport *t);
    int (*receive)(struct transport *t, double seconds, int *group, struct message **m,
                   struct err *e);
    int (*exchange)(struct transport *t, const struct transport_piece *send, size_t sends,
                    const struct transport_piece *receive, size_t receives, struct err *e);
};

struct team_ops {
    int (*send)(struct team *t, int to, const void *data, size_t len, struct err *e);
    int (*receive)(struct team *t, int from, struct buf *data, struct err *e);
    int (*reduce)(struct team *t, struct bound *b, double *state, struct err *e);
    const void *(*communicator)(const struct team *t);
};

enum { TRANSPORT_OWED = 4 }; /* messages that a group may owe an answer to */

/* What a group was asked and has not answered, the oldest first. */
struct owed {
    int count;
    struct {
        uint32_t type, partition, ranges;
    } asked[TRANSPORT_OWED];
};

/* The first members of either transport and of either team. */
struct transport {
    const struct transport_ops *ops;
    int rank, size, groups;
    int ranks_per_slave;    /* of each group; 0: within one process */
    bool *beside;           /* of the master: which ranks are on its node */
    struct traffic traffic; /* of the master */
    struct traffic pieces;  /* that were exchanged with other ranks */
    double patience;        /* with ranks that hand over nothing, seconds; 0: no limit */
    void (*tick)(void *context);
    void *tick_context;
    uint64_t most;     /* bytes of an answer that it takes */
    struct owed *owed; /* of the master, by group: what it has asked */
};

struct team {
    const struct team_ops *ops; /* NULL in a team of one */
    int rank, size;
};

#endif
