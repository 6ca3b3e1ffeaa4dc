/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bound function: a function with its parameters and columns, ready to call.
 *
 * Convention: states are arrays of bound_length() doubles that the caller owns.
 * A failing callback becomes an ERR_INPUT that names the function.
 */
#ifndef FUNCTION_BOUND_H
#define FUNCTION_BOUND_H

#include <metaneuron/function.h>

#include "util/err.h"

struct bound;

/* A parameter as a contract gives it. */
struct function_setting {
    const char *name;
    enum function_param_type type;
    struct function_value value;
};

/* Returns f with the settings checked against its table (unknown name, wrong
 * type, out of range, not among the choices, missing: ERR_INPUT naming the
 * parameter, what was found and what is expected), defaults filled in, and
 * length() and features_length() asked. An integer is taken for a number.
 * Copies everything it is given. The caller destroys it. */
struct bound *bound_create(const struct function *f, const struct function_setting *settings,
                           size_t count, const char *const *columns, size_t columns_count,
                           struct err *e);
void bound_destroy(struct bound *b);

/* The function, and the value of each of its parameters, in its table's order. */
const struct function *bound_function(const struct bound *b);
const struct function_value *bound_params(const struct bound *b);

size_t bound_length(const struct bound *b);          /* doubles in a state */
size_t bound_features_length(const struct bound *b); /* features */

int bound_accumulate(struct bound *b, double *state, const struct block *block, struct err *e);

/* Effect: adds from into into; an empty one of the two is handled here. */
int bound_merge(struct bound *b, double *into, const double *from, struct err *e);

int bound_features(struct bound *b, const double *state, double *value, double *error,
                   struct err *e);
void bound_feature_name(const struct bound *b, size_t i, char *text, size_t size);
int bound_finish(struct bound *b, const double *state, struct function_output *out, struct err *e);

#endif
