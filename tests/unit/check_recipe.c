/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a cook makes of a table with every feature, against a slow and obvious version; what is wrong
 * with a row; and that neither depends on how the rows are cut. */
#include "unit.h"

#include <math.h>
#include <stdint.h>

#include "recipe/recipe.h"

enum { ROWS = 5000, COLUMNS = 16, CELL = 16 };

static struct err e;
static uint64_t state = 88172645463325252;

/* A row as a person would write it; an empty text is a missing one. */
struct row {
    double age, bmi, crp;
    char sex[CELL], site[CELL], stage[CELL], date[CELL], note[CELL];
};
static struct row table[ROWS];

/* The same as columns, and what comes out. */
static double age[ROWS], bmi[ROWS], crp[ROWS];
static struct expression_text sex[ROWS], site[ROWS], stage[ROWS], date[ROWS], note[ROWS];
static double out[ROWS * COLUMNS], expected[ROWS * COLUMNS], again[ROWS * COLUMNS];

static size_t below(size_t n)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (size_t)(state >> 11) % n;
}

static const char *one_of(const char *const *words, size_t count)
{
    return words[below(count)];
}

static void draw_table(void)
{
    static const char *const sexes[] = {"F", "M", "F", "M", "F", "M", "F", "M", ""};
    static const char *const sites[] = {"a", "b", "c", "d", "bb", "", "other", "a", "b", "c"};
    static const char *const stages[] = {"I", "II", "III", "II", "I", "III", "II", "I", ""};
    static const char *const notes[] = {"", "x"};

    for (size_t i = 0; i < ROWS; i++) {
        struct row *r = &table[i];
        *r = (struct row){0};
        r->age = below(20) ? (double)below(90) : NAN;
        r->bmi = below(20) ? (double)below(40) - 4 : NAN;
        r->crp = below(20) ? (double)below(1000) / 8 : NAN;
        strcpy(r->sex, one_of(sexes, 9));
        strcpy(r->site, one_of(sites, 10));
        strcpy(r->stage, one_of(stages, 9));
        strcpy(r->note, one_of(notes, 2));
        if (below(30))
            snprintf(r->date, CELL, "%zu-%02zu-%02zu", 1950 + below(80), 1 + below(12),
                     1 + below(28));
    }
}

static struct expression_text text(const char *cell)
{
    return (struct expression_text){*cell ? cell : NULL, strlen(cell)};
}

static void fill_columns(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        age[i] = table[i].age, bmi[i] = table[i].bmi, crp[i] = table[i].crp;
        sex[i] = text(table[i].sex), site[i] = text(table[i].site);
        stage[i] = text(table[i].stage), date[i] = text(table[i].date);
        note[i] = text(table[i].note);
    }
}

static struct recipe_typed typed[] = {{"date", RECIPE_DATE}, {"note", RECIPE_TEXT}};
static char *sexes[] = {"F", "M"}, *sites[] = {"b", "a", "c"}, *stages[] = {"I", "II", "III"};
static char *groups[] = {"young", "old"};
static struct recipe_factor factors[] = {
    {.name = "sex", .levels = sexes, .levels_count = 2},
    {.name = "site", .levels = sites, .levels_count = 3, .other = true},
    {.name = "stage", .levels = stages, .levels_count = 3, .ordered = true},
    {.name = "group", .levels = groups, .levels_count = 2},
};
/* Some stand before what they are computed from. */
static struct recipe_derived derived[] = {
    {"ratio", "root / half"},    {"half", "bmi / 2"},     {"root", "sqrt(bmi)"},
    {"old", "age > 65"},         {"visit", "year(date)"}, {"group", "old ? \"old\" : \"young\""},
    {"noted", "!missing(note)"},
};
static const struct recipe whole = {
    .typed = typed,
    .typed_count = 2,
    .where = "age >= 18 && !missing(bmi)",
    .factors = factors,
    .factors_count = 4,
    .derived = derived,
    .derived_count = 7,
};
static const char *const chosen[] = {"ratio", "old", "visit", "noted", "sex",
                                     "site",  "crp", "stage", "group", "age"};
static const char *const names[] = {"ratio",  "old",        "visit", "noted", "sex.M",     "site.a",
                                    "site.c", "site.other", "crp",   "stage", "group.old", "age"};
