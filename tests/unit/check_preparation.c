/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contracts that say how columns of a file become others: types, where, factors, derive. */
#include "contract_fixture.h"

#include <math.h>

#include "contract/asked.h"
#include "contract/document.h"
#include "contract/load.h"
#include "h5/writer.h"

#define DATA TEST_DATA "/contract-data-v2/"
#define HEAD "title: T\nfunction: {name: moments}\ndata:\n  name: d\n  slaves: 4\n"
#define RECIPE                                                              \
    HEAD "  columns: [lbmi, old, sex, site, grade]\n"                       \
         "  types: {date: date, code: text}\n"                              \
         "  where: \"age >= 18 && !missing(bmi) && code in ['a', 'b']\"\n"  \
         "  factors: {sex: [F, M], site: {levels: [b, a], other: true},\n"  \
         "    grade: {ordered: true, levels: [low, mid, high]}}\n"          \
         "  derive: {old: \"age > 65\", lbmi: \"log(bmi) + days(date)\"}\n" \
         "  impute: {old: mean, lbmi: median}\n  standardise: [old, lbmi]\n"

static const size_t one = 1;

static void has(const struct contract *c, const char *words, bool is)
{
    char *text = canonical(c);

    ck_assert_msg(!strstr(text, words) == !is, "%s in %s", words, text);
    free(text);
}

START_TEST(a_recipe_is_in_file_text_and_id)
{
    struct contract *c = good(RECIPE), *d = through_h5(c), *plain = good(MINIMUM);
    const struct contract *both[] = {c, d};

    ck_assert_str_eq(c->id, d->id);
    ck_assert_str_ne(c->id, plain->id);
    for (int i = 0; i < 2; i++) {
        const struct recipe *r = &both[i]->recipe;
        ck_assert_uint_eq(r->typed_count, 2);
        ck_assert_str_eq(r->typed[0].name, "code");
        ck_assert(r->typed[0].kind == RECIPE_TEXT && r->typed[1].kind == RECIPE_DATE);
        ck_assert_uint_eq(r->factors_count, 3);
        ck_assert_str_eq(r->factors[0].name, "grade");
        ck_assert(r->factors[0].ordered && !r->factors[0].other);
        ck_assert_str_eq(r->factors[0].levels[2], "high");
        ck_assert_str_eq(r->factors[2].levels[0], "b");
        ck_assert(r->factors[2].other && !r->factors[2].ordered && !r->factors[1].other);
        ck_assert_uint_eq(r->derived_count, 2);
        ck_assert_str_eq(r->derived[0].name, "lbmi");
        ck_assert_str_eq(r->derived[1].expression, recipe_plan_derived(both[i]->plan, 1));
        ck_assert_str_eq(r->where, recipe_plan_where(both[i]->plan));
        ck_assert(r->imputed_count == 2 && r->standardised_count == 2);
        ck_assert_str_eq(r->imputed[0].name, "lbmi");
        ck_assert(r->imputed[0].by == RECIPE_FILL_MEDIAN && r->imputed[1].by == RECIPE_FILL_MEAN);
        ck_assert_str_eq(r->standardised[1], "old");
        ck_assert_int_eq(contract_rounds(both[i]), 2);
    }
    has(d,
        "\"factors\":{\"grade\":{\"levels\":[\"low\",\"mid\",\"high\"],\"ordered\":true,"
        "\"other\":false},\"sex\":{\"levels\":[\"F\",\"M\"],\"ordered\":false,\"other\":false},"
        "\"site\":{\"levels\":[\"b\",\"a\"],\"ordered\":false,\"other\":true}}",
        true);
    has(d, "\"types\":{\"code\":\"text\",\"date\":\"date\"}", true);
    has(d, "\"derive\":{\"lbmi\":\"", true);
    has(d, "\"impute\":{\"lbmi\":\"median\",\"old\":\"mean\"}", true);
    has(d, "\"standardise\":[\"lbmi\",\"old\"]", true);
    has(d, "\"where\":\"age >= 18 && ", true);
    contract_destroy(c);
    contract_destroy(d);
    contract_destroy(plain);
}
END_TEST

