/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distances against sums in long double: near and far points, kept or not, in blocks, by threads. */
#include "unit.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "stats/distance.h"
#include "stats/filter_columns.h"
#include "util/blas.h"
#include "util/crew.h"

_Static_assert((int)FILTER_BLOCK == (int)DISTANCE_BLOCK,
               "blocks of the filter are added one by one");

static uint64_t state = 88172645463325252u;
static atomic_uint begun; /* threads that were started, whoever did */

/* In the place of the system's, which it calls. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*work)(void *),
                   void *of)
{
    union { /* C has no conversion of an object pointer to a function's */
        void *object;
        int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    } next = {dlsym(RTLD_NEXT, "pthread_create")};

    atomic_fetch_add(&begun, 1);
    return next.create(thread, attributes, work, of);
}

/* A number near normal. */
static double draw(void)
{
    double sum = -6;

    for (int i = 0; i < 12; i++) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        sum += (double)(state >> 11) / 9007199254740992.0;
    }
    return sum;
}

static double slow_square(const double *a, const double *b, size_t d)
{
    long double sum = 0;

    for (size_t j = 0; j < d; j++)
        sum += ((long double)a[j] - b[j]) * ((long double)a[j] - b[j]);
    return (double)sum;
}

static void check_square(double found, const double *a, const double *b, size_t d, double within)
{
    double expected = slow_square(a, b, d);

    if (!(fabs(found - expected) <= within * expected)) /* Check writes down each assertion */
        ck_abort_msg("%zu coordinates: %.17g, expected %.17g", d, found, expected);
}

/* Rows as results are: shift from 0, a spread, and some of them near to or equal to others. */
static double *points(size_t n, size_t d, double shift, double gap)
{
    double *x = malloc(n * d * sizeof *x);

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < d; j++) {
            x[i * d + j] = i % 4 == 1 && i > 4 ? x[(i - 4) * d + j] : shift + draw();
            if (i % 4 == 2 && i > 4)
                x[i * d + j] = x[(i - 1) * d + j] + gap * draw();
        }
    return x;
}

static void check_all(const double *x, size_t n, size_t d, size_t most)
{
    struct distances s;
    struct err e = {0};
    double *room = calloc(n * n, sizeof *room);
    size_t group;

    ck_ok(distances_open(&s, DISTANCE_EUCLID, x, n, d, most, &e), &e);
    ck_assert_int_eq(s.squares != NULL, d >= 32 && n * n * sizeof(double) <= most);
    group = distances_group(&s);
    ck_assert_uint_le(group, DISTANCE_ROWS);
    for (size_t i = 0; i < n; i += group) {
        size_t count = n - i < group ? n - i : group;
        const double *rows = distances_rows(&s, i, count, room);
        for (size_t r = 0; r < count; r++)
            for (size_t k = 0; k < n; k++)
                check_square(rows[r * n + k], x + (i + r) * d, x + k * d, d, 5e-13);
    }
    distances_close(&s);
    free(room);
}

START_TEST(squares_are_right_near_and_far)
{
    const size_t rows[] = {1, 2, 7, 70, 300}, wide[] = {1, 3, 9, 17, 40};
    const double shift[] = {0, 1, 1e6}, gap[] = {1e-9, 1e-3, 0.3};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t j = 0; j < sizeof wide / sizeof *wide; j++)
            for (size_t k = 0; k < 3; k++) {
                size_t n = rows[i], d = wide[j];
                if (n == 300 && d % 8 != 1)
                    continue;
                double *x = points(n, d, shift[k], gap[(i + j + k) % 3]);
                check_all(x, n, d, 1 << 20);
                check_all(x, n, d, 0);
                free(x);
            }
}
END_TEST

/* Up to 128 rows are multiplied by panels of eight, the last of which is not full. */
START_TEST(squares_of_few_rows_are_right)
{
    const size_t rows[] = {17, 20, 29, 100, 128}, wide[] = {4001, 9000, 1203, 515, 62};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int far = 0; far < 2; far++) {
            double *x = points(rows[i], wide[i], far ? 1e6 : 0, 1e-3);
            check_all(x, rows[i], wide[i], 1 << 20);
            free(x);
        }
}
END_TEST

/* All coordinates have one sign, so that all errors of a sum could go one way. */
START_TEST(long_sums_keep_their_digits)
{
    enum { POINTS = 3, WIDE = 2 * DISTANCE_BLOCK + 100 };
    double *x = points(POINTS, WIDE, 0, 0), *far = points(POINTS, WIDE, 1e6, 0);

    for (size_t j = 0; j < POINTS * (size_t)WIDE; j++)
        x[j] = fabs(x[j]) * (j < WIDE ? 1 : j < 2 * WIDE ? -0.7 : -0.9);
    check_all(x, POINTS, WIDE, 1 << 20);
    check_all(x, POINTS, WIDE, 0);
    check_all(far, POINTS, WIDE, 1 << 20);
    free(x);
    free(far);
}
END_TEST

/* One point that is far away costs the others no digit. */
START_TEST(an_outlier_spoils_nothing)
{
    double *x = points(40, 50, 5, 1e-6);

    for (size_t j = 0; j < 50; j++) {
        x[j] = 1e9;
        x[7 * 50 + j] = 1e100;
    }
    check_all(x, 40, 50, 1 << 20);
    check_all(x, 40, 50, 0);
    free(x);
}
END_TEST

