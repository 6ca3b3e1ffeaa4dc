/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is read from a state of train: arrays for people, and features for the filter.
 */
#ifndef FUNCTION_TRAIN_RESULT_H
#define FUNCTION_TRAIN_RESULT_H

#include <metaneuron/function.h>

int train_finish(struct function_env *env, const double *state, struct function_output *out);

int train_features_length(struct function_env *env, size_t *n);
int train_features(struct function_env *env, const double *state, double *value, double *error);
void train_feature_name(const struct function_env *env, size_t i, char *text, size_t size);

#endif
