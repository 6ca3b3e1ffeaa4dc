/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parameters: what a function's table allows, and what a contract sets.
 *
 * Convention: errors are ERR_INPUT and name the function, the parameter, what
 * was found and what is expected.
 */
#ifndef FUNCTION_PARAMS_H
#define FUNCTION_PARAMS_H

#include <stdbool.h>

#include <metaneuron/function.h>

#include "util/err.h"

/* A parameter as a contract gives it. */
struct function_setting {
    const char *name;
    enum function_param_type type;
    struct function_value value;
};

/* Bytes of the name of an array or of a function that a sweep takes, with NUL. */
enum { PARAMS_NAME = 65 };

/* Whether text is a name: [a-z][a-z0-9_]*. */
bool params_is_name(const char *text);

/* Fails when the function's own table is wrong: a bad or a repeated name, no such
 * type, an empty range, a default that the table itself does not allow. */
int params_check(const struct function *f, struct err *e);

/* Writes f->params_count values, in the table's order, with defaults filled in.
 * An integer is taken for a number. Fails on a name that is unknown or given
 * twice, a wrong type, a value out of range or not among the choices, and a
 * required parameter that is missing. Strings still belong to who gave them. */
int params_bind(const struct function *f, const struct function_setting *settings, size_t count,
                struct function_value *values, struct err *e);

/* Returns the number that a function's version is, 0 if it is none. */
int params_version(const struct function *f);

#endif
