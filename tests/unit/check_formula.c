/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formulas of specs: what they stand for, and what is refused. */
#include "contract_fixture.h"

#include "contract/formula.h"
#include "recipe/recipe.h"

/* A spec with this formula, whose factors are all used. */
#define SPEC                                                                           \
    "title: T\nfunction: {name: %s%s}\ndata:\n  name: d\n  slaves: 4\n  types: {%s}\n" \
    "  factors: {%s}\n  derive: {%s}\n  formula: %s\n%s"

static struct contract *build(const char *function, const char *params, const char *types,
                              const char *factors, const char *derive, const char *formula,
                              const char *more)
{
    struct buf b = {0};

    buf_addf(&b, SPEC, function, params, types, factors, derive, formula, more);
    ck_assert(!buf_failed(&b));
    struct contract *c = from_text(b.data, b.len);
    buf_free(&b);
    return c;
}

/* Returns "target | column, column | NAME = EXPRESSION; …", with " -1" where there is no constant. */
static char *said(const struct contract *c)
{
    struct buf b = {0};
    const char *constant = "";

    for (size_t i = 0; i < c->params_count; i++) {
        if (strcmp(c->params[i].name, "target") == 0)
            buf_adds(&b, c->params[i].string);
        else if (strcmp(c->params[i].name, "intercept") == 0)
            constant = c->params[i].integer ? " +1" : " -1";
    }
    buf_adds(&b, constant);
    for (size_t i = 0; i < c->columns_count; i++)
        buf_addf(&b, "%s%s", i ? ", " : " | ", c->columns[i]);
    for (size_t i = 0; i < c->recipe.derived_count; i++)
        buf_addf(&b, "%s%s = %s", i ? "; " : " | ", c->recipe.derived[i].name,
                 c->recipe.derived[i].expression);
    ck_assert(!buf_failed(&b));
    return b.data;
}

#define SEX  "s: [F, M]"
#define SITE "g: [a, b, c]"
#define MORE "h: {levels: [u], other: true}"

/* factors, formula, what it says. Where there are factors the columns are those that R's model.matrix
 * has for the formula, in its order, but for base levels of factors that come out by themselves. */
