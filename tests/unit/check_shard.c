/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results in parts, within one process, and the files that slaves keep their states in. */
#include "unit.h"

#include <math.h>

#include "engine/shard/shard.h"
#include "engine/state/submitted.h"
#include "scratch.h"
#include "util/store.h"

enum { WIDTH = 7 };

static double number(size_t i, size_t j)
{
    return sin((double)(i * 31 + j)) * pow(10, (double)(i % 5));
}

static int read_numbers(void *context, size_t result, size_t first, size_t count, double *values,
                        double *errors, struct err *e)
{
    (void)context, (void)errors, (void)e;
    for (size_t j = 0; j < count; j++)
        values[j] = number(result, first + j);
    return 0;
}

/* The tree as state/reduction.h tells of it: full nodes first, then from right to left. */
static double slow_sum(const size_t *of, size_t count, size_t j)
{
    double parts[64];
    size_t n = 0;

    for (size_t at = 0; at < count;) {
        size_t size = 1;
        while (at % (2 * size) == 0 && at + 2 * size <= count)
            size *= 2;
        double level[64];
        for (size_t i = 0; i < size; i++)
            level[i] = number(of[at + i], j);
        for (size_t half = size; half > 1; half /= 2)
            for (size_t i = 0; i < half / 2; i++)
                level[i] = level[2 * i] + level[2 * i + 1];
        parts[n++] = level[0];
        at += size;
    }
    for (; n > 1; n--)
        parts[n - 2] += parts[n - 1];
    return n > 0 ? parts[0] : 0;
}

static int compare(void *context, size_t first, size_t count, const double *values, struct err *e)
{
    const double *wanted = context;

    (void)e;
    ck_assert(memcmp(values, wanted + first, count * sizeof *values) == 0);
    return 0;
}

START_TEST(sums_are_those_of_the_tree)
{
    struct err e = {0};
    struct transport *t = transport_local(&e);
    size_t of[64];

    for (size_t n = 1; n <= 40; n++) {
        int owner[64] = {0};
        bool taken[64];
        double wanted[WIDTH], whole[WIDTH];
        size_t count = 0;
        const struct shard_shape shape = {1, n, WIDTH, owner, false};
        struct shard *s = shard_open(t, &shape, &e);
        ck_assert(s);
        ck_ok(shard_collect(s, read_numbers, NULL, &e), &e);
        for (size_t i = 0; i < n; i++)
            if ((taken[i] = n < 3 || i % 7 != 3))
                of[count++] = i;
        for (size_t j = 0; j < WIDTH; j++)
            wanted[j] = slow_sum(of, count, j);
        ck_ok(shard_merge(s, taken, &e), &e);
        ck_ok(shard_deliver(s, compare, wanted, &e), &e);
        ck_ok(shard_spread(s, whole, &e), &e);
        ck_assert(memcmp(whole, wanted, sizeof whole) == 0);
        ck_assert_uint_eq(shard_account(s).sent + shard_account(s).received, 0);
        shard_free(s);
    }
    transport_close(t);
}
END_TEST

START_TEST(what_is_not_finite_is_known)
{
    struct err e = {0};
    struct transport *t = transport_local(&e);
    const int owner[3] = {0};
    const struct shard_shape shape = {1, 3, 310, owner, false},
                             lost = {1, 3, 310, (const int[3]){0, 1, 0}, false};
    struct shard *s = shard_open(t, &shape, &e);

    ck_assert(s);
    ck_ok(shard_collect(s, read_numbers, NULL, &e), &e);
    for (size_t i = 0; i < 3; i++)
        ck_assert(shard_finite(s)[i]);
    shard_free(s);
    ck_fails(shard_open(t, &lost, &e) ? 0 : -1, &e, ERR_SOFTWARE, "belong to none of 1 ranks");
    transport_close(t);
}
END_TEST

START_TEST(a_kept_state_is_the_one_that_was_submitted)
{
    struct err e = {0};
    struct seal seal;
    const double state[5] = {3, 1.5, -2, 1e300, 0};
    double items, read[4];
    uint8_t digest[SHA256_LEN], other[SHA256_LEN] = {1};

    set_up();
    ck_ok(seal_begin(&seal, dir, "0123456789abcdef", &e), &e);
    ck_ok(seal_make(&seal, &e), &e);
    ck_ok(submitted_write(&seal, "state-4", state, 5, &e), &e);
    ck_ok(hash_doubles(state, 5, digest, &e), &e);
    struct submitted *x = submitted_open(dir, "state-4", 5, digest, &items, &e);
    ck_assert(x && items == 3);
    ck_ok(submitted_read(x, 1, read, &e), &e);
    ck_ok(submitted_read(x, 3, read + 1, &e), &e);
    ck_assert(memcmp(read, state + 1, sizeof read) == 0);
    ck_fails(submitted_read(x, 1, read, &e), &e, ERR_SOFTWARE, "no more than 0");
    submitted_close(x);
    err_clear(&e);
    x = submitted_open(dir, "state-4", 5, other, &items, &e);
    ck_assert(x);
    ck_fails(submitted_read(x, 4, read, &e), &e, ERR_INPUT, "is not the state that was submitted");
    submitted_close(x);
    ck_fails(submitted_open(dir, "state-4", 4, digest, &items, &e) ? 0 : -1, &e, ERR_INPUT,
             "is no state of 4 doubles");
    ck_fails(submitted_open(dir, "state-4", 500, digest, &items, &e) ? 0 : -1, &e, ERR_INPUT,
             "is no state of 500 doubles");
    ck_fails(submitted_open(dir, "state-5", 5, digest, &items, &e) ? 0 : -1, &e, ERR_OPEN,
             "state-5");
    tear_down();
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, sums_are_those_of_the_tree);
    tcase_add_test(tests, what_is_not_finite_is_known);
    tcase_add_test(tests, a_kept_state_is_the_one_that_was_submitted);
}

UNIT_MAIN("shard", add)
