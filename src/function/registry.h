/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The registry: which functions there are.
 *
 * Convention: functions are constants of the program; nothing here is freed.
 */
#ifndef FUNCTION_REGISTRY_H
#define FUNCTION_REGISTRY_H

#include <metaneuron/function.h>

#include "function/bound.h"

/* Returns the function that text names, NAME@VERSION, or NAME alone, which is the newest; or
 * NULL, and an error that says what there is. */
const struct function *registry_find(const char *text, struct err *e);

/* The same as struct function_env has it: the text of the error goes into size bytes. */
const struct function *registry_look_up(const char *name, char *text, size_t size);

/* bound_create() for a function that may look up others here. */
struct bound *registry_bind(const struct function *f, const struct function_setting *settings,
                            size_t count, const char *const *columns, size_t columns_count,
                            struct err *e);

/* Returns function i in alphabetical order, in its newest version, or NULL past the last. */
const struct function *registry_at(size_t i);

#endif
