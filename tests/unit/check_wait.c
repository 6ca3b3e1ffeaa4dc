/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wait: which sets of units its state takes for each unit once, by a slow version
 * that counts them.
 */
#include "function.h"

#include "util/clock.h"

static struct bound *bind(double seconds, bool busy)
{
    struct err e = {0};
    const struct function_setting s[] = {{"seconds", FUNCTION_NUMBER, {.number = seconds}},
                                         {"busy", FUNCTION_BOOLEAN, {.integer = busy}}};
    struct bound *b = bound_create(registry_find("wait", &e), s, 2, NULL, 0, &e);

    ck_assert_msg(b != NULL, "%s", e.text);
    return b;
}

static void add_unit(struct bound *b, double *state, uint64_t u)
{
    struct block unit = {.rows = 1, .first = u};
    struct err e = {0};

    ck_ok(bound_accumulate(b, state, &unit, &e), &e);
}

static bool each_once(struct bound *b, const double *state)
{
    struct kept out;

    finish_state(b, state, &out);
    ck_assert(*kept_values(&out, "units") == state[0]);
    return *kept_values(&out, "each_once") == 1;
}

/* Five units, each none to four times, spread over two states. */
START_TEST(each_unit_once_is_told_from_all_else)
{
    struct bound *b = bind(0, false);
    struct err e = {0};

    for (int way = 0; way < 3125; way++) { /* times of units 0 to 4: 0 to 4 each */
        double one[3] = {0}, two[3] = {0};
        int units = 0, times[5];
        bool whole = true;
        for (int u = 0, rest = way; u < 5; u++, rest /= 5) {
            times[u] = rest % 5;
            units += times[u];
            for (int i = 0; i < times[u]; i++)
                add_unit(b, (u + i) % 2 ? one : two, (uint64_t)u);
        }
        for (int u = 0; u < 5; u++)
            whole = whole && times[u] == (u < units);
        if (units == 0)
            continue;
        ck_ok(bound_merge(b, one, two, &e), &e);
        ck_assert_msg(each_once(b, one) == (whole && units <= 5), "way %d", way);
    }
    bound_destroy(b);
}
END_TEST

/* Sums beyond 2^53, modulo 2^52, in the order of a merge; one unit missing, or
 * there twice, in the place of another. */
START_TEST(many_units_are_exact)
{
    static const uint64_t counts[] = {1, 2, 3, 1000, 99999, 250000, 250001};
    struct bound *b = bind(0, false);
    struct err e = {0};

    for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
        double state[3] = {0}, part[3];
        for (uint64_t u = counts[k]; u > 0;) {
            memset(part, 0, sizeof part);
            for (int i = 0; i < 777 && u > 0; i++)
                add_unit(b, part, --u);
            ck_ok(bound_merge(b, state, part, &e), &e);
        }
        ck_assert_msg(each_once(b, state), "%llu units", (unsigned long long)counts[k]);
        memset(part, 0, sizeof part);
        add_unit(b, part, counts[k] / 2);
        ck_ok(bound_merge(b, state, part, &e), &e);
        ck_assert(!each_once(b, state) || counts[k] == 1);
    }
    bound_destroy(b);
}
END_TEST

/* What 2^53 units come to, without computing them: sums by long multiplication. */
START_TEST(the_most_units_are_exact)
{
    struct bound *b = bind(0, false);

    for (uint64_t n = (UINT64_C(1) << 53) - 7; n <= UINT64_C(1) << 53; n++) {
        unsigned __int128 sum = (unsigned __int128)n * (n - 1) / 2;
        /* the sum of squares is sum * (2n - 1) / 3, and one of the two has the 3 */
        unsigned __int128 squares = sum % 3 == 0 ? sum / 3 * (2 * n - 1) : sum * ((2 * n - 1) / 3);
        const uint64_t mask = (UINT64_C(1) << 52) - 1;
        double state[3] = {(double)n, (double)((uint64_t)sum & mask),
                           (double)((uint64_t)squares & mask)};
        ck_assert(each_once(b, state));
        state[2] = state[2] > 0 ? state[2] - 1 : 1;
        ck_assert(!each_once(b, state));
    }
    double broken[3] = {NAN, 0, 0};
    struct kept out;
    finish_state(b, broken, &out);
    ck_assert(*kept_values(&out, "each_once") == 0);
    bound_destroy(b);
}
END_TEST

START_TEST(a_unit_takes_its_time)
{
    for (int busy = 0; busy < 2; busy++) {
        struct bound *b = bind(0.02, busy);
        double state[3] = {0}, before = clock_steady();
        add_unit(b, state, 0);
        ck_assert(clock_steady() - before >= 0.02);
        bound_destroy(b);
    }
}
END_TEST

START_TEST(all_slaves_look_alike)
{
    struct bound *b = bind(0, false);
    struct err e = {0};
    double one[3] = {0}, two[3] = {0}, value[2], error[2];

    add_unit(b, one, 3);
    add_unit(b, two, 1000);
    add_unit(b, two, 2000);
    ck_ok(bound_features(b, one, &value[0], &error[0], &e), &e);
    ck_ok(bound_features(b, two, &value[1], &error[1], &e), &e);
    ck_assert(value[0] == value[1] && error[0] == 0 && error[1] == 0);
    bound_destroy(b);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, each_unit_once_is_told_from_all_else);
    tcase_add_test(t, many_units_are_exact);
    tcase_add_test(t, the_most_units_are_exact);
    tcase_add_test(t, a_unit_takes_its_time);
    tcase_add_test(t, all_slaves_look_alike);
}

UNIT_MAIN("wait", add)
