/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Carries messages over MPI. */

/* With mpi_incoming.c the only file of the engine that calls MPI. Its errors end the job (MPI's
 * default handler): Open MPI does not return from a lost peer anyway. */
#include "engine/transport/launcher.h"
#include "engine/transport/mpi_incoming.h"
#include "engine/transport/private.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"

enum { TAG_ASK = 1, TAG_ANSWER = INCOMING_TAG, TAG_TEAM = 3, TAG_HALT = 4 };

/* How long to sleep until the next look: longer and longer, so that a waiting
 * rank leaves its core to the others. After a while it is a hundredth of the time that
 * was waited, by which a long wait may well be longer. */
struct backoff {
    double pause, waited; /* seconds */
    bool spin;
};

struct mpi_team {
    struct team base;
    MPI_Comm comm;
    bool spin;
};

/* A message of the master that is under way. */
struct sending {
    struct sending *next;
    uint64_t total;
    MPI_Request length, body;
    char bytes[];
};

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

static const double pause_short = 1e-3, pause_most = 10e-3;

static void backoff_wait(struct backoff *b)
{
    double longest = fmin(fmax(pause_short, b->waited / 100), pause_most);

    if (b->spin)
        return;
    b->pause = b->pause == 0 ? 5e-6 : fmin(b->pause * 1.5, longest);
    b->waited += b->pause;
    clock_pause(b->pause);
}

static bool is_done(MPI_Request *request)
{
    int done = 0;

    MPI_Test(request, &done, MPI_STATUS_IGNORE);
    return done;
}

static void wait_for(MPI_Request *request, bool spin)
{
    struct backoff b = {.spin = spin};

    while (!is_done(request))
        backoff_wait(&b);
}

/* One MPI message carries at most INT_MAX bytes; a longer one goes in pieces. */
static void send_bytes(MPI_Comm comm, int to, int tag, const void *data, size_t len, bool spin)
{
    const char *p = data;
    uint64_t total = len;
    MPI_Request request;

    MPI_Isend(&total, 1, MPI_UINT64_T, to, tag, comm, &request);
    wait_for(&request, spin);
    while (len > 0) {
        int n = len < INT_MAX ? (int)len : INT_MAX;
        MPI_Isend(p, n, MPI_BYTE, to, tag, comm, &request);
        wait_for(&request, spin);
        p += n;
        len -= (size_t)n;
    }
}

/* Receives what send_bytes() sent, within a slave or from the master; the caller frees it. */
static void *receive_bytes(MPI_Comm comm, int from, int tag, size_t *len, bool spin, struct err *e)
{
    uint64_t total;
    MPI_Request request;

    MPI_Irecv(&total, 1, MPI_UINT64_T, from, tag, comm, &request);
    wait_for(&request, spin);
    if (total > PTRDIFF_MAX)
        return err_null(
            err_set(e, ERR_SOFTWARE, "rank %d announced %" PRIu64 " bytes", from, total));
    char *data = err_alloc(total, 1, "a message", e);
    if (!data)
        return NULL;
    for (size_t at = 0; at < total;) {
        int n = total - at < INT_MAX ? (int)(total - at) : INT_MAX;
        MPI_Irecv(data + at, n, MPI_BYTE, from, tag, comm, &request);
        wait_for(&request, spin);
        at += (size_t)n;
    }
    *len = total;
    return data;
}

static int team_mpi_send(struct team *t, int to, const void *data, size_t len, struct err *e)
{
    struct mpi_team *m = (struct mpi_team *)t;

    (void)e;
    send_bytes(m->comm, to, TAG_TEAM, data, len, m->spin);
    return 0;
}

/* Effect: the bytes, which are freed, are all that is in data. */
static int hand_over(char *bytes, size_t len, struct buf *data, const char *what, struct err *e)
{
    buf_reset(data);
    buf_add(data, bytes, len);
    free(bytes);
    return buf_failed(data) ? err_memory(e, what) : 0;
}

static int team_mpi_receive(struct team *t, int from, struct buf *data, struct err *e)
{
    struct mpi_team *m = (struct mpi_team *)t;
    size_t len;
    char *bytes = receive_bytes(m->comm, from, TAG_TEAM, &len, m->spin, e);

    return bytes ? hand_over(bytes, len, data, "a message", e) : -1;
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
    wait_for(&request, m->spin);
    MPI_Op_free(&op);
    MPI_Type_free(&type);
    return c.failed ? -1 : 0;
}

