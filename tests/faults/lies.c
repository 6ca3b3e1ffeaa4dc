/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A rank that lies, for the program that tests alone have: what it sends the master is
 * changed on its way (--wrap).
 *
 *   METANEURON_LIE="RANK TYPE FIELD VALUE"
 *
 * The rank's messages of that type get that value in that field: type, partition, ranges,
 * code, slot, items, seconds, lf (a line feed in the payload), or end (a text without one).
 * FIELD length: that many bytes are announced, and none follow; body: as many bytes less
 * follow as VALUE. With FIELD stray the rank, which may have no slave, sends a message of
 * that type for partition VALUE unasked, as soon as there are groups.
 */
#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/transport/message.h"

enum { TAG_ANSWER = 2 };

struct lie {
    int rank;
    unsigned type;
    char field[16];
    double value;
};

int __real_MPI_Isend(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
                     MPI_Request *request);
int __real_MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm *out);
int __wrap_MPI_Isend(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
                     MPI_Request *request);
int __wrap_MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm *out);

/* Whether this rank is to lie, and how. */
static bool read_lie(struct lie *l)
{
    const char *text = getenv("METANEURON_LIE");
    int rank = 0;

    if (!text)
        return false;
    if (sscanf(text, "%d %u %15s %lf", &l->rank, &l->type, l->field, &l->value) != 4) {
        fprintf(stderr, "METANEURON_LIE: '%s' is no lie\n", text);
        _exit(99);
    }
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank == l->rank;
}

static void change(struct message *m, const struct lie *l)
{
    uint32_t value = (uint32_t)l->value;

    if (strcmp(l->field, "type") == 0)
        m->type = value;
    else if (strcmp(l->field, "partition") == 0)
        m->partition = value;
    else if (strcmp(l->field, "ranges") == 0)
        m->ranges = value;
    else if (strcmp(l->field, "code") == 0)
        m->code = value;
    else if (strcmp(l->field, "slot") == 0)
        m->slot = value;
    else if (strcmp(l->field, "items") == 0)
        m->items = value;
    else if (strcmp(l->field, "seconds") == 0)
        m->seconds = l->value;
    else if (strcmp(l->field, "lf") == 0)
        memcpy(m->payload, "\n", 1);
    else if (strcmp(l->field, "end") == 0)
        memset(m->text, 'x', sizeof m->text);
}

int __wrap_MPI_Isend(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
                     MPI_Request *request)
{
    static uint64_t announced;
    struct lie l;

    if (tag != TAG_ANSWER || !read_lie(&l) || strcmp(l.field, "stray") == 0)
        return __real_MPI_Isend(data, count, type, to, tag, comm, request);
    if (type != MPI_BYTE) { /* a length: what it is of follows */
        memcpy(&announced, data, sizeof announced);
        *request = MPI_REQUEST_NULL;
        return MPI_SUCCESS;
    }
    struct message *m = malloc((size_t)count); /* is sent after this returns */
    if (!m)
        _exit(99);
    memcpy(m, data, (size_t)count);
    bool lies = m->type == l.type;
    if (lies && strcmp(l.field, "length") == 0)
        announced = (uint64_t)l.value;
    MPI_Send(&announced, 1, MPI_UINT64_T, to, tag, comm);
    *request = MPI_REQUEST_NULL;
    if (lies && strcmp(l.field, "length") == 0)
        return MPI_SUCCESS;
    if (lies)
        change(m, &l);
    if (lies && strcmp(l.field, "body") == 0)
        count -= (int)l.value;
    return __real_MPI_Isend(m, count, type, to, tag, comm, request);
}

int __wrap_MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm *out)
{
    int rc = __real_MPI_Comm_split(comm, color, key, out);
    struct lie l;

    if (!read_lie(&l) || strcmp(l.field, "stray") != 0)
        return rc;
    struct message *m = message_create(l.type, (uint32_t)l.value, 0, NULL);
    if (!m)
        _exit(99);
    uint64_t size = message_size(m);
    MPI_Send(&size, 1, MPI_UINT64_T, 0, TAG_ANSWER, comm);
    MPI_Send(m, (int)size, MPI_BYTE, 0, TAG_ANSWER, comm);
    free(m);
    return rc;
}