static const char *const good_ones[][3] = {
    {"", "y ~ a", "y | y, a"},
    {"", "\" y~a+ b +a\"", "y | y, a, b"},
    {"", "y ~ a - 1", "y -1 | y, a"},
    {"", "y ~ 0 + a", "y -1 | y, a"},
    {"", "y ~ a - 1 + 1", "y | y, a"},
    {"", "y ~ a - 0", "y | y, a"},
    {"", "y ~ a:b + c", "y | y, c, a:b | a:b = a * b"},
    {"", "y ~ a*b", "y | y, a, b, a:b | a:b = a * b"},
    {"", "y ~ b:a:b", "y | y, b:a | b:a = b * a"},
    {"", "y ~ a:a", "y | y, a"},
    {"", "y ~ a*b*c - a:b:c",
     "y | y, a, b, c, a:b, a:c, b:c | a:b = a * b; a:c = a * c; b:c = b * c"},
    {"", "y ~ (a + b):c", "y | y, a:c, b:c | a:c = a * c; b:c = b * c"},
    {"", "y ~ a*b - (a + b)", "y | y, a:b | a:b = a * b"},
    {"", "log(y) ~ log( a ) + log(a) + I(a ^2)",
     "log(y) | log(y), log(a), I(a^2) | I(a^2) = a^2; log(a) = log(a); log(y) = log(y)"},
    {"", "y ~ I(a + b):c", "y | y, I(a + b):c | I(a + b):c = (a + b) * c"},
    {"", "\"y ~ I(a > 1 || b == 2) + max(a, (b))\"",
     "y | y, I(a > 1 || b == 2), max(a, b) | I(a > 1 || b == 2) = a > 1 || b == 2; "
     "max(a, b) = max(a, b)"},
    {"", "y ~ `body mass`:I + C", "y | y, C, body mass:I | body mass:I = `body mass` * I"},
    {"", "y ~ I(`a)`) + b", "y | y, I(`a)`), b | I(`a)`) = `a)`"},
    {SEX, "y ~ s", "y | y, s"},
    {SEX, "y ~ C(s) + s + C( `s` )", "y | y, s"},
    {SEX, "s ~ a", "s.M | s, a"},
    {MORE, "h ~ a", "h.other | h, a"},
    {SEX, "y ~ s - 1", "y -1 | y, s.F, s | s.F = s == \"F\""},
    {SEX, "y ~ a + s + a:s", "y | y, a, s, a:s.M | a:s.M = a * (s == \"M\")"},
    {SEX, "y ~ s:a",
     "y | y, s.F:a, s.M:a | s.F:a = (s in [\"F\", \"M\"] ? s == \"F\" : missing) * a; "
     "s.M:a = (s in [\"F\", \"M\"] ? s == \"M\" : missing) * a"},
    {SEX, "y ~ s + s:log(a)",
     "y | y, s, s.F:log(a), s.M:log(a) | s.F:log(a) = (s == \"F\") * log(a); "
     "s.M:log(a) = (s == \"M\") * log(a)"},
    {MORE, "y ~ a*h", "y | y, a, h, a:h.other | a:h.other = a * (!h in [\"u\"])"},
    {SEX ", " SITE, "y ~ s*g",
     "y | y, s, g, s.M:g.b, s.M:g.c | s.M:g.b = (s == \"M\") * (g == \"b\"); "
     "s.M:g.c = (s == \"M\") * (g == \"c\")"},
    {SEX ", " SITE, "y ~ g + s - 1", "y -1 | y, g.a, g, s | g.a = g == \"a\""},
    {SEX ", " SITE, "y ~ s + s:g",
     "y | y, s, s.F:g.b, s.M:g.b, s.F:g.c, s.M:g.c | "
     "s.F:g.b = (s == \"F\") * (g in [\"a\", \"b\", \"c\"] ? g == \"b\" : missing); "
     "s.F:g.c = (s == \"F\") * (g in [\"a\", \"b\", \"c\"] ? g == \"c\" : missing); "
     "s.M:g.b = (s == \"M\") * (g in [\"a\", \"b\", \"c\"] ? g == \"b\" : missing); "
     "s.M:g.c = (s == \"M\") * (g in [\"a\", \"b\", \"c\"] ? g == \"c\" : missing)"},
    {SEX, "y ~ a + a:s - 1",
     "y -1 | y, a, a:s.M | a:s.M = a * (s in [\"F\", \"M\"] ? s == \"M\" : missing)"},
    {"o: {levels: [l, m], ordered: true}", "y ~ o + a - 1", "y -1 | y, o, a"},
};

START_TEST(a_formula_stands_for_columns)
{
    const char *const *row = good_ones[_i];
    struct contract *c = build("linreg", "", "", row[0], "", row[1], "");

    ck_assert_msg(c != NULL, "%s: %s", row[1], e.text);
    char *text = said(c);
    ck_assert_str_eq(text, row[2]);
    struct contract *d = through_h5(c);
    ck_assert_str_eq(c->id, d->id);
    free(text);
    contract_destroy(c);
    contract_destroy(d);
}
END_TEST

START_TEST(a_formula_uses_what_else_is_said)
{
    struct contract *c = build("glm", ", params: {family: poisson, exposure: years}", "t: date",
                               "k: [low, high]", "k: \"u > w ? 'low' : 'high'\", w: days(t)",
                               "n ~ k + w:u", "  standardise: [\"w:u\"]\n");

    ck_assert_msg(c != NULL, "%s", e.text);
    char *text = said(c);
    ck_assert_str_eq(text, "n | n, k, w:u, years | k = u > w ? \"low\" : \"high\"; w = days(t); "
                           "w:u = w * u");
    free(text);
    contract_destroy(c);
}
END_TEST

