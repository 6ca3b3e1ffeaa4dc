/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words that the table of a built-in function is written in: one row for each parameter,
 * and the callbacks that have their usual names. What the fields are is said in
 * <metaneuron/function.h>.
 *
 * Convention: the order in a row is name, default, then what is allowed (smallest and largest,
 * or the choices with a space between two), then help. A required parameter has no default. All
 * are constants, so rows may stand in a static table.
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

#endif
