/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks a process, forked in time, to run programs of others. */
#include "util/runner.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/directory.h"
#include "util/file.h"
#include "util/runner_private.h"
#include "util/socket.h"

enum { TICK_MS = 200 }; /* between two ticks */

struct runner {
    pid_t pid;
    int socket;
    struct runner_stay stay;
};

struct runner *runner_start(struct err *e)
{
    int sockets[2];
    struct runner *r = err_alloc(1, sizeof *r, "the runner", e);

    if (!r)
        return NULL;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0) {
        err_errno(e, ERR_SOFTWARE, "no socket pair for the runner");
        free(r);
        return NULL;
    }
    r->pid = fork();
    if (r->pid == 0)
        runner_serve(sockets[1]);
    file_close(sockets[1]);
    r->socket = sockets[0];
    if (r->pid < 0) {
        err_errno(e, ERR_SOFTWARE, "no process for the runner");
        file_close(r->socket);
        free(r);
        return NULL;
    }
    return r;
}

void runner_stop(struct runner *r)
{
    if (!r)
        return;
    runner_end(r);
    shutdown(r->socket, SHUT_RDWR); /* a process forked since then may hold it, too */
    file_close(r->socket);
    while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    free(r);
}

bool runner_alive(const struct runner *r)
{
    char byte;

    return recv(r->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0;
}

/* Adds the texts with their NULs; returns how many. */
static uint32_t add_texts(struct buf *b, const char *const *texts)
{
    uint32_t n = 0;

    for (; texts && texts[n]; n++)
        buf_add(b, texts[n], strlen(texts[n]) + 1);
    return n;
}

static int send_order(struct runner *r, enum runner_what what, const struct runner_program *p,
                      struct err *e)
{
    const char *const places[] = {p->directory, p->log ? p->log : "", p->line ? p->line : "", NULL};
    struct runner_order o = {.what = what,
                             .given = p->given_len,
                             .memory = p->memory,
                             .log_most = p->log_most,
                             .user = p->user,
                             .group = p->group,
                             .seconds = p->seconds};
    struct buf b = {0};
    int rc = 0;

    add_texts(&b, places);
    o.words = add_texts(&b, p->argv);
    o.variables = add_texts(&b, p->variables);
    buf_add(&b, p->given, p->given_len);
    o.len = b.len;
    if (buf_failed(&b))
        rc = err_memory(e, "a command line");
    else if (o.len > RUNNER_ORDER_MOST)
        rc = err_set(e, ERR_INPUT, "a command line of %zu bytes is too long", b.len);
    else if (!socket_send(r->socket, &o, sizeof o) || !socket_send(r->socket, b.data, b.len))
        rc = err_set(e, ERR_SOFTWARE, "the process that starts programs is gone");
    buf_free(&b);
    return rc;
}

static int give_order(struct runner *r, enum runner_what what, const struct runner_program *p,
                      bool (*tick)(void *context), void *context, struct runner_outcome *outcome,
                      struct err *e)
{
    struct pollfd answer = {.fd = r->socket, .events = POLLIN};
    char line[RUNNER_LINE];
    bool stopped = false;

    if (send_order(r, what, p, e) < 0)
        return -1;
    while (poll(&answer, 1, tick ? TICK_MS : -1) <= 0)
        if (tick && tick(context) && !stopped)
            stopped = socket_send(r->socket, "", 1);
    if (!socket_receive(r->socket, outcome, sizeof *outcome) ||
        !socket_receive(r->socket, line, sizeof line) ||
        (!stopped && !socket_send(r->socket, "", 1)))
        return err_set(e, ERR_SOFTWARE, "the process that starts programs is gone");
    outcome->last[sizeof outcome->last - 1] = '\0';
    if (p->answer) {
        memcpy(p->answer, line, sizeof line);
        p->answer[sizeof line - 1] = '\0';
    }
    return 0;
}

int runner_space(struct runner *r, const char *directory, uint64_t bytes, uid_t user, gid_t group,
                 char reached[static PATH_MAX], struct err *e)
{
    const struct runner_program space = {
        .directory = directory, .memory = bytes, .user = user, .group = group};
    struct runner_outcome o;

    if (give_order(r, RUNNER_SPACE, &space, NULL, NULL, &o, e) < 0)
        return -1;
    if (o.end == RUNNER_FAILED)
        return err_set(
            e, ERR_REFUSED,
            "%s: no file system of limited size can be mounted there by the user %u (may "
            "users make namespaces here? user.max_user_namespaces, AppArmor): %s",
            directory, (unsigned)geteuid(), strerror(o.code));
    int n = snprintf(reached, PATH_MAX, "/proc/%ld/root%s", (long)r->pid, directory);
    if (n > 0 && n < PATH_MAX)
        return 0;
    runner_space_end(r, directory);
    return err_set(e, ERR_OPEN, "%s: the path is too long", directory);
}

void runner_space_end(struct runner *r, const char *directory)
{
    const struct runner_program space = {.directory = directory};
    struct runner_outcome o;

    give_order(r, RUNNER_LEAVE, &space, NULL, NULL, &o, NULL);
}

struct runner_stay *runner_stay(struct runner *r)
{
    return &r->stay;
}

void runner_end(struct runner *r)
{
    const struct runner_program none = {.directory = ""};
    struct runner_outcome o;

    if (!r->stay.key[0])
        return;
    give_order(r, RUNNER_END, &none, NULL, NULL, &o, NULL);
    if (r->stay.space)
        runner_space_end(r, r->stay.directory);
    file_remove_tree(r->stay.directory);
    r->stay = (struct runner_stay){0};
}

int runner_run(struct runner *r, const struct runner_program *p, bool (*tick)(void *context),
               void *context, struct runner_outcome *outcome, struct err *e)
{
    if (!p->line)
        runner_end(r);
    return give_order(r, p->line ? RUNNER_CALL : RUNNER_RUN, p, tick, context, outcome, e);
}