enum { CHOSEN = 10, WIDE = 12, LEVELS = 2 + 4 + 3 + 2, DERIVED = 7 };

/* What the slow version counts. */
struct tally {
    uint64_t left_out, unknown, incomplete, missing[WIDE], undefined[DERIVED], levels[LEVELS];
};
static struct tally slow;

static double is(const char *cell, const char *level)
{
    return *cell ? strcmp(cell, level) == 0 : NAN;
}

/* Returns by how many columns the row grows out: one, or none. */
static size_t slow_row(const struct row *r, double *x, enum recipe_missing missing)
{
    bool gone = isnan(r->bmi) || r->age < 18, other;
    bool old = r->age > 65;
    double root = r->bmi < 0 ? NAN : sqrt(r->bmi), half = r->bmi / 2;

    if (gone || isnan(r->age)) {
        slow.left_out++;
        slow.unknown += !gone;
        return 0;
    }
    slow.undefined[2] += r->bmi < 0;
    slow.undefined[0] += r->bmi == 0;
    x[0] = r->bmi == 0 ? NAN : root / half;
    x[1] = old;
    x[2] = *r->date ? strtod(r->date, NULL) : NAN;
    x[3] = *r->note != '\0';
    x[4] = is(r->sex, "M");
    x[5] = is(r->site, "a");
    x[6] = is(r->site, "c");
    other = is(r->site, "a") == 0 && is(r->site, "b") == 0 && is(r->site, "c") == 0;
    x[7] = *r->site ? other : NAN;
    x[8] = r->crp;
    x[9] = *r->stage ? (double)strlen(r->stage) : NAN;
    x[10] = old;
    x[11] = r->age;
    slow.levels[0] += is(r->sex, "F") == 1;
    slow.levels[1] += is(r->sex, "M") == 1;
    slow.levels[2] += is(r->site, "b") == 1;
    slow.levels[3] += is(r->site, "a") == 1;
    slow.levels[4] += is(r->site, "c") == 1;
    slow.levels[5] += other;
    for (size_t i = 0; i < 3; i++)
        slow.levels[6 + i] += strlen(r->stage) == i + 1;
    slow.levels[9] += !old;
    slow.levels[10] += old;
    bool any = false;
    for (size_t i = 0; i < WIDE; i++) {
        slow.missing[i] += isnan(x[i]) ? 1 : 0;
        any |= isnan(x[i]);
    }
    if (any && missing == RECIPE_MISSING_SKIP) {
        slow.incomplete++;
        return 0;
    }
    return 1;
}

static struct recipe_plan *plan;

static void begin(void)
{
    draw_table();
    fill_columns();
    plan = recipe_plan(&whole, chosen, CHOSEN, &e);
    ck_assert_msg(plan, "%s", e.text);
}

static void end(void)
{
    recipe_plan_free(plan);
}

static struct expression_column column(const char *name)
{
    const struct {
        const char *name;
        struct expression_column column;
    } all[] = {
        {"age", {.numbers = age}}, {"bmi", {.numbers = bmi}}, {"crp", {.numbers = crp}},
        {"sex", {.texts = sex}},   {"site", {.texts = site}}, {"stage", {.texts = stage}},
        {"date", {.texts = date}}, {"note", {.texts = note}},
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].column;
    ck_abort_msg("%s is read", name);
    return all[0].column;
}

/* Cooks count rows from first on, in blocks of so many. Returns 0, or -1 as recipe_cook(). */
static int cook(size_t first, size_t count, size_t block, enum recipe_missing missing, double *to,
                size_t *kept, struct recipe_tally *t)
{
    struct expression_column columns[COLUMNS];
    struct recipe_cook *k = recipe_cook_create(plan, missing, &e);
    int rc = 0;

    ck_assert_ptr_nonnull(k);
    *kept = 0;
    for (size_t at = first; rc == 0 && at < first + count; at += block) {
        size_t more, rows = first + count - at < block ? first + count - at : block;
        for (size_t i = 0; i < recipe_plan_reads(plan); i++) {
            columns[i] = column(recipe_plan_read(plan, i));
            if (columns[i].numbers)
                columns[i].numbers += at;
            else
                columns[i].texts += at;
        }
        rc =
            recipe_cook(k, columns, at, rows, to + *kept * recipe_plan_columns(plan), &more, t, &e);
        *kept += rc == 0 ? more : 0;
    }
    recipe_cook_free(k);
    return rc;
}

