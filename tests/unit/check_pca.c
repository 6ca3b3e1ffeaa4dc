/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pca against Jacobi's rotations in long double. tests/t/t0320-functions.t compares
 * with numpy and published values.
 */
#include "function.h"

#include <stdio.h>

enum { D = 6, ROWS = 500 };

static const char *const names[] = {"a", "b", "c", "d", "e", "f"};

static struct bound *bind(size_t columns, int components, int scale)
{
    struct err e = {0};
    struct function_setting s[] = {{"components", FUNCTION_INTEGER, {.integer = components}},
                                   {"scale", FUNCTION_BOOLEAN, {.integer = scale}}};
    struct bound *b = bound_create(registry_find("pca", &e), s, 2, names, columns, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

static void random_rows(double *x, size_t rows, size_t columns)
{
    uint64_t seed = 88172645463325252u;

    for (size_t i = 0; i < rows; i++) {
        double u = uniform(&seed), v = uniform(&seed);
        for (size_t j = 0; j < columns; j++)
            *x++ = 100 + (double)j * (u - 0.5) + ((double)j - 3) * v +
                   uniform(&seed) * (double)(j + 1);
    }
}

/* Covariances, or correlations, of complete rows. */
static void obvious_matrix(const double *x, size_t rows, int scale, long double m[D][D])
{
    long double mean[D] = {0}, root[D];

    for (size_t i = 0; i < rows * D; i++)
        mean[i % D] += x[i] / (long double)rows;
    for (size_t j = 0; j < D; j++)
        for (size_t k = 0; k < D; k++) {
            m[j][k] = 0;
            for (size_t i = 0; i < rows; i++)
                m[j][k] += (x[i * D + j] - mean[j]) * (x[i * D + k] - mean[k]);
            m[j][k] /= (long double)(rows - 1);
        }
    for (size_t j = 0; j < D; j++)
        root[j] = scale ? sqrtl(m[j][j]) : 1;
    for (size_t j = 0; j < D; j++)
        for (size_t k = 0; k < D; k++)
            m[j][k] /= root[j] * root[k];
}

/* The slow, obvious version: m becomes diagonal, the columns of v eigenvectors. */
static void jacobi(long double m[D][D], long double v[D][D])
{
    for (size_t i = 0; i < D; i++)
        for (size_t j = 0; j < D; j++)
            v[i][j] = i == j;
    for (int sweep = 0; sweep < 50; sweep++)
        for (size_t p = 0; p < D; p++)
            for (size_t q = p + 1; q < D; q++) {
                long double angle = atan2l(2 * m[p][q], m[q][q] - m[p][p]) / 2;
                long double c = cosl(angle), s = sinl(angle);
                for (size_t k = 0; k < D; k++) {
                    long double a = m[k][p], b = m[k][q];
                    m[k][p] = c * a - s * b, m[k][q] = s * a + c * b;
                    a = v[k][p], b = v[k][q];
                    v[k][p] = c * a - s * b, v[k][q] = s * a + c * b;
                }
                for (size_t k = 0; k < D; k++) {
                    long double a = m[p][k], b = m[q][k];
                    m[p][k] = c * a - s * b, m[q][k] = s * a + c * b;
                }
            }
}

/* The eigenvector of the largest eigenvalue that is not taken yet. */
static size_t next_largest(long double m[D][D], bool *taken)
{
    size_t best = D;

    for (size_t k = 0; k < D; k++)
        if (!taken[k] && (best == D || m[k][k] > m[best][best]))
            best = k;
    taken[best] = true;
    return best;
}

START_TEST(components_are_the_obvious_ones)
{
    static double x[ROWS * D];
    long double m[D][D], v[D][D], total = 0;
    bool taken[D] = {false};
    struct bound *b = bind(D, 4, _i);
    double *state = new_state(b);
    struct kept out;

    random_rows(x, ROWS, D);
    add_rows(b, state, x, ROWS, D, 77);
    finish_state(b, state, &out);
    obvious_matrix(x, ROWS, _i, m);
    jacobi(m, v);
    for (size_t k = 0; k < D; k++)
        total += m[k][k];
    for (size_t k = 0; k < 4; k++) {
        size_t which = next_largest(m, taken), top = 0;
        ck_digits(kept_values(&out, "eigenvalue")[k], (double)m[which][which], 12);
        ck_digits(kept_values(&out, "explained")[k], (double)(m[which][which] / total), 12);
        for (size_t j = 1; j < D; j++)
            top = fabsl(v[j][which]) > fabsl(v[top][which]) ? j : top;
        for (size_t j = 0; j < D; j++) {
            double wanted = (double)(v[top][which] < 0 ? -v[j][which] : v[j][which]);
            ck_assert(fabs(kept_values(&out, "loadings")[j * 4 + k] - wanted) < 1e-11);
        }
    }
    ck_assert(_i == 0 || fabs((double)total - D) < 1e-12);
    ck_assert_str_eq(out.array[1].label[1], "pc2");
    for (size_t j = 0; j < D; j++) {
        double mean = 0;
        for (size_t i = 0; i < ROWS; i++)
            mean += x[i * D + j] / ROWS;
        ck_digits(kept_values(&out, "mean")[j], mean, 13);
    }
    if (_i == 1)
        ck_assert(kept_values(&out, "sd")[0] > 0.2 && kept_values(&out, "sd")[0] < 1);
    free(state);
    bound_destroy(b);
}
END_TEST

/* (1, 1) and (-1, -1): loadings of the same size, of which the first is positive; the
 * other component has no variance. More components than columns are not given. */
START_TEST(directions_are_fixed)
{
    const double x[] = {1, 1, -1, -1, -3, -3, 3, 3};
    struct bound *b = bind(2, 10, 0);
    double *state = new_state(b), root = sqrt(0.5);
    struct kept out;

    add_rows(b, state, x, 4, 2, 3);
    finish_state(b, state, &out);
    ck_digits(kept_values(&out, "eigenvalue")[0], 40.0 / 3, 14);
    ck_assert(kept_values(&out, "eigenvalue")[1] >= 0 &&
              kept_values(&out, "eigenvalue")[1] < 1e-12);
    ck_digits(kept_values(&out, "explained_sum")[1], 1, 15);
    const double *l = kept_values(&out, "loadings");
    ck_digits(l[0], root, 14);
    ck_digits(l[2], root, 14);
    ck_digits(l[1], root, 14);
    ck_digits(l[3], -root, 14);
    free(state);
    bound_destroy(b);
}
END_TEST

/* A constant column has no correlation with others: it is left at 0. */
START_TEST(constant_columns_count_as_nothing)
{
    const double x[] = {1, 7, 2, 7, 6, 7};
    struct kept out;

    for (int scale = 0; scale < 2; scale++) {
        struct bound *b = bind(2, 2, scale);
        double *state = new_state(b);
        add_rows(b, state, x, 3, 2, 1);
        finish_state(b, state, &out);
        ck_assert(kept_values(&out, "eigenvalue")[0] == (scale ? 1 : 7));
        ck_assert(kept_values(&out, "eigenvalue")[1] == 0);
        ck_assert(kept_values(&out, "loadings")[0] == 1 && kept_values(&out, "loadings")[2] == 0);
        free(state);
        bound_destroy(b);
    }
}
END_TEST

START_TEST(what_has_no_components_is_refused)
{
    static const double hostile[] = {NAN, -1e9, INFINITY, 1e300};
    static const char *many[8193];
    const double x[] = {0.5, 2, 3, -7, NAN, 1};
    struct bound *b = bind(2, 2, 0);
    struct err e = {0};
    struct kept out = {.base.put = keep_array};
    double *state = new_state(b);

    ck_fails(bound_finish(b, state, &out.base, &e), &e, ERR_INPUT,
             "pca: 0 rows without missing values; expected at least 2");
    add_rows(b, state, x + 2, 2, 2, 1);
    ck_fails(bound_finish(b, state, &out.base, &e), &e, ERR_INPUT, "pca: 1 rows");
    free(state);
    for (size_t i = 0; i < 4 * bound_length(b); i++) {
        double value[5], error[5];
        state = new_state(b);
        add_rows(b, state, x, 2, 2, 2);
        state[i / 4] = hostile[i % 4];
        ck_ok(bound_features(b, state, value, error, &e), &e);
        memset(&out, 0, sizeof out), out.base.put = keep_array;
        bound_finish(b, state, &out.base, NULL);
        if (i % 4 == 0)
            ck_fails(bound_finish(b, state, &out.base, &e), &e, ERR_INPUT, "is not that of rows");
        free(state);
    }
    bound_destroy(b);
    for (int i = 0; i < 8193; i++)
        many[i] = "x";
    ck_fails(bound_create(registry_find("pca", &e), NULL, 0, many, 8193, &e) ? 0 : -1, &e,
             ERR_INPUT, "pca: 8193 columns; expected at most 8192");
}
END_TEST

/* The state, its merge and the features are those of covariance. */
START_TEST(states_are_those_of_covariance)
{
    static double x[ROWS * D];
    double value[2][27], error[2][27];
    struct err e = {0};
    struct bound *pca = bind(D, 1, 1);
    struct bound *c = bound_create(registry_find("covariance", &e), NULL, 0, names, D, &e);
    double *state[2] = {new_state(pca), new_state(c)}, *part = new_state(c);

    ck_assert_uint_eq(bound_length(pca), bound_length(c));
    random_rows(x, ROWS, D);
    for (int i = 0; i < 2; i++) {
        struct bound *b = i == 0 ? pca : c;
        add_rows(b, state[i], x, 200, D, 64);
        memset(part, 0, bound_length(b) * sizeof *part);
        add_rows(b, part, x + 200 * D, ROWS - 200, D, 64);
        ck_ok(bound_merge(b, state[i], part, &e), &e);
        ck_ok(bound_features(b, state[i], value[i], error[i], &e), &e);
    }
    ck_assert_mem_eq(state[0], state[1], bound_length(c) * sizeof(double));
    ck_assert_mem_eq(value[0], value[1], sizeof value[0]);
    ck_assert_mem_eq(error[0], error[1], sizeof error[0]);
    free(state[0]), free(state[1]), free(part);
    bound_destroy(pca);
    bound_destroy(c);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_loop_test(t, components_are_the_obvious_ones, 0, 2);
    tcase_add_test(t, directions_are_fixed);
    tcase_add_test(t, constant_columns_count_as_nothing);
    tcase_add_test(t, what_has_no_components_is_refused);
    tcase_add_test(t, states_are_those_of_covariance);
}

UNIT_MAIN("pca", add)
