/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A rank that lies, for the program that tests alone have: what it sends the master is
 * changed on its way (--wrap).
 *
 *   METANEURON_LIE="RANK TYPE FIELD VALUE"
 *
 * The rank's messages of that type get that value in that field, which is one of the table of
 * messages, or type, partition or ranges. A number is as in C, a digest of bytes that are all
 * VALUE, a text is what follows FIELD; unended is one without an end. Where the rank has another
 * answer to what it was asked, that becomes a right one of TYPE first, and a pulse goes before
 * its result. And of the payload:
 *
 *   names    is VALUE, with a NUL for each |
 *   state    INDEX=VALUE, a double of it
 *   bytes    is so many zeros
 *
 * FIELD length: that many bytes are announced, and none follow; body: as many bytes less
 * follow as VALUE. With FIELD stray the rank, which may have no slave, sends a right message of
 * that type for partition VALUE unasked, as soon as there are groups. With FIELD node VALUE is
 * the name of its node; with gather all that it tells with the others is bytes VALUE.
 * METANEURON_LIE=list: prints TYPE FIELD CONTENT for each field that a
 * slave's message has.
 */
#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/transport/message.h"
#include "ledger/names.h"

enum { TAG_ANSWER = 2, ROOM = 1 << 20 };

struct lie {
    int rank;
    unsigned type;
    char field[16];
    const char *value;
    double number;
};

int __real_MPI_Isend(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
                     MPI_Request *request);
int __real_MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm *out);
int __real_MPI_Igather(const void *data, int count, MPI_Datatype type, void *all, int each,
                       MPI_Datatype of, int root, MPI_Comm comm, MPI_Request *request);
int __wrap_MPI_Isend(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
                     MPI_Request *request);
int __wrap_MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm *out);
int __wrap_MPI_Igather(const void *data, int count, MPI_Datatype type, void *all, int each,
                       MPI_Datatype of, int root, MPI_Comm comm, MPI_Request *request);

__attribute__((constructor)) static void list(void)
{
    const char *text = getenv("METANEURON_LIE");

    if (!text || strcmp(text, "list") != 0)
        return;
    for (uint32_t type = MESSAGE_CLAIMED; type <= MESSAGE_PULSE; type++)
        for (size_t i = 0; i < MESSAGE_FIELDS; i++)
            if (message_has(type, &message_fields[i]))
                printf("%" PRIu32 " %s %d\n", type, message_fields[i].name,
                       (int)message_fields[i].content);
    fflush(stdout);
    _exit(0);
}

/* Whether this rank is to lie, and how. */
static bool read_lie(struct lie *l)
{
    const char *text = getenv("METANEURON_LIE");
    int rank = 0, at = 0;

    if (!text || !*text)
        return false;
    if (sscanf(text, "%d %u %15s%n", &l->rank, &l->type, l->field, &at) != 3) {
        fprintf(stderr, "METANEURON_LIE: '%s' is no lie\n", text);
        _exit(99);
    }
    l->value = text + at + (text[at] == ' ');
    l->number = strtod(l->value, NULL);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank == l->rank;
}

static bool answers_same(uint32_t one, uint32_t two)
{
    for (uint32_t asked = MESSAGE_CLAIM; asked <= MESSAGE_COMPUTE; asked++)
        if (message_answers(one, asked) && message_answers(two, asked))
            return true;
    return false;
}

/* Effect: m is a right message of that type, for what it was for. */
static void become(struct message *m, uint32_t type)
{
    *m = (struct message){.type = type, .partition = m->partition, .ranges = m->ranges};
    if (type == MESSAGE_DECLINED || type == MESSAGE_FAILED || type == MESSAGE_HALTED) {
        m->code = type == MESSAGE_HALTED ? ERR_INCOMPLETE : ERR_INPUT;
        strcpy(m->text, "a lie");
    }
}

static void set_payload(struct message *m, const struct lie *l)
{
    double *states = (double *)(void *)m->payload;

    if (strcmp(l->field, "state") == 0) {
        states[(size_t)l->number] = strtod(strchr(l->value, '=') + 1, NULL);
    } else if (strcmp(l->field, "bytes") == 0) {
        m->length = (uint64_t)l->number;
        memset(m->payload, 0, m->length);
    } else if (strcmp(l->field, "names") == 0) {
        m->length = strlen(l->value);
        for (size_t i = 0; i < m->length; i++)
            m->payload[i] = l->value[i] == '|' ? '\0' : (unsigned char)l->value[i];
    }
}

