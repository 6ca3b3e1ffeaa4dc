/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches one start of it to its end. */
#include "engine/launch/parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/store.h"

static const double kill_most = 10; /* seconds from SIGTERM to SIGKILL */

/* What the supervisor is about to do to the job. */
enum stage {
    WATCHING = 1,
    DRAINING = 2,    /* SIGUSR1 was sent */
    TERMINATING = 3, /* SIGTERM */
    KILLING = 4,     /* SIGKILL */
};

struct vigil {
    enum stage stage;
    enum launch_outcome outcome;
    double until;   /* the next stage begins */
    double looked;  /* at the heartbeat, last */
    double idle;    /* seconds without a sign of life */
    char line[256]; /* the last sign */
};

/* How long a job that is told to end may take: time must be left to end it by force. */
static double grace_left(const struct launch *l)
{
    double left = l->begin + l->time_left - clock_steady();

    return left > 0 && .6 * left < l->o->grace ? .6 * left : l->o->grace;
}

static void terminate(struct launch *l, struct vigil *v)
{
    double grace = fmin(l->o->grace, kill_most);

    child_signal_group(&l->child, SIGTERM);
    v->stage = TERMINATING;
    v->until = clock_steady() + grace;
}

static void drain(struct launch *l, struct vigil *v)
{
    l->told = true;
    if (v->stage != WATCHING)
        return;
    child_signal(&l->child, SIGUSR1); /* mpirun and srun pass it on to the ranks */
    v->stage = DRAINING;
    v->outcome = LAUNCH_DRAINED;
    v->until = clock_steady() + grace_left(l);
}

static void take_signal(struct launch *l, struct vigil *v, int signal)
{
    bool urgent = l->told && signal != SIGUSR1;

    if (!urgent) {
        drain(l, v);
    } else if (v->stage <= DRAINING) {
        v->outcome = LAUNCH_KILLED;
        terminate(l, v);
    } else {
        v->until = clock_steady();
    }
}

/* The run's key is in each sign of life. */
static void learn_key(struct launch *l, const char *line)
{
    char key[RUN_HEX + 2];

    if (sscanf(line, "%*s %17s", key) == 1 && strlen(key) == RUN_HEX &&
        key[strspn(key, "0123456789abcdef")] == '\0')
        memcpy(l->key, key, sizeof l->key);
}

/* Counts the seconds without a sign of life. Those in which this process did not
 * run itself, as the node or the job was suspended, do not count. */
static void watch(struct launch *l, struct vigil *v, double patience)
{
    double now = clock_steady();
    char line[sizeof v->line];

    if (now - v->looked < patience)
        return;
    v->idle += fmin(now - v->looked, patience + 1);
    v->looked = now;
    if (file_first_line(l->heartbeat, line, sizeof line) && strcmp(line, v->line) != 0) {
        memcpy(v->line, line, sizeof line);
        v->idle = 0;
        l->began = true;
        learn_key(l, line);
    }
    if (v->stage == WATCHING && v->idle >= l->o->lease) {
        v->outcome = LAUNCH_HUNG;
        terminate(l, v);
    }
}

/* What did not help is followed by what is harder. */
static void escalate(struct launch *l, struct vigil *v)
{
    if (v->stage == WATCHING || v->stage == KILLING || clock_steady() < v->until)
        return;
    if (v->stage == DRAINING) {
        v->outcome = LAUNCH_KILLED;
        terminate(l, v);
    } else {
        child_signal_group(&l->child, SIGKILL);
        v->stage = KILLING;
    }
}

static void supervise(struct launch *l, struct vigil *v)
{
    double patience = fmin(1, fmax(.02, l->o->lease / 10));
    struct child_news news;

    do {
        child_wait(&l->child, &l->signals, v->stage == WATCHING ? patience : .05, &news);
        launch_pass(l, &news);
        if (news.signal)
            take_signal(l, v, news.signal);
        watch(l, v, patience);
        escalate(l, v);
        launch_comment(l);
    } while (!news.ended);
}

int launch_attempt(struct launch *l, struct launch_attempt *a, struct err *e)
{
    double begin = clock_steady();
    struct vigil v = {.stage = WATCHING, .outcome = LAUNCH_FAILED, .looked = begin};

    *a = (struct launch_attempt){.outcome = LAUNCH_FAILED, .blame = {.rank = -1}};
    l->scan = (struct launch_scan){.blame = {.rank = -1}};
    l->began = false;
    file_remove(l->heartbeat);
    launch_forget_status(l);
    char **words = launch_command(l, e);
    int rc = words ? child_start(&l->child, &l->signals, words, CHILD_APART, e) : -1;
    launch_command_free(words);
    if (rc < 0)
        return -1;
    supervise(l, &v);
    launch_pass_rest(l);
    a->outcome = v.outcome;
    a->code = launch_code(&l->scan.blame, l->child.code);
    a->seconds = clock_steady() - begin;
    a->began = l->began;
    a->blame = l->scan.blame;
    a->unfit = l->began ? LAUNCH_FITS : l->scan.unfit;
    a->blame.absent = a->blame.absent && !l->began;
    return 0;
}

void launch_wait(struct launch *l, double seconds)
{
    double until = clock_steady() + seconds, left;
    struct child_news news;

    while (!l->told && (left = until - clock_steady()) > 0) {
        child_wait(NULL, &l->signals, left, &news);
        l->told = news.signal != 0;
    }
}
