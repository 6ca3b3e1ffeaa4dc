/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bound function: a function with its parameters and columns, ready to call.
 *
 * Convention: states are arrays of bound_length() doubles that the caller owns.
 * A failing callback becomes an ERR_INPUT that names the function; the state
 * that it was working on is then not to be used. A bound function belongs to one
 * thread.
 */
#ifndef FUNCTION_BOUND_H
#define FUNCTION_BOUND_H

#include <metaneuron/function.h>

#include <stdbool.h>

#include "function/params.h"
#include "util/err.h"

struct bound;

/* Bytes of a feature's name, with its NUL. */
enum { BOUND_FEATURE = 400 };

/* What a function may say of its lengths: no contract allows a state more doubles (its limit of
 * state_length), nor has a function more features; a model may have, with each of its numbers, one
 * that says how it moves. */
#define BOUND_STATE ((size_t)1 << 30)
#define BOUND_MODEL (2 * BOUND_STATE)

/* Fails when f cannot be called by this program: another ABI, a table that is
 * too small, or larger with callbacks that are not known here, a callback or a
 * text that is missing, a parameter table that contradicts itself. */
int bound_check(const struct function *f, struct err *e);

/* Returns f, once bound_check() and params_bind() find no fault, with length()
 * and features_length() asked. A function without data takes no columns. f must outlive the bound function; all else is
 * copied. The caller destroys it. */
struct bound *bound_create(const struct function *f, const struct function_setting *settings,
                           size_t count, const char *const *columns, size_t columns_count,
                           struct err *e);

/* The same of a function that may call others: its callbacks find them by env->find. */
typedef const struct function *bound_find(const char *name, char *text, size_t size);
struct bound *bound_create_with(bound_find *find, const struct function *f,
                                const struct function_setting *settings, size_t count,
                                const char *const *columns, size_t columns_count, struct err *e);
void bound_destroy(struct bound *b);

/* The function, and the value of each of its parameters, in its table's order. */
const struct function *bound_function(const struct bound *b);
const struct function_value *bound_params(const struct bound *b);

size_t bound_length(const struct bound *b);          /* doubles in a state */
size_t bound_features_length(const struct bound *b); /* features */

/* Effect: adds a block, whose columns are the bound ones, into the state. Of a
 * function without data, the block is one unit (see metaneuron/block.h). */
int bound_accumulate(struct bound *b, double *state, const struct block *block, struct err *e);

/* Effect: adds from into into; an empty one of the two is handled here. */
int bound_merge(struct bound *b, double *into, const double *from, struct err *e);

/* Effect: writes bound_features_length() values and standard errors. */
int bound_features(struct bound *b, const double *state, double *value, double *error,
                   struct err *e);

/* Effect: writes the name of feature i, cut to size bytes with its NUL; of one that the function
 * does not name, its number. */
void bound_feature_name(const struct bound *b, size_t i, char *text, size_t size);

/* Whether the round of bound_set_round() has feature i. A function may have rounds of two kinds
 * (prepared/prepared.h); what a round does not have is 0 there, and says nothing. */
bool bound_has_feature(const struct bound *b, size_t i);

/* Effect: gives each array of the finished result to out, after a look at its
 * name and shape. An out->put() that fails may set e itself. */
int bound_finish(struct bound *b, const double *state, struct function_output *out, struct err *e);

/* What rounds a function has with these parameters, in its table's order. */
enum function_rounds bound_rounds(const struct function *f, const struct function_value *params);

/* Iterative functions (bound_rounds.c). Models are arrays of bound_model_length()
 * doubles, which is 0 of a function that has none. */
size_t bound_model_length(const struct bound *b);

/* Effect: writes the function's own model of round 1. */
int bound_start(struct bound *b, double *model, struct err *e);

/* Effect: the callbacks see this round and a copy of its model, until the next call.
 * Before the first, round 1 and no model. */
void bound_set_round(struct bound *b, uint64_t round, const double *model);

/* Effect: model becomes the one that follows that of bound_set_round(), by the merged
 * state; *converged says whether it is the last. A model that is not finite is
 * ERR_INPUT. */
int bound_update(struct bound *b, double *model, const double *state, bool *converged,
                 struct err *e);

/* Effect: the callbacks of a collective function see these ranks; communicator is an
 * MPI_Comm that outlives it, or NULL. */
void bound_set_team(struct bound *b, const void *communicator, int rank, int ranks);

/* Effect: built-in functions find that in env->host: a struct host, or NULL. */
void bound_set_host(struct bound *b, const void *host);

/* Effect: is_count[i] is 1 for each of bound_length() doubles of a state of the round that
 * bound_set_round() has set which counts rows, and 0 for the others. Returns whether the function
 * declares that; if not, nothing is known of them. */
bool bound_counts(struct bound *b, unsigned char *is_count);

/* Whether states can be taken apart; and effect: gives the arrays of a part of the finished result
 * to out, as bound_finish() does of all. */
bool bound_has_parts(struct bound *b);
int bound_finish_part(struct bound *b, const struct function_part *part,
                      struct function_output *out, struct err *e);

/* Whether accumulate wants each unit as one block. */
bool bound_whole_units(const struct bound *b);

/* Returns 0 when this node has what accumulate needs; else ERR_PERMANENT. */
int bound_ready(struct bound *b, struct err *e);

#endif
