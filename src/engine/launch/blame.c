/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads from a launcher's words which rank died. */
#include "engine/launch/parts.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "ledger/fold/runs.h"
#include "util/text.h"

enum { HOST = 256 }; /* bytes of a host's name, with its NUL: %255s */

/* Effect: the node is the host's name as a run writes it: its first part. */
static void set_node(struct launch_blame *b, char *host)
{
    bool is_address = host[strspn(host, "0123456789.")] == '\0';

    if (!is_address)
        host[strcspn(host, ".")] = '\0';
    if (host[0] && strlen(host) <= TEXT_NAME && !b->node[0]) /* no run has a longer one */
        text_to_name(b->node, sizeof b->node, host);
}

/* mpirun: a rank that died, that ended with a code, that called MPI_Abort; a node
 * that is lost. */
static void read_mpirun(struct launch_blame *b, const char *line)
{
    const char *at;
    char host[HOST];
    int rank = -1, signal = 0;

    if ((at = strstr(line, "process rank ")) &&
        sscanf(at, "process rank %9d with PID %*d on node %255s exited on signal %9d", &rank, host,
               &signal) >= 2) {
        b->rank = rank;
        b->signal = signal;
        set_node(b, host);
    } else if ((at = strstr(line, "Process name: [[")) &&
               sscanf(at, "Process name: [[%*d,%*d],%9d]", &rank) == 1) {
        b->rank = rank;
    } else if ((at = strstr(line, "MPI_ABORT was invoked on rank ")) &&
               sscanf(at, "MPI_ABORT was invoked on rank %9d ", &rank) == 1) {
        b->rank = rank;
    } else if ((at = strstr(line, "Remote daemon: [[")) &&
               sscanf(at, "Remote daemon: [[%*d,%*d],%*d] on node %255s", host) == 1) {
        set_node(b, host);
    } else if (b->absent && sscanf(line, "Node: %255s", host) == 1) {
        set_node(b, host);
    }
}

/* What srun says of a task, in the words of strsignal(3). */
static int signal_of(const char *words)
{
    static const int signals[] = {SIGKILL, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};

    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (strncmp(words, strsignal(signals[i]), strlen(strsignal(signals[i]))) == 0)
            return signals[i];
    return 0;
}

/* srun: a single task; those that it names together were ended by itself. */
static void read_srun(struct launch_blame *b, const char *line)
{
    const char *at = strstr(line, "srun: error: ");
    char host[HOST];
    int rank, end = 0;

    if (!at)
        return;
    at += strlen("srun: error: ");
    if (b->absent && sscanf(at, "%255[^: ]: task%*[s] %*[-,0-9]: Exited with%n", host, &end) == 1 &&
        end > 0) {
        set_node(b, host);
    } else if (sscanf(at, "%255[^: ]: task %9d: %n", host, &rank, &end) == 2 && end > 0) {
        if (strncmp(at + end, "Terminated", strlen("Terminated")) == 0)
            return;
        b->rank = rank;
        b->signal = signal_of(at + end);
        set_node(b, host);
    } else if (sscanf(at, "Node failure on %255s", host) == 1) {
        set_node(b, host);
    }
}

/* A launcher that cannot start the program on a node; which one, it says in another line. */
static bool is_absent(const char *line)
{
    return strstr(line, "unable to launch the specified application") ||
           strstr(line, "unable to find the specified executable file") ||
           strstr(line, ": execve(): ");
}

/* Hydra. MPICH's names a process too, but which of those that ended, it itself having killed
 * the others, is chance, and its signal is made of all of theirs: that says only that there
 * was one. Intel's has a line for each rank. A rank that calls MPI_Abort says so itself. */
static void read_hydra(struct launch_blame *b, const char *line)
{
    static const char says[] = "YOUR APPLICATION TERMINATED WITH THE EXIT STRING: ";
    const char *at;
    char host[HOST];
    int rank, signal;

    if (sscanf(line, "=   RANK %9d PID %*d RUNNING AT %255s", &rank, host) == 2) {
        b->rank = rank;
        b->signal = 0;
        set_node(b, host);
    } else if ((at = strstr(line, "Abort(")) &&
               sscanf(at, "Abort(%*d) on node %9d (rank ", &rank) == 1) {
        b->rank = rank;
    } else if (strncmp(line, says, strlen(says)) == 0 && (at = strstr(line, "(signal ")) &&
               sscanf(at, "(signal %9d)", &signal) == 1) {
        b->signal = signal;
    }
}

