/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call of a shared object in a sandbox. */
#include "function/exec/exec_object.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "function/common/tell.h"
#include "function/exec/exec_call.h"
#include "util/file.h"
#include "util/halt.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/printed.h"
#include "util/store.h"
#include "util/text.h"

static const double call_seconds = 3600; /* that one call may take, as the default of exec */
static const double table_seconds = 60;  /* that loading it may take, or a name */

enum { PROGRAM_MOST = 256 << 20 }; /* bytes of our own program, with whatever it is linked with */

/* A call that is under way. */
struct asking {
    struct exec_object *o;
    const struct host *host;
    struct runner_stay *stay;
    bool stopped;
};

static int put(const struct asking *a, const char *name, const char *bytes, size_t len,
               unsigned mode, struct err *e)
{
    char path[HOST_PATH];

    if (paths_join(path, sizeof path, a->stay->reached, name, e) < 0 ||
        file_show(path, bytes, len, mode, e) < 0)
        return -1;
    return exec_place_give(a->host, path, e);
}

/* Effect: path is that of our program: beside this one as long as it is not installed. */
static int find_program(char path[static PATH_MAX], struct err *e)
{
    char parent[PATH_MAX], self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    self[n > 0 ? n : 0] = '\0';
    if (paths_join(path, PATH_MAX, file_parent(self, parent), OBJECT_PROGRAM, e) < 0)
        return -1;
    if (!file_is_regular(path) && paths_join(path, PATH_MAX, PKGLIBEXECDIR, OBJECT_PROGRAM, e) < 0)
        return -1;
    return file_is_regular(path)
               ? 0
               : err_set(e, ERR_OPEN, "%s: is not here, which calls shared objects in a sandbox",
                         path);
}

static int put_program(const struct asking *a, struct err *e)
{
    char path[PATH_MAX], *bytes;
    size_t len;

    if (find_program(path, e) < 0 || file_read(path, PROGRAM_MOST, &bytes, &len, e) < 0)
        return -1;
    int rc = put(a, OBJECT_PROGRAM, bytes, len, 0700, e);
    free(bytes);
    return rc;
}

/* Effect: the program that stays is the one that has this object; one that is another is ended. */
static int begin(struct asking *a, struct err *e)
{
    const char *key = a->o->file.digest + strlen("sha256:");

    if (strcmp(a->stay->key, key) == 0)
        return 0;
    if (exec_place_stay(a->host, key, e) < 0)
        return -1;
    buf_reset(&a->o->told);
    return put_program(a, e) < 0 ? -1 : put(a, OBJECT_FILE, a->o->bytes, a->o->len, 0600, e);
}

/* Where nobody else looks whether the run is to end. */
static bool is_halted(void *context)
{
    (void)context;
    return halt_asked();
}

static int start(struct asking *a, const char *line, double seconds,
                 char answer[static RUNNER_LINE], struct runner_outcome *outcome, struct err *e)
{
    static const char *const serving[] = {"METANEURON_SERVE_IN=3", "METANEURON_SERVE_OUT=4", NULL};
    const char *directory = a->stay->directory;
    struct exec_words w = {0};
    struct exec_sandbox text;
    char *filter = NULL;
    size_t len = 0;

    exec_sandbox_words(a->host, directory, &text, &w);
    exec_words_add(&w, "./" OBJECT_PROGRAM);
    if (exec_words_end(&w, e) < 0)
        return -1;
    /* Only who starts needs it. */
    if (a->stay->calls == 1 && exec_filter_make(&filter, &len, e) < 0)
        return -1;
    const char *const *variables = exec_environment(a->host, directory, serving, e);
    const struct runner_program p = {.argv = w.argv,
                                     .variables = variables,
                                     .directory = "/",
                                     .log = a->host->log,
                                     .log_most = EXEC_LOG_MOST,
                                     .seconds = seconds,
                                     .line = line,
                                     .answer = answer,
                                     .user = a->host->sandbox.user,
                                     .group = a->host->sandbox.group,
                                     .given = filter,
                                     .given_len = len};
    int rc = variables ? runner_run(a->host->runner, &p, a->host->tick ? a->host->tick : is_halted,
                                    a->host->context, outcome, e)
                       : -1;
    free((void *)(uintptr_t)variables);
    free(filter);
    return rc;
}

/* What is wrong with the line that came, or an empty text; *yes: what it says. */
static void check_line(const char *answer, uint64_t number, bool *yes, char *text, size_t size)
{
    char wanted[40], safe[64];

    snprintf(wanted, sizeof wanted, "%" PRIu64 " yes", number);
    *yes = strcmp(answer, wanted) == 0;
    snprintf(wanted, sizeof wanted, "%" PRIu64 " no", number);
    if (!*yes && strcmp(answer, wanted) != 0)
        snprintf(text, size, "answered '%.40s' to call %" PRIu64,
                 text_printable(safe, sizeof safe, answer), number);
}