/* factors, formula, and a part of what is said of it. */
static const char *const bad_ones[][3] = {
    {"", "\"\"", "byte 1: ends here; expected what is explained"},
    {"", "y", "byte 2: ends here; expected ~ behind"},
    {"", "\"~ a\"", "byte 1: expected what is explained"},
    {"", "y ~", "byte 4: ends here; expected a column"},
    {"", "y ~ a +", "byte 8: ends here; expected a column"},
    {"", "y ~ a b", "byte 7: expected +, -, *, : or the end"},
    {"", "y ~ a ~ b", "byte 7: expected +"},
    {"", "y ~ a $ b", "byte 7: expected +"},
    {"", "y ~ .", "byte 5: a dot for all other columns has no place here"},
    {"", "y ~ (a + b)^2", "byte 12: a power of terms has no place here"},
    {"", "y ~ a/b", "byte 6: / has no place here: a + a:b"},
    {"", "y ~ a %in% b", "byte 7: %in% has no place here"},
    {"", "y ~ 2*a", "byte 5: a number is 0 or 1 here"},
    {"", "y ~ (a + 1)", "byte 10: 1 stands outside of all brackets"},
    {"", "y ~ a - b", "byte 9: is taken away and was not there before"},
    {"", "y ~ 1", "has no terms"},
    {"", "y ~ a - a", "has no terms"},
    {"", "y ~ (a + b", "byte 11: ends here; expected +, -, *, : or )"},
    {"", "y ~ log(a", "byte 8: no ) ends what begins here"},
    {"", "y ~ log(a) + I(b + 'x)", "byte 20: no ' ends what begins here"},
    {"", "y ~ `a", "byte 5: no ` ends what begins here"},
    {"", "y ~ ``", "byte 5: an empty name"},
    {"", "y ~ `a\\q`", "byte 7: after \\ stands one of"},
    {"", "y ~ a + poly(b, 2)", "byte 9: no function is called poly"},
    {"", "y ~ a + I(b +)", "byte 14: the expression ends"},
    {"", "y ~ a + I()", "byte 11: the expression ends"},
    {"", "y ~ a + lower(t)", "byte 15: lower takes a text"},
    {"", "y ~ a + y", "byte 1: y stands on both sides of ~"},
    {"", "y ~ a + a:y", "byte 1: y stands on both sides of ~"},
    {"", "y ~ `log(a)` + log(a)", "byte 16: log(a) is a column here, and an expression elsewhere"},
    {"", "y ~ C(a)",
     "byte 7: a is no factor: declare its levels under data.factors (metaneuron data "},
    {SEX, "y ~ C(s, F)", "byte 8: expected ): C() takes the name of a factor and nothing else"},
    {SEX, "y ~ trim(s)", "byte 5: is a text; expected a number"},
    {SITE, "g ~ a", "byte 1: g has 3 levels; expected a number, or a factor of two levels"},
    {SEX ", " SITE, "y ~ s:g", "byte 7: an interaction of factors without what it is made of"},
    {SEX ", " SITE, "y ~ a + a:s:g", "byte 13: an interaction of factors without"},
    {"o: {levels: [l, m], ordered: true}", "y ~ a*o", "byte 7: o has an order"},
    {"", "y ~ a:b:c:d:e:f:g:h:i", "has a term of more than 8 variables"},
    {"", "[y, a]", "expected one value"},
};

START_TEST(a_wrong_formula_is_refused)
{
    const char *const *row = bad_ones[_i];
    struct contract *c = build("linreg", "", "", row[0], "", row[1], "");

    ck_assert_msg(!c, "%s", row[1]);
    ck_assert_int_eq(e.code, ERR_INPUT);
    ck_assert_msg(strstr(e.text, "s.yaml:9: data.formula") && strstr(e.text, row[2]), "%s: %s",
                  row[1], e.text);
}
END_TEST

