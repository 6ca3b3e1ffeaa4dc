/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts a run again until it is settled. */
#include "engine/launch/parts.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/plan/resources.h"
#include "engine/plan/slurm.h"
#include "ledger/fold/share.h"
#include "util/clock.h"
#include "util/directory.h"
#include "util/lock.h"
#include "util/paths.h"

__attribute__((format(printf, 2, 3))) static void say(const struct launch *l, const char *format,
                                                      ...)
{
    char text[ERR_TEXT];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    if (l->o->say)
        l->o->say(l->o->context, text);
}

/* Effect: a place for the heartbeat, under the ledger's runs. */
static int make_place(struct launch *l, struct err *e)
{
    char node[NODE_NAME], name[NODE_NAME + 40];

    if (resources_node(node, e) < 0)
        return -1;
    snprintf(name, sizeof name, "runs/launch-%s-%ld", node, (long)getpid());
    return paths_join(l->directory, sizeof l->directory, l->o->run.ledger, name, e) < 0 ||
                   paths_join(l->heartbeat, sizeof l->heartbeat, l->directory, "heartbeat", e) <
                       0 ||
                   file_mkdirs(l->o->run.ledger, e) < 0
               ? -1
               : file_mkdirs_within(l->directory, e);
}

static int prepare_launch(struct launch *l, struct reader *r, struct err *e)
{
    struct launch_policy *p = &l->policy;
    struct run run = {0};

    if (plan_open(&l->plan, &l->o->run, false, r, e) < 0 || plan_data(&l->plan, l->data, e) < 0)
        return -1;
    p->retries = l->o->retries >= 0 ? l->o->retries : l->plan.contract->retries;
    p->pause = l->o->backoff;
    p->slaves = l->plan.contract->slaves;
    p->ranges = l->plan.contract->work_units > 0;
    p->least = l->plan.contract->slaves_min ? l->plan.contract->slaves_min : p->slaves;
    p->skip = err_alloc((size_t)p->slaves, sizeof *p->skip, "slaves", e);
    l->again = l->o->run.again;
    if (!p->skip || launch_look(l, &run, e) < 0)
        return -1;
    if (l->again)
        l->key[0] = '\0';
    l->was_settled = run.settled && !l->again;
    runs_free(&run);
    if (slurm_components() > 1 && !launch_spans_components(l->o))
        say(l,
            "this job has %" PRIu64
            " components, and the run uses the nodes of the first: let srun "
            "--het-group=0-%" PRIu64 " start it, or ask for one kind of node",
            slurm_components(), slurm_components() - 1);
    if (ledger_try(l->o->run.ledger, NULL, l->o->run.exclusive, e) < 0)
        return -1;
    l->time_left = isnan(l->o->time_left) ? resources_time_left() : l->o->time_left;
    return make_place(l, e);
}

/* Whether another process holds the run's lock. */
static bool is_held(const struct launch *l)
{
    char path[PATH_MAX], name[40];
    bool held = false;

    snprintf(name, sizeof name, "runs/%s/lock", l->key);
    return l->key[0] && paths_join(path, sizeof path, l->o->run.ledger, name, NULL) == 0 &&
           file_is_locked(path, &held, NULL) == 0 && held;
}

/* An earlier job may still be dying, or be at work: waits as long as a lease. */
static int await_run(struct launch *l, struct err *e)
{
    double begin = clock_steady(), pause = l->o->backoff;

    if (!is_held(l))
        return 0;
    say(l, "run %s is being worked on by another process: waiting up to %g s", l->key, l->o->lease);
    while (!l->told && clock_steady() - begin < l->o->lease) {
        launch_wait(l, fmin(pause, 5));
        pause *= 2;
        if (!is_held(l))
            return 0;
    }
    return err_set(e, ERR_INCOMPLETE,
                   "run %s is being worked on by another process: wait for it, or give --again for "
                   "a run of its own",
                   l->key);
}

