/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory of a call, and what follows when it fails. */
#include "function/exec/exec_call.h"

#include <string.h>

#include "function/common/tell.h"
#include "util/file.h"
#include "util/printed.h"

/* A program that is called once. */
static int run_once(struct exec_call *c, struct err *e)
{
    if (exec_place_make(c->host, &c->place, e) < 0)
        return -1;
    int rc = exec_program_copy(c->env, c->place.reached, e);
    if (rc == 0)
        rc = exec_call(c, e);
    exec_place_leave(c->host, &c->place);
    return rc;
}

/* Effect: leaves a word in the log of why the program that stayed was ended, and forgets it. */
static void note(const struct exec_call *c, struct err *e)
{
    static const char on[] = "; a fresh one gets the same rows\n";
    const char *why = e->code ? e->text : c->env->error;
    struct printed log = {.path = c->host->log, .most = EXEC_LOG_MOST, .fd = -1};

    printed_keep(&log, why, strlen(why));
    printed_keep(&log, on, sizeof on - 1);
    file_close(log.fd);
    err_clear(e);
    c->env->error[0] = '\0';
}

/* A program that stays. What becomes of rows must not depend on what came before them: so a
 * call that fails in one that was called before is made again, in a fresh one. */
static int run_staying(struct exec_call *c, struct err *e)
{
    bool again;

    do {
        int rc = exec_serve_begin(c, e);
        if (rc == 0)
            rc = exec_call(c, e);
        if (rc == 0) {
            exec_serve_clear(c);
            return 0;
        }
        again = c->calls > 1 && !c->stopped;
        runner_end(c->host->runner);
        if (again)
            note(c, e);
    } while (again);
    return -1;
}

int exec_run(struct function_env *env, const struct exec_task *task)
{
    struct exec_call c = {
        .env = env, .task = task, .host = env->host, .serve = env->params[EXEC_SERVE].integer != 0};
    struct err e = {0};

    if (!c.host || !c.host->runner)
        return tell_error(env, "no program can be started by this process");
    int rc = c.serve ? run_staying(&c, &e) : run_once(&c, &e);
    return e.code ? tell_error(env, "%s", e.text) : rc;
}