/* Drops the messages that have gone. */
static void reap(struct mpi *x)
{
    for (struct sending **at = &x->sending; *at;) {
        struct sending *s = *at;
        bool length = is_done(&s->length), body = is_done(&s->body);
        if (length && body) {
            *at = s->next;
            free(s);
        } else {
            at = &s->next;
        }
    }
}

/* An answer that nobody waits for, but whose sender may wait to hand it over. */
static void drop_answer(struct mpi *m)
{
    struct answer a;
    bool found;

    incoming_take(&m->in, m->world, m->base.most, &found, NULL);
    if (incoming_whole(&m->in, &a))
        free(a.data);
}

/* A halt that came when there was nothing to halt any more; or MPI ends with a message that
 * nobody has received. */
static void drop_halt(struct mpi *m)
{
    int found = 1;

    while (found) {
        MPI_Iprobe(0, TAG_HALT, m->world, &found, MPI_STATUS_IGNORE);
        if (found)
            MPI_Recv(NULL, 0, MPI_BYTE, 0, TAG_HALT, m->world, MPI_STATUS_IGNORE);
    }
}

/* Hydra, which MPICH's and Intel MPI's ranks are started by, makes one exit code of those of all
 * ranks, and after a signal may drop one. Open MPI's mpirun tells of the first rank that has
 * another than 0: there it is the one whose code it is. */
#ifdef MPICH_VERSION
static const bool codes_are_mixed = true;
#else
static const bool codes_are_mixed = false;
#endif

static bool mpi_finish(struct transport *t, double seconds, int *code)
{
    struct mpi *m = (struct mpi *)t;
    int of_all = *code;
    struct backoff b = {.spin = m->spin};
    double until = clock_steady() + seconds;
    MPI_Request request;

    MPI_Ibarrier(m->world, &request);
    while (!is_done(&request)) {
        if (t->rank == 0 && clock_steady() > until)
            return false;
        if (t->rank == 0) {
            reap(m);
            drop_answer(m);
        }
        backoff_wait(&b);
    }
    if (t->rank != 0)
        drop_halt(m);
    MPI_Ibcast(&of_all, 1, MPI_INT, 0, m->world, &request);
    wait_for(&request, m->spin);
    *code = *code == 0 && codes_are_mixed ? of_all : *code;
    return true;
}

static void mpi_close(struct transport *t)
{
    struct mpi *m = (struct mpi *)t;
    struct backoff b = {.spin = m->spin};

    for (reap(m); m->sending; reap(m))
        backoff_wait(&b);
    incoming_drop(&m->in);
    if (m->team.comm != MPI_COMM_NULL)
        MPI_Comm_free(&m->team.comm);
    MPI_Comm_free(&m->world);
    MPI_Finalize();
    free(m);
}

static void mpi_abort(struct transport *t, int code)
{
    (void)t;
    MPI_Abort(MPI_COMM_WORLD, code);
}

static int mpi_broadcast(struct transport *t, struct buf *data, struct err *e)
{
    struct mpi *m = (struct mpi *)t;
    uint64_t len = data->len;
    MPI_Request request;

    if (buf_failed(data)) /* the others wait for it already */
        transport_abort(t, ERR_SOFTWARE);
    MPI_Ibcast(&len, 1, MPI_UINT64_T, 0, m->world, &request);
    wait_for(&request, m->spin);
    if (len > INT_MAX)
        return err_set(e, ERR_SOFTWARE, "the start-up message has more than %d bytes", INT_MAX);
    char *bytes = t->rank == 0 ? data->data : err_alloc(len, 1, "the start-up message", e);
    if (len && !bytes)
        transport_abort(t, ERR_SOFTWARE);
    MPI_Ibcast(bytes, (int)len, MPI_BYTE, 0, m->world, &request);
    wait_for(&request, m->spin);
    return t->rank == 0 ? 0 : hand_over(bytes, len, data, "the start-up message", e);
}

static int mpi_gather(struct transport *t, const void *data, size_t len, struct buf *all,
                      struct err *e)
{
    struct mpi *m = (struct mpi *)t;
    size_t total = (size_t)t->size * len;
    MPI_Request request;
    char *bytes = NULL;

