/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gives the facts about the job their verdicts. */

/* Nothing is looked at here, so that a test can say what there is. */
#include "engine/doctor/facts.h"

#include <math.h>
#include <string.h>

#include "util/parse.h"

static const double slow_sync = 0.1;        /* seconds of a durable append */
static const double little_time = 600;      /* seconds */
static const double no_space = 16 << 20;    /* bytes: a result would not fit */
static const double little_space = 1 << 30; /* bytes */

/* MPI's size against what was started. Slurm's tasks count for a job that no
 * step and no launcher has divided yet, too: that is a process alone. */
static void judge_launch(const struct doctor_facts *f, struct doctor_report *r)
{
    const struct doctor_launch *l = &f->launch;

    if (f->mpi.code)
        doctor_problem(r, "launch", f->mpi.code,
                       l->srun ? "srun --mpi=list says whether this Slurm has " MN_SRUN_PMI
                               : "mpirun --version says whose it is",
                       "%s", f->mpi.text);
    else if (l->launcher && l->ranks > 0 && l->ranks != f->ranks)
        doctor_problem(r, "launch", ERR_SOFTWARE,
                       "use the mpirun of the MPI that this program is built with (" MN_MPI_NAME
                       "), or srun --mpi=" MN_SRUN_MPI,
                       "%s started %ld ranks, but MPI (%s) sees %d: they do not belong together",
                       l->launcher, l->ranks, f->library, f->ranks);
    else if (!l->launcher && l->tasks > 1)
        doctor_note(
            r, "launch",
            "start a run by srun --mpi=" MN_SRUN_MPI
            ", or by mpirun; if srun started this one, srun and MPI do not share " MN_SRUN_PMI,
            "Slurm gives %ld tasks, but this is one process without MPI", l->tasks);
    else if (!l->launcher)
        doctor_ok(r, "launch", "one process, which is master and slaves; MPI was not started");
    else
        doctor_ok(r, "launch", "%s; %d rank%s by %s", f->library, f->ranks,
                  f->ranks == 1 ? "" : "s", l->launcher);
}

/* A launcher uses the nodes of the first component, unless it is told otherwise. */
static void judge_components(const struct doctor_facts *f, struct doctor_report *r)
{
    if (f->launch.components > 1)
        doctor_note(r, "launch",
                    "for all of them: srun --het-group=0,1 and so on; or ask for one kind of node",
                    "this job has %ld components; mpirun, and srun by itself, use the nodes of the "
                    "first",
                    f->launch.components);
}

static void judge_hdf5(const struct doctor_facts *f, struct doctor_report *r)
{
    if (f->hdf5_why.code)
        doctor_problem(r, "hdf5", f->hdf5_why.code,
                       "load the modules that it was built with, or build it again", "%s",
                       f->hdf5_why.text);
    else
        doctor_ok(r, "hdf5", "%s, as compiled for", f->hdf5);
}

/* What is to be said of a file system that works, or NULL. */
static const char *advice_on(const struct probe *is)
{
    if (is->fs.passing)
        return "what is there goes with the node or the container: choose a directory on a disk";
    if ((double)is->space < little_space)
        return "make room before a large run";
    if (is->sync > slow_sync)
        return "every batch of records waits that long: choose a faster file system";
    return NULL;
}

static void judge_place(const struct doctor_place *p, const char *topic, const char *works,
                        const char *elsewhere, struct doctor_report *r)
{
    char space[NUMBER_TEXT];
    const char *advice = advice_on(&p->is);

    format_size(space, (double)p->is.space);
    if (p->why.code)
        doctor_problem(r, topic, p->why.code,
                       p->why.code == ERR_IO ? "choose a file system with locks and space, or ask "
                                               "its administrator"
                                             : elsewhere,
                       "%.600s", p->why.text);
    else if ((double)p->is.space < no_space)
        doctor_problem(r, topic, ERR_IO, elsewhere, "%.500s: only %s are free", p->path, space);
    else if (advice)
        doctor_note(r, topic, advice, "%.500s: on %s, %s free; %sfsync (%.1f ms), rename work",
                    p->path, p->is.fs.type, space, works, p->is.sync * 1e3);
    else
        doctor_ok(r, topic, "%.500s: on %s, %s free; %sfsync (%.1f ms), rename work", p->path,
                  p->is.fs.type, space, works, p->is.sync * 1e3);
}

/* Who wanted to share a ledger learns that it is not shared. */
static void judge_group(const struct doctor_facts *f, struct doctor_report *r)
{
    if (f->half_groups && !f->ledger.why.code)
        doctor_note(r, "ledger", "for a ledger of its group's: chgrp GROUP DIR && chmod 2770 DIR",
                    "%.500s: its group may write in it, but without the set-group-ID bit a ledger "
                    "is its user's alone (0600 and 0700)",
                    f->ledger.path);
}

static void judge_key(const struct doctor_facts *f, struct doctor_report *r)
{
    if (f->key_why.code)
        doctor_problem(r, "key", f->key_why.code,
                       "set HOME or XDG_CONFIG_HOME to where you may "
                       "write",
                       "%.600s", f->key_why.text);
    else if (f->sign_why.code == ERR_REFUSED)
        doctor_note(r, "key",
                    "runs are settled all the same, and who has a key in force signs later",
                    "%.900s", f->sign_why.text);
    else
        doctor_ok(r, "key", "%.600s", f->key);
}

static void judge_time(const struct doctor_facts *f, struct doctor_report *r)
{
    static const char advice[] = "ask the batch system for more; an interrupted run is resumed by "
                                 "the same command";

    if (isinf(f->time_left))
        doctor_ok(r, "time", "no batch system tells an end");
    else if (f->time_left <= 0)
        doctor_problem(r, "time", ERR_INCOMPLETE, advice, "this job's time is over");
    else if (f->time_left < little_time)
        doctor_note(r, "time", advice, "%.0f s left in this job", f->time_left);
    else
        doctor_ok(r, "time", "%.0f s left in this job", f->time_left);
}

void doctor_judge(const struct doctor_facts *f, struct doctor_report *r)
{
    r->count = 0;
    judge_launch(f, r);
    judge_components(f, r);
    judge_hdf5(f, r);
    judge_place(&f->ledger, "ledger", f->ledger.is.fs.locks == FILESYSTEM_NONE ? "" : "lock, ",
                "choose another directory with --ledger", r);
    judge_group(f, r);
    judge_place(&f->out, "result", "", "choose another place with --out", r);
    judge_key(f, r);
    judge_time(f, r);
    doctor_judge_ranks(f, r);
}
