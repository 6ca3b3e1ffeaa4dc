/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call of a program. */
#include "function/exec/exec.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
#include "util/buf.h"
#include "util/directory.h"
#include "util/parse.h"
#include "util/paths.h"
#include "util/store.h"
#include "util/text.h"

enum { LOG_MOST = 1 << 20, WORDS_MOST = 256 };

/* One call of the program. */
struct call {
    struct function_env *env;
    const struct exec_task *task;
    const struct host *host;
    char directory[HOST_PATH]; /* it begins there, and it goes with it */
    const char *argv[WORDS_MOST];
    char program[sizeof "./" + TEXT_NAME], *arguments; /* as argv has them */
};

static const char *text_of(const struct call *c, enum exec_param p)
{
    return c->env->params[p].string;
}

/* The file that was hashed may be another by now, so that what runs is a copy of the bytes
 * that were hashed. */
static int copy_program(struct call *c, struct err *e)
{
    char path[HOST_PATH], *bytes;
    size_t len;

    if (exec_program_read(c->env, &bytes, &len) < 0)
        return -1;
    int rc = paths_join(path, sizeof path, c->directory, text_of(c, EXEC_PROGRAM), e);
    if (rc == 0)
        rc = file_show(path, bytes, len, 0700, e);
    free(bytes);
    return rc;
}

/* PROGRAM [--update] --in FILE --out FILE [--model FILE] [ARGUMENT…] */
static int make_command(struct call *c, struct err *e)
{
    bool update = !c->task->block, model = c->env->params[EXEC_MODEL].integer > 0;
    size_t n = c->host->sandbox ? exec_sandbox_words(c->directory, c->argv) : 0;
    char *rest = c->arguments = strdup(text_of(c, EXEC_ARGUMENTS)), *word;

    if (!c->arguments)
        return err_memory(e, "a command line");
    c->argv[n++] = c->program;
    if (update)
        c->argv[n++] = "--update";
    c->argv[n++] = "--in";
    c->argv[n++] = exec_file_in(c->env, update);
    c->argv[n++] = "--out";
    c->argv[n++] = exec_file_out(c->env, update);
    if (model && strcmp(text_of(c, EXEC_FORM), "text") == 0) {
        c->argv[n++] = "--model";
        c->argv[n++] = "model.csv";
    }
    while ((word = strsep(&rest, " "))) {
        if (n == WORDS_MOST - 1)
            return err_set(e, ERR_INPUT, "arguments: too many words");
        if (*word)
            c->argv[n++] = word;
    }
    c->argv[n] = NULL;
    return 0;
}

/* What was to be done, for errors. */
static void describe(const struct call *c, char *text, size_t size)
{
    const struct block *b = c->task->block;

    if (b)
        snprintf(text, size, "on rows %" PRIu64 " to %" PRIu64, b->first + 1, b->first + b->rows);
    else
        snprintf(text, size, "on its update");
}

/* The reason for which a program that has run is of no use, or an empty text. Bubblewrap
 * tells of a signal by an exit code. */
static void explain_end(const struct call *c, const struct runner_outcome *o, char *text,
                        size_t size)
{
    bool killed =
        o->end == RUNNER_KILLED || (c->host->sandbox && o->code > 128 && o->code <= 128 + 64);
    int signal = o->end == RUNNER_KILLED ? o->code : o->code - 128;

    text[0] = '\0';
    if (o->end == RUNNER_FAILED)
        snprintf(text, size, "cannot be started: %s", strerror(o->code));
    else if (o->end == RUNNER_STOPPED)
        snprintf(text, size, "was ended, as the run is,");
    else if (o->end == RUNNER_TIMED_OUT)
        snprintf(text, size, "took longer than %.3g s", c->env->params[EXEC_TIME].number);
    else if (killed)
        snprintf(text, size, "was ended by signal %d (%s)", signal, strsignal(signal));
    else if (o->code != 0)
        snprintf(text, size, "ended with exit code %d", o->code);
}

/* Effect: env->error says what was wrong, the program's last words, and where the others
 * are. */
static int complain_of_call(struct call *c, const char *what, const struct runner_outcome *o)
{
    struct buf b = {0};
    char on[80];

    describe(c, on, sizeof on);
    buf_addf(&b, "%s %.90s %s", text_of(c, EXEC_PROGRAM), what, on);
    if (text_of(c, EXEC_MEMORY)[0] && o && o->end != RUNNER_TIMED_OUT && o->code != 0)
        buf_addf(&b, " (it may have %s of memory)", text_of(c, EXEC_MEMORY));
    if (o && o->printed && c->host->log[0])
        buf_addf(&b, "; see %s", c->host->log_name);
    if (o && o->last[0])
        buf_addf(&b, ": %s", o->last);
    tell_error(c->env, "%s", buf_failed(&b) ? "out of memory" : b.data);
    buf_free(&b);
    return -1;
}

static int start_program(struct call *c, struct runner_outcome *o, struct err *e)
{
    char round[40], first[40];
    const char *const more[] = {round, first, NULL};
    uint64_t memory = 0;

    snprintf(round, sizeof round, "METANEURON_ROUND=%" PRIu64, c->env->round);
    snprintf(first, sizeof first, "METANEURON_FIRST=%" PRIu64,
             c->task->block ? c->task->block->first : 0);
    if (text_of(c, EXEC_MEMORY)[0])
        parse_size(text_of(c, EXEC_MEMORY), &memory);
    const char *const *variables = exec_environment(c->host, c->directory, more, e);
    if (!variables)
        return -1;
    const struct runner_program p = {
        .argv = c->argv,
        .variables = variables,
        /* Not where the contract's program is: it may be called bwrap. */
        .directory = c->host->sandbox ? "/" : c->directory,
        .log = c->host->log,
        .log_most = LOG_MOST,
        .memory = memory,
        .seconds = c->env->params[EXEC_TIME].number,
    };
    int rc = runner_run(c->host->runner, &p, c->host->tick, c->host->context, o, e);
    free((void *)(uintptr_t)variables);
    return rc;
}

/* The call, once there is a directory. */
static int run(struct call *c, struct err *e)
{
    struct runner_outcome o = {0};
    struct err bad = {0};
    char what[100];

    if (copy_program(c, e) < 0 || exec_file_write(c->env, c->directory, c->task, e) < 0 ||
        make_command(c, e) < 0 || start_program(c, &o, e) < 0)
        return -1;
    explain_end(c, &o, what, sizeof what);
    if (what[0])
        return complain_of_call(c, what, &o);
    if (exec_file_read(c->env, c->directory, c->task, &bad) == 0)
        return 0;
    snprintf(what, sizeof what, "%.99s", bad.text);
    return complain_of_call(c, what, &o);
}

int exec_run(struct function_env *env, const struct exec_task *task)
{
    struct call c = {.env = env, .task = task, .host = env->host};
    struct err e = {0};

    if (!c.host || !c.host->runner)
        return tell_error(env, "no program can be started by this process");
    snprintf(c.program, sizeof c.program, "./%s", env->params[EXEC_PROGRAM].string);
    int rc = file_make_scratch(c.directory, sizeof c.directory, &e);
    if (rc == 0) {
        rc = run(&c, &e);
        file_remove_tree(c.directory);
    }
    free(c.arguments);
    return e.code ? tell_error(env, "%s", e.text) : rc;
}
