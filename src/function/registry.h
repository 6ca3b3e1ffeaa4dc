/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The registry: which functions there are.
 *
 * Convention: functions are constants of the program; nothing here is freed.
 */
#ifndef FUNCTION_REGISTRY_H
#define FUNCTION_REGISTRY_H

#include <metaneuron/function.h>

#include "util/err.h"

/* Returns the function of that name, or NULL and an error that lists those there are. */
const struct function *registry_find(const char *name, struct err *e);

/* Returns function i in alphabetical order, or NULL past the last. */
const struct function *registry_at(size_t i);

#endif