static void same_rows(const double *x, const double *y, size_t rows)
{
    for (size_t i = 0; i < rows * WIDE; i++)
        ck_assert_msg(x[i] == y[i] || (isnan(x[i]) && isnan(y[i])), "row %zu, %s: %g, expected %g",
                      i / WIDE, names[i % WIDE], x[i], y[i]);
}

static void same_tally(const struct recipe_tally *t)
{
    ck_assert_uint_eq(t->rows, ROWS);
    ck_assert_uint_eq(t->left_out, slow.left_out);
    ck_assert_uint_eq(t->unknown, slow.unknown);
    ck_assert_uint_eq(t->incomplete, slow.incomplete);
    for (size_t i = 0; i < WIDE; i++)
        ck_assert_uint_eq(t->missing[i], slow.missing[i]);
    for (size_t i = 0; i < DERIVED; i++)
        ck_assert_uint_eq(t->undefined[i], slow.undefined[i]);
    for (size_t i = 0; i < LEVELS; i++)
        ck_assert_uint_eq(t->levels[i], slow.levels[i]);
}

/* A tally travels as a list, and is looked at where it arrives. */
START_TEST(counts_are_those_of_rows)
{
    enum { COUNTS = 4 + WIDE + DERIVED + LEVELS };
    static const struct {
        size_t at;
        const char *name;
    } named[] = {{0, "rows"},
                 {1, "left_out"},
                 {2, "unknown"},
                 {3, "incomplete"},
                 {4, "missing ratio"},
                 {4 + 7, "missing site.other"},
                 {4 + WIDE, "undefined ratio"},
                 {4 + WIDE + DERIVED, "sex = F"},
                 {4 + WIDE + DERIVED + 5, "site = other"},
                 {COUNTS - 1, "group = old"}};
    struct recipe_tally *t = recipe_tally_create(plan, &e);
    uint64_t counts[COUNTS], wrong[COUNTS];
    char name[RECIPE_COUNT_NAME];
    size_t kept;

    ck_ok(cook(0, ROWS, ROWS, RECIPE_MISSING_SKIP, out, &kept, t), &e);
    ck_assert_uint_eq(recipe_counts(plan), COUNTS);
    recipe_counts_write(plan, t, counts);
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        recipe_counts_name(plan, named[i].at, name, sizeof name);
        ck_assert_str_eq(name, named[i].name);
    }
    ck_assert_uint_eq(counts[0], ROWS);
    ck_assert_uint_eq(counts[4 + 7], t->missing[7]);
    ck_assert_uint_eq(counts[4 + WIDE + 2], t->undefined[2]);
    ck_assert_uint_eq(counts[4 + WIDE + DERIVED + 5], t->levels[5]);
    ck_assert_uint_eq(counts[COUNTS - 1], t->levels[LEVELS - 1]);
    ck_ok(recipe_counts_check(plan, counts, kept, &e), &e);
    ck_fails(recipe_counts_check(plan, counts, kept + 1, &e), &e, ERR_INPUT, "does not leave");

    for (size_t i = 0; i < COUNTS; i++) { /* too many of each, and far too many */
        static const uint64_t more[] = {UINT64_C(1) << 60, UINT64_C(1) << 63, UINT64_MAX};
        for (size_t j = 0; j < 3; j++) {
            memcpy(wrong, counts, sizeof wrong);
            wrong[i] = more[j];
            ck_fails(recipe_counts_check(plan, wrong, kept, &e), &e, ERR_INPUT,
                     i < 4 ? "does not leave" : "than");
        }
    }
    memcpy(wrong, counts, sizeof wrong); /* each level fits, but not both */
    wrong[4 + WIDE + DERIVED] = wrong[4 + WIDE + DERIVED + 1] = ROWS - t->left_out;
    ck_fails(recipe_counts_check(plan, wrong, kept, &e), &e, ERR_INPUT, "of a level");
    wrong[4 + WIDE + DERIVED] = 0;
    ck_ok(recipe_counts_check(plan, wrong, kept, &e), &e);
    memcpy(wrong, counts, sizeof wrong); /* the differences are right, but run over */
    wrong[1] += UINT64_C(1) << 63, wrong[3] -= UINT64_C(1) << 63;
    ck_fails(recipe_counts_check(plan, wrong, kept, &e), &e, ERR_INPUT, "does not leave");
    memcpy(wrong, counts, sizeof wrong);
    wrong[2] = wrong[1] + 1;
    ck_fails(recipe_counts_check(plan, wrong, kept, &e), &e, ERR_INPUT, "does not leave");
    recipe_tally_free(t);
}
END_TEST

