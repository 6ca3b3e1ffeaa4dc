/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the command line of an attempt. */
#include "engine/launch/parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/slurm.h"
#include "util/clock.h"
#include "util/parse.h"
#include "util/paths.h"

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

void launch_command_free(char **words)
{
    for (size_t i = 0; words && words[i]; i++)
        free(words[i]);
    free(words);
}

/* mpirun, mpiexec, mpiexec.hydra, mpirun.mpich … */
static bool is_mpirun(const char *word)
{
    return strncmp(file_last(word), "mpirun", 6) == 0 ||
           strncmp(file_last(word), "mpiexec", 7) == 0;
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

enum launch_mpirun launch_whose(const char *version)
{
    if (strstr(version, "Open MPI") || strstr(version, "OpenRTE"))
        return LAUNCH_OPEN_MPI;
    if (strstr(version, "Intel(R) MPI"))
        return LAUNCH_INTEL_MPI;
    return strstr(version, "HYDRA") || strstr(version, "MPICH") ? LAUNCH_MPICH : LAUNCH_OTHER_MPI;
}

/* Each MPI's mpirun takes a list of those that are left in its own way; one that is none of
 * these is told nothing, but its ranks on a node that is excluded serve no slave. */
static void add_to_mpirun(struct command *c, struct launch *l, char *word)
{
    char option[] = "--version", *const ask[] = {word, option, NULL}, version[16384];
    struct buf b = {0};

    if (slurm_ask(&l->signals, ask, version, sizeof version) != 0)
        l->told = true;
    enum launch_mpirun whose = launch_whose(version);
    if (whose != LAUNCH_OTHER_MPI)
        launch_add_hosts(l, whose != LAUNCH_INTEL_MPI, &b);
    c->failed |= buf_failed(&b);
    if (b.len > 0 && !c->failed)
        add_pair(c, whose == LAUNCH_OPEN_MPI ? "--host" : "-hosts", b.data);
    if (b.len > 0 && whose == LAUNCH_OPEN_MPI)
        add_word(c, "--oversubscribe");
    buf_free(&b);
}

/* The launcher, which is told of the nodes that are excluded. */
static void add_launcher(struct command *c, struct launch *l)
{
    bool told = l->policy.nodes_count == 0;

    for (size_t i = 0; i < l->o->launcher_count; i++) {
        char *word = l->o->launcher[i];
        bool srun = strcmp(file_last(word), "srun") == 0, mpirun = is_mpirun(word);
        add_word(c, word);
        if (!told && srun)
            add_to_srun(c, l);
        if (!told && mpirun)
            add_to_mpirun(c, l, word);
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

char **launch_command(struct launch *l, struct err *e)
{
    struct command c = {0};

    make_command(&c, l);
    if (!c.failed)
        return c.words;
    launch_command_free(c.words);
    err_memory(e, "a command line");
    return NULL;
}
