/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The function exec: what its files share. Its exchange files are described in FORMAT.
 *
 * Convention: functions with an env are like callbacks: -1 and NULL mean that env->error
 * says why.
 */
#ifndef FUNCTION_EXEC_H
#define FUNCTION_EXEC_H

#include <stdbool.h>

#include "function/bound.h"
#include "function/host.h"
#include "function/search.h"

enum exec_param {
    EXEC_PROGRAM,
    EXEC_SHA256,
    EXEC_ARGUMENTS,
    EXEC_FORM,
    EXEC_LENGTH,
    EXEC_MERGE,
    EXEC_MERGE_PARAMS,
    EXEC_NAMES,
    EXEC_FEATURES,
    EXEC_MODEL,
    EXEC_UPDATE,
    EXEC_SCALE,
    EXEC_SEED,
    EXEC_TOLERANCE,
    EXEC_TIME,
    EXEC_MEMORY,
    EXEC_SERVE,
    EXEC_PARAMS,
};

/* What is asked of the program: a state from a block, or a model from a state. */
struct exec_task {
    const struct block *block; /* or NULL */
    const double *merged;      /* a state, if there is no block */
    double *out;               /* the state, or the next model */
    size_t length;             /* doubles in it */
    int *converged;            /* of an update */
};

/* exec_sum.c, of states that are added up. Effect: sets *n to the doubles of one, or fails when
 * the parameters contradict each other. */
int exec_sum_check(struct function_env *env, size_t *n);

/* The callbacks finish, finish_part, features_length, features and feature_name. */
int exec_sum_finish(struct function_env *env, const double *state, struct function_output *out);
int exec_finish_part(struct function_env *env, const struct function_part *part,
                     struct function_output *out);
size_t exec_sum_compared(const struct function_env *env);
void exec_sum_features(const struct function_env *env, const double *state, double *value,
                       double *error);
void exec_sum_name(const struct function_env *env, size_t i, char *text, size_t size);

/* exec_rounds.c. The callbacks of that name. */
enum function_rounds exec_rounds(const struct function_value *params);
int exec_model_length(struct function_env *env, size_t *n);
int exec_start(struct function_env *env, double *model);
int exec_update(struct function_env *env, double *model, const double *state, int *converged);

/* exec_merge.c. Whether states are merged by the plain sum. */
bool exec_is_sum(const struct function_env *env);

/* Returns the built-in function whose merge is declared, bound to the same columns. The
 * caller destroys it. */
struct bound *exec_merge_bind(struct function_env *env);

/* exec_program.c. Fails when the parameters name no program as they should. */
int exec_program_check(struct function_env *env);

/* Effect: *bytes, which the caller frees, are the len bytes of the program, which is the
 * one that the contract means, and whose interpreter is here. */
int exec_program_read(struct function_env *env, char **bytes, size_t *len);

/* Effect: copies it into the directory: the file that was hashed may be another by now, so that
 * what runs is a copy of the bytes that were hashed. */
int exec_program_copy(struct function_env *env, const char *directory, struct err *e);

/* exec_file.c. Effect: writes what the program gets into the directory. */
int exec_file_write(const struct function_env *env, const char *directory,
                    const struct exec_task *task, struct err *e);

/* Effect: reads what the program has left there, which is not trusted. */
int exec_file_read(const struct function_env *env, const char *directory,
                   const struct exec_task *task, struct err *e);

/* Returns the name of the file that the program gets, or leaves. */
const char *exec_file_in(const struct function_env *env, bool update);
const char *exec_file_out(const struct function_env *env, bool update);

/* The same of the model, where it has a file of its own in this call; else NULL. */
const char *exec_file_model(const struct function_env *env);

/* exec_run.c. Effect: calls the program once. */
int exec_run(struct function_env *env, const struct exec_task *task);

/* exec_environment.c. Returns the complete environment of a program, NAME=value, with NULL at
 * its end: the list in FORMAT, more (which may be NULL) and what the site passes. The caller
 * frees it, cast to a pointer of its own. */
const char *const *exec_environment(const struct host *host, const char *directory,
                                    const char *const *more, struct err *e);

/* Whether we alone say the value of a variable of that name, so that no site can pass it. */
bool exec_environment_sets(const char *name);

/* The words of a command line. Begin with count 0. */
enum { EXEC_WORDS = 1024 }; /* with the NULL at the end */
struct exec_words {
    const char *argv[EXEC_WORDS];
    size_t count;
};

/* exec_words.c. Effect: adds a word, as long as there is room. */
void exec_words_add(struct exec_words *w, const char *word);

/* Effect: ends them with NULL; fails when there was no room. */
int exec_words_end(struct exec_words *w, struct err *e);

/* exec_place.c. Where a program begins, and all that it may write: its name for that, and ours. */
struct exec_place {
    char directory[HOST_PATH], reached[HOST_PATH];
};

/* Effect: makes an empty one; in a sandbox it has a limited size. */
int exec_place_make(const struct host *host, struct exec_place *p, struct err *e);
void exec_place_leave(const struct host *host, const struct exec_place *p);

/* Effect: what the runner has staying is ended, and has a new place; key is by which the program
 * that is put there is known again. */
int exec_place_stay(const struct host *host, const char key[static SHA256_HEX + 1], struct err *e);

/* Effect: the program's user may use a file that we have put there. */
int exec_place_give(const struct host *host, const char *path, struct err *e);

/* exec_sandbox.c. The texts of words that are made. */
struct exec_sandbox {
    char work[HOST_PATH], tmp[HOST_PATH], shm[HOST_PATH];
    char processes[40], files[40], size[40];
};

/* Effect: adds the words that run what follows them in a sandbox, with that directory, which
 * exec_place_make() has made. text is filled in, and lives as long as they. */
void exec_sandbox_words(const struct host *host, const char *directory, struct exec_sandbox *text,
                        struct exec_words *w);

/* Returns the bytes that a program in it may write. */
uint64_t exec_sandbox_space(const struct host *host);

/* Returns 0 if what interprets the program of these bytes can be seen in it; else ERR_OPEN. */
int exec_sandbox_sees(const struct host *host, const char *name, const char *bytes, size_t len,
                      struct err *e);

/* exec_end.c. Effect: text is the reason for which a program that has ended so is of no use, or
 * empty; stays: it should not have ended. */
void exec_end_explain(const struct runner_outcome *o, bool sandbox, bool stays, double seconds,
                      char *text, size_t size);

/* exec_object.c. Returns a function whose callbacks call that of a shared object of these bytes,
 * which is loaded in a sandbox of that host, and never here. It lives as long as the process. */
const struct function *exec_object_open(const struct host *host, const struct search_file *file,
                                        const char *bytes, size_t len, struct err *e);

/* exec_try.c. Returns 0 if programs can be run so on this node; else ERR_REFUSED. */
int exec_sandbox_try(const struct host *host, struct err *e);

/* exec_filter.c. Effect: *bytes, which the caller frees, is the filter of system calls for it, as
 * bubblewrap takes it. */
int exec_filter_make(char **bytes, size_t *len, struct err *e);

#endif
