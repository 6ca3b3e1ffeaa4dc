/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a recipe says is to be learnt: of which columns, and what becomes of their missing values. */
#include "unit.h"

#include <math.h>

#include "recipe/recipe.h"

static char *columns[] = {"old", "sex", "bmi", "crp"};
static char *levels[] = {"F", "M"};
static struct recipe_factor factors[] = {{.name = "sex", .levels = levels, .levels_count = 2}};
static struct recipe_derived derived[] = {{.name = "old", .expression = "age > 65"}};

static struct recipe recipe_of(struct recipe_imputed *imputed, size_t i, char **standardised,
                               size_t s)
{
    return (struct recipe){.factors = factors,
                           .factors_count = 1,
                           .derived = derived,
                           .derived_count = 1,
                           .imputed = imputed,
                           .imputed_count = i,
                           .standardised = standardised,
                           .standardised_count = s};
}

static struct recipe_plan *plan(const struct recipe *r, struct err *e)
{
    return recipe_plan(r, (const char *const *)columns, 4, e);
}

START_TEST(test_plan)
{
    static struct recipe_imputed imputed[] = {{"crp", RECIPE_FILL_MEDIAN}};
    static char *standardised[] = {"bmi", "crp"};
    struct err e = {0};
    struct recipe r = recipe_of(imputed, 1, standardised, 2), copy = {0};

    ck_ok(recipe_copy(&copy, &r, &e), &e);
    struct recipe_plan *p = plan(&copy, &e);
    recipe_free(&copy);
    ck_assert_msg(p != NULL, "%s", e.text);
    ck_assert(recipe_plan_learns(p));
    ck_assert_uint_eq(recipe_plan_columns(p), 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(recipe_plan_fill(p, i), i == 3 ? RECIPE_FILL_MEDIAN : RECIPE_FILL_NONE);
        ck_assert_int_eq(recipe_plan_standardises(p, i), i >= 2);
        ck_assert_int_eq(recipe_plan_factor(p, i), i == 1 ? 0 : -1);
    }
    recipe_plan_free(p);
    r = recipe_of(NULL, 0, NULL, 0);
    p = plan(&r, &e);
    ck_assert(!recipe_plan_learns(p));
    recipe_plan_free(p);
}
END_TEST

/* A missing value that is filled in later drops no row, and is counted; another one does. */
START_TEST(test_cook)
{
    static struct recipe_imputed imputed[] = {{"crp", RECIPE_FILL_MEAN}};
    const double age[] = {70, 20, NAN}, bmi[] = {20, 21, 22}, crp[] = {NAN, 2, 3};
    const struct expression_text sex[] = {{"M", 1}, {"F", 1}, {"F", 1}};
    struct err e = {0};
    struct recipe r = recipe_of(imputed, 1, NULL, 0);
    struct recipe_plan *p = plan(&r, &e);
    struct expression_column in[4];
    double out[3 * 4];
    size_t kept;

    for (size_t i = 0; i < 4; i++) {
        const char *name = recipe_plan_read(p, i);
        in[i] = (struct expression_column){.numbers = strcmp(name, "age") == 0   ? age
                                                      : strcmp(name, "bmi") == 0 ? bmi
                                                                                 : crp,
                                           .texts = sex};
    }
    struct recipe_tally *t = recipe_tally_create(p, &e);
    struct recipe_cook *k = recipe_cook_create(p, RECIPE_MISSING_SKIP, &e);
    ck_ok(recipe_cook(k, in, 0, 3, out, &kept, t, &e), &e);
    ck_assert_uint_eq(kept, 2);
    ck_assert(out[0] == 1 && out[1] == 1 && out[2] == 20 && isnan(out[3]));
    ck_assert(out[4] == 0 && out[5] == 0 && out[6] == 21 && out[7] == 2);
    ck_assert(t->missing[3] == 1 && t->missing[0] == 1 && t->incomplete == 1);
    recipe_cook_free(k);
    k = recipe_cook_create(p, RECIPE_MISSING_ERROR, &e);
    ck_ok(recipe_cook(k, in, 0, 2, out, &kept, NULL, &e), &e);
    ck_assert_int_lt(recipe_cook(k, in, 0, 3, out, &kept, NULL, &e), 0);
    recipe_cook_free(k);
    recipe_tally_free(t);
    recipe_plan_free(p);
}
END_TEST

static void refused(struct recipe r, const char *why)
{
    struct err e = {0};

    ck_assert_ptr_null(plan(&r, &e));
    ck_assert_msg(strstr(e.text, why) != NULL, "%s", e.text);
}

START_TEST(test_refused)
{
    static struct recipe_imputed sex[] = {{"sex", RECIPE_FILL_MEAN}},
                                 age[] = {{"age", RECIPE_FILL_MEAN}}, none[] = {{"crp", 0}},
                                 twice[] = {{"crp", RECIPE_FILL_MEAN}, {"crp", RECIPE_FILL_MEAN}};
    static char *two[] = {"bmi", "bmi"}, *factor[] = {"sex"}, *empty[] = {""};

    refused(recipe_of(sex, 1, NULL, 0), "data.impute.sex: is a factor");
    refused(recipe_of(age, 1, NULL, 0), "data.impute.age: is none of the columns that are chosen");
    refused(recipe_of(none, 1, NULL, 0), "data.impute.crp: expected mean or median");
    refused(recipe_of(twice, 2, NULL, 0), "data.impute.crp: is there twice");
    refused(recipe_of(NULL, 0, two, 2), "data.standardise.bmi: is there twice");
    refused(recipe_of(NULL, 0, factor, 1), "data.standardise.sex: is a factor");
    refused(recipe_of(NULL, 0, empty, 1), "data.standardise: a name is empty");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, test_plan);
    tcase_add_test(t, test_cook);
    tcase_add_test(t, test_refused);
}

UNIT_MAIN("recipe_learn", add)
