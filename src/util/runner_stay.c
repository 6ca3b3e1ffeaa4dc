/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that stays, and answers line by line. */
#include "util/runner_stay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/file.h"
#include "util/printed.h"
#include "util/socket.h"

static const double look_every = 0.2; /* whether who asked is still there, in seconds */
static const double end_within = 5;   /* seconds, of who has closed his end of a pipe */

enum { PIECES = 256 }; /* of output that are read after an answer: it may print without end */

/* A call that is under way. */
struct talk {
    double until; /* when it has taken too long */
    char *answer; /* RUNNER_LINE bytes */
    size_t len;   /* that have come */
    bool answered, closed;
    enum runner_fault fault;
};

/* Whether one of these holds of it now. */
static bool is_ready(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};

    return poll(&p, 1, 0) > 0 && (p.revents & events);
}

struct child_terms runner_terms(const struct runner_work *w)
{
    return (struct child_terms){.directory = w->directory,
                                .variables = w->variables,
                                .given = w->given,
                                .user = w->order.user,
                                .group = w->order.group,
                                .memory = w->order.memory};
}

static bool begin(struct staying *s, const struct runner_work *w,
                  const struct child_signals *signals)
{
    int asks[2] = {-1, -1}, answers[2] = {-1, -1}, rc = -1;

    if (pipe2(asks, O_CLOEXEC) == 0 && pipe2(answers, O_CLOEXEC) == 0) {
        const int calls[] = {asks[0], answers[1]};
        struct child_terms terms = runner_terms(w);
        terms.calls = calls;
        rc = child_start_under(&s->child, signals, w->argv, CHILD_ALL, &terms, NULL);
    }
    file_close(asks[0]);
    file_close(answers[1]);
    if (rc < 0) {
        file_close(asks[1]);
        file_close(answers[0]);
        return false;
    }
    s->ask = asks[1];
    s->answer = s->child.also = answers[0];
    s->there = true;
    return true;
}

/* Who has closed his end of a pipe may be about to end: then that is the reason. */
static void on_closed(struct staying *s, struct talk *t)
{
    double end = clock_steady() + end_within;

    s->child.also = -1;
    t->closed = true;
    t->until = end < t->until ? end : t->until;
}

/* A line fits into an empty pipe, and it is empty, unless what was asked before was not read. */
static void ask(struct staying *s, const char *line, struct talk *t)
{
    if (is_ready(s->answer, POLLIN))
        t->fault = RUNNER_EARLY;
    else if (!is_ready(s->ask, POLLOUT) ||
             file_write_all(s->ask, "a pipe", line, strlen(line), NULL) < 0)
        on_closed(s, t);
}

/* Reads what there is of the answer. */
static void hear(struct staying *s, struct talk *t)
{
    if (s->child.also < 0 || !is_ready(s->answer, POLLIN | POLLHUP))
        return;
    ssize_t n = read(s->answer, t->answer + t->len, RUNNER_LINE - t->len);
    if (n <= 0) {
        on_closed(s, t);
        return;
    }
    char *end = memchr(t->answer + t->len, '\n', (size_t)n);
    t->len += (size_t)n;
    t->answered = end && end == t->answer + t->len - 1;
    if (t->answered)
        *end = '\0';
    else if (end)
        t->fault = RUNNER_MORE;
    else if (t->len == RUNNER_LINE)
        t->fault = RUNNER_LONG;
}

/* What has come of the call so far; 0: nothing yet. */
static enum runner_end judge(const struct staying *s, const struct talk *t, int word)
{
    if (t->answered)
        return RUNNER_ANSWERED;
    if (t->fault)
        return RUNNER_UNEXPECTED;
    if (s->child.pid <= 0)
        return s->child.signal ? RUNNER_KILLED : RUNNER_EXITED;
    if (word != 0)
        return RUNNER_STOPPED;
    if (t->until > clock_steady())
        return 0;
    return t->closed ? RUNNER_UNEXPECTED : RUNNER_TIMED_OUT;
}

/* Returns as staying_call() does. */
static bool watch(struct staying *s, const struct child_signals *signals, int socket,
                  struct talk *t, struct printed *p, struct runner_outcome *o)
{
    struct child_news news = {0};
    int word = 0;

    while (!(o->end = judge(s, t, word = word ? word : socket_take_byte(socket)))) {
        double left = t->until - clock_steady();
        child_wait(&s->child, signals, left < look_every ? left : look_every, &news);
        printed_keep(p, news.text, news.len);
        hear(s, t);
    }
    o->code = o->end == RUNNER_UNEXPECTED ? (int)(t->fault ? t->fault : RUNNER_CLOSED)
              : s->child.signal           ? s->child.signal
                                          : s->child.code;
    for (int i = 0; i < PIECES && s->child.pid > 0; i++) {
        child_wait(&s->child, signals, 0, &news);
        printed_keep(p, news.text, news.len);
        if (news.len == 0)
            break;
    }
    return word != 0;
}

bool staying_call(struct staying *s, const struct runner_work *w,
                  const struct child_signals *signals, struct runner_outcome *o,
                  char answer[static RUNNER_LINE])
{
    struct printed printed = {.path = w->log, .most = w->order.log_most, .fd = -1};
    struct talk talk = {.until = clock_steady() + w->order.seconds, .answer = answer};
    bool stopped = false;

    if (!s->there && !begin(s, w, signals)) {
        o->end = RUNNER_FAILED;
        o->code = errno;
    } else {
        ask(s, w->line, &talk);
        stopped = watch(s, signals, w->socket, &talk, &printed, o);
    }
    if (o->end != RUNNER_ANSWERED)
        staying_end(s);
    o->printed = printed.any;
    printed_last(&printed, o->last, sizeof o->last);
    file_close(printed.fd);
    return stopped;
}

void staying_end(struct staying *s)
{
    if (!s->there)
        return;
    child_stop(&s->child);
    child_reap_all(); /* what has left its group */
    file_close(s->ask);
    file_close(s->answer);
    *s = (struct staying){0};
}
