/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program that stays: which one it is, and the lines that are exchanged with it. */
#include "function/exec/exec_call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/json.h"
#include "util/paths.h"
#include "util/store.h"
#include "util/text.h"

/* By which a program that stays is known again: all that it was started with but for its
 * directory. Devices are in the environment. */
static int make_key(const struct exec_call *c, char key[static SHA256_HEX + 1], struct err *e)
{
    static const enum exec_param by[] = {EXEC_PROGRAM, EXEC_SHA256, EXEC_ARGUMENTS, EXEC_MEMORY};
    const char *const *variables = exec_environment(c->host, "", NULL, e);
    uint8_t digest[SHA256_LEN];
    struct buf b = {0};

    if (!variables)
        return -1;
    for (size_t i = 0; i < sizeof by / sizeof by[0]; i++)
        buf_add(&b, c->env->params[by[i]].string, strlen(c->env->params[by[i]].string) + 1);
    for (const char *const *v = variables; *v; v++)
        buf_add(&b, *v, strlen(*v) + 1);
    buf_addc(&b, c->host->sandbox.on ? 's' : '-');
    int rc = buf_failed(&b) ? err_memory(e, "a key") : hash_bytes(b.data, b.len, digest, e);
    if (rc == 0)
        hex_encode(key, digest, SHA256_LEN);
    buf_free(&b);
    free((void *)(uintptr_t)variables);
    return rc;
}

/* {"call":2,"first":0,"in":"block.h5","out":"state.h5","round":1,"update":false} */
static int make_line(struct exec_call *c, struct err *e)
{
    const struct block *b = c->task->block;
    json_t *ask =
        json_pack("{s:I,s:I,s:I,s:b,s:s,s:s}", "call", (json_int_t)c->calls, "first",
                  (json_int_t)(b ? b->first : 0), "round", (json_int_t)c->env->round, "update", !b,
                  "in", exec_file_in(c->env, !b), "out", exec_file_out(c->env, !b));
    struct buf line = {0};
    int rc = ask ? 0 : -1;

    if (rc == 0 && exec_file_model(c->env))
        rc = json_object_set_new(ask, "model", json_string(exec_file_model(c->env)));
    if (rc == 0)
        json_canonical(ask, &line);
    buf_addc(&line, '\n');
    if (rc < 0 || buf_failed(&line) || line.len >= sizeof c->line)
        rc = err_memory(e, "a line");
    else
        memcpy(c->line, line.data, line.len + 1);
    buf_free(&line);
    json_decref(ask);
    return rc;
}

void exec_serve_clear(const struct exec_call *c)
{
    const char *const names[] = {exec_file_in(c->env, false), exec_file_out(c->env, false),
                                 exec_file_in(c->env, true), exec_file_out(c->env, true),
                                 exec_file_model(c->env)};
    char path[HOST_PATH];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i] && paths_join(path, sizeof path, c->place.reached, names[i], NULL) == 0)
            file_remove(path);
}

int exec_serve_begin(struct exec_call *c, struct err *e)
{
    struct runner_stay *s = runner_stay(c->host->runner);
    char key[SHA256_HEX + 1];
    int rc = make_key(c, key, e);

    if (rc == 0 && strcmp(s->key, key) != 0) {
        rc = exec_place_stay(c->host, key, e);
        if (rc == 0)
            rc = exec_program_copy(c->env, s->reached, e);
    }
    memcpy(c->place.directory, s->directory, sizeof s->directory);
    memcpy(c->place.reached, s->reached, sizeof s->reached);
    c->calls = 0; /* nobody was called, and it is no use to begin again */
    if (rc < 0)
        return -1;
    c->calls = ++s->calls;
    exec_serve_clear(c);
    return make_line(c, e);
}

void exec_serve_check(const char *answer, uint64_t call, char *text, size_t size)
{
    json_t *a = json_loads(answer, JSON_REJECT_DUPLICATES, NULL);
    const json_t *number = json_object_get(a, "call");
    const char *error = json_string_value(json_object_get(a, "error"));
    char safe[64];

    text[0] = '\0';
    if (!a)
        snprintf(text, size, "answered '%.40s', which is no JSON,",
                 text_printable(safe, sizeof safe, answer));
    else if (!json_is_integer(number) || json_object_size(a) != (error ? 2 : 1))
        snprintf(text, size, "answered '%.40s', expected {\"call\":%llu},",
                 text_printable(safe, sizeof safe, answer), (unsigned long long)call);
    else if (json_integer_value(number) != (json_int_t)call)
        snprintf(text, size, "answered call %lld where it was asked call %llu",
                 (long long)json_integer_value(number), (unsigned long long)call);
    else if (error)
        snprintf(text, size, "says '%.72s'", text_printable(safe, sizeof safe, error));
    json_decref(a);
}
