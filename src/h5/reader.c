/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
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

#include "h5/sandbox.h"
#include "util/clock.h"

struct reader {
    pid_t helper;
    int socket;
};

/* What the reader asks of the helper, followed by len bytes. */
struct request {
    uint64_t len;
    struct reader_limits limits;
};

/* What the helper answers, followed by len bytes: of a document, or of an error's text. */
struct answer {
    uint64_t len;
    int32_t failed;
};

static bool send_all(int fd, const void *data, size_t len)
{
    const char *p = data;

    while (len > 0) {
        ssize_t n = send(fd, p, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

static bool receive_all(int fd, void *data, size_t len)
{
    char *p = data;

    while (len > 0) {
        ssize_t n = recv(fd, p, len, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

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
        if (poll(&p, 1, (int)(left * 1000) + 1) <= 0)
            continue;
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return NULL;
        buf_add(b, piece, (size_t)n);
        if (b->len > limits->memory || buf_failed(b))
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
                 "the sandbox stopped the reader: the file made it ask for a file, a "
                 "socket or a program");
    else if (WIFSIGNALED(status))
        snprintf(text, size, "damaged: HDF5 died of signal %d (%s) on it", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(text, size, "damaged: HDF5 ended with status %d on it", WEXITSTATUS(status));
    return true;
}

/* Runs one child over the bytes; the answer's text or document goes to b. */
static bool read_in_child(const void *bytes, const struct request *q, struct buf *b)
{
    int pipes[2], status;
    char text[200] = "";

    if (pipe2(pipes, O_CLOEXEC) < 0) {
        buf_addf(b, "no pipe: %s", strerror(errno));
        return false;
    }
    pid_t child = fork();
    if (child == 0) {
        close(pipes[0]);
        sandbox_child(bytes, q->len, &q->limits, pipes[1]);
    }
    close(pipes[1]);
    if (child < 0) {
        close(pipes[0]);
        buf_addf(b, "no process: %s", strerror(errno));
        return false;
    }
    const char *problem = collect(pipes[0], &q->limits, b);
    close(pipes[0]);
    if (problem)
        kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (!problem && ended_badly(status, text, sizeof text))
        problem = text;
    if (!problem && b->len > 0 && b->data[0] == SANDBOX_DOCUMENT)
        return true;
    if (!problem && b->len > 1 && b->data[0] == SANDBOX_ERROR)
        return false;
    buf_reset(b);
    buf_addf(b, "%c%s", SANDBOX_ERROR, problem ? problem : "the reader gave no answer");
    return false;
}

/* The helper's life: one request after the other, until the socket closes. */
static _Noreturn void serve(int socket)
{
    struct request q;

    signal(SIGINT, SIG_IGN); /* Ctrl-C is for the program, whose end closes the socket */
    int null = open("/dev/null", O_RDWR);
    if (null >= 0) { /* or a pipe from our output would stay open as long as we live */
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
    }
    while (receive_all(socket, &q, sizeof q)) {
        struct buf b = {0};
        char *bytes = malloc(q.len ? q.len : 1);
        if (!bytes || !receive_all(socket, bytes, q.len))
            break;
        bool good = read_in_child(bytes, &q, &b);
        free(bytes);
        struct answer a = {.len = b.len, .failed = !good};
        if (!send_all(socket, &a, sizeof a) || !send_all(socket, b.data, b.len))
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
    close(r->socket);
    while (waitpid(r->helper, NULL, 0) < 0 && errno == EINTR)
        ;
    free(r);
}

struct flat *reader_read(struct reader *r, const char *name, const void *bytes, size_t len,
                         const struct reader_limits *limits, struct err *e)
{
    struct request q = {.len = len, .limits = *limits};
    struct answer a;
    struct flat *f = NULL;

    if (len < 8 || memcmp(bytes, "\x89HDF\r\n\x1a\n", 8) != 0) {
        err_set(e, ERR_INPUT, "%s: is not an HDF5 file", name);
        return NULL;
    }
    if (!send_all(r->socket, &q, sizeof q) || !send_all(r->socket, bytes, len) ||
        !receive_all(r->socket, &a, sizeof a) || a.len == 0 || a.len > limits->memory + 65536) {
        err_set(e, ERR_SOFTWARE, "%s: the reader's helper process is gone", name);
        return NULL;
    }
    char *text = err_alloc(a.len + 1, 1, "the reader's answer", e);
    if (!text)
        return NULL;
    if (!receive_all(r->socket, text, a.len))
        err_set(e, ERR_SOFTWARE, "%s: the reader's helper process is gone", name);
    else if (a.failed)
        err_set(e, ERR_INPUT, "%s: %s", name, text + 1);
    else if (!(f = flat_decode(text + 1, a.len - 1, e)))
        err_context(e, "%s", name);
    free(text);
    return f;
}
