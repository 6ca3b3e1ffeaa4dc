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
#include "util/owner.h"
#include "util/socket.h"
#include "util/tail.h"
#include "util/text.h"

extern char **environ;

static const double look_every = 0.2; /* whether who asked is still there, in seconds */

enum { LAST_MOST = 512 }; /* bytes of the end of what was printed */

/* What launchers tell their processes. All of Slurm's, not the step's only: by the job's
 * alone an mpirun would start its ranks on the nodes of other slaves. */
static const char *const scrubbed[] = {
    "OMPI_",  "PMIX_",   "PMI_",  "PRTE_",  "OPAL_", "ORTE_",
    "SLURM_", "SLURMD_", "SRUN_", "HYDRA_", "HYDI_", "MPI_LOCAL",
};

static bool is_scrubbed(const char *variable)
{
    for (size_t i = 0; i < sizeof scrubbed / sizeof scrubbed[0]; i++)
        if (strncmp(variable, scrubbed[i], strlen(scrubbed[i])) == 0)
            return true;
    return false;
}

static void scrub_environment(void)
{
    char name[256];

    for (char **v = environ; *v;) {
        size_t n = strcspn(*v, "=");
        if (!is_scrubbed(*v) || n >= sizeof name) {
            v++;
            continue;
        }
        memcpy(name, *v, n);
        name[n] = '\0';
        unsetenv(name); /* moves the later ones here */
    }
    /* A rank owns one core, and so does a program that it starts. */
    setenv("OMP_NUM_THREADS", "1", 0);
}

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

/* Where what a program prints goes. */
struct printed {
    const char *path;
    uint64_t most, size;
    int fd; /* -1: not open, or not to be had */
    bool tried, any;
    char last[LAST_MOST];
    size_t last_len;
};

static void keep_end(struct printed *p, const char *text, size_t len)
{
    size_t take = len < LAST_MOST ? len : LAST_MOST;
    size_t stay = p->last_len < LAST_MOST - take ? p->last_len : LAST_MOST - take;

    memmove(p->last, p->last + p->last_len - stay, stay);
    memcpy(p->last + stay, text + len - take, take);
    p->last_len = stay + take;
}

/* The file is made when there is something to keep. Other ranks of the slave may add to it. */
static void keep(struct printed *p, const char *text, size_t len)
{
    static const char cut[] = "\n[what follows is dropped]\n";

    if (len == 0)
        return;
    p->any = true;
    keep_end(p, text, len);
    if (!p->tried && p->path[0])
        p->fd = file_open_log(p->path, FILE_OWN, NULL);
    p->tried = true;
    if (p->fd < 0 || file_size(p->fd, p->path, &p->size, NULL) < 0 || p->size >= p->most)
        return;
    if (len <= p->most - p->size) {
        file_log(p->fd, p->path, text, len, NULL);
        return;
    }
    file_log(p->fd, p->path, text, (size_t)(p->most - p->size), NULL);
    file_log(p->fd, p->path, cut, sizeof cut - 1, NULL);
}

/* The last line that is not empty. */
static void tell_last(const struct printed *p, struct runner_outcome *o)
{
    char line[LAST_MOST + 1];
    size_t end = p->last_len;

    while (end > 0 && strchr(" \t\r\n", p->last[end - 1]) && p->last[end - 1] != '\0')
        end--;
    size_t begin = end;
    while (begin > 0 && p->last[begin - 1] != '\n')
        begin--;
    memcpy(line, p->last + begin, end - begin);
    line[end - begin] = '\0';
    text_printable(o->last, sizeof o->last, line);
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
        keep(p, news.text, news.len);
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
static bool run(const struct runner_order *order, char **texts, struct child_signals *signals,
                int socket, struct runner_outcome *o)
{
    size_t words = order->words;
    char **argv = calloc(words + 1, sizeof *argv);
    struct printed printed = {.path = texts[1], .most = order->log_most, .fd = -1};
    const struct child_terms terms = {
        .directory = texts[0], .variables = texts + 2 + words, .memory = order->memory};
    struct child c;
    double begun = clock_steady();
    bool stopped = false;

    o->end = RUNNER_FAILED;
    o->code = ENOMEM;
    if (argv) {
        memcpy(argv, texts + 2, words * sizeof *argv);
        if (child_start_under(&c, signals, argv, CHILD_ALL, &terms, NULL) < 0) {
            o->code = errno;
        } else {
            stopped = watch(&c, signals, order->seconds, socket, &printed, o);
            child_reap_all(); /* what has left its group */
        }
    }
    o->seconds = clock_steady() - begun;
    o->printed = printed.any;
    tell_last(&printed, o);
    file_close(printed.fd);
    free(argv);
    return stopped;
}

/* Takes one order; returns whether there may be another. */
static bool serve_one(int socket, struct child_signals *signals)
{
    struct runner_order order;
    struct runner_outcome outcome = {0};
    bool served = false;

    if (!socket_receive(socket, &order, sizeof order) || order.len > RUNNER_ORDER_MOST)
        return false;
    size_t count = 2 + (size_t)order.words + order.variables;
    char *bytes = calloc(order.len + 1, 1), **texts = calloc(count + 1, sizeof *texts);
    if (bytes && texts && order.words > 0 && socket_receive(socket, bytes, order.len) &&
        split(bytes, order.len, texts, count)) {
        char byte;
        bool stopped = run(&order, texts, signals, socket, &outcome);
        served = socket_send(socket, &outcome, sizeof outcome) &&
                 (stopped || socket_receive(socket, &byte, 1));
    }
    free(texts);
    free(bytes);
    return served;
}

_Noreturn void runner_serve(int socket)
{
    struct child_signals signals;

    detach(socket);
    scrub_environment();
    child_adopt();
    if (child_signals_open(&signals, NULL) == 0)
        while (serve_one(socket, &signals))
            ;
    _exit(0);
}
