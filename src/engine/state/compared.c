/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds what the filter compares of a state. */
#include "engine/state/compared.h"

#include <math.h>
#include <string.h>

bool compared_of(struct bound *b, const double *state, double *value, double *error)
{
    size_t features = bound_features_length(b), length = bound_length(b);

    for (size_t i = 0; i < features; i++)
        value[i] = NAN; /* of a state that has no features */
    if (bound_features(b, state, value, error, NULL) < 0)
        memset(error, 0, features * sizeof *error);
    for (size_t i = 0; i < length; i++)
        if (!isfinite(state[i]))
            return false;
    return true;
}
