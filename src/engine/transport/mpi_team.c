/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets the ranks of a slave speak to each other over MPI. */
#include "engine/transport/mpi_private.h"

#include <stdlib.h>

enum { TAG_TEAM = 3 };

static int team_mpi_send(struct team *t, int to, const void *data, size_t len, struct err *e)
{
    struct mpi_team *m = (struct mpi_team *)t;

    (void)e;
    bytes_send(m->comm, to, TAG_TEAM, data, len, m->spin);
    return 0;
}

static int team_mpi_receive(struct team *t, int from, struct buf *data, struct err *e)
{
    struct mpi_team *m = (struct mpi_team *)t;
    size_t len;
    char *bytes = bytes_receive(m->comm, from, TAG_TEAM, &len, m->spin, e);

    return bytes ? bytes_hand_over(bytes, len, data, "a message", e) : -1;
}

static const void *team_mpi_communicator(const struct team *t)
{
    return &((const struct mpi_team *)t)->comm;
}

/* MPI gives an operator no context of its own, but an attribute of the datatype
 * reaches it: the bound function, its length, and the first error. */
struct merge_context {
    struct bound *bound;
    struct err *e;
    bool failed;
};

static int merge_keyval(void)
{
    static int keyval = MPI_KEYVAL_INVALID;

    if (keyval == MPI_KEYVAL_INVALID)
        MPI_Type_create_keyval(MPI_TYPE_NULL_COPY_FN, MPI_TYPE_NULL_DELETE_FN, &keyval, NULL);
    return keyval;
}

static void merge_op(void *from, void *into, int *count, MPI_Datatype *type)
{
    struct merge_context *c;
    int found;

    MPI_Type_get_attr(*type, merge_keyval(), &c, &found);
    size_t length = bound_length(c->bound);
    for (int i = 0; i < *count && !c->failed; i++)
        if (bound_merge(c->bound, (double *)into + (size_t)i * length,
                        (const double *)from + (size_t)i * length, c->e) < 0)
            c->failed = true;
}

static int team_mpi_reduce(struct team *t, struct bound *b, double *state, struct err *e)
{
    struct mpi_team *m = (struct mpi_team *)t;
    struct merge_context c = {.bound = b, .e = e};
    size_t length = bound_length(b);
    MPI_Datatype type;
    MPI_Op op;
    MPI_Request request;

    MPI_Type_contiguous((int)length, MPI_DOUBLE, &type);
    MPI_Type_commit(&type);
    MPI_Type_set_attr(type, merge_keyval(), &c);
    MPI_Op_create(merge_op, 1, &op);
    if (t->rank == 0)
        MPI_Ireduce(MPI_IN_PLACE, state, 1, type, op, 0, m->comm, &request);
    else
        MPI_Ireduce(state, NULL, 1, type, op, 0, m->comm, &request);
    bytes_wait(&request, m->spin);
    MPI_Op_free(&op);
    MPI_Type_free(&type);
    return c.failed ? -1 : 0;
}

const struct team_ops mpi_team_ops = {
    .send = team_mpi_send,
    .receive = team_mpi_receive,
    .reduce = team_mpi_reduce,
    .communicator = team_mpi_communicator,
};
