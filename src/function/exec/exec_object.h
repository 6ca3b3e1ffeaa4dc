/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A function of a shared object that is called in a sandbox: what its files share.
 *
 * The object is loaded by a program that stays, metaneuron-object (src/object), which answers
 * one call after the other. What stands for it here is a table of our own, whose callbacks ask.
 * Nothing that is answered is believed before it is looked at.
 */
#ifndef FUNCTION_EXEC_OBJECT_H
#define FUNCTION_EXEC_OBJECT_H

#include "function/exec/exec.h"
#include "object/ask.h"
#include "util/wire.h"

struct exec_object {
    struct function f; /* env->self of its callbacks */
    struct host host;  /* as long as env has none */
    struct search_file file;
    char *bytes; /* of the object */
    size_t len;
    struct buf told; /* the environment that the program has been told */
    bool nameless;   /* it has failed to name a feature */
    char *table;     /* answer that the texts of f lie in */
    struct function_param *params;
};

/* An answer; the caller frees bytes. */
enum { EXEC_ANSWER_LEAST = 4096 }; /* bytes that every answer may have: a reason, too */
struct exec_answer {
    size_t most; /* bytes that it may have, if that is more; set before it is asked for */
    char *bytes;
    struct wire w;
};

/* exec_object_call.c. Effect: has it called, with what b holds, which is freed, in env, which may
 * be NULL. -1: env->error, or e where there is no env, says why. */
int exec_object_ask(struct exec_object *o, struct function_env *env, enum object_ask what,
                    struct buf *b, struct exec_answer *answer, struct err *e);

/* exec_object_calls.c. Effect: f has callbacks, those that bits (enum object_has) say. */
void exec_object_callbacks(struct function *f, uint64_t has);

#endif