    if (len > INT_MAX)
        return err_set(e, ERR_SOFTWARE, "a rank tells more than %d bytes", INT_MAX);
    if (t->rank == 0 && !(bytes = err_alloc(total, 1, "what the ranks tell", e)))
        transport_abort(t, ERR_SOFTWARE);
    MPI_Igather(data, (int)len, MPI_BYTE, bytes, (int)len, MPI_BYTE, 0, m->world, &request);
    wait_for(&request, m->spin);
    return t->rank == 0 ? hand_over(bytes, total, all, "what the ranks tell", e) : 0;
}

static int mpi_neighbours(struct transport *t, const void *data, size_t len, struct buf *all,
                          struct err *e)
{
    static const char what[] = "what the ranks of a node tell";
    struct mpi *m = (struct mpi *)t;
    MPI_Comm node;
    MPI_Request request;
    int size;

    MPI_Comm_split_type(m->world, MPI_COMM_TYPE_SHARED, t->rank, MPI_INFO_NULL, &node);
    MPI_Comm_size(node, &size);
    char *bytes = len > INT_MAX ? NULL : err_alloc((size_t)size, len, what, e);
    if (!bytes)
        transport_abort(t, ERR_SOFTWARE); /* the others wait */
    MPI_Iallgather(data, (int)len, MPI_BYTE, bytes, (int)len, MPI_BYTE, node, &request);
    wait_for(&request, m->spin);
    MPI_Comm_free(&node);
    return hand_over(bytes, (size_t)size * len, all, what, e);
}

/* The first part of what the library says: "Open MPI v4.1.4", the rest is who
 * built it. */
static void mpi_library(char *text, size_t size)
{
    char version[MPI_MAX_LIBRARY_VERSION_STRING + 1] = "";
    int len = 0;

    MPI_Get_library_version(version, &len);
    version[strcspn(version, ",\n")] = '\0';
    for (char *tab; (tab = strchr(version, '\t'));)
        *tab = ' ';
    snprintf(text, size, "%s", version);
}

/* Effect: the master knows which ranks are on its node. Whose processes those are, each MPI
 * library has from the launcher: no rank's program is asked. */
static int see_beside(struct mpi *m, struct err *e)
{
    MPI_Comm node;
    MPI_Group all, here;
    int count, rank;

    MPI_Comm_split_type(m->world, MPI_COMM_TYPE_SHARED, m->base.rank, MPI_INFO_NULL, &node);
    if (m->base.rank == 0)
        m->base.beside = err_alloc((size_t)m->base.size, sizeof *m->base.beside, "ranks", e);
    if (m->base.beside) {
        MPI_Comm_group(m->world, &all);
        MPI_Comm_group(node, &here);
        MPI_Group_size(here, &count);
        for (int i = 0; i < count; i++) {
            MPI_Group_translate_ranks(here, 1, &i, all, &rank);
            m->base.beside[rank] = true;
        }
        MPI_Group_free(&here);
        MPI_Group_free(&all);
    }
    MPI_Comm_free(&node);
    return m->base.rank == 0 && !m->base.beside ? -1 : 0;
}

static int mpi_split(struct transport *t, int ranks_per_slave, struct err *e)
{
    static const struct team_ops ops = {team_mpi_send, team_mpi_receive, team_mpi_reduce,
                                        team_mpi_communicator};
    struct mpi *m = (struct mpi *)t;
    int groups = (t->size - 1) / ranks_per_slave;
    int group = t->rank == 0 ? -1 : (t->rank - 1) / ranks_per_slave;
    int color = group >= 0 && group < groups ? group : MPI_UNDEFINED;

    MPI_Comm_split(m->world, color, t->rank, &m->team.comm);
    t->groups = groups;
    t->ranks_per_slave = ranks_per_slave;
    if (see_beside(m, e) < 0)
        return -1;
    if (color == MPI_UNDEFINED)
        return 0;
    m->team.base.ops = &ops;
    m->team.spin = m->spin;
    MPI_Comm_rank(m->team.comm, &m->team.base.rank);
    MPI_Comm_size(m->team.comm, &m->team.base.size);
    return 0;
}