START_TEST(the_golden_contract_of_data_keeps_its_id)
{
    char *id, *text;
    size_t len;
    struct contract *c[] = {contract_from_spec(DATA "contract.yaml", &e),
                            contract_open(reader, DATA "contract.h5", NULL, &e)};

    ck_ok(file_read(DATA "id", 100, &id, &len, &e), &e);
    ck_ok(file_read(DATA "canonical.json", 10000, &text, &len, &e), &e);
    id[SHA256_HEX] = '\0';
    for (int i = 0; i < 2; i++) {
        ck_assert_msg(c[i] != NULL, "%s", e.text);
        char *words = canonical(c[i]);
        ck_assert_str_eq(words, text);
        ck_assert_str_eq(c[i]->id, id);
        free(words);
        contract_destroy(c[i]);
    }
    free(id);
    free(text);
}
END_TEST

/* One text for one meaning: names in any order, blanks, short and long forms. */
START_TEST(a_recipe_has_one_text)
{
    struct contract *c = good(HEAD "  columns: [x, s, t]\n"
                                   "  factors: {s: [a, b], t: [c, d]}\n"
                                   "  derive: {x: \"u + 1\"}\n  where: \"u > 0\"\n"),
                    *d = good(HEAD "  columns: [x, s, t]\n"
                                   "  factors:\n    t: {ordered: false, levels: [c, d]}\n"
                                   "    s: {levels: ['a', \"b\"], other: false}\n"
                                   "  derive: {x: \"u  +1\"}\n  where: \" (u>0)\"\n"
                                   "  types: {}\n"),
                    *other = good(HEAD "  columns: [x, s, t]\n"
                                       "  factors: {s: [b, a], t: [c, d]}\n"
                                       "  derive: {x: \"u + 1\"}\n  where: \"u > 0\"\n");

    ck_assert_str_eq(c->id, d->id);
    ck_assert_str_eq(c->recipe.where, d->recipe.where);
    ck_assert_str_ne(c->id, other->id);
    has(c, "\"types\"", false);
    contract_destroy(c);
    contract_destroy(d);
    contract_destroy(other);
}
END_TEST

/* A contract that says nothing of these keys is what it was. */
START_TEST(a_recipe_is_sparse)
{
    static const char *const words[] = {"types",  "where",  "factors",
                                        "derive", "impute", "standardise"};
    struct contract *c = good(MINIMUM);
    size_t count;

    for (int i = 0; i < 6; i++)
        has(c, words[i], false);
    ck_assert_int_eq(contract_rounds(c), 1);
    ck_assert(!c->plan && recipe_is_empty(&c->recipe));
    ck_assert(!contract_columns(c, &count) && count == 0);
    contract_destroy(c);
}
END_TEST

START_TEST(the_function_sees_what_comes_out)
{
    static const char *const seen[] = {"lbmi", "old", "sex.M", "site.a", "site.other", "grade"};
    struct contract *c = good(RECIPE);
    size_t count;
    const char *const *names = contract_columns(c, &count);

    ck_assert_uint_eq(count, 6);
    for (size_t i = 0; i < count; i++)
        ck_assert_str_eq(names[i], seen[i]);
    contract_destroy(c);
}
END_TEST

START_TEST(a_part_has_the_recipe)
{
    struct contract *c = good(RECIPE "  split: sites\n"), *p = NULL;
    struct buf asked = {0};

    ck_ok(contract_part(c, 1, NULL, 0, &p, &e), &e);
    ck_assert_str_eq(p->recipe.where, c->recipe.where);
    ck_assert_uint_eq(p->recipe.factors_count, 3);
    ck_assert(recipe_plan_columns(p->plan) == 6);
    ck_ok(contract_asked(p, &asked, &e), &e);
    ck_assert(strstr(asked.data, "\"where\":\"age >= 18 && ") && strstr(asked.data, "\"levels\"") &&
              strstr(asked.data, "\"derive\"") && strstr(asked.data, "\"types\""));
    buf_free(&asked);
    contract_destroy(p);
    contract_destroy(c);
}
END_TEST