/* Of the rank that was named before it. One that was killed is as likely to have been killed
 * by Hydra, once another had died: others may follow. */
static void read_hydra_signal(struct launch_blame *b, const char *line)
{
    int signal;

    if (b->signal != 0 || sscanf(line, "=   KILLED BY SIGNAL: %9d ", &signal) != 1)
        return;
    if (signal == SIGKILL || signal == SIGTERM) {
        b->rank = -1;
        b->node[0] = '\0';
    }
    b->signal = signal;
}

void launch_read_line(struct launch_blame *b, const char *line)
{
    b->absent |= is_absent(line);
    if (b->rank < 0)
        read_mpirun(b, line);
    if (b->rank < 0)
        read_srun(b, line);
    if (b->rank < 0)
        read_hydra(b, line);
    else
        read_hydra_signal(b, line);
}

int launch_code(const struct launch_blame *b, int code)
{
    return b->signal > 0 && code == b->signal ? 128 + code : code;
}

enum launch_unfit launch_unfit_of(const char *line)
{
    static const struct {
        const char *words;
        enum launch_unfit unfit;
    } known[] = {
        /* This program, as the ranks are alone; and likewise, of another MPI's mpirun. */
        {") do not share PMI", LAUNCH_NO_PMI},
        {"they do not belong together; use the mpirun", LAUNCH_NO_PMI},
        /* Intel MPI and Open MPI, by srun. */
        {"PMI server not found", LAUNCH_NO_PMI},
        {"OMPI was not built with SLURM's PMI support", LAUNCH_NO_PMI},
        /* srun, of --mpi; until version 21, since then, and where a library is missing. */
        {"Invalid MPI type", LAUNCH_NO_PMI},
        {"cannot find mpi plugin for mpi/", LAUNCH_NO_PMI},
        {"find the specified plugin name for mpi/", LAUNCH_NO_PMI},
        {"load specified plugin name for mpi/", LAUNCH_NO_PMI},
        {"create context for mpi/", LAUNCH_NO_PMI},
        {"create mpi context for mpi/", LAUNCH_NO_PMI},
        /* Open MPI's mpirun; srun within an allocation. */
        {"not enough slots available in the system", LAUNCH_NO_SLOTS},
        {"More processors requested than permitted", LAUNCH_NO_SLOTS},
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strstr(line, known[i].words))
            return known[i].unfit;
    return LAUNCH_FITS;
}

/* Whether this program says in this line why it ends. */
static bool has_told(const char *line)
{
    const char *own = strstr(line, LAUNCH_OWN);

    return own && strncmp(own + strlen(LAUNCH_OWN), "warning: ", strlen("warning: ")) != 0 &&
           strncmp(own + strlen(LAUNCH_OWN), "note: ", strlen("note: ")) != 0;
}

void launch_read_text(struct launch_scan *s, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '\n') {
            if (s->len + 1 < sizeof s->line)
                s->line[s->len++] = text[i];
            continue;
        }
        if (s->len + 1 == sizeof s->line) /* it was cut, perhaps within a name */
            while (s->len > 0 && s->line[s->len - 1] != ' ')
                s->len--;
        s->line[s->len] = '\0';
        s->len = 0;
        if (s->unfit == LAUNCH_FITS)
            s->unfit = launch_unfit_of(s->line);
        s->told = s->told || has_told(s->line);
        launch_read_line(&s->blame, s->line);
    }
}

void launch_set_slave(struct launch_blame *b, const char *name, const char *node)
{
    /* Of the ledger and the status file it fits; any other is no slave's. */
    b->slave = name && strlen(name) < sizeof b->name ? (int64_t)runs_partition(name) : 0;
    snprintf(b->name, sizeof b->name, "%s", b->slave ? name : "");
    if (node && text_is_name(node)) /* the run's own word for it */
        snprintf(b->node, sizeof b->node, "%s", node);
}