/* The master's next message, on every rank of the team. */
static struct message *next_message(struct mpi *m, struct err *e)
{
    struct buf b = {0};
    size_t len = 0;
    struct team *team = &m->team.base;
    char *bytes = NULL;

    if (team->rank == 0)
        bytes = receive_bytes(m->world, 0, TAG_ASK, &len, m->spin, e);
    else if (team_receive(team, (team->rank - 1) / 2, &b, e) == 0) {
        bytes = b.data;
        len = b.len;
    }
    /* Down a binary tree: each rank tells two others. */
    for (int child = 2 * team->rank + 1; bytes && child <= 2 * team->rank + 2; child++)
        if (child < team->size)
            team_send(team, child, bytes, len, e);
    if (bytes && message_check(bytes, len, true, e) == 0)
        return (struct message *)(void *)bytes;
    err_set(e, ERR_SOFTWARE, "no message came from the master");
    free(bytes);
    return NULL;
}

static int mpi_serve(struct transport *t, transport_handler *handler, void *context, struct err *e)
{
    struct mpi *m = (struct mpi *)t;
    int rc = 0;

    if (m->team.comm == MPI_COMM_NULL)
        return 0;
    for (bool stop = false; rc == 0 && !stop;) {
        struct message *out = NULL, *in = next_message(m, e);
        if (!in)
            return -1;
        stop = in->type == MESSAGE_STOP;
        if (!stop)
            rc = handler(context, &m->team.base, in, &out, e);
        if (out)
            send_bytes(m->world, 0, TAG_ANSWER, out, message_size(out), m->spin);
        free(out);
        free(in);
    }
    return rc;
}

/* A slave that hangs must not hold up the master, so the message goes when it can. */
static int mpi_send(struct transport *t, int group, const struct message *m, struct err *e)
{
    struct mpi *x = (struct mpi *)t;
    size_t size = message_size(m);
    int to = 1 + group * t->ranks_per_slave;

    if (size > INT_MAX)
        return err_set(e, ERR_SOFTWARE, "a message to a slave has more than %d bytes", INT_MAX);
    struct sending *s = err_alloc(1, sizeof *s + size, "a message", e);
    if (!s)
        return -1;
    s->total = size;
    memcpy(s->bytes, m, size);
    MPI_Isend(&s->total, 1, MPI_UINT64_T, to, TAG_ASK, x->world, &s->length);
    MPI_Isend(s->bytes, (int)size, MPI_BYTE, to, TAG_ASK, x->world, &s->body);
    s->next = x->sending;
    x->sending = s;
    reap(x);
    return 0;
}

static void mpi_tell(struct transport *t, const struct message *m)
{
    struct mpi *x = (struct mpi *)t;

    send_bytes(x->world, 0, TAG_ANSWER, m, message_size(m), x->spin);
}

static void mpi_halt(struct transport *t)
{
    struct mpi *m = (struct mpi *)t;
    MPI_Request request;

    for (int rank = 1; rank <= t->groups * m->base.ranks_per_slave; rank++) {
        MPI_Isend(NULL, 0, MPI_BYTE, rank, TAG_HALT, m->world, &request);
        MPI_Request_free(&request); /* one that hangs must not hold up the others */
    }
}

static bool mpi_halted(struct transport *t)
{
    struct mpi *m = (struct mpi *)t;
    int found = 0;

    if (!m->halted)
        MPI_Iprobe(0, TAG_HALT, m->world, &found, MPI_STATUS_IGNORE);
    if (found) {
        MPI_Recv(NULL, 0, MPI_BYTE, 0, TAG_HALT, m->world, MPI_STATUS_IGNORE);
        m->halted = true;
    }
    return m->halted;
}

/* What a whole answer says, and who may say it: a leader, or any rank of a group that it is at
 * work. Ranks that are left over have no group. */
static int check_answer(const struct mpi *m, int from, const char *data, size_t len, struct err *e)
{
    int group = (from - 1) / m->base.ranks_per_slave;
    bool leads = (from - 1) % m->base.ranks_per_slave == 0;

    if (message_check(data, len, false, e) < 0)
        return err_context(e, "rank %d", from);
    uint32_t type = ((const struct message *)(const void *)data)->type;
    if (from == 0 || group >= m->base.groups || (!leads && type != MESSAGE_PULSE))
        return err_set(e, ERR_SOFTWARE,
                       "rank %d sent a message of type %" PRIu32 ", but it leads no slave", from,
                       type);
    return 0;
}

