/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plan finds wrong with a recipe, what it makes of a right one, and that it is soon made. */
#include "unit.h"

#include <stdio.h>

#include "recipe/recipe.h"

enum { MOST = 8 };

static struct err e;

/* A recipe that is put together line by line. */
static struct recipe r;
static struct recipe_typed typed[MOST];
static struct recipe_factor factors[MOST];
static struct recipe_derived derived[MOST];
static char *levels[MOST][MOST];
static const char *columns[MOST];
static size_t columns_count;

static void type(char *name, enum recipe_kind kind)
{
    typed[r.typed_count++] = (struct recipe_typed){name, kind};
}

/* words: levels between commas; "+" stands for other, "<" for ordered. */
static void factor(char *name, char *words)
{
    size_t i = r.factors_count++;
    struct recipe_factor *f = &factors[i];

    *f = (struct recipe_factor){.name = name, .levels = levels[i]};
    for (; *words == '+' || *words == '<'; words++) {
        f->other |= *words == '+';
        f->ordered |= *words == '<';
    }
    if (!*words)
        return;
    static char cut[MOST][64];
    snprintf(cut[i], sizeof cut[i], "%s", words);
    for (char *at = cut[i]; at; f->levels_count++)
        f->levels[f->levels_count] = strsep(&at, ",");
}

static void derive(char *name, char *expression)
{
    derived[r.derived_count++] = (struct recipe_derived){name, expression};
}

static void choose(const char *name)
{
    columns[columns_count++] = name;
}

static void begin(void)
{
    r = (struct recipe){.typed = typed, .factors = factors, .derived = derived};
    columns_count = 0;
}

/* The plan of what was put together fails with ERR_INPUT and these words; then all is empty. */
static void wrong(const char *words)
{
    err_clear(&e);
    struct recipe_plan *p = recipe_plan(&r, columns, columns_count, &e);

    ck_assert_msg(!p, "should have failed with '%s'", words);
    ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, words), "expected '%s', got %d: %s", words,
                  (int)e.code, e.text);
    begin();
}

static struct recipe_plan *right(void)
{
    err_clear(&e);
    struct recipe_plan *p = recipe_plan(&r, columns, columns_count, &e);

    ck_assert_msg(p, "%s", e.text);
    return p;
}

START_TEST(names_are_checked)
{
    static char wide[RECIPE_NAME + 2];

    memset(wide, 'x', RECIPE_NAME + 1);
    wrong("data.columns: is empty, expected at least one name");
    choose("");
    wrong("data.columns: a name is empty, expected 1 to 256 bytes");
    choose(wide);
    wrong("xxx...' is longer than 256 bytes");
    choose("a\xff");
    wrong("data.columns: the name 'a<0xFF>' is not UTF-8");
    type("a\tb", RECIPE_TEXT);
    wrong("data.types: the name 'a<U+0009>b' has a control character");
    factor("a\x7f", "x,y");
    wrong("data.factors: the name 'a<U+007F>' has a control character");
    factor("a", "x,,y");
    wrong("data.factors.a: a level is empty");
    factor("a", "x,\x01");
    wrong("data.factors.a: the level '<U+0001>' has a control character");
    derive("", "x + 1");
    wrong("data.derive: a name is empty");
    derive("y", wide);
    choose("y");
    wrong("xxx...' is longer than 256 bytes");
    wide[RECIPE_NAME] = '\0';
    choose(wide);
    recipe_plan_free(right());
}
END_TEST

START_TEST(nothing_is_there_twice)
{
    type("a", RECIPE_TEXT);
    type("a", RECIPE_DATE);
    wrong("data.types.a: is there twice; leave one of the two out");
    factor("a", "x,y");
    factor("a", "x,y");
    wrong("data.factors.a: is there twice");
    derive("a", "x");
    derive("a", "y");
    wrong("data.derive.a: is there twice");
    choose("a");
    choose("b");
    choose("a");
    wrong("data.columns: 'a' is there twice");
    factor("a", "x,y,z,y");
    wrong("data.factors.a: the level 'y' is there twice");
    factor("a", "+x,y,other");
    wrong("data.factors.a: 'other' is a level, and");
    factor("sex", "F,M");
    choose("sex.M");
    choose("sex");
    wrong("data.columns: 'sex.M' and 'sex' would both give a column called 'sex.M'");
    factor("a", "x,b.y");
    factor("a.b", "x,y");
    choose("a");
    choose("a.b");
    wrong("data.columns: 'a' and 'a.b' would both give a column called 'a.b.y'");
    factor("a", "x,other"); /* a level like others */
    choose("a");
    recipe_plan_free(right());
}
END_TEST

