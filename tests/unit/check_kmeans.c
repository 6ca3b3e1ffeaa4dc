/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rounds of kmeans against a slow Lloyd from the same seeds on all rows at once, and
 * what the filter sees of them.
 */
#include "kmeans_case.h"

/* Lloyd's method in long double from these centres, until no row changes its cluster:
 * centres in the units of the model. Returns the sum of squares. */
static long double slow_lloyd(const double *x, size_t rows, const struct kmeans *p,
                              const struct kmeans_model *m, long double *centre, size_t *size)
{
    size_t *of = calloc(rows, sizeof *of), changed = 1;
    long double cost = 0;

    for (size_t r = 0; r < rows; r++)
        of[r] = p->k;
    while (changed > 0) {
        changed = 0, cost = 0;
        for (size_t r = 0; r < rows; r++) {
            long double least = INFINITY;
            size_t best = 0;
            for (size_t i = 0; i < p->k; i++) {
                long double square = 0;
                for (size_t j = 0; j < p->d; j++) {
                    long double z = (x[r * p->d + j] - (long double)m->centre[j]) / m->unit[j];
                    square += (z - centre[i * p->d + j]) * (z - centre[i * p->d + j]);
                }
                if (square < least)
                    least = square, best = i;
            }
            changed += of[r] != best;
            of[r] = best, cost += least;
        }
        memset(size, 0, p->k * sizeof *size);
        for (size_t r = 0; r < rows; r++)
            size[of[r]]++;
        for (size_t i = 0; i < p->k; i++)
            for (size_t j = 0; size[i] > 0 && j < p->d; j++) {
                long double sum = 0;
                for (size_t r = 0; r < rows; r++)
                    if (of[r] == i)
                        sum += (x[r * p->d + j] - (long double)m->centre[j]) / m->unit[j];
                centre[i * p->d + j] = sum / size[i];
            }
    }
    free(of);
    return cost;
}

/* Effect: seeds, as round 2 leaves them. */
static void take_seeds(struct bound *b, struct rounds r, const struct kmeans *p, long double *seeds)
{
    struct err e = {0};

    r.most = 2;
    ck_ok(rounds_run(b, &r, &e), &e);
    struct kmeans_model m = kmeans_model_at(p, r.model);
    for (size_t i = 0; i < p->k * p->d; i++)
        seeds[i] = m.point[i];
    rounds_free(&r);
}

/* Whatever the partitions, blocks and orders: the centres of the slow version to 1e-10 of
 * the spread, and the same rows in them. */
START_TEST(rounds_are_lloyds)
{
    enum { ROWS = 900 };
    static double x[ROWS * D];
    static const size_t parts[] = {1, 2, 9, 16}, each[] = {900, 1, 64, 33};
    int scale = _i % 2;
    struct err e = {0};
    struct kept out;
    long double centre[6 * D];
    size_t size[6];

    random_rows(x, ROWS, 88172645463325252u + (uint64_t)_i);
    for (int k = 0; k < 4; k++) {
        struct bound *b = bind(D, 6, _i, scale, 1);
        struct rounds r = {.data = x,
                           .rows = ROWS,
                           .columns = D,
                           .parts = parts[k],
                           .each = each[k],
                           .backwards = k % 2,
                           .most = 200};
        take_seeds(b, r, &six, centre);
        ck_ok(rounds_run(b, &r, &e), &e);
        ck_assert(r.converged && r.round < 60);
        struct kmeans_model m = kmeans_model_at(&six, r.model);
        ck_assert(m.head->splits == 0);
        double cost = (double)slow_lloyd(x, ROWS, &six, &m, centre, size);
        finish_state(b, r.state, &out);
        for (size_t i = 0; i < 6; i++) {
            ck_assert(kept_values(&out, "size")[i] == (double)size[i]);
            for (size_t j = 0; j < D; j++) {
                double found = (kept_values(&out, "centres")[i * D + j] - m.centre[j]) / m.unit[j];
                ck_assert(fabs(found - (double)centre[i * D + j]) < 1e-10 * (1 + m.width[j]));
            }
        }
        ck_digits(*kept_values(&out, "inertia"), cost, 11);
        ck_digits(*kept_values(&out, "explained"), 1 - cost / (m.head->total * ROWS), 11);
        ck_assert(*kept_values(&out, "converged") == 1 && *kept_values(&out, "rows") == ROWS);
        rounds_free(&r);
        bound_destroy(b);
    }
}
END_TEST