/* function, its parameters, types, derive, formula, more, and a part of what is said. */
static const char *const misplaced[][7] = {
    {"kmeans", "", "", "", "y ~ a", "", "is for linreg, logreg, glm and train"},
    {"train", "", "", "", "y ~ a - 1", "", "leaves the constant out, which train"},
    {"linreg", ", params: {target: y}", "", "", "y ~ a", "", "what function.params.target says"},
    {"linreg", ", params: {intercept: true}", "", "", "y ~ a", "",
     "what function.params.intercept"},
    {"linreg", "", "", "", "y ~ a", "  columns: [y, a]\n", "says what data.columns says"},
    {"linreg", "", "t: text", "", "y ~ t", "", "byte 5: t is a text, and no factor"},
    {"linreg", "", "", "t: \"'x'\"", "y ~ t", "", "byte 5: t is a text, and no factor"},
    {"linreg", "", "", "t: t + 1", "y ~ t", "", "data.derive.t: needs itself"},
    {"linreg", "", "", "t: u, u: t", "y ~ I(t)", "", "needs itself"},
    {"linreg", "", "", "\"a:b\": a + b", "y ~ a:b", "",
     "byte 7: makes a:b, which is made elsewhere"},
    {"linreg", "", "", "", "y ~ a:b", "format: 1\n", "is unknown in a contract of format 1"},
};

START_TEST(a_formula_has_its_place)
{
    const char *const *row = misplaced[_i];
    struct contract *c = build(row[0], row[1], row[2], "", row[3], row[4], row[5]);

    ck_assert_msg(!c, "%s", row[4]);
    ck_assert_msg(strstr(e.text, row[6]) && strstr(e.text, "s.yaml:"), "%s: %s", row[4], e.text);
}
END_TEST

/* Returns a formula with the words so many times, each with its number behind it if that is so. */
static char *repeated(const char *begin, const char *words, int count, bool numbers)
{
    struct buf b = {0};

    buf_addf(&b, "\"y ~ %s", begin);
    for (int i = 0; i < count; i++) {
        buf_adds(&b, words);
        if (numbers)
            buf_addf(&b, "%d", i);
    }
    buf_adds(&b, ")\"");
    ck_assert(!buf_failed(&b));
    return b.data;
}

START_TEST(a_formula_has_limits)
{
    static const struct {
        const char *begin, *words;
        int count;
        bool numbers;
        const char *said;
    } wide[] = {
        {"a", " + abcdef", 400, true, "bytes, more than 4096"},
        {"", "(", 40, false, "brackets are more than 32 deep"},
        {"(b+c+d+e+f+g+h+i+j+k+l+m):(n", "+a", 100, true, "has more than 1024 terms"},
        {"a*b*c*d*e*f*g*h", ":(a*b*c*d*e*f*g*h)", 100, false, "is more than 65536 terms"},
        {"", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 4, false,
         "byte 5: is longer than the 256 bytes of a name"},
    };

    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        char *formula = repeated(wide[i].begin, wide[i].words, wide[i].count, wide[i].numbers);
        ck_assert_ptr_null(build("linreg", "", "", "", "", formula, ""));
        ck_assert_msg(strstr(e.text, wide[i].said) != NULL, "%s: %s", formula, e.text);
        free(formula);
    }
}
END_TEST

/* The contract is that of a spec that says the same itself. */
START_TEST(a_formula_is_no_part_of_the_contract)
{
    struct contract *c = build("linreg", "", "", SEX, "", "log(y) ~ s*a - 1", "");
    struct contract *d = good("title: T\nfunction:\n  name: linreg\n"
                              "  params: {target: log(y), intercept: false}\n"
                              "data:\n  name: d\n  slaves: 4\n  factors: {" SEX "}\n"
                              "  derive: {log(y): log(y), s.F: s == 'F', \"s.M:a\": (s == 'M')*a}\n"
                              "  columns: [log(y), s.F, s, a, \"s.M:a\"]\n");

    ck_assert_msg(c != NULL, "%s", e.text);
    ck_assert_str_eq(c->id, d->id);
    contract_destroy(c);
    contract_destroy(d);
}
END_TEST