START_TEST(what_is_declared_fits)
{
    type("a", (enum recipe_kind)7);
    wrong("data.types.a: is of no type, expected number, text or date");
    factor("a", "x");
    wrong("data.factors.a: has 1 level, expected at least 2 (one is enough with other)");
    factor("a", "+");
    wrong("data.factors.a: has 0 levels");
    type("a", RECIPE_DATE);
    factor("a", "x,y");
    wrong("data.factors.a: is a date under data.types, and a factor is of a text");
    type("a", RECIPE_NUMBER);
    factor("a", "x,y");
    wrong("data.factors.a: is a number under data.types");
    type("a", RECIPE_TEXT);
    derive("a", "b");
    wrong("data.derive.a: is a column of the file, too, as data.types says");
    factor("a", "x,y");
    derive("a", "b > 1");
    choose("a");
    wrong("data.derive.a: is a truth, and a factor, as data.factors says, is of a text");
    type("a", RECIPE_TEXT);
    choose("a");
    wrong("data.columns: 'a' is a text, and a function sees numbers; declare its levels under");
    type("a", RECIPE_DATE);
    choose("a");
    wrong("data.columns: 'a' is a date");
    type("a", RECIPE_TEXT);
    derive("b", "lower(a)");
    choose("b");
    wrong("data.columns: 'b' is a text");
}
END_TEST

START_TEST(where_is_a_truth_of_the_file)
{
    choose("a");
    r.where = "a + 1";
    wrong("data.where: is a number, expected a truth");
    choose("a");
    type("b", RECIPE_TEXT);
    r.where = "b";
    wrong("data.where: is a text, expected a truth");
    choose("a");
    derive("a", "b + 1");
    r.where = "a > 1";
    wrong("data.where: 'a' is derived, and rows are left out before anything is");
    choose("a");
    r.where = "a >";
    wrong("data.where");
    choose("a");
    factor("sex", "F,M"); /* used by where alone */
    r.where = "sex == \"F\"";
    recipe_plan_free(right());
}
END_TEST

START_TEST(circles_are_named)
{
    choose("a");
    derive("a", "a + 1");
    wrong("data.derive.a: goes in a circle: 'a' uses 'a'; derive one of them from others");
    choose("x");
    derive("x", "b + y");
    derive("a", "c + y");
    derive("b", "y + a");
    derive("c", "b");
    wrong("data.derive.b: goes in a circle: 'b' uses 'a' uses 'c' uses 'b'; derive");
}
END_TEST

START_TEST(all_is_used)
{
    choose("a");
    type("b", RECIPE_TEXT);
    wrong("data.types.b: is used by nothing; choose it in data.columns, use it in an expression");
    choose("a");
    factor("b", "x,y");
    wrong("data.factors.b: is used by nothing");
    choose("a");
    derive("b", "a");
    wrong("data.derive.b: is used by nothing");
    choose("a");
    derive("b", "c + 1"); /* c is used, but by what is not */
    derive("c", "a");
    wrong("data.derive.b: is used by nothing");
}
END_TEST

START_TEST(expressions_are_told_by_their_key)
{
    choose("b");
    derive("b", "a +");
    wrong("data.derive.b");
    choose("b");
    type("a", RECIPE_TEXT);
    derive("c", "a");
    derive("b", "c + 1");
    wrong("data.derive.b");
}
END_TEST

