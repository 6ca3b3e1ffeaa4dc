/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What fails on a node is offered elsewhere: who gets what, by a schedule of its own. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "engine/pool/nodes.h"

enum { GROUPS = 16, PARTITIONS = 400 };

/* What becomes of partition k with group g; 0: it is served. */
typedef enum err_code outcome(size_t g, size_t k);

/* A run of so many partitions by groups on nodes, which are letters: "aabb". */
static struct {
    size_t served, lost, failures, most; /* most: failures of one partition */
    size_t of_group[GROUPS];             /* failures of each */
    char left_out[GROUPS + 1];           /* nodes, as they were */
    char why[NODES_WHY];
} x;

static void take(struct nodes *n, size_t g, size_t k, enum err_code code, enum nodes_how how,
                 bool *waits, size_t *failed)
{
    struct err why = {0};
    const char *name, *reason;
    bool again = false;

    if (code == ERR_NONE) {
        nodes_served(n, g, k);
        x.served++;
        while ((name = nodes_left_out(n, &reason))) {
            strncat(x.left_out, name, 1);
            snprintf(x.why, sizeof x.why, "%s", reason);
        }
        return;
    }
    err_set(&why, code, "slave %zu by group %zu", k, g);
    ck_assert(nodes_failed(n, g, k, how, &why, &again, NULL) == 0);
    waits[k] = again;
    x.failures++;
    x.of_group[g]++;
    x.lost += !again;
    if (++failed[k] > x.most)
        x.most = failed[k];
}

/* Groups come in turn; one that is slow only every so many turns. */
static void go(const char *letters, size_t partitions, outcome *out, enum nodes_how how,
               size_t slow)
{
    char names[GROUPS][NODE_NAME] = {{0}};
    bool waits[PARTITIONS], took = true;
    size_t groups = strlen(letters), failed[PARTITIONS] = {0};

    memset(&x, 0, sizeof x);
    for (size_t g = 0; g < groups; g++)
        names[g][0] = letters[g];
    for (size_t k = 0; k < partitions; k++)
        waits[k] = true;
    struct nodes *n = nodes_open(names, groups, partitions, NULL);
    ck_assert(n != NULL);
    for (size_t turn = 0; took || turn % 10 != 0; turn++) {
        took = turn % 10 == 0 ? false : took;
        for (size_t g = 0; g < groups; g++) {
            size_t k = 0;
            while (k < partitions && !(waits[k] && nodes_suits(n, g, k)))
                k++;
            if (k == partitions)
                continue;
            took = true;
            enum err_code code = out(g, k);
            if (code == ERR_NONE && slow > 0 && turn % slow != 0)
                continue; /* it fails fast, and serves slowly */
            waits[k] = false;
            take(n, g, k, code, how, waits, failed);
        }
    }
    for (size_t k = 0; k < partitions; k++)
        ck_assert(!waits[k]);
    nodes_close(n);
    ck_assert_uint_eq(x.served + x.lost, partitions);
}

static enum err_code first_is_bad(size_t g, size_t k)
{
    return k < PARTITIONS && g == 0 ? ERR_OPEN : ERR_NONE;
}

static enum err_code first_three_are_bad(size_t g, size_t k)
{
    return k < PARTITIONS && g < 3 ? ERR_IO : ERR_NONE;
}

static enum err_code nowhere(size_t g, size_t k)
{
    return g < GROUPS && k < PARTITIONS ? ERR_OPEN : ERR_NONE;
}

START_TEST(a_bad_node_swallows_nothing)
{
    for (size_t slow = 0; slow < 9; slow += 4) {
        go("ab", 8, first_is_bad, NODES_DECLINED, slow);
        ck_assert_uint_eq(x.served, 8);
        ck_assert_uint_eq(x.failures, 2);
        ck_assert_str_eq(x.left_out, "a");
        ck_assert(strstr(x.why, "by group 0"));
        go("abbc", 300, first_is_bad, NODES_DECLINED, slow);
        ck_assert_uint_eq(x.served, 300);
        ck_assert_uint_eq(x.failures, 2);
        ck_assert_str_eq(x.left_out, "a");
    }
}
END_TEST

START_TEST(nor_do_several)
{
    go("abcd", 300, first_three_are_bad, NODES_DECLINED, 7);
    ck_assert_uint_eq(x.served, 300);
    ck_assert_uint_le(x.failures, 60); /* what all three failed speaks against none */
    ck_assert_uint_eq(strlen(x.left_out), 3);
    go("abc", 8, first_three_are_bad, NODES_DECLINED, 0);
    ck_assert_uint_eq(x.served, 0);
    ck_assert_str_eq(x.left_out, "");
    go("aaabb", 40, first_three_are_bad, NODES_DECLINED, 3); /* a node with several groups */
    ck_assert_uint_eq(x.served, 40);
    ck_assert_uint_le(x.failures, 4);
    ck_assert_str_eq(x.left_out, "a");
}
END_TEST

START_TEST(what_is_nowhere_is_not_the_nodes_fault)
{
    go("aabb", 8, nowhere, NODES_DECLINED, 0);
    ck_assert(x.served == 0 && x.lost == 8 && x.failures == 16);
    ck_assert_str_eq(x.left_out, "");
    go("abcdefghijklmnop", PARTITIONS, nowhere, NODES_DECLINED, 0);
    ck_assert_uint_eq(x.lost, PARTITIONS);
    ck_assert_uint_le(x.failures, 3 * (PARTITIONS + GROUPS)); /* of 16 * 400 */
}
END_TEST