START_TEST(columns_come_out_as_chosen)
{
    ck_assert_uint_eq(recipe_plan_columns(plan), WIDE);
    for (size_t i = 0; i < WIDE; i++)
        ck_assert_str_eq(recipe_plan_column_names(plan)[i], names[i]);
    ck_assert_int_eq(recipe_plan_factor(plan, 0), -1);
    ck_assert_int_eq(recipe_plan_factor(plan, 4), 0);
    ck_assert_int_eq(recipe_plan_factor(plan, 7), 1);
    ck_assert_int_eq(recipe_plan_factor(plan, 9), 2);
    ck_assert_int_eq(recipe_plan_factor(plan, 10), 3);
    ck_assert_uint_eq(recipe_plan_reads(plan), 8);
    for (size_t i = 0; i < 8; i++) {
        const char *name = recipe_plan_read(plan, i);
        enum recipe_kind kind = strcmp(name, "date") == 0 ? RECIPE_DATE
                                : column(name).texts      ? RECIPE_TEXT
                                                          : RECIPE_NUMBER;
        ck_assert_int_eq(recipe_plan_kind(plan, i), kind);
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(recipe_plan_read(plan, k), name);
    }
    ck_assert_str_eq(recipe_plan_derived(plan, 1), "bmi / 2");
}
END_TEST

START_TEST(rows_are_those_of_the_slow_version)
{
    static const enum recipe_missing policies[] = {RECIPE_MISSING_SKIP, RECIPE_MISSING_NAN};
    static const size_t blocks[] = {ROWS, 1, 7, 1000, 1024, 1025};
    struct recipe_tally *t = recipe_tally_create(plan, &e);
    size_t kept, wanted = 0;

    slow = (struct tally){0};
    for (size_t i = 0; i < ROWS; i++)
        wanted += slow_row(&table[i], expected + wanted * WIDE, policies[_i]);
    ck_ok(cook(0, ROWS, ROWS, policies[_i], out, &kept, t), &e);
    ck_assert_uint_eq(kept, wanted);
    same_rows(out, expected, kept);
    same_tally(t);
    for (size_t i = 0; i < WIDE; i++) /* or a comparison would say little */
        ck_assert(slow.missing[i] > 0 || i == 1 || i == 3 || i == 10 || i == 11);
    ck_assert(slow.undefined[0] > 0 && slow.undefined[2] > 0 && slow.unknown > 0);
    recipe_tally_free(t);

    for (size_t i = 1; i < sizeof blocks / sizeof blocks[0]; i++) {
        t = recipe_tally_create(plan, &e);
        ck_ok(cook(0, ROWS, blocks[i], policies[_i], again, &kept, t), &e);
        ck_assert_uint_eq(kept, wanted);
        same_rows(again, expected, kept);
        same_tally(t);
        recipe_tally_free(t);
    }
    ck_ok(cook(0, ROWS, 333, policies[_i], again, &kept, NULL), &e);
    same_rows(again, expected, wanted);
}
END_TEST

START_TEST(no_rows_are_none)
{
    struct recipe_cook *k = recipe_cook_create(plan, RECIPE_MISSING_ERROR, &e);
    const struct expression_column none[COLUMNS] = {{0}};
    size_t kept = 1;

    ck_ok(recipe_cook(k, none, 0, 0, NULL, &kept, NULL, &e), &e);
    ck_assert_uint_eq(kept, 0);
    recipe_cook_free(k);
    for (size_t i = 0; i < ROWS; i++)
        age[i] = 3;
    ck_ok(cook(0, ROWS, 2000, RECIPE_MISSING_ERROR, out, &kept, NULL), &e);
    ck_assert_uint_eq(kept, 0);
}
END_TEST

