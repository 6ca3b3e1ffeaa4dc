/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A child process in a process group of its own, and the signals of this one.
 *
 * Convention: a child has /dev/null as its standard input, unless it is given one, and
 * gets SIGTERM when this process is gone, however that ended. Signals go to the child's own
 * group and to nothing else; until child_wait() has said that it ended, its number
 * belongs to no other process.
 */
#ifndef UTIL_CHILD_H
#define UTIL_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/err.h"

/* What of a child's output comes to us. */
enum child_output {
    CHILD_APART = 1,   /* both by child_wait(), which says which */
    CHILD_ANSWERS = 2, /* standard output by child_wait(); no errors */
    CHILD_NOTHING = 3, /* neither is seen by anyone */
    CHILD_ALL = 4,     /* both by child_wait(), as one */
};

/* How a program runs that is not ours. It begins with the usual effect of every signal,
 * leaves no core, and dies at once when this process does. */
struct child_terms {
    const char *directory; /* that it begins in */
    char **variables;      /* NAME=value, its whole environment; ends with NULL */
    const int *calls;      /* two descriptors that it has as 3 and 4; NULL: it has none */
    int given;             /* one that it has as 5, if it is greater than that */
    int input;             /* one that is its standard input, if it is greater than 0 */
    uid_t user;            /* if not 0: it is that user, in this group alone, which root can make */
    gid_t group;           /* it */
    uint64_t memory;       /* bytes of address space of each of its processes; 0: no limit */
};

struct child {
    pid_t pid;  /* of it and of its group; 0: there is none */
    int pipe;   /* its output, or -1 */
    int also;   /* of the caller: child_wait() returns when it can be read; or -1 */
    int apart;  /* its standard output, where that is apart, or -1 */
    int code;   /* once it has ended: its exit code, or 128 + the signal that ended it */
    int signal; /* that signal, or 0 */
    int pieces; /* read since its end was seen */
};

/* SIGINT, SIGTERM, SIGUSR1 and SIGCHLD, held back and read from a descriptor. */
struct child_signals {
    int fd;
    sigset_t before; /* the mask, which a child gets */
};

/* What child_wait() met. */
struct child_news {
    bool ended;   /* the child, which has been reaped; and all of its output was read */
    int signal;   /* that this process got, or 0 */
    bool answers; /* the text is of standard output, which is apart */
    size_t len;   /* of text */
    char text[4096];
};

/* Effect: from now on these signals end nothing, and are told by child_wait(). */
int child_signals_open(struct child_signals *s, struct err *e);
void child_signals_close(struct child_signals *s);

/* Effect: starts the program argv[0], found by PATH, with these arguments. One that
 * cannot be started is ERR_OPEN. */
int child_start(struct child *c, const struct child_signals *s, char *const *argv,
                enum child_output output, struct err *e);

/* The same on these terms. */
int child_start_under(struct child *c, const struct child_signals *s, char *const *argv,
                      enum child_output output, const struct child_terms *terms, struct err *e);

/* Effect: waits for something to happen, for that many seconds at most. c may be
 * NULL, or have ended: then for signals only. What is left of the group of a child
 * that has ended is killed. */
void child_wait(struct child *c, const struct child_signals *s, double seconds,
                struct child_news *news);

/* Returns whether there is no such child any more: one that has ended is reaped. */
bool child_is_gone(struct child *c);

/* Effect: signals the child, or its whole group; nothing if it has ended. */
void child_signal(const struct child *c, int signal);
void child_signal_group(const struct child *c, int signal);

/* Effect: kills the group, and reaps the child. */
void child_stop(struct child *c);

/* Effect: what is orphaned below this process becomes its child, whatever group or session
 * it is in, from now on; and all children there are, of which none may be wanted any more,
 * are killed and reaped. */
void child_adopt(void);
void child_reap_all(void);

#endif