static const struct {
    const char *text, *line, *words;
} wrongs[] = {
    {HEAD "  where: \"a > 0\"\n", ":4: ", "data.columns: found all columns, expected their names"},
    {HEAD "  columns: [a]\n  where: \"a > 0 $\"\n", ":7: ", "data.where"},
    {HEAD "  columns: [b]\n  derive:\n    b: \"a $ 0\"\n", ":8: ", "data.derive.b"},
    {HEAD "  columns: [a]\n  where: [a]\n", ":7: ", "data.where: expected one value"},
    {HEAD "  columns: [a]\n  where: \"\"\n", ":7: ", "data.where: entry 0 has 0 bytes"},
    {HEAD "  columns: [a]\n  types: [t]\n", ":7: ", "data.types: expected a map"},
    {HEAD "  columns: [a]\n  types: {a: number}\n",
     ":7: ", "found 'number' for 'a', expected text or date"},
    {HEAD "  columns: [a]\n  types: {t: text, t: text}\n", ":7: ", "'t' is there twice"},
    {HEAD "  columns: [a]\n  types: {t: date}\n  where: \"t > '01.01.2022'\"\n",
     ":8: ", "> compares this with a date, and it is none; expected one such as '2024-01-31'"},
    {HEAD "  columns: [b]\n  types: {t: date}\n  derive: {b: \"t in ['2022-01-01', 'x']\"}\n",
     ":8: ", "byte 21: in compares this with a date"},
    {HEAD "  columns: [a]\n  types: {t: [text]}\n", ":7: ", "data.types.t: expected one value"},
    {HEAD "  columns: [a]\n  derive: {b: \"a\", b: \"a\"}\n", ":7: ", "'b' is there twice"},
    {HEAD "  columns: [a]\n  derive: {b: \"\"}\n", ":7: ", "entry 0 has 0 bytes"},
    {HEAD "  columns: [a]\n  derive: \"b = a\"\n", ":7: ", "data.derive: expected a map"},
    {HEAD "  columns: [a]\n  factors: [a]\n", ":7: ", "data.factors: expected a map"},
    {HEAD "  columns: [a]\n  factors: {a: b}\n", ":7: ", "data.factors.a: expected [level"},
    {HEAD "  columns: [a]\n  factors: {a: []}\n", ":7: ", "data.factors.a: has no levels"},
    {HEAD "  columns: [a]\n  factors: {a: {}}\n", ":7: ", "data.factors.a: levels is missing"},
    {HEAD "  columns: [a]\n  factors: {a: [b, [c]]}\n", ":7: ", "data.factors.a: expected one"},
    {HEAD "  columns: [a]\n  factors: {a: {levels: [b], levels: [c]}}\n", ":7: ", "once each"},
    {HEAD "  columns: [a]\n  factors: {a: {levels: [b], base: b}}\n", ":7: ", "once each"},
    {HEAD "  columns: [a]\n  factors: {a: {levels: b}}\n", ":7: ", "expected a list"},
    {HEAD "  columns: [a]\n  factors: {a: {levels: [b, c], other: 1}}\n",
     ":7: ", "data.factors.a: expected true or false"},
    {HEAD "  columns: [a]\n  factors: {a: [b, c], a: [b, c]}\n", ":7: ", "'a' is there twice"},
    {HEAD "  columns: [a]\n  impute: {a: mode}\n",
     ":7: ", "found 'mode' for 'a', expected mean or"},
    {HEAD "  columns: [a]\n  impute: [a]\n", ":7: ", "data.impute: expected a map"},
    {HEAD "  columns: [a]\n  impute: {b: mean}\n", ":7: ", "data.impute.b: is none of the columns"},
    {HEAD "  columns: [a]\n  standardise: a\n", ":7: ", "data.standardise: expected a list"},
    {HEAD "  columns: [a]\n  standardise: [a, a]\n", ":7: ", "'a' is there twice"},
    {HEAD "  columns: [a]\n  standardise: [a]\nformat: 1\n",
     ":7: ", "data.standardise: is unknown in a contract of format 1"},
    {HEAD "  columns: [a]\n  factors: {a: [b, c]}\nformat: 1\n",
     ":7: ", "is unknown in a contract of format 1, which the document says that it is"},
    {HEAD "  columns: [a]\n  where: \"a > 0\"\nformat: 1\n",
     ":7: ", "data.where: is unknown in a contract of format 1"},
    {HEAD "  columns: [a]\n  types: {}\nformat: 1\n",
     ":7: ", "data.types: is unknown in a contract of format 1"},
    {HEAD "  columns: [a]\n  where: \"a > 0\"\n  where: \"a > 0\"\n",
     ":8: ", "data.where: is given twice"},
    {WORK "  where: \"a > 0\"\n", "", "not YAML"},
    {"title: T\nfunction: {name: f}\nwork: {units: 9, where: \"a > 0\"}\n",
     ":3: ", "work.where: unknown key"},
};