/* Levels of factors multiply: columns end before memory does. */
START_TEST(factors_have_limits)
{
    struct buf b = {0};

    buf_adds(&b, "g: [");
    for (int i = 0; i < 100; i++)
        buf_addf(&b, "%sl%d", i ? ", " : "", i);
    buf_adds(&b, "], h: [");
    for (int i = 0; i < 100; i++)
        buf_addf(&b, "%sl%d", i ? ", " : "", i);
    buf_adds(&b, "]");
    ck_assert_ptr_null(build("linreg", "", "", b.data, "", "y ~ g*h", ""));
    ck_assert_msg(strstr(e.text, "makes more than 4096 columns") != NULL, "%s", e.text);
    buf_free(&b);
}
END_TEST

/* Formulas that are made of random words end as columns or as an error, which has a text. */
START_TEST(random_formulas_end)
{
    static const char *const words[] = {"y",  "~",  "a",     "s",       "g", "I(", "C(", "log(",
                                        "(",  ")",  ")",     "+",       "-", "*",  ":",  "1",
                                        "0",  "^2", "`s`",   "`a b`",   "/", ".",  " ",  "s == 'F'",
                                        "\\", "'",  "a + s", "y ~ a*s", "`", "\"", ",",  "\xff"};
    struct flat *f = flat_create(&e);
    const char *factors[] = {"s", "g"}, *levels[] = {"F", "M", "a", "b", "c"};
    const double counts[] = {2, 3}, no[] = {0, 0};
    const size_t two = 2, five = 5;
    uint64_t state = 7;
    size_t good_count = 0;

    flat_add(f, "/data/factors/column", FLAT_STRING, 1, &two, factors, 1);
    flat_add(f, "/data/factors/count", FLAT_NUMBER, 1, &two, counts, 1);
    flat_add(f, "/data/factors/other", FLAT_NUMBER, 1, &two, no, 1);
    flat_add(f, "/data/factors/ordered", FLAT_NUMBER, 1, &two, no, 1);
    flat_add(f, "/data/factors/level", FLAT_STRING, 1, &five, levels, 1);
    for (int i = 0; i < 20000; i++) {
        struct formula_known k = {0};
        struct formula x = {0};
        struct formula_columns c = {0};
        struct buf b = {0};
        buf_adds(&b, i % 2 ? "y ~ a" : "y ~");
        for (uint64_t n = state >> 33 & 15; n < 16; n++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            buf_adds(&b, words[(state >> 40) % (sizeof words / sizeof words[0])]);
        }
        err_clear(&e);
        ck_ok(formula_known(&k, f, &e), &e);
        if (formula_parse(&x, b.data, &k, &e) == 0 && formula_code(&c, &x, &k, NULL, &e) == 0) {
            ck_assert_uint_ge(c.chosen_count, 2);
            good_count++;
        } else
            ck_assert_msg(e.code == ERR_INPUT && strstr(e.text, "data.formula"), "%s", b.data);
        formula_columns_free(&c);
        formula_free(&x);
        formula_known_free(&k);
        buf_free(&b);
    }
    ck_assert_uint_ge(good_count, 100);
    flat_destroy(f);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, a_formula_stands_for_columns, 0, sizeof good_ones / sizeof good_ones[0]);
    tcase_add_test(t, a_formula_uses_what_else_is_said);
    tcase_add_loop_test(t, a_wrong_formula_is_refused, 0, sizeof bad_ones / sizeof bad_ones[0]);
    tcase_add_loop_test(t, a_formula_has_its_place, 0, sizeof misplaced / sizeof misplaced[0]);
    tcase_add_test(t, a_formula_is_no_part_of_the_contract);
    tcase_add_test(t, a_formula_has_limits);
    tcase_add_test(t, factors_have_limits);
    tcase_add_test(t, random_formulas_end);
}

UNIT_MAIN("formula", add)
