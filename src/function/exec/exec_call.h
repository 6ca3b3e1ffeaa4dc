/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One call of a program: what it is asked, and what became of it.
 */
#ifndef FUNCTION_EXEC_CALL_H
#define FUNCTION_EXEC_CALL_H

#include "function/exec/exec.h"

enum { EXEC_LOG_MOST = 1 << 20 }; /* bytes that a slave's programs may print */

/* A call. */
struct exec_call {
    struct function_env *env;
    const struct exec_task *task;
    const struct host *host;
    struct exec_place place; /* that the program has */
    bool serve;              /* the program stays, and this is one of its calls: */
    uint64_t calls;          /* which, from 1 */
    char line[RUNNER_LINE], answer[RUNNER_LINE];
    bool stopped; /* it was broken off, as the run was */
};

/* Effect: calls the program, whose copy is in the directory, and reads what it leaves. */
int exec_call(struct exec_call *c, struct err *e);

/* exec_serve.c. Effect: the program that the contract means is the one that stays; one that
 * stays and is another is ended. c gets the directory, the number of the call, and the line. */
int exec_serve_begin(struct exec_call *c, struct err *e);

/* Effect: removes the files of calls, which are not to be found by later ones. */
void exec_serve_clear(const struct exec_call *c);

/* Effect: says in text what is wrong with an answer to that call, or empties it. */
void exec_serve_check(const char *answer, uint64_t call, char *text, size_t size);

#endif