START_TEST(a_wrong_recipe_is_refused)
{
    char where[80];

    snprintf(where, sizeof where, "%s%s", spec_path, wrongs[_i].line);
    ck_assert_msg(!from_text(wrongs[_i].text, strlen(wrongs[_i].text)), "was taken: %s",
                  wrongs[_i].text);
    ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, where) && strstr(e.text, wrongs[_i].words),
                  "expected '%s' and '%s', got %d: %s", where, wrongs[_i].words, (int)e.code,
                  e.text);
}
END_TEST

/* The document of a contract of one column, a, which is a factor, and of one that is derived. */
static struct flat *small(const char *without)
{
    struct contract *c = good(HEAD "  columns: [a, b]\n  types: {t: text}\n"
                                   "  factors: {a: [F, M]}\n  where: \"t == 'x'\"\n"
                                   "  derive: {b: \"u + 1\"}\n  impute: {b: mean}\n"
                                   "  standardise: [b]\n");
    struct flat *f = document_make(c, &e), *g = flat_create(&e);

    for (size_t i = 0; i < flat_count(f); i++) {
        const struct flat_value *v = flat_at(f, i);
        if (strcmp(v->path, without) != 0)
            flat_add(g, v->path, v->type, v->rank, v->dims, v->data, 0);
    }
    flat_destroy(f);
    contract_destroy(c);
    return g;
}

/* As an HDF5 file that says so: through the file, as a reader sees it. */
static void refused(struct flat *f, const char *path, const char *words)
{
    struct err nothing = {0};

    ck_ok(writer_write(h5_path, f, WRITER_OWN, &nothing), &nothing);
    flat_destroy(f);
    err_clear(&e);
    ck_assert_msg(!contract_open(reader, h5_path, NULL, &e), "%s: was taken", path);
    ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, h5_path) && strstr(e.text, path) &&
                      strstr(e.text, words),
                  "expected '%s' and '%s', got %d: %s", path, words, (int)e.code, e.text);
}

static struct flat *with_texts(const char *path, size_t count, const char *const *texts)
{
    struct flat *f = small(path);

    flat_add(f, path, FLAT_STRING, 1, &count, texts, 0);
    return f;
}

static struct flat *with_number(const char *path, double number)
{
    struct flat *f = small(path);

    flat_add(f, path, FLAT_NUMBER, 1, &one, &number, 0);
    return f;
}

START_TEST(what_is_half_there_is_refused)
{
    static const char *const paths[] = {
        "/data/types/kind",    "/data/types/column",  "/data/factors/column",
        "/data/factors/count", "/data/factors/other", "/data/factors/ordered",
        "/data/factors/level", "/data/derive/column", "/data/derive/expression",
        "/data/impute/column", "/data/impute/by",
    };

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        refused(small(paths[i]), paths[i], "is missing");
}
END_TEST