/* Effect: reads what was answered; a reason that was answered is e's. */
static int take(const struct asking *a, bool yes, struct exec_answer *answer, struct err *e)
{
    size_t most = answer->most > EXEC_ANSWER_LEAST ? answer->most : EXEC_ANSWER_LEAST, len;
    char path[HOST_PATH], safe[256];

    if (paths_join(path, sizeof path, a->stay->reached, OBJECT_ANSWER, e) < 0)
        return -1;
    if (file_read_left(path, most, &answer->bytes, &len, e) < 0)
        return err_context(e, "in its sandbox it has left no answer");
    answer->w = (struct wire){.data = answer->bytes, .len = len};
    if (yes)
        return 0;
    const char *why = wire_text(&answer->w);
    err_set(e, ERR_INPUT, "%s",
            why && *why ? text_printable(safe, sizeof safe, why) : "it fails without saying why");
    free(answer->bytes);
    answer->bytes = NULL;
    return -1;
}

/* Returns 1 if it was called and has said that it fails; -1 if what it did is its end. */
static int ask_once(struct asking *a, enum object_ask what, const struct buf *b,
                    struct exec_answer *answer, struct err *e)
{
    struct runner_outcome o = {0};
    char line[64], said[RUNNER_LINE], why[160];
    bool yes = false;

    if (begin(a, e) < 0 || put(a, OBJECT_ASK, b->data ? b->data : "", b->len, 0600, e) < 0)
        return -1;
    snprintf(line, sizeof line, "%" PRIu64 " %d\n", ++a->stay->calls, (int)what);
    bool computes = what != OBJECT_TABLE && what != OBJECT_FEATURE_NAME;
    double seconds = computes ? call_seconds : table_seconds;
    if (start(a, line, seconds, said, &o, e) < 0)
        return -1;
    a->stopped = o.end == RUNNER_STOPPED;
    exec_end_explain(&o, true, true, seconds, why, sizeof why);
    if (o.end == RUNNER_ANSWERED)
        check_line(said, a->stay->calls, &yes, why, sizeof why);
    if (why[0])
        return err_set(e, a->stopped ? ERR_INCOMPLETE : ERR_INPUT, "in its sandbox it %s%s%s", why,
                       o.last[0] ? ": " : "", o.last);
    int rc = take(a, yes, answer, e);
    return rc < 0 && !yes && answer->bytes == NULL ? 1 : rc;
}

static void add_environment(struct buf *b, const struct exec_object *o,
                            const struct function_env *env)
{
    wire_add_number(b, env->round);
    wire_add_number(b, env->columns);
    for (size_t i = 0; i < env->columns; i++)
        wire_add_text(b, env->column_names[i]);
    for (size_t i = 0; i < o->f.params_count; i++) {
        wire_add_number(b, (uint64_t)env->params[i].integer);
        wire_add_doubles(b, &env->params[i].number, 1);
        wire_add_text(b, env->params[i].string);
    }
    wire_add_number(b, env->model_length);
    wire_add_number(b, env->model != NULL);
    if (env->model)
        wire_add_doubles(b, env->model, env->model_length);
}

/* Effect: the program has this environment, if it has another. */
static int tell(struct asking *a, const struct function_env *env, struct err *e)
{
    struct exec_answer none = {.most = 0};
    struct buf b = {0};
    int rc = 0;

    add_environment(&b, a->o, env);
    if (buf_failed(&b))
        rc = err_memory(e, "an environment");
    else if (begin(a, e) < 0)
        rc = -1;
    else if (a->o->told.len != b.len || memcmp(a->o->told.data, b.data, b.len) != 0) {
        rc = ask_once(a, OBJECT_ENVIRONMENT, &b, &none, e);
        buf_reset(&a->o->told);
        buf_add(&a->o->told, b.data, rc == 0 ? b.len : 0);
    }
    free(none.bytes);
    buf_free(&b);
    return rc == 0 ? 0 : -1;
}

/* What has become of earlier calls must not decide: one that fails in a process that was called
 * before is made again, in a fresh one. */
static int ask(struct asking *a, const struct function_env *env, enum object_ask what,
               const struct buf *b, struct exec_answer *answer, struct err *e)
{
    bool again;
    int rc;

    do {
        bool fresh = a->stay->calls == 0 || strcmp(a->stay->key, a->o->file.digest + 7) != 0;
        err_clear(e);
        rc = env ? tell(a, env, e) : 0;
        rc = rc == 0 ? ask_once(a, what, b, answer, e) : rc;
        again = rc < 0 && !fresh && !a->stopped;
        if (rc < 0)
            runner_end(a->host->runner);
    } while (again);
    return rc == 0 ? 0 : -1;
}

int exec_object_ask(struct exec_object *o, struct function_env *env, enum object_ask what,
                    struct buf *b, struct exec_answer *answer, struct err *e)
{
    const struct host *host = env && env->host ? env->host : &o->host;
    struct asking a = {.o = o, .host = host, .stay = runner_stay(host->runner)};
    struct err why = {0};

    answer->bytes = NULL;
    int rc = buf_failed(b) ? err_memory(&why, "a call") : ask(&a, env, what, b, answer, &why);
    buf_free(b);
    if (rc < 0 && env)
        tell_error(env, "%s", why.text);
    if (rc < 0 && !env)
        err_set(e, why.code, "%s", why.text);
    return rc;
}
