/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rounds of an iterative function over partitions, as the engine runs them: states by
 * the model of the round, the filter, the merge in some order, the next model.
 */
#ifndef TESTS_UNIT_ROUNDS_H
#define TESTS_UNIT_ROUNDS_H

#include "function.h"

#include "stats/filter.h"

enum { ROUNDS_PARTS = 16 };

/* How rows become partitions and blocks, and in which order these are merged. */
struct rounds {
    const double *data;
    size_t rows, columns;
    size_t parts, each; /* partitions; rows of a block */
    int backwards;      /* partitions are merged from the last to the first */
    int filtered;       /* 1: as the filter decides; 0: all are accepted */
    uint64_t most;      /* rounds */
    /* What came of it; the caller frees model and state. */
    uint64_t round;
    bool converged;
    bool rejected[ROUNDS_PARTS]; /* in the last round */
    size_t always[ROUNDS_PARTS]; /* rounds in which it was rejected */
    double *model, *state;
};

static inline void rounds_filter(struct bound *b, struct rounds *r, double *const *part)
{
    size_t d = bound_features_length(b);
    double *value = calloc(r->parts * d, sizeof *value),
           *error = calloc(r->parts * d, sizeof *error);
    struct filter_options options = {.method = FILTER_POS_LOF,
                                     .scale = FILTER_SCALE_MAD,
                                     .threshold = NAN,
                                     .ratio = NAN,
                                     .kappa = 0.5};
    struct filter_input in = {.n = r->parts, .d = d, .features = value, .errors = error};
    struct filter_outcome out = {0};
    struct err e = {0};

    for (size_t i = 0; i < r->parts; i++)
        ck_ok(bound_features(b, part[i], value + i * d, error + i * d, &e), &e);
    ck_ok(filter_apply(&options, &in, &out, &e), &e);
    for (size_t i = 0; i < r->parts; i++) {
        r->rejected[i] = out.decisions[i].rejected;
        r->always[i] += r->rejected[i] ? 1 : 0;
    }
    filter_outcome_free(&out);
    free(value), free(error);
}

/* Effect: r->state is the merged state of the accepted partitions at r->model. */
static inline void rounds_pass(struct bound *b, struct rounds *r)
{
    double *part[ROUNDS_PARTS];
    struct err e = {0};

    ck_assert(r->parts <= ROUNDS_PARTS);
    for (size_t i = 0; i < r->parts; i++) {
        size_t from = r->rows * i / r->parts, to = r->rows * (i + 1) / r->parts;
        part[i] = new_state(b);
        add_rows(b, part[i], r->data + from * r->columns, to - from, r->columns, r->each);
    }
    if (r->filtered)
        rounds_filter(b, r, part);
    memset(r->state, 0, bound_length(b) * sizeof(double));
    for (size_t i = 0; i < r->parts; i++) {
        size_t k = r->backwards ? r->parts - 1 - i : i;
        if (!r->rejected[k])
            ck_ok(bound_merge(b, r->state, part[k], &e), &e);
        free(part[k]);
    }
}

/* Returns what the last update returned. The function is left as finish sees it. */
static inline int rounds_run(struct bound *b, struct rounds *r, struct err *e)
{
    int rc = 0;

    r->model = calloc(bound_model_length(b), sizeof(double));
    r->state = new_state(b);
    ck_assert_ptr_nonnull(r->model);
    ck_ok(bound_start(b, r->model, e), e);
    for (r->round = 1; rc == 0; r->round++) {
        bound_set_round(b, r->round, r->model);
        rounds_pass(b, r);
        rc = bound_update(b, r->model, r->state, &r->converged, e);
        if (r->converged || r->round == r->most)
            break;
    }
    bound_set_round(b, r->round, r->model);
    return rc;
}

/* So many slaves, whom the filter looks at in each round. */
static inline struct rounds rounds_filtered(const double *data, size_t rows, size_t columns,
                                            size_t parts, size_t each, uint64_t most)
{
    return (struct rounds){.data = data,
                           .rows = rows,
                           .columns = columns,
                           .parts = parts,
                           .each = each,
                           .filtered = 1,
                           .most = most};
}

/* Runs them to their end, where of the slaves from `honest` on none was ever rejected. */
static inline void ck_rounds_filtered(struct bound *b, struct rounds *r, size_t honest)
{
    struct err e = {0};

    ck_ok(rounds_run(b, r, &e), &e);
    ck_assert(r->converged);
    for (size_t i = honest; i < r->parts; i++)
        ck_assert_msg(r->always[i] == 0, "%zu was rejected in %zu rounds", i, r->always[i]);
}

static inline void rounds_free(struct rounds *r)
{
    free(r->model), free(r->state);
    r->model = r->state = NULL;
}

#endif
