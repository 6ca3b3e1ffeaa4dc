/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words that the table of a built-in function is written in: rows of parameters, and what
 * all tables have. The fields are explained in <metaneuron/function.h>.
 *
 * Convention: a row has its place in the array, the name, the default, what is allowed (the
 * smallest and the largest value, or the choices with a space between two), and the help, in
 * this order. A required parameter has no default.
 */
#ifndef FUNCTION_TABLE_H
#define FUNCTION_TABLE_H

#include <metaneuron/function.h>

#define PARAM_INTEGER(place_, name_, fallback_, min_, max_, help_) \
    [place_] = {.name = name_,                                     \
                .type = FUNCTION_INTEGER,                          \
                .fallback.integer = fallback_,                     \
                .min = min_,                                       \
                .max = max_,                                       \
                .help = help_}
#define PARAM_INTEGER_REQUIRED(place_, name_, min_, max_, help_) \
    [place_] = {.name = name_,                                   \
                .type = FUNCTION_INTEGER,                        \
                .required = 1,                                   \
                .min = min_,                                     \
                .max = max_,                                     \
                .help = help_}
#define PARAM_NUMBER(place_, name_, fallback_, min_, max_, help_) \
    [place_] = {.name = name_,                                    \
                .type = FUNCTION_NUMBER,                          \
                .fallback.number = fallback_,                     \
                .min = min_,                                      \
                .max = max_,                                      \
                .help = help_}
#define PARAM_STRING(place_, name_, fallback_, help_) \
    [place_] = {.name = name_, .type = FUNCTION_STRING, .fallback.string = fallback_, .help = help_}
#define PARAM_STRING_REQUIRED(place_, name_, help_) \
    [place_] = {.name = name_, .type = FUNCTION_STRING, .required = 1, .help = help_}
#define PARAM_CHOICE(place_, name_, fallback_, choices_, help_) \
    [place_] = {.name = name_,                                  \
                .type = FUNCTION_STRING,                        \
                .fallback.string = fallback_,                   \
                .choices = choices_,                            \
                .help = help_}
#define PARAM_CHOICE_REQUIRED(place_, name_, choices_, help_) \
    [place_] = {                                              \
        .name = name_, .type = FUNCTION_STRING, .required = 1, .choices = choices_, .help = help_}
#define PARAM_BOOLEAN(place_, name_, fallback_, help_) \
    [place_] = {                                       \
        .name = name_, .type = FUNCTION_BOOLEAN, .fallback.integer = fallback_, .help = help_}

/* One that came later, with which contracts of before keep their id. */
#define PARAM_BOOLEAN_LATER(place_, name_, fallback_, help_) \
    [place_] = {.name = name_,                               \
                .type = FUNCTION_BOOLEAN,                    \
                .fallback.integer = fallback_,               \
                .required = 2,                               \
                .help = help_}

/* The fields that every table begins with; name, version and summary follow. */
#define FUNCTION_HEAD .abi = METANEURON_FUNCTION_ABI, .size = sizeof(struct function)

/* The rows of a complete array. */
#define FUNCTION_PARAMS(rows) .params = (rows), .params_count = sizeof(rows) / sizeof *(rows)

/* The callbacks of a file that has given each the name of its field: all that a function must
 * have. Which of the others it has is said field by field. */
#define FUNCTION_CALLBACKS                                        \
    .length = length, .accumulate = accumulate, .finish = finish, \
    .features_length = features_length, .features = features, .feature_name = feature_name

#endif