START_TEST(blocks_add_up_to_the_same_bits)
{
    enum { POINTS = 20, WIDE = DISTANCE_BLOCK + 5000 };
    double *x = points(POINTS, WIDE, 0, 1e-4);
    double whole[POINTS * POINTS] = {0}, parts[POINTS * POINTS] = {0};
    struct distances s;
    struct err e = {0};

    ck_ok(distance_squares(x, POINTS, WIDE, WIDE, whole, &e), &e);
    ck_ok(distance_squares(x, POINTS, DISTANCE_BLOCK, WIDE, parts, &e), &e);
    ck_ok(distance_squares(x + DISTANCE_BLOCK, POINTS, 5000, WIDE, parts, &e), &e);
    ck_assert_mem_eq(whole, parts, sizeof whole);
    ck_ok(distances_open(&s, DISTANCE_EUCLID, x, POINTS, WIDE, 1 << 20, &e), &e);
    ck_assert_mem_eq(distances_rows(&s, 0, POINTS, NULL), whole, sizeof whole);
    distances_close(&s);
    for (size_t i = 0; i < POINTS; i++)
        for (size_t k = 0; k < POINTS; k++) {
            bool same = memcmp(x + i * WIDE, x + k * WIDE, WIDE * sizeof *x) == 0;
            ck_assert(whole[i * POINTS + k] == whole[k * POINTS + i]);
            ck_assert((whole[i * POINTS + k] == 0) == same);
        }
    free(x);
}
END_TEST

/* The squares of n rows by one thread and by four, of which at least so many are started. */
static void by_threads(size_t n, size_t d, double shift, unsigned started)
{
    double *x = points(n, d, shift, 1e-4);
    double *one = calloc(n * n, sizeof *one), *four = calloc(n * n, sizeof *four);
    unsigned before = blas_threads(), count;
    struct err e = {0};

    blas_take_threads(1);
    ck_ok(distance_squares(x, n, d, d, one, &e), &e);
    blas_take_threads(4); /* another BLAS stays at one */
    started = blas_threads() == 4 ? started : 0;
    count = atomic_load(&begun);
    ck_ok(distance_squares(x, n, d, d, four, &e), &e);
    count = atomic_load(&begun) - count;
    ck_assert_uint_ge(count, started);
    blas_take_threads(before);
    ck_assert_mem_eq(one, four, n * n * sizeof *one);
    free(x);
    free(one);
    free(four);
}

START_TEST(threads_change_no_bit)
{
    by_threads(700, 30, 1e3, 3);
    by_threads(100, 40000, 0, 3);
    by_threads(100, 40000, 1e3, 3);
    by_threads(30, DISTANCE_BLOCK + 20000, 0, 3 + 2); /* as many as there are parts */
    by_threads(10, 50, 0, 0);
}
END_TEST

START_TEST(manhattan_sums)
{
    const double x[] = {0, 0, 3, -4, 1, 1};
    struct distances s;
    struct err e = {0};
    double room[9];

    for (size_t most = 0; most < 2; most++) {
        ck_ok(distances_open(&s, DISTANCE_MANHATTAN, x, 3, 2, most * 1000, &e), &e);
        const double *rows = distances_rows(&s, 0, 3, room);
        ck_assert(sqrt(rows[1]) == 7 && sqrt(rows[5]) == 7 && sqrt(rows[6]) == 2 && rows[4] == 0);
        distances_close(&s);
    }
}
END_TEST

START_TEST(given_squares_are_looked_at)
{
    double squares[] = {0, 4, 4, 0};
    struct distances s;
    struct err e = {0};

    ck_ok(distances_of_squares(&s, squares, 2, &e), &e);
    ck_assert_ptr_eq(distances_rows(&s, 1, 1, NULL), squares + 2);
    distances_close(&s);
    squares[2] = -1;
    ck_fails(distances_of_squares(&s, squares, 2, &e), &e, ERR_INPUT, "results 1 and 0: -1");
    squares[2] = NAN;
    ck_fails(distances_of_squares(&s, squares, 2, &e), &e, ERR_INPUT, "expected a finite");
}
END_TEST

/* However many points there are, what is kept takes no more than is said. */
START_TEST(what_is_kept_has_a_limit)
{
    static const double x[65536];
    struct distances s;
    struct err e = {0};

    for (size_t n = 1 << 13; n <= 65536; n *= 2) {
        ck_ok(distances_open(&s, DISTANCE_EUCLID, x, n, 1, DISTANCE_KEPT, &e), &e);
        ck_assert(!s.squares && !s.kept);
        ck_assert_uint_le(distances_group(&s) * n * sizeof *x, 32 << 20);
        distances_close(&s);
    }
}
END_TEST

static void count_part(void *shared, unsigned who, size_t part)
{
    unsigned char(*done)[100] = shared;

    ck_assert_uint_lt(who, 3);
    done[who][part]++;
}

START_TEST(each_part_is_done_once)
{
    for (unsigned threads = 0; threads < 4; threads++) {
        unsigned char done[3][100] = {{0}};
        crew_run(threads, 100, count_part, done);
        for (size_t part = 0; part < 100; part++)
            ck_assert_int_eq(done[0][part] + done[1][part] + done[2][part], 1);
    }
    crew_run(2, 0, count_part, NULL);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, squares_are_right_near_and_far);
    tcase_add_test(t, squares_of_few_rows_are_right);
    tcase_add_test(t, long_sums_keep_their_digits);
    tcase_add_test(t, an_outlier_spoils_nothing);
    tcase_add_test(t, blocks_add_up_to_the_same_bits);
    tcase_add_test(t, threads_change_no_bit);
    tcase_add_test(t, manhattan_sums);
    tcase_add_test(t, given_squares_are_looked_at);
    tcase_add_test(t, what_is_kept_has_a_limit);
    tcase_add_test(t, each_part_is_done_once);
}

UNIT_MAIN("distance", add)
