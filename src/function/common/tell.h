/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a function tells: why it fails, and the columns of its result.
 */
#ifndef FUNCTION_TELL_H
#define FUNCTION_TELL_H

#include <metaneuron/function.h>

/* Effect: the sentence that a failing callback says. Returns -1. */
int __attribute__((format(printf, 2, 3)))
tell_error(struct function_env *env, const char *format, ...);

/* Puts an array of one column with rows values; labels may be NULL. */
int tell_column(struct function_output *out, const char *name, const char *help, size_t rows,
                const char *const *labels, const double *values);

/* Arrays of one value each. */
struct tell_number {
    const char *name, *help;
    double value;
};
int tell_numbers(struct function_output *out, const struct tell_number *list, size_t count);

/* What a function by rounds tells of rounds before it has an answer: the rows, and that
 * it has not converged. */
int tell_unfinished(struct function_output *out, double rows);

#endif
