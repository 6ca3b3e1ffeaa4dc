/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a prepared function is made of, for its files. */
#ifndef FUNCTION_PREPARED_PRIVATE_H
#define FUNCTION_PREPARED_PRIVATE_H

#include "function/bound_call.h"
#include "function/common/central.h"
#include "function/common/sketch.h"
#include "function/prepared/prepared.h"

/* Of a prepared column, as it stands in a model: doubles, all of them finite. */
struct prepared_learnt {
    double values;  /* rows in which it was not missing */
    double missing; /* rows in which it was */
    double fill;    /* what stands for a missing value; 0 where none does */
    double centre, spread;
};
enum { PREPARED_LEARNT = sizeof(struct prepared_learnt) / sizeof(double) };

/* A prepared column. */
struct prepared_part {
    size_t column; /* of the function's */
    struct prepared_column what;
};

struct prepared {
    struct function table; /* what is called; first, so that env->self is this struct */
    struct bound *inner;
    struct prepared_part *part;
    size_t parts, medians; /* of them, those with a median */
    struct sketch sketch;
    double *rows; /* a block of the function's, or of one column */
    size_t room;  /* doubles in it */
};

static inline struct prepared *prepared_of(const struct function_env *env)
{
    return (struct prepared *)(uintptr_t)env->self;
}

/* Returns room for so many rows in memory of the function; or NULL and env->error (prepared_rows.c). */
double *prepared_room(struct function_env *env, size_t rows, size_t columns);

/* Effect: rows are those of the block, prepared. */
void prepared_rows(const struct prepared *p, const struct prepared_learnt *learnt,
                   const struct block *block, double *rows);

/* What a round before the function's own learns (prepared_learn.c): callbacks of round 1. */
size_t prepared_length(const struct prepared *p);
size_t prepared_features_length(const struct prepared *p);
int prepared_accumulate(struct function_env *env, double *state, const struct block *block);
void prepared_merge(const struct prepared *p, double *into, const double *from);
void prepared_features(const struct prepared *p, const double *state, double *value, double *error);
void prepared_feature_name(const struct function_env *env, size_t i, char *text, size_t size);
void prepared_counts(const struct prepared *p, unsigned char *is_count);

/* Effect: writes what a merged state says into p->parts structs. Numbers that no rows have, a
 * column without a value, or without a spread that is to be standardised: fails like a callback. */
int prepared_learn(struct function_env *env, const double *state, struct prepared_learnt *learnt);

#endif
