/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that runs programs of others, one after the other. */
#include "util/runner_private.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/child.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/printed.h"
#include "util/runner_stay.h"
#include "util/socket.h"
#include "util/space.h"
#include "util/store.h"

/* A runner's own. */
struct serving {
    struct child_signals signals;
    struct staying staying;
    bool apart; /* what it mounts is seen by nobody else */
};

static const double look_every = 0.2; /* whether who asked is still there, in seconds */

/* Closes the descriptors [from, to]; false where the kernel cannot. */
static bool close_between(unsigned from, unsigned to)
{
#ifdef SYS_close_range
    return from > to || syscall(SYS_close_range, from, to, 0u) == 0;
#else
    return false;
#endif
}

/* Nothing that was open here is a program's, and our output is nobody's, or a pipe would
 * stay open as long as this process lives. */
static void detach(int socket)
{
    enum { KNOWN = 4096 }; /* descriptors, where the kernel cannot close ranges */
    int null = file_open_null(NULL);

    setsid(); /* a launcher kills by group; this one sees its socket close, and clears up */
    for (int fd = 0; null >= 0 && fd < 3; fd++)
        dup2(null, fd);
    if (!close_between(3, (unsigned)socket - 1) || !close_between((unsigned)socket + 1, ~0u))
        for (int fd = 3; fd < KNOWN; fd++)
            if (fd != socket)
                close(fd);
    signal(SIGHUP, SIG_IGN);
    signal(SIGUSR2, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
}

/* Waits for the end of a program that has begun. Returns whether who asked has said that
 * it is to end. */
static bool watch(struct child *c, const struct child_signals *signals, double seconds, int socket,
                  struct printed *p, struct runner_outcome *o)
{
    struct child_news news = {0};
    double end = clock_steady() + seconds;
    int word = 0;

    while (!news.ended) {
        double left = end - clock_steady();
        word = word ? word : socket_take_byte(socket);
        if (word != 0 && o->end != RUNNER_TIMED_OUT)
            o->end = RUNNER_STOPPED;
        else if (left <= 0)
            o->end = RUNNER_TIMED_OUT;
        if (left <= 0 || word != 0) {
            child_signal_group(c, SIGKILL);
            child_signal(c, SIGKILL); /* it may have joined another group */
        }
        child_wait(c, signals, left > 0 && left < look_every ? left : look_every, &news);
        printed_keep(p, news.text, news.len);
    }
    if (o->end != RUNNER_TIMED_OUT && o->end != RUNNER_STOPPED)
        o->end = c->signal ? RUNNER_KILLED : RUNNER_EXITED;
    o->code = c->signal ? c->signal : c->code;
    return word != 0;
}

/* Cuts the order's bytes into texts; returns false when they are not what it says. */
static bool split(char *bytes, size_t len, char **texts, size_t count)
{
    char *p = bytes;

    for (size_t i = 0; i < count; i++) {
        if (p >= bytes + len)
            return false;
        texts[i] = p;
        p += strlen(p) + 1;
    }
    return p == bytes + len;
}

/* Returns as watch() does. */
static bool run(const struct runner_work *w, const struct child_signals *signals,
                struct runner_outcome *o)
{
    struct printed printed = {.path = w->log, .most = w->order.log_most, .fd = -1};
    const struct child_terms terms = runner_terms(w);
    struct child c;
    bool stopped = false;

    if (child_start_under(&c, signals, w->argv, CHILD_ALL, &terms, NULL) < 0) {
        o->end = RUNNER_FAILED;
        o->code = errno;
    } else {
        stopped = watch(&c, signals, w->order.seconds, w->socket, &printed, o);
        child_reap_all(); /* what has left its group */
    }
    o->printed = printed.any;
    printed_last(&printed, o->last, sizeof o->last);
    file_close(printed.fd);
    return stopped;
}

/* Mounts what an order asks for. */
static void make_space(const struct runner_work *w, struct serving *s, struct runner_outcome *o)
{
    const struct runner_order *order = &w->order;

    s->apart = s->apart || space_enter();
    bool made = s->apart && space_make(w->directory, order->memory, order->user, order->group);
    o->code = made ? 0 : errno;
    o->end = made ? RUNNER_EXITED : RUNNER_FAILED;
}

/* Does what an order says. Returns as watch() does. */
static bool act(const struct runner_work *w, struct serving *s, struct runner_outcome *o,
                char answer[static RUNNER_LINE])
{
    double begun = clock_steady();
    bool stopped = false;

    if (w->order.what == RUNNER_CALL)
        stopped = staying_call(&s->staying, w, &s->signals, o, answer);
    if (w->order.what == RUNNER_RUN || w->order.what == RUNNER_END)
        staying_end(&s->staying);
    if (w->order.what == RUNNER_RUN)
        stopped = run(w, &s->signals, o);
    if (w->order.what == RUNNER_SPACE)
        make_space(w, s, o);
    if (w->order.what == RUNNER_LEAVE)
        space_remove(w->directory);
    o->seconds = clock_steady() - begun;
    return stopped;
}

/* Effect: what is given is a file in memory. */
static bool take_given(struct runner_work *w, const char *bytes)
{
    if (w->order.given > 0)
        w->given = file_in_memory("what a program is given", bytes, w->order.given, NULL);
    return w->order.given == 0 || w->given >= 0;
}

/* Takes one order; returns whether there may be another. */
static bool serve_one(int socket, struct serving *s)
{
    enum { OURS = 3 }; /* texts before the words */
    struct runner_work w = {.socket = socket, .given = -1};
    struct runner_order *order = &w.order;
    struct runner_outcome outcome = {0};
    char answer[RUNNER_LINE] = "", byte;
    bool served = false;

    if (!socket_receive(socket, order, sizeof *order) || order->len > RUNNER_ORDER_MOST ||
        order->given > order->len)
        return false;
    size_t text = order->len - order->given;
    size_t count = OURS + (size_t)order->words + order->variables;
    /* The words and the variables, each with a NULL behind them. */
    char *bytes = calloc(order->len + 1, 1), **texts = calloc(count + 2, sizeof *texts);
    if (bytes && texts && socket_receive(socket, bytes, order->len) &&
        split(bytes, text, texts, count) && take_given(&w, bytes + text)) {
        w.directory = texts[0];
        w.log = texts[1];
        w.line = texts[2];
        w.argv = texts + OURS;
        w.variables = w.argv + order->words + 1;
        memmove(w.variables, w.variables - 1, order->variables * sizeof *texts);
        w.argv[order->words] = NULL;
        bool stopped = act(&w, s, &outcome, answer);
        served = socket_send(socket, &outcome, sizeof outcome) &&
                 socket_send(socket, answer, sizeof answer) &&
                 (stopped || socket_receive(socket, &byte, 1));
    }
    file_close(w.given);
    free(texts);
    free(bytes);
    return served;
}

_Noreturn void runner_serve(int socket)
{
    struct serving s = {0};

    detach(socket);
    child_adopt();
    if (child_signals_open(&s.signals, NULL) == 0)
        while (serve_one(socket, &s))
            ;
    staying_end(&s.staying);
    _exit(0);
}