/* Whether the job can do without that node. */
static bool has_other_nodes(const struct launch *l, const struct run *run, const char *node)
{
    if (launch_count_nodes(l) > 1)
        return true;
    for (size_t i = 0; i < run->count; i++)
        if (run->slaves[i].node && strcmp(run->slaves[i].node, node) != 0)
            return true;
    return false;
}

static int64_t count_answers(const struct run *run)
{
    int64_t n = 0;

    for (size_t i = 0; i < run->count; i++)
        n += run->slaves[i].submitted;
    return n;
}

/* Effect: all who have not answered are excluded. */
static void exclude_absent(struct launch_policy *p, const struct run *run)
{
    for (int64_t k = 0; k < p->slaves; k++)
        p->skip[k] = true;
    for (size_t i = 0; i < run->count; i++) {
        int64_t k = (int64_t)runs_partition(run->slaves[i].name);
        if (run->slaves[i].submitted && k >= 1 && k <= p->slaves)
            p->skip[k - 1] = false;
    }
    p->completing = true;
}

/* The code of a run that is given up: the child's where that says more than that
 * the run is not complete. */
static enum err_code final_code(const struct launch_attempt *a)
{
    if (a->unfit != LAUNCH_FITS && a->outcome == LAUNCH_FAILED)
        return a->unfit == LAUNCH_NO_PMI ? ERR_SOFTWARE : ERR_PERMANENT;
    if (a->blame.absent && a->outcome == LAUNCH_FAILED)
        return ERR_PERMANENT;
    switch (a->code) {
    case ERR_SOFTWARE:
    case ERR_IO:
        return a->outcome == LAUNCH_FAILED ? (enum err_code)a->code : ERR_INCOMPLETE;
    default:
        return launch_is_worth(a->code) || a->outcome != LAUNCH_FAILED ? ERR_INCOMPLETE
                                                                       : (enum err_code)a->code;
    }
}

/* Effect: the ledger's word on the attempt: whether the run is settled, and which
 * slave the failure is ascribed to. */
static int judge_attempt(struct launch *l, struct launch_attempt *a, struct run *run, struct err *e)
{
    bool complete = false;

    if (launch_look(l, run, e) < 0)
        return -1;
    l->again = l->again && !l->key[0];
    if (a->outcome == LAUNCH_FAILED || a->outcome == LAUNCH_HUNG) {
        launch_ask_status(l, &a->blame);
        if (!a->blame.slave)
            launch_ask_ledger(l, &a->blame, NULL); /* or it is nobody's fault, and tried again */
        launch_inherit(&l->policy, a);
    }
    if (launch_is_complete(l, run, &complete, e) < 0)
        return -1;
    if (complete)
        a->outcome = LAUNCH_SETTLED;
    a->blame.early = !a->began;
    if (a->outcome != LAUNCH_FAILED && a->outcome != LAUNCH_HUNG)
        a->blame = (struct launch_blame){.rank = -1}; /* it was nobody's fault */
    return 0;
}

/* The last word: what happened, and what the user can do. */
static int give_up(const struct launch *l, const struct launch_attempt *a, struct err *e)
{
    enum err_code code = final_code(a);
    char text[LAUNCH_WORDS];

    return err_set(e, code, "attempt %" PRIu64 " %s: %s", l->number,
                   launch_describe(l, a, text, sizeof text), launch_advice(l, a, code));
}

/* Says what is done next, having learnt from the attempt. */
static void go_on(struct launch *l, const struct launch_attempt *a, enum launch_step step,
                  const struct run *run)
{
    struct launch_policy *p = &l->policy;
    char text[LAUNCH_WORDS], excluded[SLAVE_NAME + 40] = "";

    enum launch_excluded what = launch_learn(p, &a->blame, has_other_nodes(l, run, a->blame.node));
    if (what == LAUNCH_SLAVE)
        snprintf(excluded, sizeof excluded, " without slave %s", a->blame.name);
    if (what == LAUNCH_WHOLE_NODE)
        snprintf(excluded, sizeof excluded, " without node %s", a->blame.node);
    if (step == LAUNCH_COMPLETE) {
        exclude_absent(p, run);
        snprintf(excluded, sizeof excluded, " with the %" PRId64 " slaves that answered",
                 count_answers(run));
    }
    double pause = launch_pause(p);
    p->used++;
    say(l, "attempt %" PRIu64 " %s: again%s in %g s", l->number,
        launch_describe(l, a, text, sizeof text), excluded, pause);
    launch_wait(l, pause);
}