START_TEST(alone_nothing_is_tried_twice)
{
    go("aaaa", 40, nowhere, NODES_DECLINED, 0);
    ck_assert(x.lost == 40 && x.failures == 40);
    go("aaaa", 40, first_is_bad, NODES_DECLINED, 0);
    ck_assert(x.lost == x.failures && x.served == 40 - x.lost && x.lost > 0);
    go("aaaa", 40, nowhere, NODES_LOST, 0);
    ck_assert(x.lost == 40 && x.failures == 40);
    go("a", 8, nowhere, NODES_UNFIT, 0);
    ck_assert(x.lost == 8 && x.failures == 8);
    ck_assert_str_eq(x.left_out, "");
}
END_TEST

static enum err_code each_has_its_own(size_t g, size_t k)
{
    return k % 2 == g ? ERR_NONE : ERR_OPEN;
}

START_TEST(nodes_that_have_data_of_their_own)
{
    go("ab", 40, each_has_its_own, NODES_DECLINED, 0);
    ck_assert_uint_eq(x.served, 40);
}
END_TEST

static enum err_code some_are_bad(size_t g, size_t k)
{
    return g < GROUPS && k % 5 == 0 ? ERR_INPUT : ERR_NONE;
}

static enum err_code old_copies(size_t g, size_t k)
{
    return g == 0 && k % 3 != 1 ? ERR_INPUT : ERR_NONE;
}

START_TEST(bad_contents)
{
    go("ab", 40, some_are_bad, NODES_DECLINED, 0);
    ck_assert(x.served == 32 && x.lost == 8 && x.failures == 16);
    ck_assert_str_eq(x.left_out, "");
    go("ab", 40, old_copies, NODES_DECLINED, 0); /* which others have in order */
    ck_assert_uint_eq(x.served, 40);
    ck_assert_str_eq(x.left_out, "a");
}
END_TEST

static enum err_code half_lack_it(size_t g, size_t k)
{
    return k < PARTITIONS && g % 2 == 0 ? ERR_PERMANENT : ERR_NONE;
}

static enum err_code all_lack_it(size_t g, size_t k)
{
    return g < GROUPS && k < PARTITIONS ? ERR_PERMANENT : ERR_NONE;
}

START_TEST(a_group_that_lacks_something_says_so_once)
{
    go("aaaa", 40, half_lack_it, NODES_UNFIT, 0);
    ck_assert(x.served == 40 && x.of_group[0] == 1 && x.of_group[2] == 1);
    ck_assert_str_eq(x.left_out, "");
    go("abab", 40, half_lack_it, NODES_UNFIT, 0); /* a's are two */
    ck_assert(x.served == 40 && x.failures == 2);
    ck_assert_str_eq(x.left_out, "a");
    go("aabb", 40, all_lack_it, NODES_UNFIT, 0);
    ck_assert(x.served == 0 && x.lost == 40 && x.failures == 43);
}
END_TEST

START_TEST(a_computation_is_tried_once_more)
{
    go("abcd", 8, nowhere, NODES_LOST, 0);
    ck_assert(x.lost == 8 && x.failures == 16 && x.most == 2);
    go("abcd", 40, first_is_bad, NODES_LOST, 0);
    ck_assert(x.served == 40 && x.failures == 2);
    ck_assert_str_eq(x.left_out, "a");
}
END_TEST

static enum err_code time_is_up(size_t g, size_t k)
{
    return g == 0 && k < PARTITIONS ? ERR_INCOMPLETE : ERR_NONE;
}

START_TEST(one_that_is_left_out_already_is_not_blamed)
{
    go("aab", 40, time_is_up, NODES_UNFIT, 0);
    ck_assert(x.served == 40 && x.failures == 1);
    ck_assert_str_eq(x.left_out, "");
}
END_TEST

START_TEST(another_round_begins_anew)
{
    char names[2][NODE_NAME] = {"a", "b"};
    struct nodes *n = nodes_open(names, 2, 3, NULL);
    struct err why = {0};
    const char *text;
    bool again;

    err_set(&why, ERR_OPEN, "no such file");
    ck_assert(nodes_failed(n, 0, 0, NODES_DECLINED, &why, &again, NULL) == 0 && again);
    ck_assert(!nodes_suits(n, 0, 0) && nodes_suits(n, 1, 0) && nodes_suits(n, 0, 1));
    nodes_begin_round(n);
    ck_assert(nodes_suits(n, 0, 0));
    for (size_t k = 0; k < 2; k++) {
        ck_assert(nodes_failed(n, 0, k, NODES_DECLINED, &why, &again, NULL) == 0 && again);
        nodes_served(n, 1, k);
    }
    ck_assert_str_eq(nodes_left_out(n, &text), "a");
    ck_assert_str_eq(text, "no such file");
    ck_assert(!nodes_left_out(n, &text)); /* it is told once */
    nodes_begin_round(n);
    ck_assert(!nodes_suits(n, 0, 0) && nodes_suits(n, 1, 0));
    nodes_close(n);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, a_bad_node_swallows_nothing);
    tcase_add_test(t, nor_do_several);
    tcase_add_test(t, what_is_nowhere_is_not_the_nodes_fault);
    tcase_add_test(t, alone_nothing_is_tried_twice);
    tcase_add_test(t, nodes_that_have_data_of_their_own);
    tcase_add_test(t, bad_contents);
    tcase_add_test(t, a_group_that_lacks_something_says_so_once);
    tcase_add_test(t, a_computation_is_tried_once_more);
    tcase_add_test(t, one_that_is_left_out_already_is_not_blamed);
    tcase_add_test(t, another_round_begins_anew);
}

UNIT_MAIN("nodes", add)
