/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call of a program, once it has a directory. */
#include "function/exec/exec_call.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
#include "util/buf.h"
#include "util/parse.h"
#include "util/text.h"

static const char *text_of(const struct exec_call *c, enum exec_param p)
{
    return c->env->params[p].string;
}

static void add_files(const struct exec_call *c, struct exec_words *w)
{
    bool update = !c->task->block;

    if (update)
        exec_words_add(w, "--update");
    exec_words_add(w, "--in");
    exec_words_add(w, exec_file_in(c->env, update));
    exec_words_add(w, "--out");
    exec_words_add(w, exec_file_out(c->env, update));
    if (exec_file_model(c->env)) {
        exec_words_add(w, "--model");
        exec_words_add(w, exec_file_model(c->env));
    }
}

/* PROGRAM [--update] --in FILE --out FILE [--model FILE] [ARGUMENT…], or PROGRAM --serve
 * [ARGUMENT…]. The words of text, which is cut, are the arguments. */
static int make_command(const struct exec_call *c, const char *program, char *text,
                        struct exec_sandbox *sandbox, struct exec_words *w, struct err *e)
{
    char *word;

    if (c->host->sandbox.on)
        exec_sandbox_words(c->host, c->place.directory, sandbox, w);
    exec_words_add(w, program);
    if (c->serve)
        exec_words_add(w, "--serve");
    else
        add_files(c, w);
    while ((word = strsep(&text, " ")))
        if (*word)
            exec_words_add(w, word);
    return exec_words_end(w, e);
}

/* What was to be done, for errors. */
static void describe(const struct exec_call *c, char *text, size_t size)
{
    const struct block *b = c->task->block;

    if (b)
        snprintf(text, size, "on rows %" PRIu64 " to %" PRIu64, b->first + 1, b->first + b->rows);
    else
        snprintf(text, size, "on its update");
}

/* Effect: env->error says what was wrong, the program's last words, and where the others
 * are. */
static int complain_of_call(struct exec_call *c, const char *what, const struct runner_outcome *o)
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

static int start(struct exec_call *c, const char *const *argv, const char *const *variables,
                 struct runner_outcome *o, struct err *e)
{
    const struct host_sandbox *s = &c->host->sandbox;
    uint64_t memory = 0;
    char *filter = NULL;
    size_t len = 0;

    /* One that stays has it from its first call on. */
    if (s->on && (!c->serve || c->calls == 1) && exec_filter_make(&filter, &len, e) < 0)
        return -1;
    if (text_of(c, EXEC_MEMORY)[0])
        parse_size(text_of(c, EXEC_MEMORY), &memory);
    const struct runner_program p = {
        .argv = argv,
        .variables = variables,
        /* Not where the contract's program is: it may be called bwrap. */
        .directory = s->on ? "/" : c->place.directory,
        .log = c->host->log,
        .log_most = EXEC_LOG_MOST,
        .memory = memory,
        .seconds = c->env->params[EXEC_TIME].number,
        .line = c->serve ? c->line : NULL,
        .answer = c->serve ? c->answer : NULL,
        .user = s->on ? s->user : 0,
        .group = s->group,
        .given = filter,
        .given_len = len,
    };
    int rc = runner_run(c->host->runner, &p, c->host->tick, c->host->context, o, e);
    free(filter);
    return rc;
}

/* Effect: starts it, and waits for its end or its answer. */
static int run_program(struct exec_call *c, struct runner_outcome *o, struct err *e)
{
    static const char *const serving[] = {"METANEURON_SERVE_IN=3", "METANEURON_SERVE_OUT=4", NULL};
    char round[40], first[40], program[sizeof "./" + TEXT_NAME];
    const char *const one[] = {round, first, NULL};
    struct exec_sandbox sandbox;
    struct exec_words words = {0};
    char *arguments = strdup(text_of(c, EXEC_ARGUMENTS));
    int rc = arguments ? 0 : err_memory(e, "a command line");

    snprintf(program, sizeof program, "./%s", text_of(c, EXEC_PROGRAM));
    snprintf(round, sizeof round, "METANEURON_ROUND=%" PRIu64, c->env->round);
    snprintf(first, sizeof first, "METANEURON_FIRST=%" PRIu64,
             c->task->block ? c->task->block->first : 0);
    const char *const *variables =
        rc == 0 ? exec_environment(c->host, c->place.directory, c->serve ? serving : one, e) : NULL;
    rc = variables ? make_command(c, program, arguments, &sandbox, &words, e) : -1;
    if (rc == 0)
        rc = start(c, words.argv, variables, o, e);
    free((void *)(uintptr_t)variables);
    free(arguments);
    return rc;
}

int exec_call(struct exec_call *c, struct err *e)
{
    struct runner_outcome o = {0};
    struct err bad = {0};
    char what[100];

    if (exec_file_write(c->env, c->place.reached, c->task, e) < 0 || run_program(c, &o, e) < 0)
        return -1;
    c->stopped = o.end == RUNNER_STOPPED;
    exec_end_explain(&o, c->host->sandbox.on, c->serve, c->env->params[EXEC_TIME].number, what,
                     sizeof what);
    if (o.end == RUNNER_ANSWERED)
        exec_serve_check(c->answer, c->calls, what, sizeof what);
    if (what[0])
        return complain_of_call(c, what, &o);
    if (exec_file_read(c->env, c->place.reached, c->task, &bad) == 0)
        return 0;
    snprintf(what, sizeof what, "%.99s", bad.text);
    return complain_of_call(c, what, &o);
}
