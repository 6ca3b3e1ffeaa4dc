/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a block, filled in and standardised. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
#include "function/prepared/prepared_private.h"

double *prepared_room(struct function_env *env, size_t rows, size_t columns)
{
    struct prepared *p = prepared_of(env);

    if (rows > SIZE_MAX / sizeof(double) / (columns ? columns : 1)) {
        tell_error(env, "out of memory for %zu rows", rows);
        return NULL;
    }
    if (rows * columns > p->room) {
        double *more = realloc(p->rows, rows * columns * sizeof *more);
        if (!more) {
            tell_error(env, "out of memory for %zu rows", rows);
            return NULL;
        }
        p->rows = more;
        p->room = rows * columns;
    }
    return p->rows;
}

void prepared_rows(const struct prepared *p, const struct prepared_learnt *learnt,
                   const struct block *block, double *rows)
{
    memcpy(rows, block->data, block->rows * block->columns * sizeof *rows);
    for (size_t j = 0; j < p->parts; j++) {
        const struct prepared_learnt *l = &learnt[j];
        const struct prepared_column what = p->part[j].what;
        double *x = rows + p->part[j].column;
        for (size_t i = 0; i < block->rows; i++, x += block->columns) {
            if (what.fill != PREPARED_KEEP && isnan(*x))
                *x = l->fill;
            if (what.standardise)
                *x = (*x - l->centre) / l->spread;
        }
    }
}
