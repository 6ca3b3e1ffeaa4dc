/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tests of a built-in function have: binding it, states from rows, and the
 * arrays that finish gives.
 */
#ifndef TESTS_UNIT_FUNCTION_H
#define TESTS_UNIT_FUNCTION_H

#include "unit.h"

#include <math.h>

#include "function/bound.h"
#include "function/registry.h"

/* Keeps the arrays of a finished result. */
struct kept {
    struct function_output base;
    size_t count;
    struct {
        char name[32], label[4][32];
        size_t rows;
        double values[64];
    } array[32];
};

static inline int keep_array(struct function_output *out, const struct function_array *a)
{
    struct kept *k = (struct kept *)out;

    ck_assert(k->count < 32 && a->rows * a->columns <= 64 && strlen(a->name) < 32);
    strcpy(k->array[k->count].name, a->name);
    k->array[k->count].rows = a->rows;
    memcpy(k->array[k->count].values, a->values, a->rows * a->columns * sizeof(double));
    for (size_t i = 0; a->row_labels && i < a->rows && i < 4; i++)
        strncpy(k->array[k->count].label[i], a->row_labels[i], 31);
    k->count++;
    return 0;
}

/* The values of one array of a state's result. */
static inline const double *kept_values(const struct kept *k, const char *name)
{
    for (size_t i = 0; i < k->count; i++)
        if (strcmp(k->array[i].name, name) == 0)
            return k->array[i].values;
    ck_abort_msg("no array '%s'", name);
    return NULL;
}

static inline void finish_state(struct bound *b, const double *state, struct kept *k)
{
    struct err e = {0};

    memset(k, 0, sizeof *k);
    k->base.put = keep_array;
    ck_ok(bound_finish(b, state, &k->base, &e), &e);
}

static inline double *new_state(const struct bound *b)
{
    double *state = calloc(bound_length(b), sizeof *state);

    ck_assert_ptr_nonnull(state);
    return state;
}

/* Adds rows in blocks of at most so many rows. */
static inline void add_rows(struct bound *b, double *state, const double *data, size_t rows,
                            size_t columns, size_t each)
{
    struct err e = {0};

    for (size_t r = 0; r < rows; r += each) {
        struct block block = {.rows = rows - r < each ? rows - r : each,
                              .columns = columns,
                              .first = r,
                              .data = data + r * columns};
        ck_ok(bound_accumulate(b, state, &block, &e), &e);
    }
}

/* A number in [0, 1), from a generator that every machine has (xorshift64). */
static inline double uniform(uint64_t *seed)
{
    *seed ^= *seed << 13, *seed ^= *seed >> 7, *seed ^= *seed << 17;
    return (double)(*seed >> 11) * 0x1p-53;
}

/* The log relative error: about the number of correct digits, at most 15. */
static inline double lre(double found, double certified)
{
    double error = fabs(found - certified) / (certified != 0 ? fabs(certified) : 1);

    return isnan(error) ? -INFINITY : error < 1e-15 ? 15 : -log10(error);
}

#define ck_digits(found, certified, digits)                                                     \
    ck_assert_msg(lre(found, certified) >= (digits), "%s: %.17g, certified %.17g: %.1f digits", \
                  #found, (double)(found), (double)(certified), lre(found, certified))

#endif
