/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The callbacks of a shared object, which are called as ask.h says.
 */
#ifndef OBJECT_CALLS_H
#define OBJECT_CALLS_H

#include <metaneuron/function.h>

#include "object/ask.h"
#include "util/wire.h"

/* What is called: all of it is what was told last. */
struct called {
    const struct function *f;
    struct function_env env;
    char *told; /* of the environment; what it points to lies there, or in lists */
    const char **names;
    struct function_value *params;
    double *model;
    char why[300]; /* if a call fails for our own reasons */
};

/* Effect: that is why it fails, and not what the function says. Returns -1. */
int calls_fail(struct called *c, const char *why);

/* Effect: calls what is asked for, and adds what comes of it. -1: c->why, or else env.error, says
 * why it fails. */
int calls_make(struct called *c, enum object_ask what, struct wire *ask, struct buf *b);

#endif