static bool set_field(struct message *m, const struct message_field *f, const struct lie *l)
{
    char *at = (char *)m + f->offset;
    uint64_t number = strtoull(l->value, NULL, 0);

    if (strcmp(f->name, l->field) != 0)
        return false;
    if (f->content == MESSAGE_SECONDS)
        memcpy(at, &l->number, f->size);
    else if (f->content == MESSAGE_DIGEST)
        memset(at, (int)number, f->size);
    else if (f->content <= MESSAGE_COUNT)
        memcpy(at, &number, f->size); /* little-endian */
    else if (strcmp(l->value, "unended") == 0)
        memset(at, 'x', f->size);
    else
        memcpy(memset(at, 0, f->size), l->value, strnlen(l->value, f->size));
    return true;
}

static void change(struct message *m, const struct lie *l)
{
    uint32_t value = (uint32_t)strtoull(l->value, NULL, 0);

    if (strcmp(l->field, "type") == 0)
        m->type = value;
    else if (strcmp(l->field, "partition") == 0)
        m->partition = value;
    else if (strcmp(l->field, "ranges") == 0)
        m->ranges = value;
    for (size_t i = 0; i < MESSAGE_FIELDS; i++)
        if (set_field(m, &message_fields[i], l))
            return;
    set_payload(m, l);
}

static void send_now(const struct message *m, uint64_t announced, MPI_Comm comm)
{
    MPI_Send(&announced, 1, MPI_UINT64_T, 0, TAG_ANSWER, comm);
    MPI_Send(m, (int)message_size(m), MPI_BYTE, 0, TAG_ANSWER, comm);
}

static void send_pulse(const struct message *before, const struct lie *l, MPI_Comm comm)
{
    struct message pulse = {.partition = before->partition, .ranges = before->ranges};

    become(&pulse, MESSAGE_PULSE);
    pulse.units = 1;
    change(&pulse, l);
    send_now(&pulse, message_size(&pulse), comm);
}

int __wrap_MPI_Isend(const void *data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
                     MPI_Request *request)
{
    struct lie l;

    if (tag != TAG_ANSWER || !read_lie(&l) || strcmp(l.field, "stray") == 0)
        return __real_MPI_Isend(data, count, type, to, tag, comm, request);
    *request = MPI_REQUEST_NULL;
    if (type != MPI_BYTE) /* a length: what it is of follows */
        return MPI_SUCCESS;
    struct message *m = malloc((size_t)count + ROOM); /* is sent after this returns */
    if (!m)
        _exit(99);
    memcpy(m, data, (size_t)count);
    if (l.type == MESSAGE_PULSE && m->type == MESSAGE_RESULT)
        send_pulse(m, &l, comm);
    if (m->type != l.type && answers_same(m->type, l.type))
        become(m, l.type);
    bool lies = m->type == l.type;
    if (lies)
        change(m, &l);
    uint64_t announced = message_size(m);
    count = (int)announced;
    if (lies && strcmp(l.field, "length") == 0)
        announced = (uint64_t)l.number;
    MPI_Send(&announced, 1, MPI_UINT64_T, to, tag, comm);
    if (lies && strcmp(l.field, "length") == 0)
        return MPI_SUCCESS;
    if (lies && strcmp(l.field, "body") == 0)
        count -= (int)l.number;
    return __real_MPI_Isend(m, count, type, to, tag, comm, request);
}

int __wrap_MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm *out)
{
    int rc = __real_MPI_Comm_split(comm, color, key, out);
    struct lie l;

    if (!read_lie(&l) || strcmp(l.field, "stray") != 0)
        return rc;
    struct message m = {.partition = (uint32_t)l.number, .ranges = 1};
    become(&m, l.type);
    send_now(&m, message_size(&m), comm);
    return rc;
}

/* What ranks are asked together, before anything else, is on what node they are. */
int __wrap_MPI_Igather(const void *data, int count, MPI_Datatype type, void *all, int each,
                       MPI_Datatype of, int root, MPI_Comm comm, MPI_Request *request)
{
    static char node[NODE_NAME];
    struct lie l;

    if (count == NODE_NAME && read_lie(&l) && strcmp(l.field, "node") == 0) {
        memcpy(node, l.value, strnlen(l.value, sizeof node)); /* perhaps without an end */
        data = node;
    }
    if (count > 1 && read_lie(&l) && strcmp(l.field, "gather") == 0)
        data = memset(malloc((size_t)count), (int)l.number, (size_t)count); /* as it ends soon */
    return __real_MPI_Igather(data, count, type, all, each, of, root, comm, request);
}