/* A table without a fault. */
static void clean_table(void)
{
    for (size_t i = 0; i < ROWS; i++)
        table[i] = (struct row){40, 20, 1, "F", "a", "I", "2024-02-29", "x"};
    fill_columns();
}

/* The same words whatever the blocks. */
static void fails(enum recipe_missing missing, const char *words)
{
    static const size_t blocks[] = {1, 13, 1024, 1500, ROWS};
    size_t kept;

    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
        ck_fails(cook(0, ROWS, blocks[i], missing, out, &kept, NULL), &e, ERR_INPUT, words);
}

START_TEST(faults_name_row_column_and_value)
{
    size_t kept;

    clean_table();
    ck_ok(cook(0, ROWS, 999, RECIPE_MISSING_ERROR, out, &kept, NULL), &e);
    ck_assert_uint_eq(kept, ROWS);

    age[2990] = age[3990] = 3; /* left out: what is kept has other numbers than the rows */
    sex[4000] = text("m");
    fails(RECIPE_MISSING_SKIP,
          "factor 'sex' has an undeclared level; expected F, M; add it to data.factors.sex, or let "
          "it count as other; row 4001 (from 1) has 'm'; there is 'M', which differs only by its "
          "case");
    ck_assert(!strstr(e.text, "'m'") && !strstr(e.text, "4001"));
    crp[4000] = NAN; /* in the same row: what is not declared comes first */
    fails(RECIPE_MISSING_ERROR, "; row 4001 (from 1) has 'm'");
    crp[3999] = NAN;
    fails(RECIPE_MISSING_ERROR,
          "row 4000 (from 1): column 'crp' has no value; set data.missing to skip");
    fails(RECIPE_MISSING_NAN, "; row 4001 (from 1) has 'm'");
    stage[3500] = text("IV");
    fails(RECIPE_MISSING_ERROR, "let it count as other; row 3501 (from 1) has 'IV'");
    bmi[3200] = -1;
    fails(RECIPE_MISSING_ERROR,
          "row 3201 (from 1): column 'ratio' (which is root / half) has no value");
    sex[3100] = text("");
    fails(RECIPE_MISSING_ERROR, "row 3101 (from 1): column 'sex' has no value");
    date[3000] = text("2023-02-29");
    fails(RECIPE_MISSING_ERROR,
          "column 'date' has a text that is no date; expected YYYY-MM-DD, such as 2024-02-29; row "
          "3001 (from 1) has '2023-02-29'");
    ck_assert(!strstr(e.text, "2023") && !strstr(e.text, "3001"));
    age[3000] =
        3; /* a date is one in rows that are left out, too; levels and values are not asked */
    fails(RECIPE_MISSING_NAN, "; row 3001 (from 1) has '2023-02-29'");
    age[4000] = age[3500] = 3;
    date[3000] = text("");
    ck_ok(cook(0, ROWS, 999, RECIPE_MISSING_NAN, out, &kept, NULL), &e);
    ck_assert_uint_eq(kept, ROWS - 5);
}
END_TEST

START_TEST(values_are_shown_and_cut)
{
    char wide[200], words[100];

    clean_table();
    sex[0] = (struct expression_text){"M\0\x1b[2J\xe9", 7};
    fails(RECIPE_MISSING_SKIP, "row 1 (from 1) has 'M<U+0000><U+001B>[2J<0xE9>'");
    sex[0] = (struct expression_text){"", 0}; /* there, and empty */
    fails(RECIPE_MISSING_SKIP, "row 1 (from 1) has ''");
    for (size_t i = 0; i < sizeof wide; i += 2) /* an e with an acute, 2 bytes: cut between them */
        memcpy(wide + i, "\xc3\xa9", 2);
    sex[0] = (struct expression_text){wide + 1, sizeof wide - 1};
    snprintf(words, sizeof words, "has '<0xA9>%.62s...'", wide);
    fails(RECIPE_MISSING_SKIP, words);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, begin, end);
    tcase_add_test(t, columns_come_out_as_chosen);
    tcase_add_test(t, counts_are_those_of_rows);
    tcase_add_loop_test(t, rows_are_those_of_the_slow_version, 0, 2);
    tcase_add_test(t, no_rows_are_none);
    tcase_add_test(t, faults_name_row_column_and_value);
    tcase_add_test(t, values_are_shown_and_cut);
}

UNIT_MAIN("recipe", add)
