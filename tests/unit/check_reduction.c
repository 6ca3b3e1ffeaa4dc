/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fixed tree: ranks that hold any shares of its leaves give the bits of one rank. */
#include "odd.h"
#include "unit.h"

#include "engine/state/reduction.h"

static double slow_tree(uint64_t n)
{
    double parts[64];
    size_t count = 0;

    for (uint64_t at = 0; at < n;) {
        uint64_t level = 0;
        while (at % (UINT64_C(2) << level) == 0 && at + (UINT64_C(2) << level) <= n)
            level++;
        parts[count++] = slow_node(level, at >> level);
        at += UINT64_C(1) << level;
    }
    for (; count > 1; count--)
        parts[count - 2] = parts[count - 2] * 0.7 + parts[count - 1] * 1.3;
    return parts[0];
}

/* Ranks that hold any contiguous shares give the bits of one rank. */
START_TEST(reduction_does_not_know_the_ranks)
{
    struct err e = {0};
    struct bound *b = bind_odd();

    for (uint64_t n = 1; n <= 70; n++) {
        double wanted = slow_tree(n);
        for (uint64_t ranks = 1; ranks <= 9; ranks++) {
            struct reduction *whole = reduction_create(b, REDUCTION_UNCAPPED, &e);
            double root[2];
            for (uint64_t r = 0; r < ranks; r++) {
                struct reduction *part = reduction_create(b, REDUCTION_UNCAPPED, &e);
                struct buf bytes = {0};
                push_range(part, n * r / ranks, n * (r + 1) / ranks);
                reduction_encode(part, &bytes);
                ck_ok(reduction_push_encoded(whole, bytes.data, bytes.len, &e), &e);
                buf_free(&bytes);
                reduction_destroy(part);
            }
            ck_ok(reduction_finish(whole, root, &e), &e);
            ck_assert(root[0] == (double)n && memcmp(&root[1], &wanted, sizeof wanted) == 0);
            reduction_destroy(whole);
        }
    }
    bound_destroy(b);
}
END_TEST

START_TEST(reduction_of_nothing_is_empty)
{
    struct err e = {0};
    struct bound *b = bind_odd();
    struct reduction *t = reduction_create(b, REDUCTION_UNCAPPED, &e);
    double root[2] = {7, 7};

    ck_ok(reduction_finish(t, root, &e), &e);
    ck_assert(root[0] == 0 && root[1] == 0);
    ck_fails(reduction_push_encoded(t, "x", 1, &e), &e, ERR_INPUT, "no multiple");
    reduction_destroy(t);
    bound_destroy(b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, reduction_does_not_know_the_ranks);
    tcase_add_test(t, reduction_of_nothing_is_empty);
}

UNIT_MAIN("reduction", add)
