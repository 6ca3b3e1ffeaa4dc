/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches one start of it to its end. */
#include "engine/launch/parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/parse.h"
#include "util/store.h"

static const double kill_most = 10; /* seconds from SIGTERM to SIGKILL */

/* Words of a command line, which own their text. */
struct command {
    char **words; /* NULL after the last */
    size_t count, capacity;
    bool failed;
};

static void add_word(struct command *c, const char *word)
{
    char **words =
        err_grow(c->words, c->count + 1, &c->capacity, sizeof *words, "a command line", NULL);
    char *copy = words ? strdup(word) : NULL;

    c->words = words ? words : c->words;
    c->failed |= !copy;
    if (c->failed) {
        free(copy);
        return;
    }
    c->words[c->count++] = copy;
    c->words[c->count] = NULL;
}

static void add_pair(struct command *c, const char *option, const char *value)
{
    add_word(c, option);
    add_word(c, value);
}

static void command_free(struct command *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->words[i]);
    free(c->words);
}

static bool is_called(const char *word, const char *name)
{
    const char *slash = strrchr(word, '/');

    return strcmp(slash ? slash + 1 : word, name) == 0;
}

/* srun can leave nodes out, but then wants to hear that there are fewer of them; and the
 * step before, which Slurm cannot end on a lost node, still has its share of the others. */
static void add_to_srun(struct command *c, const struct launch *l)
{
    const struct launch_policy *p = &l->policy;
    int64_t nodes = launch_count_nodes(l);
    char text[NUMBER_TEXT];
    struct buf b = {0};

    for (size_t i = 0; i < p->nodes_count; i++)
        buf_addf(&b, "%s%s", i ? "," : "--exclude=", p->nodes[i]);
    if (buf_failed(&b))
        c->failed = true;
    else
        add_word(c, b.data);
    buf_free(&b);
    if (nodes > 0) {
        snprintf(text, sizeof text, "--nodes=%" PRId64, nodes);
        add_pair(c, text, "--overcommit");
        add_word(c, "--overlap");
    }
}

/* mpirun takes a list of those that are left. */
static void add_to_mpirun(struct command *c, struct launch *l)
{
    struct buf b = {0};

    launch_add_hosts(l, &b);
    c->failed |= buf_failed(&b);
    if (b.len > 0 && !c->failed) {
        add_pair(c, "--host", b.data);
        add_word(c, "--oversubscribe");
    }
    buf_free(&b);
}

/* The launcher, which is told of the nodes that are excluded. */
static void add_launcher(struct command *c, struct launch *l)
{
    bool told = l->policy.nodes_count == 0;

    for (size_t i = 0; i < l->o->launcher_count; i++) {
        const char *word = l->o->launcher[i];
        bool srun = is_called(word, "srun");
        bool mpirun = is_called(word, "mpirun") || is_called(word, "mpiexec");
        add_word(c, word);
        if (!told && srun)
            add_to_srun(c, l);
        if (!told && mpirun)
            add_to_mpirun(c, l);
        told |= srun || mpirun;
    }
}

static void add_pair_of_seconds(struct command *c, const char *option, double seconds)
{
    char text[NUMBER_TEXT];

    add_pair(c, option, format_double(text, seconds));
}

/* What an attempt has of the time that is left: without what it takes to end in good order,
 * and to put a batch job into the queue again. */
static double time_of_attempt(const struct launch *l)
{
    double left = l->time_left - (clock_steady() - l->begin);

    return fmax(1e-3, left - fmin(5, left / 10));
}

/* The whole command line: launcher, program, what was given, what was learnt. */
static void make_command(struct command *c, struct launch *l)
{
    const struct launch_policy *p = &l->policy;
    char text[NUMBER_TEXT];

    add_launcher(c, l);
    add_word(c, l->o->program);
    add_pair(c, "run", l->o->run.contract);
    for (size_t i = 0; i < l->o->words_count; i++)
        add_word(c, l->o->words[i]);
    if (l->again)
        add_word(c, "--again");
    add_pair(c, "--heartbeat", l->heartbeat);
    add_pair_of_seconds(c, "--lease", l->o->lease);
    if (isfinite(l->time_left))
        add_pair_of_seconds(c, "--time-left", time_of_attempt(l));
    for (int64_t k = 0; k < p->slaves; k++) {
        if (!p->skip[k])
            continue;
        snprintf(text, sizeof text, "%" PRId64, k + 1);
        add_pair(c, "--skip-slave", text);
    }
    for (size_t i = 0; i < p->nodes_count; i++)
        add_pair(c, "--skip-node", p->nodes[i]);
}

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

static void pass_on(const struct launch *l, struct buf *text)
{
    if (text->len > 0 && l->o->pass)
        l->o->pass(l->o->context, text->data, text->len);
    buf_reset(text);
}

static void supervise(struct launch *l, struct vigil *v)
{
    double patience = fmin(1, fmax(.02, l->o->lease / 10));
    struct child_news news;
    struct buf out = {0};

    do {
        child_wait(&l->child, &l->signals, v->stage == WATCHING ? patience : .05, &news);
        launch_quiet_text(&l->quiet, news.text, news.len, &out);
        pass_on(l, &out);
        launch_read_text(&l->scan, news.text, news.len);
        if (news.signal)
            take_signal(l, v, news.signal);
        watch(l, v, patience);
        escalate(l, v);
        launch_comment(l);
    } while (!news.ended);
    launch_quiet_end(&l->quiet, l->scan.told, &out);
    pass_on(l, &out);
    buf_free(&out);
}

int launch_attempt(struct launch *l, struct launch_attempt *a, struct err *e)
{
    double begin = clock_steady();
    struct vigil v = {.stage = WATCHING, .outcome = LAUNCH_FAILED, .looked = begin};
    struct command c = {0};

    *a = (struct launch_attempt){.outcome = LAUNCH_FAILED, .blame = {.rank = -1}};
    l->scan = (struct launch_scan){.blame = {.rank = -1}};
    l->began = false;
    file_remove(l->heartbeat);
    launch_forget_status(l);
    make_command(&c, l);
    int rc = c.failed ? err_memory(e, "a command line")
                      : child_start(&l->child, &l->signals, c.words, CHILD_ERRORS, e);
    command_free(&c);
    if (rc < 0)
        return -1;
    supervise(l, &v);
    a->outcome = v.outcome;
    a->code = l->child.code;
    a->seconds = clock_steady() - begin;
    a->began = l->began;
    a->blame = l->scan.blame;
    a->unfit = l->scan.unfit && !l->began;
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
