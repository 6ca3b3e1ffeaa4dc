/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The contract's function: found, checked against the contract, bound to columns.
 *
 * Convention: not collective.
 */
#ifndef ENGINE_PLAN_BIND_H
#define ENGINE_PLAN_BIND_H

#include "contract/contract.h"
#include "engine/plan/options.h"
#include "function/bound.h"
#include "function/host.h"
#include "function/search.h"

/* Not collective. Returns the contract's function, if it is here: built in, when the
 * digest says so (then file has an empty path), else from a shared object with one of the
 * digests, of which file tells. Nothing else is loaded. */
const struct function *engine_function(const struct contract *c, struct search_file *file,
                                       struct err *e);

/* Not collective. Returns the built-in function of the name and version in a contract, whatever the
 * contract asks of it; or NULL, and an error that says what there is. */
const struct function *bind_builtin(const struct contract *c, struct err *e);

/* Effect: sets what rounds the function has with the contract's parameters. */
int bind_rounds(const struct contract *c, const struct function *f, enum function_rounds *rounds,
                struct err *e);

/* Returns what programs of a function are run with, as the options say; no log yet. */
struct host bind_options(const struct engine_options *o, struct reader *r);

/* Returns 0 if programs can be run in a sandbox on this node, as the options say; else ERR_REFUSED. */
int bind_try_sandbox(const struct engine_options *o, struct reader *r, struct err *e);

/* Effect: where the options ask for a sandbox, shared objects are loaded in one from now on. The
 * options live as long as the process. */
void bind_shut_in(const struct engine_options *o);

/* Whether a program's variable of that name has a value of ours, and cannot be passed. */
bool bind_sets_variable(const char *name);

/* Effect: the function finds in h what programs of it need; who names the file that
 * keeps what they print. */
int bind_host(struct bound *b, struct host *h, const char *ledger, const char *run, const char *who,
              struct err *e);

/* Fails when the name of a feature has more than BOUND_FEATURE bytes. */
int bind_check_features(const struct bound *b, struct err *e);

/* Returns the contract's function bound to these columns, once the
 * contract's limits fit it. */
struct bound *bind_function(const struct contract *c, const char *const *columns, size_t count,
                            struct err *e);

/* The same as bind_function() with the columns that the contract has. */
struct bound *bind_named(const struct contract *c, struct err *e);

/* Not collective. Effect: checks the contract against the function that it
 * names, and fills in the function's defaults. A function that is not there is
 * ERR_INPUT. */
int engine_complete(struct contract *c, struct err *e);

#endif
