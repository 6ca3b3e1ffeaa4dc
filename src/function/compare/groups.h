/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A column in groups: its moments in each, which is what tests of means need.
 *
 * State: [rows, the numbers of a struct central of order 4, a column for each group]. Rows without
 * a value or a group are left out, and count as rows.
 */
#ifndef FUNCTION_GROUPS_H
#define FUNCTION_GROUPS_H

#include "function/common/central.h"
#include "function/compare/factor.h"
#include "function/table.h"

/* Parameters, which stand first. */
enum { GROUPS_VALUE, GROUPS_GROUP, GROUPS_PARAMS };
#define GROUPS_TABLE                                                                               \
    PARAM_STRING_REQUIRED(GROUPS_VALUE, "value", "name of the column that is compared"),           \
        PARAM_STRING_REQUIRED(GROUPS_GROUP, "group",                                               \
                              "name of the factor, or of the column of 0 and 1, whose groups are " \
                              "compared")

/* The callbacks; the features are mean and standard deviation of each group. */
int groups_length(struct function_env *env, size_t *n);
int groups_accumulate(struct function_env *env, double *state, const struct block *block);
int groups_merge(struct function_env *env, double *into, const double *from);
int groups_features_length(struct function_env *env, size_t *n);
int groups_features(struct function_env *env, const double *state, double *value, double *error);
void groups_feature_name(const struct function_env *env, size_t i, char *text, size_t size);
int groups_counts(struct function_env *env, unsigned char *is_count);

/* All of them but length, as some have more to refuse. */
#define GROUPS_CALLBACKS                                                    \
    .accumulate = groups_accumulate, .merge = groups_merge,                 \
    .features_length = groups_features_length, .features = groups_features, \
    .feature_name = groups_feature_name, .counts = groups_counts

/* Finds the groups that the parameters name; returns their moments, in the state. */
int groups_find(struct function_env *env, struct factor *l);
struct central groups_central(const struct factor *l, const double *state);

/* Puts the table of groups: count, mean and sd. */
int groups_put(struct function_env *env, const struct factor *l, const struct central *c,
               struct function_output *out);

#endif
