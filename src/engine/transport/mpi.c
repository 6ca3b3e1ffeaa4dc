/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts MPI, and lets all ranks act together. */
#include "engine/transport/launcher.h"
#include "engine/transport/mpi_private.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"

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
    while (!bytes_done(&request)) {
        if (t->rank == 0 && clock_steady() > until)
            return false;
        if (t->rank == 0) {
            mpi_reap(m);
            mpi_drop_answer(m);
        }
        backoff_wait(&b);
    }
    if (t->rank != 0)
        mpi_drop_halt(m);
    MPI_Ibcast(&of_all, 1, MPI_INT, 0, m->world, &request);
    bytes_wait(&request, m->spin);
    *code = *code == 0 && codes_are_mixed ? of_all : *code;
    return true;
}

static void mpi_close(struct transport *t)
{
    struct mpi *m = (struct mpi *)t;
    struct backoff b = {.spin = m->spin};

    while (mpi_reap(m))
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
    bytes_wait(&request, m->spin);
    if (len > INT_MAX)
        return err_set(e, ERR_SOFTWARE, "the start-up message has more than %d bytes", INT_MAX);
    char *bytes = t->rank == 0 ? data->data : err_alloc(len, 1, "the start-up message", e);
    if (len && !bytes)
        transport_abort(t, ERR_SOFTWARE);
    MPI_Ibcast(bytes, (int)len, MPI_BYTE, 0, m->world, &request);
    bytes_wait(&request, m->spin);
    return t->rank == 0 ? 0 : bytes_hand_over(bytes, len, data, "the start-up message", e);
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
    bytes_wait(&request, m->spin);
    return t->rank == 0 ? bytes_hand_over(bytes, total, all, "what the ranks tell", e) : 0;
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
    bytes_wait(&request, m->spin);
    MPI_Comm_free(&node);
    return bytes_hand_over(bytes, (size_t)size * len, all, what, e);
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
    m->team.base.ops = &mpi_team_ops;
    m->team.spin = m->spin;
    MPI_Comm_rank(m->team.comm, &m->team.base.rank);
    MPI_Comm_size(m->team.comm, &m->team.base.size);
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
        .exchange = mpi_exchange,
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
