/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks a helper process, which forks a child for each file. */
#include "h5/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "h5/answer.h"
#include "h5/prepare.h"
#include "h5/sandbox.h"
#include "util/clock.h"
#include "util/socket.h"

enum { ANSWER_ROOM = 65536 }; /* bytes that an answer may have besides its contents */

struct reader {
    pid_t helper;
    int socket;
};

/* What the reader asks of the helper, followed by len bytes. The answer is a
 * 64-bit length and as many bytes, the first of which is its kind. */
struct request {
    uint64_t len;
    struct reader_limits limits;
};

/* Reads the child's pipe to its end into b; returns what went wrong, or NULL. */
static const char *collect(int fd, const struct reader_limits *limits, struct buf *b)
{
    double deadline = clock_steady() + limits->seconds;
    char piece[65536];

    for (;;) {
        double left = deadline - clock_steady();
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (left <= 0)
            return "reading it takes too long";
        if (poll(&p, 1, left < 1000 ? (int)(left * 1000) + 1 : 1000000) <= 0)
            continue;
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return NULL;
        buf_add(b, piece, (size_t)n);
        if (b->len > limits->memory + 1 || buf_failed(b))
            return "its contents are larger than the limit";
    }
}

/* Says in text how the child ended, when that was not by itself. */
static bool ended_badly(int status, char *text, size_t size)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return false;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        snprintf(text, size,
                 "the sandbox stopped the reader: the file made it ask for a socket, a "
                 "program or the like");
    else if (WIFSIGNALED(status))
        snprintf(text, size, "damaged: HDF5 died of signal %d (%s) on it", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(text, size, "damaged: HDF5 ended with status %d on it", WEXITSTATUS(status));
    return true;
}

/* Forks the child over the bytes. Returns the end of its pipe, or -1. */
static int start_child(const void *bytes, const struct request *q, pid_t *child)
{
    int pipes[2];

    if (pipe2(pipes, O_CLOEXEC) < 0)
        return -1;
    *child = fork();
    if (*child == 0)
        sandbox_child(bytes, q->len, &q->limits, pipes[1]);
    close(pipes[1]);
    if (*child > 0)
        return pipes[0];
    close(pipes[0]);
    return -1;
}

/* Runs one child over the bytes; its answer, or ours about it, goes to b. */
static void read_in_child(const void *bytes, const struct request *q, struct buf *b)
{
    int status;
    char text[200] = "";
    pid_t child;
    int fd = start_child(bytes, q, &child);

    if (fd < 0) {
        buf_addf(b, "%cno process to read it: %s", ANSWER_FAULT, strerror(errno));
        return;
    }
    const char *problem = collect(fd, &q->limits, b);
    close(fd);
    /* The pipe's end was its last act: killing a process that ends already does
     * not change its status, and one that only closed the pipe does not stay. */
    kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (!problem && ended_badly(status, text, sizeof text))
        problem = text;
    if (!problem && b->len < 2)
        problem = "damaged: the reader gave no answer";
    if (!problem)
        return;
    buf_free(b);
    buf_addf(b, "%c%s", ANSWER_ERROR, problem);
}

/* The helper ends when its socket closes, and for nothing else. Its output is
 * nobody's, or a pipe from ours would stay open as long as it lives. */
static void detach(void)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        signal(ignored[i], SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
#ifndef __SANITIZE_ADDRESS__ /* whose reports are wanted */
        dup2(null, STDERR_FILENO);
#endif
    }
}

/* The helper's life: one request after the other, until the socket closes. */
static _Noreturn void serve(int socket)
{
    struct request q;

    detach();
    h5_prepare(); /* once for all children */
    while (socket_receive(socket, &q, sizeof q)) {
        struct buf b = {0};
        char *bytes = malloc(q.len);
        if (!bytes || !socket_receive(socket, bytes, q.len))
            break;
        read_in_child(bytes, &q, &b);
        free(bytes);
        uint64_t len = b.len;
        if (buf_failed(&b) || !socket_send(socket, &len, sizeof len) ||
            !socket_send(socket, b.data, len))
            break;
        buf_free(&b);
    }
    _exit(0);
}

struct reader *reader_start(struct err *e)
{
    int sockets[2];
    struct reader *r = err_alloc(1, sizeof *r, "the reader", e);

    if (!r)
        return NULL;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0) {
        err_errno(e, ERR_SOFTWARE, "no socket pair for the reader");
        free(r);
        return NULL;
    }
    r->helper = fork();
    if (r->helper == 0) {
        close(sockets[0]);
        serve(sockets[1]);
    }
    close(sockets[1]);
    r->socket = sockets[0];
    if (r->helper < 0) {
        err_errno(e, ERR_SOFTWARE, "no process for the reader");
        close(r->socket);
        free(r);
        return NULL;
    }
    return r;
}

void reader_stop(struct reader *r)
{
    if (!r)
        return;
    shutdown(r->socket, SHUT_RDWR); /* a process forked since then may hold it, too */
    close(r->socket);
    while (waitpid(r->helper, NULL, 0) < 0 && errno == EINTR)
        ;
    free(r);
}

/* Asks the helper; returns its answer of *len bytes and a NUL. */
static char *ask(struct reader *r, const void *bytes, const struct request *q, uint64_t *len,
                 struct err *e)
{
    char *answer = NULL;

    if (socket_send(r->socket, q, sizeof *q) && socket_send(r->socket, bytes, q->len) &&
        socket_receive(r->socket, len, sizeof *len) && *len >= 2 &&
        *len <= q->limits.memory + ANSWER_ROOM && (answer = calloc(*len + 1, 1)) &&
        socket_receive(r->socket, answer, *len))
        return answer;
    free(answer);
    shutdown(r->socket, SHUT_RDWR); /* what it still has to say is no answer to the next question */
    return err_null(err_set(e, ERR_SOFTWARE,
                            "the reader's helper process is gone, or there is no memory for its "
                            "answer"));
}

struct flat *reader_read(struct reader *r, const char *name, const void *bytes, size_t len,
                         const struct reader_limits *limits, struct err *e)
{
    struct request q = {.len = len, .limits = *limits};
    uint64_t answer_len;

    if (len < 8 || memcmp(bytes, "\x89HDF\r\n\x1a\n", 8) != 0)
        return err_null(err_set(e, ERR_INPUT, "%s: is not an HDF5 file", name));
    char *answer = ask(r, bytes, &q, &answer_len, e);
    if (!answer)
        return err_null(err_context(e, "%s", name));
    struct flat *f = answer_read(name, answer, answer_len, e);
    free(answer);
    return f;
}