static int mpi_receive(struct transport *t, double seconds, int *group, struct message **out,
                       struct err *e)
{
    struct mpi *m = (struct mpi *)t;
    double until = clock_steady() + seconds;
    struct answer a;

    *out = NULL;
    for (;;) {
        bool found;
        reap(m);
        if (incoming_take(&m->in, m->world, t->most, &found, e) < 0)
            return -1;
        if (incoming_whole(&m->in, &a))
            break;
        if (clock_steady() >= until)
            return 0;
        if (!found)
            backoff_wait(&m->quiet);
    }
    m->quiet = (struct backoff){.spin = m->spin};
    if (check_answer(m, a.from, a.data, a.len, e) < 0) {
        free(a.data);
        return -1;
    }
    *group = (a.from - 1) / m->base.ranks_per_slave;
    *out = (struct message *)(void *)a.data;
    return 0;
}

static int no_pmi(long tasks, const char *what, struct err *e)
{
    return err_set(e, ERR_SOFTWARE,
                   "Slurm started %ld tasks, but %s: srun and MPI (" MN_MPI_NAME
                   ") do not share " MN_SRUN_PMI "; use srun --mpi=" MN_SRUN_MPI ", or mpirun",
                   tasks, what);
}

/* Without any PMI, MPI_Init would end every task with a page of its own about it. */
static int check_pmi(const struct launcher *l, struct err *e)
{
    return l->srun && !l->has_pmi && l->ranks > 1 ? no_pmi(l->ranks, "gives MPI no PMI", e) : 0;
}

/* A PMI that MPI does not know, or another MPI's mpirun, gives every process a world of its
 * own: each would take itself for the whole job. */
static int check_launch(const struct mpi *m, const struct launcher *l, struct err *e)
{
    bool mpirun = l->ranks > 0 && !l->srun;
    const char *tasks = getenv("SLURM_NTASKS");
    long n = mpirun ? l->ranks : tasks ? strtol(tasks, NULL, 10) : 1;
    char library[80];

    if (m->base.size > 1 || n <= 1)
        return 0;
    const char *rank = launcher_rank();
    if (rank && strcmp(rank, "0") != 0)
        clock_pause(1); /* the first to fail ends the others, and rank 0 is to say why */
    if (!mpirun)
        return no_pmi(n, "MPI sees 1 rank", e);
    mpi_library(library, sizeof library);
    return err_set(e, ERR_SOFTWARE,
                   "%s started %ld ranks, but MPI (%s) sees 1: they do not belong together; use "
                   "the mpirun of " MN_MPI_NAME,
                   l->name, n, library);
}

static void end_mpi(void)
{
    MPI_Finalize();
}

struct transport *transport_mpi(bool spin, struct err *e)
{
    static const struct transport_ops ops = {
        .finish = mpi_finish,
        .close = mpi_close,
        .abort = mpi_abort,
        .broadcast = mpi_broadcast,
        .gather = mpi_gather,
        .neighbours = mpi_neighbours,
        .library = mpi_library,
        .split = mpi_split,
        .serve = mpi_serve,
        .send = mpi_send,
        .tell = mpi_tell,
        .halt = mpi_halt,
        .halted = mpi_halted,
        .receive = mpi_receive,
    };
    const struct launcher launcher = launcher_find();
    struct mpi *m = check_pmi(&launcher, e) == 0 ? err_alloc(1, sizeof *m, "a transport", e) : NULL;

    if (!m)
        return NULL;
    MPI_Init(NULL, NULL);
    MPI_Comm_dup(MPI_COMM_WORLD, &m->world);
    m->base.ops = &ops;
    m->spin = m->quiet.spin = spin;
    m->team.comm = MPI_COMM_NULL;
    transport_expect(&m->base, 0);
    MPI_Comm_rank(m->world, &m->base.rank);
    MPI_Comm_size(m->world, &m->base.size);
    bool launched = check_launch(m, &launcher, e) == 0;
    if (launched && m->base.size > 1)
        return &m->base;
    MPI_Comm_free(&m->world);
    free(m);
    atexit(end_mpi); /* not now: what a function needs of MPI would be gone for good */
    return launched ? transport_local(e) : NULL; /* one rank is master and slaves */
}