START_TEST(a_plan_is_made)
{
    static const char *const names[] = {"b", "sex", "site.other", "c"};
    static const char *const reads[] = {"d", "sex", "a", "site", "c"};

    type("c", RECIPE_NUMBER);
    r.where = "d>1";
    derive("b", "x+(1)");
    derive("x", "sex == \"M\"? a:2");
    factor("sex", "<+F,M");
    factor("site", "+a");
    choose("b");
    choose("sex");
    choose("site");
    choose("c");
    struct recipe_plan *p = right();
    begin(); /* it needs the recipe no longer */
    ck_assert_uint_eq(recipe_plan_columns(p), 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(recipe_plan_column_names(p)[i], names[i]);
    ck_assert_uint_eq(recipe_plan_reads(p), 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(recipe_plan_read(p, i), reads[i]);
    ck_assert_str_eq(recipe_plan_where(p), "d > 1");
    ck_assert_str_eq(recipe_plan_derived(p, 0), "x + 1");
    recipe_plan_free(p);

    choose("a");
    p = right();
    ck_assert_ptr_null(recipe_plan_where(p));
    recipe_plan_free(p);
}
END_TEST

START_TEST(a_copy_is_the_same)
{
    struct recipe copy = {0};

    ck_assert(recipe_is_empty(&copy));
    recipe_free(&copy);
    type("d", RECIPE_DATE);
    factor("sex", "+F,M");
    derive("b", "year(d)");
    r.where = "b > 1";
    ck_ok(recipe_copy(&copy, &r, &e), &e);
    ck_assert(!recipe_is_empty(&copy));
    ck_assert_str_eq(copy.typed[0].name, "d");
    ck_assert_int_eq(copy.typed[0].kind, RECIPE_DATE);
    ck_assert_uint_eq(copy.factors[0].levels_count, 2);
    ck_assert_str_eq(copy.factors[0].levels[1], "M");
    ck_assert(copy.factors[0].other && !copy.factors[0].ordered);
    ck_assert_str_eq(copy.derived[0].expression, "year(d)");
    ck_assert_str_eq(copy.where, "b > 1");
    ck_assert_ptr_ne(copy.where, r.where);
    recipe_free(&copy);
    ck_assert(recipe_is_empty(&copy));
}
END_TEST

/* As long as the limits let a chain be, each link before what it is computed from; and one more. */
START_TEST(a_long_chain_is_planned)
{
    static struct recipe_derived links[RECIPE_LISTED + 1];
    struct recipe chain = {.derived = links, .derived_count = RECIPE_LISTED};
    const char *const last = "x0";

    for (size_t i = 0; i <= RECIPE_LISTED; i++) {
        ck_assert(asprintf(&links[i].name, "x%zu", i) > 0);
        ck_assert(asprintf(&links[i].expression, "x%zu+1", i + 1) > 0);
    }
    struct recipe_plan *p = recipe_plan(&chain, &last, 1, &e);
    ck_assert_msg(p, "%s", e.text);
    ck_assert_uint_eq(recipe_plan_reads(p), 1);
    struct recipe_cook *k = recipe_cook_create(p, RECIPE_MISSING_ERROR, &e);
    const double numbers[] = {0.5, -3};
    const struct expression_column column = {.numbers = numbers};
    double out[2];
    size_t kept;
    ck_ok(recipe_cook(k, &column, 0, 2, out, &kept, NULL, &e), &e);
    ck_assert(kept == 2 && out[0] == RECIPE_LISTED + .5 && out[1] == RECIPE_LISTED - 3);
    recipe_cook_free(k);
    recipe_plan_free(p);

    free(links[RECIPE_LISTED - 1].expression);
    ck_assert(asprintf(&links[RECIPE_LISTED - 1].expression, "x100 + 1") > 0);
    ck_assert_ptr_null(recipe_plan(&chain, &last, 1, &e));
    ck_assert_msg(strstr(e.text, "data.derive.x100: goes in a circle: 'x100' uses 'x101' uses ") &&
                      strstr(e.text, " more, until one uses 'x100'; derive"),
                  "%s", e.text);
    err_clear(&e);
    chain.derived_count++;
    ck_assert_ptr_null(recipe_plan(&chain, &last, 1, &e));
    ck_assert_msg(strstr(e.text, "data.derive: has 4097 entries, expected at most 4096"), "%s",
                  e.text);
    for (size_t i = 0; i <= RECIPE_LISTED; i++) {
        free(links[i].name);
        free(links[i].expression);
    }
}
END_TEST

START_TEST(limits_hold)
{
    static char text[RECIPE_LEVELS][8];
    static char *many[RECIPE_LEVELS];
    const char *const name = "a";
    struct recipe_factor f = {"a", many, RECIPE_LEVELS, false, true};
    struct recipe wide = {.factors = &f, .factors_count = 1};
    struct expression_text texts[100];
    const struct expression_column column = {.texts = texts};
    double out[100];
    size_t kept;

    for (size_t i = 0; i < RECIPE_LEVELS; i++) {
        snprintf(text[i], sizeof text[i], "%zx", i * 2654435761u % RECIPE_LEVELS); /* no order */
        many[i] = text[i];
    }
    struct recipe_plan *p = recipe_plan(&wide, &name, 1, &e);
    ck_assert_msg(p, "%s", e.text);
    struct recipe_cook *k = recipe_cook_create(p, RECIPE_MISSING_ERROR, &e);
    for (size_t i = 0; i < 100; i++)
        texts[i] = (struct expression_text){many[650 * i], strlen(many[650 * i])};
    ck_ok(recipe_cook(k, &column, 0, 100, out, &kept, NULL, &e), &e);
    for (size_t i = 0; i < 100; i++)
        ck_assert(out[i] == (double)(650 * i + 1));
    recipe_cook_free(k);
    recipe_plan_free(p);
    f.other = true;
    ck_assert_ptr_null(recipe_plan(&wide, &name, 1, &e));
    ck_assert_msg(strstr(e.text, "data.factors: has 65537 levels in all, expected at most 65536"),
                  "%s", e.text);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, begin, NULL);
    tcase_add_test(t, names_are_checked);
    tcase_add_test(t, nothing_is_there_twice);
    tcase_add_test(t, what_is_declared_fits);
    tcase_add_test(t, where_is_a_truth_of_the_file);
    tcase_add_test(t, circles_are_named);
    tcase_add_test(t, all_is_used);
    tcase_add_test(t, expressions_are_told_by_their_key);
    tcase_add_test(t, a_plan_is_made);
    tcase_add_test(t, a_copy_is_the_same);
    tcase_add_test(t, a_long_chain_is_planned);
    tcase_add_test(t, limits_hold);
}

UNIT_MAIN("recipe_plan", add)