START_TEST(lists_of_a_recipe_fit_together)
{
    static const char *const texts[] = {"x", "y", "z"}, *const empty[] = {"", ""};

    refused(with_texts("/data/types/kind", 2, texts), "/data/types/kind",
            "has 2 entries, expected 1");
    refused(with_texts("/data/types/kind", 1, texts), "/data/types/kind", "expected text or date");
    refused(with_texts("/data/derive/expression", 3, texts), "/data/derive/expression",
            "has 3 entries, expected 1");
    refused(with_texts("/data/impute/by", 1, texts), "/data/impute/by", "expected mean or median");
    refused(with_texts("/data/impute/by", 2, texts), "/data/impute/by",
            "has 2 entries, expected 1");
    refused(with_texts("/data/derive/expression", 1, empty), "/data/derive/expression",
            "entry 0 has 0 bytes, expected 1 to 4096");
    refused(with_texts("/data/factors/level", 2, empty), "/data/factors/level",
            "entry 0 has 0 bytes, expected 1 to 256");
    refused(with_texts("/data/factors/level", 3, texts), "/data/factors/level",
            "has 3 entries, expected the 2 that count says");
    refused(with_texts("/data/factors/level", 1, texts), "/data/factors/count",
            "entry 0 is 2, expected a whole number from 1 to the 1 levels that are left");
    refused(with_number("/data/factors/count", 0), "/data/factors/count", "entry 0 is 0");
    refused(with_number("/data/factors/count", 1.5), "/data/factors/count", "entry 0 is 1.5");
    refused(with_number("/data/factors/count", -1e300), "/data/factors/count",
            "entry 0 is -1e+300");
    refused(with_number("/data/factors/count", NAN), "/data/factors/count", "entry 0 is nan");
    refused(with_number("/data/factors/other", NAN), "/data/factors/other", "expected 0 or 1");
    refused(with_number("/data/factors/ordered", 2), "/data/factors/ordered", "expected 0 or 1");
    struct flat *f = small("/data/factors/other");
    flat_add(f, "/data/factors/other", FLAT_NUMBER, 1, &(size_t){2}, (double[]){0, 1}, 0);
    refused(f, "/data/factors/other", "has 2 entries, expected 1");
    f = small("/data@where");
    flat_add(f, "/data@where", FLAT_STRING, 1, &one, texts, 0);
    refused(f, "/data@where", "expected one text");
    f = small("/data@where");
    flat_add_number(f, "/data@where", 1);
    refused(f, "/data@where", "expected one text");
    f = small("/data/columns");
    refused(f, "/data@columns", "found all columns, expected their names");
    f = small("/contract@format");
    refused(f, "/", "which needs a contract of format 2");
}
END_TEST

/* Names, expressions and levels that are too long, or too many. */
START_TEST(a_recipe_has_limits)
{
    char *names[RECIPE_LISTED + 1], name[8], wide[EXPRESSION_BYTES + 2];
    const char *texts[] = {wide};

    memset(wide, '1', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    refused(with_texts("/data/derive/expression", 1, texts), "/data/derive/expression",
            "entry 0 has 4097 bytes, expected 1 to 4096");
    wide[RECIPE_NAME + 1] = '\0';
    refused(with_texts("/data/derive/column", 1, texts), "/data/derive/column",
            "entry 0 has 257 bytes, expected 1 to 256");
    refused(with_texts("/data/types/column", 1, texts), "/data/types/column", "257 bytes");
    refused(with_texts("/data/factors/column", 1, texts), "/data/factors/column", "257 bytes");
    for (int i = 0; i <= RECIPE_LISTED; i++) {
        snprintf(name, sizeof name, "n%d", i);
        names[i] = strdup(name);
    }
    static const char *const lists[] = {"/data/types/column", "/data/factors/column",
                                        "/data/derive/column"};
    for (size_t i = 0; i < 3; i++)
        refused(with_texts(lists[i], RECIPE_LISTED + 1, (const char *const *)names), lists[i],
                "has 4097 entries, expected 1 to 4096");
    for (int i = 0; i <= RECIPE_LISTED; i++)
        free(names[i]);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, a_recipe_is_in_file_text_and_id);
    tcase_add_test(t, the_golden_contract_of_data_keeps_its_id);
    tcase_add_test(t, a_recipe_has_one_text);
    tcase_add_test(t, a_recipe_is_sparse);
    tcase_add_test(t, the_function_sees_what_comes_out);
    tcase_add_test(t, a_part_has_the_recipe);
    tcase_add_loop_test(t, a_wrong_recipe_is_refused, 0, sizeof wrongs / sizeof wrongs[0]);
    tcase_add_test(t, what_is_half_there_is_refused);
    tcase_add_test(t, lists_of_a_recipe_fit_together);
    tcase_add_test(t, a_recipe_has_limits);
}

UNIT_MAIN("preparation", add)
