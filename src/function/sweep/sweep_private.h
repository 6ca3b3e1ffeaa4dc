/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What sweep and sweep_data share: another function, bound to every point of a grid of its
 * parameters, and a state that is theirs in a row: [items], then one state for each point.
 *
 * Convention: callbacks keep no memory, so each opens the sweep anew. What fails writes
 * env->error.
 */
#ifndef FUNCTION_SWEEP_PRIVATE_H
#define FUNCTION_SWEEP_PRIVATE_H

#include <stddef.h>

#include <metaneuron/function.h>
#include <stdint.h>

#include "function/table.h"

enum {
    SWEEP_AXES = 16,          /* parameters that a grid may name */
    SWEEP_POINTS = 4096,      /* points that it may have */
    SWEEP_LENGTH = 1 << 20,   /* doubles in a state: 8 MiB */
    SWEEP_FEATURES = 1 << 14, /* features */
    SWEEP_LABEL = 200,        /* bytes of a point's name, with NUL */
};

/* One parameter of the function and the values that it takes. */
struct sweep_axis {
    size_t param, count;
    struct function_value *values; /* count of them; strings are in the sweep's text */
};

struct sweep {
    const struct function *f;
    struct function_env env;       /* what f is called with, at the point that is chosen */
    struct function_value *values; /* env.params */
    struct sweep_axis axis[SWEEP_AXES];
    size_t axes, points;
    size_t length, features; /* of f, at every point */
    char *text;              /* the grid, cut into its words */
};

/* The parameters that both begin with. */
enum { SWEEP_FUNCTION, SWEEP_GRID, SWEEP_PARAMS };
#define SWEEP_TABLE                                                                              \
    PARAM_STRING_REQUIRED(SWEEP_FUNCTION, "function",                                            \
                          "what is computed at every point: NAME@VERSION of a function of this " \
                          "program, or NAME@sha256:... of a file"),                              \
        PARAM_STRING_REQUIRED(SWEEP_GRID, "grid",                                                \
                              "its parameters, such as 'rate=0,0.05; strike=80:120:5': values "  \
                              "with commas between them, or FROM:TO:COUNT, both ends included")

/* Effect: finds the function that env's parameters name and reads the grid. The caller
 * closes it, also after a failure. */
int sweep_open(struct sweep *s, struct function_env *env, int without_data);
void sweep_close(struct sweep *s);

/* Effect: reads the axes of the grid into s, for its function. */
int sweep_read_grid(struct sweep *s, struct function_env *env, const char *grid);

/* Fails when the function cannot be called at some point of the grid, or when its states
 * or features are not equally many at all of them; else s has their lengths. */
int sweep_check(struct sweep *s, struct function_env *env);

/* Effect: s has the length of f's states, and so have f's callbacks. */
int sweep_ask_length(struct sweep *s, struct function_env *env);

/* Effect: s->env is that of this point. The last axis goes fastest. */
void sweep_choose(struct sweep *s, size_t point);

/* Effect: writes "a=1 b=2" with the parameters that have more than one value. Returns text. */
const char *sweep_label(const struct sweep *s, size_t point, char text[static SWEEP_LABEL]);

/* The part of a state that is a point's. */
double *sweep_at(const struct sweep *s, double *state, size_t point);
const double *sweep_in(const struct sweep *s, const double *state, size_t point);

/* Turns what a callback of f has returned into an error that names the point. */
int sweep_called(struct sweep *s, struct function_env *env, int rc, size_t point);

/* Effect: adds a block into a point's state. */
int sweep_accumulate(struct sweep *s, struct function_env *env, double *state, size_t point,
                     const struct block *block);

/* The callbacks of both, but for accumulate; without_data says whose. */
int sweep_length(struct function_env *env, size_t *length, int without_data);
int sweep_features_length(struct function_env *env, size_t *length, int without_data);
int sweep_counts(struct function_env *env, unsigned char *is_count); /* of sweep_data */
int sweep_merge(struct function_env *env, double *into, const double *from, int without_data);
int sweep_finish(struct function_env *env, const double *state, struct function_output *out,
                 int without_data);
int sweep_features(struct function_env *env, const double *state, double *value, double *error,
                   int without_data);
void sweep_feature_name(const struct function_env *env, size_t i, char *text, size_t size,
                        int without_data);

#endif
