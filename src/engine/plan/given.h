/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parameters that a contract's function is called with.
 *
 * Convention: no code is loaded. Not collective.
 */
#ifndef ENGINE_PLAN_GIVEN_H
#define ENGINE_PLAN_GIVEN_H

#include "contract/contract.h"

struct given {
    struct contract_param value; /* its texts are the contract's, or the function's */
    bool fallback;               /* it is what the function takes where a contract gives none */
};

/* Effect: *list has them: of a built-in function all, in its table's order, a number as one whether
 * or not it is whole; of another those that the contract gives, as only its own code knows the others
 * and what it takes instead. The caller frees the list. */
int given_params(const struct contract *c, struct given **list, size_t *count, struct err *e);

#endif
