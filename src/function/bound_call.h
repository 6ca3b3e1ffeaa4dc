/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a bound function is made of, for the files that make it and call it. */
#ifndef FUNCTION_BOUND_CALL_H
#define FUNCTION_BOUND_CALL_H

#include "function/bound.h"

struct bound {
    const struct function *f;
    struct function_env env;
    struct function_value *params;                /* f->params_count; strings are our copies */
    char **columns;                               /* env.columns */
    size_t length, features_length, model_length; /* model_length: 0 without a model */
    double *model;                                /* env.model, once there is one */
    void *owned;                                  /* what the table is part of, or NULL, */
    void (*release)(void *owned);                 /* freed with it */
    bool (*has_feature)(const struct function_env *, size_t i); /* in this round; NULL: always */
};

/* Turns what a callback returned into an error; rc other than 0 is failure. */
int bound_called(struct bound *b, int rc, const char *callback, struct err *e);

/* Effect: *n is what a callback says how long something is, from 1 to most. */
int bound_ask_length(struct bound *b, int (*ask)(struct function_env *, size_t *),
                     const char *callback, size_t most, size_t *n, struct err *e);

/* Effect: adds from into into, of which neither is empty, by the function's merge or as the plain sum.
 * Returns what the callback does. */
int bound_add(const struct function *f, struct function_env *env, double *into, const double *from,
              size_t length);

/* bound_rounds.c. Effect: asks an iterative function how long its model is. */
int bound_ask_model(struct bound *b, struct err *e);

#endif
