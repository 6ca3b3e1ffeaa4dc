/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On which side of a split a row is: known answers, and what must not matter. */
#include "unit.h"

#include <math.h>

#include "recipe/split.h"

static struct err e;

static struct split_value number(double x)
{
    return (struct split_value){.type = EXPRESSION_NUMBER, .number = x};
}

static struct split_value text(const char *s)
{
    return (struct split_value){.type = EXPRESSION_TEXT, .text = {s, s ? strlen(s) : 0}};
}

static double by(struct split *s, struct split_value key)
{
    double place = -1;

    ck_ok(split_by(s, &key, &place, &e), &e);
    return place;
}

static double whole(struct split *s, const struct split_value *values, size_t count)
{
    double place = -1;

    ck_ok(split_whole(s, values, count, &place, &e), &e);
    return place;
}

/* Made by Python's hashlib. */
START_TEST(answers_are_known)
{
    const struct split_value row[] = {number(1.5), text("F"), number(NAN)};
    struct split *s = split_create(7, &e), *last = split_create(UINT64_MAX, &e);

    ck_assert(by(s, number(1001)) == 0.737478803597537);
    ck_assert(by(s, text("P-17")) == 0.7649565509936441);
    ck_assert(by(s, number(1001)) == 0.737478803597537); /* nothing is left over */
    ck_assert(by(last, number(0)) == 0.3647140474608373);
    ck_assert(by(last, number(-0.0)) == 0.3647140474608373);
    ck_assert(whole(s, row, 3) == 0.22244152917118898);
    split_free(s);
    split_free(last);
    split_free(NULL);
}
END_TEST

START_TEST(a_key_is_there)
{
    struct split *s = split_create(7, &e);
    struct split_value none[] = {number(NAN), text(NULL)};
    double place = -1;

    for (size_t i = 0; i < 2; i++)
        ck_fails(split_by(s, &none[i], &place, &e), &e, ERR_INPUT,
                 "a row has no key to split by, so that it could be on both sides; leave such rows "
                 "out by data.where, as in !missing(patient)");
    ck_assert(place == -1);
    ck_assert(by(s, number(1001)) == 0.737478803597537);
    split_free(s);
}
END_TEST

START_TEST(whole_rows_differ)
{
    static const char nul[8];
    const struct split_value nothing = {.type = EXPRESSION_TEXT, .text = {nul, sizeof nul}};
    const struct split_value rows[][2] = {
        {text("ab"), text("c")},   {text("a"), text("bc")},    {text("abc"), text("")},
        {text("abc"), text(NULL)}, {text("abc"), number(NAN)}, {text("c"), text("ab")},
        {number(0), text("c")},    {nothing, text("c")},
    };
    struct split *s = split_create(7, &e);
    double place[8];

    for (size_t i = 0; i < 8; i++) { /* the last two have the same bytes, but for the type */
        place[i] = whole(s, rows[i], 2);
        for (size_t k = 0; k < i; k++) /* what is missing has no type */
            ck_assert((place[i] == place[k]) == (i == 4 && k == 3));
    }
    const struct split_value zero[2] = {number(-0.0), text("c")};
    ck_assert(whole(s, zero, 2) == place[6]);
    split_free(s);
}
END_TEST

/* As many are below a fraction as it says: 10,000 keys, within 5 standard deviations. */
START_TEST(fractions_are_met)
{
    struct split *s = split_create((uint64_t)_i, &e);
    size_t below = 0;

    for (size_t i = 0; i < 10000; i++)
        below += by(s, number((double)i)) < .2;
    ck_assert_msg(below > 1800 && below < 2200, "%zu", below);
    split_free(s);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, answers_are_known);
    tcase_add_test(t, a_key_is_there);
    tcase_add_test(t, whole_rows_differ);
    tcase_add_loop_test(t, fractions_are_met, 0, 3);
}

UNIT_MAIN("split", add)