static bool is_time_up(const struct launch *l)
{
    return clock_steady() - l->begin >= l->time_left;
}

/* Whether nobody can claim any more: what is left is less than the contract asks for. */
static bool is_too_late(const struct launch *l, const struct launch_attempt *a)
{
    return a->outcome == LAUNCH_FAILED && a->code == ERR_INCOMPLETE &&
           l->time_left - (clock_steady() - l->begin) < l->plan.contract->time;
}

/* Effect: records what became of the attempt, where it was one at this run. A ledger
 * that cannot be written now is no reason to stop. */
static void record_attempt(const struct launch *l, const struct run *run,
                           const struct launch_attempt *a)
{
    struct err why = {0};

    if (!l->was_settled && launch_record(l, run, a, &why) < 0)
        say(l, "attempt %" PRIu64 " is not recorded: %s", l->number, why.text);
}

/* What is settled stands; but little of the data may be in it. */
static int check_share(const struct launch *l, const struct run *run, struct err *e)
{
    struct share share;

    share_of_run(&share, run);
    return share_check(&share, l->plan.contract->share_min, e);
}

/* One attempt, and what follows from it. Returns 1 to go on, 0 when the run is
 * settled, -1 also if it is and too little is in its answer. */
static int attempt_once(struct launch *l, struct err *e)
{
    struct launch_attempt a;
    struct run run = {0};
    char text[LAUNCH_WORDS];
    int rc = -1;

    if (await_run(l, e) < 0)
        return -1;
    if (l->told || is_time_up(l))
        return err_set(e, ERR_INCOMPLETE, "%s: the same command%s goes on with the run",
                       l->told ? "told to end" : "the time is up",
                       l->o->run.again && l->key[0] ? " without --again" : "");
    l->number++;
    l->records = l->seen;
    if (launch_attempt(l, &a, e) < 0)
        return -1;
    if (judge_attempt(l, &a, &run, e) < 0)
        goto done;
    /* Another process was faster: no attempt at all. */
    if (a.outcome == LAUNCH_FAILED && a.code == ERR_INCOMPLETE && is_held(l)) {
        l->number--;
        rc = 1;
        goto done;
    }
    record_attempt(l, &run, &a);
    enum launch_step step = launch_decide(&l->policy, &a, count_answers(&run));
    if (a.outcome == LAUNCH_SETTLED) {
        say(l, "attempt %" PRIu64 " %s", l->number, launch_describe(l, &a, text, sizeof text));
        rc = check_share(l, &run, e);
    } else if (step == LAUNCH_STOP || l->told || is_too_late(l, &a)) {
        rc = give_up(l, &a, e);
    } else {
        go_on(l, &a, step, &run);
        rc = 1;
    }
done:
    runs_free(&run);
    return rc;
}

int engine_launch(struct reader *r, const struct launch_options *o, struct err *e)
{
    struct launch l = {.o = o, .begin = clock_steady()};
    int rc = 1;

    if (child_signals_open(&l.signals, e) < 0)
        return -1;
    if (prepare_launch(&l, r, e) < 0)
        rc = -1;
    while (rc > 0)
        rc = attempt_once(&l, e);
    child_stop(&l.comment);
    if (l.directory[0])
        file_remove_directory(l.directory);
    free(l.policy.skip);
    plan_close(&l.plan);
    child_signals_close(&l.signals);
    return rc;
}
