/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A prepared function: another one, whose columns have their missing values filled in and are
 * standardised, by what a round before its own has learnt of the rows of all slaves.
 *
 * To who runs it, it is an iterative function like any other: the state of round 1 is moments, and
 * sketches where medians are wanted; the filter judges them, and the model that follows has what
 * is filled in, a centre and a spread. From round 2 on the state is the other function's, round 1
 * of which that is; a function of one round has it in round 2, and has then converged. So no
 * slave's own mean is ever used, and a wrong one is rejected as any wrong result.
 *
 *     model     of each prepared column [values, missing, fill, centre, spread], and then the
 *               function's own model
 *     features  of each prepared column mean and sd, of each with a median that, and then the
 *               function's own; those which a round does not have are 0, with an infinite error
 *
 * The median is that of a sketch, off by a thousandth of itself at most; centre and spread are mean
 * and standard deviation (denominator n - 1) after missing values are filled in.
 */
#ifndef FUNCTION_PREPARED_H
#define FUNCTION_PREPARED_H

#include <stdbool.h>
#include <stddef.h>

#include "function/bound.h"

enum prepared_fill { PREPARED_KEEP = 0, PREPARED_MEAN = 1, PREPARED_MEDIAN = 2 };

/* What is done with a column: first what is missing is filled in, then it is standardised. */
struct prepared_column {
    enum prepared_fill fill;
    bool standardise;
};

/* Returns f as bound_create_with() does, prepared; column[i] is of columns[i], and one of them at
 * least is to be prepared. A function without data, or a collective one, is ERR_INPUT. */
struct bound *prepared_bind(bound_find *find, const struct function *f,
                            const struct function_setting *settings, size_t count,
                            const char *const *columns, size_t columns_count,
                            const struct prepared_column *column, struct err *e);

#endif