/* A centre that no row is near to gets a half of the cluster of largest cost. */
START_TEST(empty_clusters_are_filled)
{
    enum { ROWS = 300 };
    static double x[ROWS * D];
    struct err e = {0};
    struct bound *b = bind(D, 6, 1, 1, 1);
    struct rounds r = {.data = x, .rows = ROWS, .columns = D, .parts = 3, .each = 99, .most = 2};
    struct kept out;
    bool converged = false;
    double before = INFINITY;

    random_rows(x, ROWS, 88172645463325252u);
    ck_ok(rounds_run(b, &r, &e), &e);
    struct kmeans_model m = kmeans_model_at(&six, r.model);
    for (size_t i = 2; i < 6; i++)
        for (size_t j = 0; j < D; j++)
            m.point[i * D + j] = 1000 + (double)i;
    for (uint64_t round = 3; round < 100 && !converged; round++) {
        bound_set_round(b, round, r.model);
        rounds_pass(b, &r);
        ck_ok(bound_update(b, r.model, r.state, &converged, &e), &e);
        bound_set_round(b, round, r.model);
        finish_state(b, r.state, &out);
        ck_assert(*kept_values(&out, "inertia") <= before * (1 + 1e-5));
        before = *kept_values(&out, "inertia");
    }
    ck_assert(converged && *kept_values(&out, "splits") >= 4);
    for (size_t i = 0; i < 6; i++)
        ck_assert(kept_values(&out, "size")[i] >= 1);
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

/* Two distinct rows and three clusters: one stays empty, and the rounds end. */
START_TEST(fewer_points_than_clusters_end)
{
    double x[40] = {0};
    struct err e = {0};
    struct bound *b = bind(2, 3, 1, 1, 1);
    struct rounds r = {.data = x, .rows = 20, .columns = 2, .parts = 2, .each = 7, .most = 50};
    struct kept out;

    for (size_t i = 0; i < 20; i += 2)
        x[i * 2] = 1; /* the other column is constant */
    ck_ok(rounds_run(b, &r, &e), &e);
    finish_state(b, r.state, &out);
    ck_assert(r.converged && *kept_values(&out, "inertia") < 1e-20);
    const double *size = kept_values(&out, "size");
    ck_assert(size[0] + size[1] + size[2] == 20 && fmin(fmin(size[0], size[1]), size[2]) == 0);
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

/* A slave with a column in a wrong unit, or of the wrong sign, is rejected in every round;
 * the clusters of the others come out. */
START_TEST(the_filter_finds_who_is_wrong)
{
    enum { ROWS = 1600, PARTS = 8 };
    static double x[ROWS * D];
    struct bound *b = bind(D, 6, 2, 1, 1);
    struct rounds r = rounds_filtered(x, ROWS, D, PARTS, 99, 200);
    long double centre[6 * D];
    size_t size[6], part = ROWS / PARTS;

    random_rows(x, ROWS, 88172645463325252u);
    for (size_t i = 0; i < part; i++) {
        x[i * D + 1] *= _i == 0 ? 0.1 : 1;
        x[i * D + 3] *= _i == 1 ? -1 : 1;
    }
    take_seeds(b, r, &six, centre);
    ck_rounds_filtered(b, &r, 1);
    ck_assert(r.always[0] == r.round);
    struct kmeans_model m = kmeans_model_at(&six, r.model);
    slow_lloyd(x + part * D, ROWS - part, &six, &m, centre, size);
    for (size_t i = 0; i < 6 * D; i++)
        ck_assert(fabs(m.point[i] - (double)centre[i]) < 1e-10);
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

/* Columns that are 0 in nearly all rows, as pixels at an edge are: who has one of the few
 * others is no liar. */
START_TEST(sparse_columns_reject_nobody)
{
    enum { ROWS = 1600, PARTS = 8 };
    static double x[ROWS * D];
    uint64_t seed = 88172645463325252u;

    random_rows(x, ROWS, seed);
    for (size_t i = 0; i < ROWS; i++) {
        x[i * D] = uniform(&seed) < 0.002 ? 3 : 0;
        x[i * D + 2] = i == 700 ? 1 : 0;
    }
    for (int scale = 0; scale < 2; scale++) {
        struct bound *b = bind(D, 6, _i, scale, 1);
        struct rounds r = rounds_filtered(x, ROWS, D, PARTS, 99, 200);
        ck_rounds_filtered(b, &r, 0);
        rounds_free(&r);
        bound_destroy(b);
    }
}
END_TEST

START_TEST(features_do_not_count_rows)
{
    enum { ROWS = 400, ALL = 2 * D + 1 + 6 * (1 + D) };
    static double x[2 * ROWS * D];
    struct err e = {0};
    struct bound *b = bind(D, 6, 0, 1, 1);
    struct rounds r = {.data = x, .rows = ROWS, .columns = D, .parts = 1, .each = 99, .most = 50};
    double one[ALL], two[ALL], error_one[ALL], error_two[ALL];
    char text[64];

    random_rows(x, ROWS, 88172645463325252u);
    memcpy(x + ROWS * D, x, ROWS * D * sizeof *x);
    ck_assert_uint_eq(bound_features_length(b), ALL);
    ck_ok(rounds_run(b, &r, &e), &e);
    bound_set_round(b, r.round, r.model);
    rounds_pass(b, &r);
    ck_ok(bound_features(b, r.state, one, error_one, &e), &e);
    r.rows = 2 * ROWS;
    rounds_pass(b, &r);
    ck_ok(bound_features(b, r.state, two, error_two, &e), &e);
    for (size_t i = 0; i < ALL; i++) {
        ck_assert_msg(fabs(one[i] - two[i]) < 0.002 * fabs(one[i]) + 1e-12, "feature %zu", i);
        ck_digits(error_one[i], error_two[i] * M_SQRT2, 1.7);
        ck_assert(error_one[i] > 0 && isfinite(error_one[i]));
    }
    bound_feature_name(b, 2 * D, text, sizeof text);
    ck_assert_str_eq(text, "distance");
    bound_feature_name(b, 2 * D + 1 + D + 1, text, sizeof text);
    ck_assert_str_eq(text, "share(2)");
    bound_feature_name(b, ALL - 1, text, sizeof text);
    ck_assert_str_eq(text, "centre(6,d)");

    /* A single row says nothing of centres. */
    memset(r.state, 0, bound_length(b) * sizeof(double));
    add_rows(b, r.state, x, 1, D, 1);
    ck_ok(bound_features(b, r.state, one, error_one, &e), &e);
    int unknown = 0;
    for (size_t i = 2 * D + 1; i < ALL; i++) {
        ck_assert(isfinite(one[i]) && error_one[i] > 0);
        unknown += isinf(error_one[i]) != 0;
    }
    ck_assert_int_eq(unknown, 6 * D);

    /* Counts that do not sum to the rows. */
    kmeans_sums_at(&six, r.state).count[0] += 1;
    ck_ok(bound_features(b, r.state, one, error_one, &e), &e);
    ck_assert(isnan(one[0]));
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

START_TEST(what_does_not_fit_is_named)
{
    double x[] = {1, 2, 3, 4, 5, NAN};
    struct err e = {0};
    struct bound *b = bind(2, 2, 0, 1, 2);
    struct block block = {.rows = 3, .columns = 2, .first = 40, .data = x};
    struct rounds r = {.data = x, .rows = 3, .columns = 2, .parts = 1, .each = 9, .most = 2};
    struct kept out;
    double *state = new_state(b);

    ck_fails(bound_accumulate(b, state, &block, &e), &e, ERR_INPUT,
             "kmeans: row 42 has a missing value in column 'b'");
    x[5] = 6;
    ck_fails(rounds_run(b, &r, &e), &e, ERR_INPUT, "3 rows for 2 clusters of at least 2");
    rounds_free(&r);
    bound_destroy(b), free(state);
    b = bind(2, 2, 0, 1, 1);
    ck_ok(rounds_run(b, &r, &e), &e);
    finish_state(b, r.state, &out); /* after two rounds */
    ck_assert(out.count == 2 && *kept_values(&out, "converged") == 0);
    rounds_free(&r);
    x[0] = INFINITY;
    ck_fails(rounds_run(b, &r, &e), &e, ERR_INPUT, "not finite");
    rounds_free(&r);
    bound_destroy(b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, rounds_are_lloyds, 0, 4);
    tcase_add_test(t, empty_clusters_are_filled);
    tcase_add_test(t, fewer_points_than_clusters_end);
    tcase_add_loop_test(t, the_filter_finds_who_is_wrong, 0, 2);
    tcase_add_loop_test(t, sparse_columns_reject_nobody, 0, 3);
    tcase_add_test(t, features_do_not_count_rows);
    tcase_add_test(t, what_does_not_fit_is_named);
}

UNIT_MAIN("kmeans", add)
