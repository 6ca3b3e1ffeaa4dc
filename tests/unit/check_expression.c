/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions: known values, precedence, three-valued logic, errors with their places, limits. */
#include "expression_case.h"

#include "recipe/date.h"

#include <sys/resource.h>

#define NONE NAN

/* KiB that the process had at most. */
static long peak(void)
{
    struct rusage r = {0};

    getrusage(RUSAGE_SELF, &r);
    return r.ru_maxrss;
}

static const struct row plain = {.x = 2, .y = -3, .z = NAN, .p = 1, .q = 0, .s = "Ab c", .t = NULL};

/* The value of an expression that is no text in that row, and what was undefined. */
static double value_in(const char *text, const struct row *r, uint64_t *undefined)
{
    struct expression *x = row_parse(text);
    struct expression_work *w = expression_work_create(x, NULL);
    double number = 0;
    struct expression_text out;
    struct answer a = {.numbers = &number, .texts = &out};

    ck_assert(w && expression_type(x) != EXPRESSION_TEXT);
    row_run(x, w, r, 1, &a);
    if (undefined)
        *undefined = a.undefined;
    expression_work_free(w);
    expression_free(x);
    return number;
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

START_TEST(values_are_known)
{
    static const struct {
        const char *text;
        double value;
        uint64_t undefined;
    } cases[] = {
        {"1 + 2 * 3", 7, 0},
        {".5e1", 5, 0},
        {"-7 % 3", 2, 0},
        {"7 % -3", -2, 0},
        {"-7 % -3", -1, 0},
        {"6 % 3", 0, 0},
        {"7.5 % 2", 1.5, 0},
        {"5 % 0", NONE, 1},
        {"1e300 % 7", 1, 0},
        {"1 / 0", NONE, 1},
        {"0 / 0", NONE, 1},
        {"1e308 * 10", NONE, 1},
        {"-1e308 - 1e308", NONE, 1},
        {"2 ^ 10", 1024, 0},
        {"0 ^ 0", 1, 0},
        {"0 ^ -1", NONE, 1},
        {"(-8) ^ (1 / 3)", NONE, 1},
        {"(-2) ^ 3", -8, 0},
        {"10 ^ 400", NONE, 1},
        {"z ^ 0", NONE, 0},
        {"abs(y)", 3, 0},
        {"sqrt(9)", 3, 0},
        {"sqrt(-1)", NONE, 1},
        {"exp(0)", 1, 0},
        {"exp(710)", NONE, 1},
        {"log(1)", 0, 0},
        {"log(0)", NONE, 1},
        {"log(-1)", NONE, 1},
        {"log10(1000)", 3, 0},
        {"log10(0)", NONE, 1},
        {"floor(-1.5)", -2, 0},
        {"floor(2.9)", 2, 0},
        {"min(3, 1, 2)", 1, 0},
        {"max(3, x, 5, y)", 5, 0},
        {"min(1, z)", NONE, 0},
        {"max(z, 1)", NONE, 0},
        {"clamp(7, 0, 5)", 5, 0},
        {"clamp(y, 0, 5)", 0, 0},
        {"clamp(3, 5, 4)", 4, 0},
        {"clamp(z, 0, 1)", NONE, 0},
        {"clamp(1, z, 2)", NONE, 0},
        {"bin(17, 18, 65)", 0, 0},
        {"bin(18, 18, 65)", 1, 0},
        {"bin(64.9, 18, 65)", 1, 0},
        {"bin(65, 18, 65)", 2, 0},
        {"bin(z, 18, 65)", NONE, 0},
        {"bin(-1, -2)", 1, 0},
        {"missing(z)", 1, 0},
        {"missing(x)", 0, 0},
        {"missing(t)", 1, 0},
        {"missing(s)", 0, 0},
        {"missing(log(0))", 1, 1},
        {"coalesce(z, x)", 2, 0},
        {"coalesce(z, z, 7)", 7, 0},
        {"coalesce(log(0), 7)", 7, 1},
        {"coalesce(z, z)", NONE, 0},
        {"coalesce(t, s) == \"Ab c\"", 1, 0},
        {"x in [1, 2, -3]", 1, 0},
        {"y in [1, 2, -3]", 1, 0},
        {"x in [5, 1.5]", 0, 0},
        {"z in [1]", NONE, 0},
        {"s in ['x', \"Ab c\"]", 1, 0},
        {"t in ['x']", NONE, 0},
        {"`odd name` + 1", 3, 0},
        {"p + p + q", 2, 0},
        {"-p", -1, 0},
        {"p ^ 2", 1, 0},
        {"x > 1 ? 10 : 20", 10, 0},
        {"z > 1 ? 10 : 20", NONE, 0},
        {"x == 2 ? missing : x", NONE, 0},
        {"x == 3 ? missing : x", 2, 0},
        {"y > 0 ? log(y) : 5", 5, 0},
        {"y < 0 ? log(y) : 5", NONE, 1},
        {"y > 0 && log(y) > 1", 0, 0},
        {"y < 0 || log(y) > 1", 1, 0},
        {"y > 0 || log(y) > 1", NONE, 1},
        {"z > 0 && log(y) > 1", NONE, 1},
        {"y > 0 ? (x > 0 ? 1 / 0 : 2) : 3", 3, 0},
        {"x > 0 ? (y > 0 ? 1 / 0 : 2) : 1 / 0", 2, 0},
        {"x > 0 ? (y < 0 ? 1 / 0 : 2) : 3", NONE, 1},
        {"'a' < 'b'", 1, 0},
        {"'a' < 'ab'", 1, 0},
        {"'' < 'a'", 1, 0},
        {"'Z' < 'a'", 1, 0},
        {"'z' < '\xc3\xa4'", 1, 0},
        {"'2019-12-31' < '2020-01-01'", 1, 0},
        {"t == 'a'", NONE, 0},
        {"'a' != 'b'", 1, 0},
        {"s >= s", 1, 0},
        {"p == q", 0, 0},
        {"p != q", 1, 0},
        {"lower('AbC\xc3\x84Z') == 'abc\xc3\x84z'", 1, 0},
        {"missing(lower(t))", 1, 0},
        {"trim(' \\t a b\\n') == 'a b'", 1, 0},
        {"trim('  ') == ''", 1, 0},
        {"missing(trim(t))", 1, 0},
        {"(p ? s : t) == 'Ab c'", 1, 0},
        {"missing(q ? s : t)", 1, 0},
        {"'\\\\\\\"\\'\\`' == \"\\\\\\\"'`\"", 1, 0},
        {"days('1970-01-01')", 0, 0},
        {"days('1969-12-31')", -1, 0},
        {"days('2000-03-01')", 11017, 0},
        {"days('2026-11-28')", 20785, 0},
        {"days('0000-01-01')", -719528, 0},
        {"days('0001-01-01')", -719162, 0},
        {"days('9999-12-31')", 2932896, 0},
        {"days('1582-10-15')", -141427, 0},
        {"year('2024-02-29')", 2024, 0},
        {"month('2024-02-29')", 2, 0},
        {"days('2023-02-29')", NONE, 1},
        {"days('1900-02-29')", NONE, 1},
        {"days('2000-02-29')", 11016, 0},
        {"days('2020-1-01')", NONE, 1},
        {"days('2020-13-01')", NONE, 1},
        {"days('2020-04-31')", NONE, 1},
        {"days('2020-00-10')", NONE, 1},
        {"days('2020-01-00')", NONE, 1},
        {"days('2020-01-01T')", NONE, 1},
        {"days(' 2020-01-01')", NONE, 1},
        {"days('')", NONE, 1},
        {"year('20200101')", NONE, 1},
        {"days(t)", NONE, 0},
        {"q ? days('x') : 1", 1, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t undefined;
        double v = value_in(cases[i].text, &plain, &undefined);
        ck_assert_msg(same(v, cases[i].value) && undefined == cases[i].undefined,
                      "%s is %.17g with %d undefined, not %.17g with %d", cases[i].text, v,
                      (int)undefined, cases[i].value, (int)cases[i].undefined);
    }
}
END_TEST

/* Days of all dates of 400 years by counting. */
START_TEST(dates_follow_each_other)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct date d, at = {1970, 1, 1};
    char text[40];

    for (long days = 0; at.year < 2370; days++) {
        snprintf(text, sizeof text, "%04d-%02d-%02d", at.year, at.month, at.day);
        if (date_read(text, 10, &d) < 0 || date_days(&d) != days)
            ck_abort_msg("%s", text);
        bool leap = at.year % 400 == 0 || (at.year % 4 == 0 && at.year % 100 != 0);
        if (++at.day > lengths[at.month - 1] + (at.month == 2 && leap))
            at.day = 1, at.month++;
        if (at.month > 12)
            at.month = 1, at.year++;
    }
}
END_TEST

START_TEST(logic_has_three_values)
{
    const double truths[] = {0, 1, NAN};

    for (int i = 0; i < 3; i++) {
        struct row r = plain;
        r.p = truths[i];
        bool np = isnan(r.p);
        ck_assert(same(value_in("!p", &r, NULL), np ? NAN : 1 - r.p));
        ck_assert(same(value_in("p ? 5 : 6", &r, NULL), np ? NAN : 6 - r.p));
        ck_assert(same(value_in("p ? 5 : 5", &r, NULL), np ? NAN : 5));
        for (int k = 0; k < 3; k++) {
            r.q = truths[k];
            bool missing = np || isnan(r.q);
            double both = r.p == 0 || r.q == 0 ? 0 : missing ? NAN : 1;
            double either = r.p == 1 || r.q == 1 ? 1 : missing ? NAN : 0;
            ck_assert(same(value_in("p && q", &r, NULL), both));
            ck_assert(same(value_in("p || q", &r, NULL), either));
            ck_assert(same(value_in("p == q", &r, NULL), missing ? NAN : r.p == r.q));
            ck_assert(same(value_in("p != q", &r, NULL), missing ? NAN : r.p != r.q));
            ck_assert(same(value_in("p + q < 2", &r, NULL), missing ? NAN : r.p + r.q < 2));
            ck_assert(same(value_in("coalesce(p, q)", &r, NULL), np ? r.q : r.p));
        }
    }
}
END_TEST

static const char *canonical(const char *text, char out[static 256])
{
    struct expression *x = row_parse(text);

    snprintf(out, 256, "%s", expression_canonical(x));
    expression_free(x);
    return out;
}

START_TEST(canonical_text_is_one)
{
    /* What is written, with all brackets, and the canonical text of both. */
    static const char *const cases[][3] = {
        {"-x^2", "-(x^2)", "-x^2"},
        {"(-x)^2", "((-x))^2", "(-x)^2"},
        {"2^3^2", "2^(3^2)", "2^3^2"},
        {"(2^3)^2", "((2^3))^2", "(2^3)^2"},
        {"2^-x", "2^(-x)", "2^-x"},
        {"2^-x^y", "2^(-(x^y))", "2^-x^y"},
        {"-x*y", "(-x)*y", "-x * y"},
        {"-(x*y)", "-((x*y))", "-(x * y)"},
        {"- -x", "-(-x)", "--x"},
        {"x-y-z", "(x-y)-z", "x - y - z"},
        {"x-(y-z)", "x-((y-z))", "x - (y - z)"},
        {"x/y*z%2", "((x/y)*z)%2", "x / y * z % 2"},
        {"x*(y/z)", "(x*(y/z))", "x * (y / z)"},
        {"x+y*z", "x+(y*z)", "x + y * z"},
        {"x- -1", "x-(-1)", "x - -1"},
        {"!p==q", "!(p==q)", "!p == q"},
        {"(!p)==q", "((!p))==q", "(!p) == q"},
        {"!x in[1]", "!(x in [1])", "!x in [1]"},
        {"!!p", "!(!p)", "!!p"},
        {"!p&&q", "(!p)&&q", "!p && q"},
        {"!(p&&q)", "!((p&&q))", "!(p && q)"},
        {"p||q&&p", "p||(q&&p)", "p || q && p"},
        {"(p||q)&&p", "((p||q))&&p", "(p || q) && p"},
        {"p||(q||p)", "p||((q||p))", "p || (q || p)"},
        {"p?x:q?y:z", "p?x:(q?y:z)", "p ? x : q ? y : z"},
        {"(p?q:p)?x:y", "((p?q:p))?x:y", "(p ? q : p) ? x : y"},
        {"p?q?x:y:z", "p?(q?x:y):z", "p ? q ? x : y : z"},
        {"p||q?x:y", "(p||q)?x:y", "p || q ? x : y"},
        {"x+y<z*2", "(x+y)<(z*2)", "x + y < z * 2"},
        {"(x<y)==p", "((x<y))==p", "(x < y) == p"},
        {"(p?x:y)+1", "((p?x:y))+1", "(p ? x : y) + 1"},
        {"1.50 + 1e2 + 1e-7 + 1e21", "((1.5+100)+1e-7)+1e21", "1.5 + 100 + 1e-7 + 1e+21"},
        {"s in['a',\"b\"]", "s in [\"a\",'b']", "s in [\"a\", \"b\"]"},
        {"x in[-1,- 2,-0]", "x in [-1,-2,0]", "x in [-1, -2, 0]"},
        {"'a\"b' == '\\t\\n\\r\\\\'", "\"a\\\"b\" == \"\\t\\n\\r\\\\\"",
         "\"a\\\"b\" == \"\\t\\n\\r\\\\\""},
        {"`x`+`odd name`", "(x+`odd name`)", "x + `odd name`"},
        {"`missing`+`in`*`a\\`\\\\`", "`missing`+(`in`*`a\\`\\\\`)",
         "`missing` + `in` * `a\\`\\\\`"},
        {"min( x,y , z )", "min((x),(y),z)", "min(x, y, z)"},
        {"x\t>\n0?missing:y", "(x>0)?(missing):(y)", "x > 0 ? missing : y"},
    };
    char a[256], b[256], c[256];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(strcmp(canonical(cases[i][0], a), cases[i][2]) == 0 &&
                          strcmp(canonical(cases[i][1], b), cases[i][2]) == 0 &&
                          strcmp(canonical(cases[i][2], c), cases[i][2]) == 0,
                      "%s: %s, %s, %s", cases[i][0], a, b, c);
}
END_TEST

START_TEST(errors_have_places)
{
    static const struct {
        const char *text;
        unsigned byte;
        const char *words;
    } cases[] = {
        {"", 1, "the expression ends; expected a name"},
        {"  ", 3, "the expression ends"},
        {"x +", 4, "the expression ends; expected a name"},
        {"(x", 3, "expected an operator or )"},
        {"x)", 2, "unexpected ); expected an operator, or nothing more"},
        {"x y", 3, "unexpected y"},
        {"p and q", 3, "unexpected and; expected && (for and)"},
        {"p or q", 3, "expected || (for or)"},
        {"p order", 3, "unexpected order; expected an operator"},
        {"x ** 2", 4, "expected ^ (for **)"},
        {"x * * 2", 5, "unexpected *; expected a name"},
        {"x <> 2", 4, "expected != (for <>)"},
        {"s %in% ['a']", 4, "unexpected in; expected in without %"},
        {"x < y < z", 7, "unexpected <; expected && between two comparisons"},
        {"x == y == p", 8, "unexpected =="},
        {"x in [1] in [1]", 10, "unexpected in"},
        {"x = 1", 3, "expected =="},
        {"p & q", 3, "expected &&"},
        {"p | q", 3, "expected ||"},
        {"x + $", 5, "0x24"},
        {"x + \xc3\xa4", 5, "0xc3"},
        {"p == !q", 6, "! is weaker than a comparison"},
        {"1a", 2, "a number ends here"},
        {"1.2.3", 4, "a number ends here"},
        {"1.", 2, "a number ends here"},
        {"1e", 2, "an exponent has digits"},
        {"x + 1e400", 5, "no number that a double holds"},
        {"'a", 1, "no ' ends what begins here"},
        {"x + `a", 5, "no ` ends what begins here"},
        {"'a\tb'", 3, "a control character"},
        {"'a\\x'", 3, "after \\ stands one of"},
        {"s == '\xff'", 6, "not UTF-8"},
        {"``", 1, "an empty name"},
        {"x + foo", 5, "no column is called foo"},
        {"`x ` + 1", 1, "no column is called x "},
        {"foo(x)", 1, "no function is called foo; there are abs, "},
        {"`abs`(x)", 6, "unexpected ("},
        {"exp(x", 6, "expected , or )"},
        {"exp()", 1, "exp() takes exactly 1 argument, not 0"},
        {"x + exp(x, y)", 5, "exp() takes exactly 1 argument, not 2"},
        {"min(x)", 1, "min() takes at least 2 arguments, not 1"},
        {"clamp(x, y)", 1, "clamp() takes exactly 3 arguments, not 2"},
        {"bin(x)", 1, "bin() takes at least 2"},
        {"bin(x, y)", 8, "expected a constant"},
        {"bin(x, 'a')", 8, "bin takes a number, and this is a text"},
        {"bin(x, 1, 1)", 11, "ascend"},
        {"min(x,)", 7, "unexpected )"},
        {"x in 1", 6, "expected [ and constants"},
        {"x in []", 7, "expected a constant"},
        {"x in [y]", 7, "expected a constant"},
        {"x in [1, 'a']", 10, "a text beside a number"},
        {"s in [1]", 7, "a number beside a text"},
        {"s in [-'a']", 8, "expected a number"},
        {"p in [1]", 1, "in takes numbers or texts"},
        {"x in [1", 8, "expected , or ]"},
        {"s + 1", 1, "+ takes a number, and this is a text"},
        {"1 + s", 5, "+ takes a number, and this is a text"},
        {"-s", 2, "- takes a number"},
        {"!x", 2, "! takes a truth, and this is a number"},
        {"x && p", 1, "&& takes a truth"},
        {"p || (x + y)", 9, "|| takes a truth"},
        {"x == s", 6, "a text beside a number"},
        {"p == 1", 6, "a number beside a truth"},
        {"p < q", 1, "< takes numbers or texts"},
        {"exp(p)", 5, "exp takes a number, and this is a truth"},
        {"days(x)", 6, "days takes a text, and this is a number; a column of texts or dates is"},
        {"x > '2022-01-01'", 5, "beside a number; a column of texts or dates is declared as such"},
        {"lower(1)", 7, "lower takes a text"},
        {"coalesce(x, s)", 13, "a text beside a number"},
        {"x ? y : z", 1, "a truth stands before ?"},
        {"p ? x : s", 9, "a text beside a number"},
        {"p ? x", 6, "expected an operator, or : and another value"},
        {"p ? missing : missing", 5, "missing as a value"},
        {"missing ? x : y", 1, "missing as a value"},
        {"x + missing", 5, "missing as a value"},
        {"missing", 1, "missing as a value"},
        {"x in [missing]", 7, "expected a constant"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *t = cases[i].text;
        struct err e = {0};
        char place[64];
        snprintf(place, sizeof place, "where, byte %u: ", cases[i].byte);
        struct expression *x = expression_parse("where", t, strlen(t), row_look, NULL, &e);
        ck_assert_msg(!x && e.code == ERR_INPUT && strncmp(e.text, place, strlen(place)) == 0 &&
                          strstr(e.text, cases[i].words),
                      "%s: byte %u and '%s' expected, got %s", t, cases[i].byte, cases[i].words,
                      x ? "an expression" : e.text);
    }
    struct err e = {0};
    ck_assert(!expression_parse("where", "x\0y", 3, row_look, NULL, &e));
    ck_assert(strstr(e.text, "byte 2: "));
}
END_TEST

/* Returns a text of so many copies of one, between a beginning and an end. */
static char *repeated(const char *begin, const char *one, size_t count, const char *end)
{
    size_t n = strlen(one);
    char *text = malloc(strlen(begin) + count * n + strlen(end) + 1), *at = text;

    at += sprintf(at, "%s", begin);
    for (size_t i = 0; i < count; i++, at += n)
        memcpy(at, one, n);
    strcpy(at, end);
    return text;
}

/* Whether it parses, or what else is said; the canonical text then parses to itself. */
static void limit(char *text, const char *words)
{
    struct err e = {0};
    struct expression *x = expression_parse("where", text, strlen(text), row_look, NULL, &e);

    ck_assert_msg(words ? !x && strstr(e.text, words) : x != NULL, "%.40s: %s", text,
                  x ? "an expression" : e.text);
    if (x) {
        const char *c = expression_canonical(x);
        struct expression *again = expression_parse("where", c, strlen(c), row_look, NULL, &e);
        ck_assert_msg(again && strcmp(expression_canonical(again), c) == 0, "%s", e.text);
        struct expression_work *w = expression_work_create(x, &e);
        double number;
        struct expression_text out;
        struct answer a = {.numbers = &number, .texts = &out};
        row_run(x, w, &plain, 1, &a);
        expression_work_free(w);
        expression_free(again);
    }
    expression_free(x);
    free(text);
}

START_TEST(limits_hold)
{
    const char *deep[][3] = {{"(", "x", ")"},   {"-", "x", ""},  {"!", "p", ""},
                             {"p?x:", "x", ""}, {"x^", "x", ""}, {"abs(", "x", ")"},
                             {"p?", "x", ":x"}};

    for (size_t i = 0; i < sizeof deep / sizeof deep[0]; i++)
        for (size_t over = 0; over < 2; over++) {
            char *begin = repeated("", deep[i][0], EXPRESSION_DEPTH + over, deep[i][1]);
            limit(repeated(begin, deep[i][2], EXPRESSION_DEPTH + over, ""),
                  over ? "more than 32 deep" : NULL);
            free(begin);
        }
    limit(repeated("x", "+x", 511, ""), NULL);
    limit(repeated("x", "+x", 512, ""), "more than 1024 operators");
    limit(repeated("p", "&&p", 511, ""), NULL);
    limit(repeated("p", "&&p", 512, ""), "more than 1024 operators");
    limit(repeated("min(x", ",x", 1022, ")"), NULL);
    limit(repeated("min(x", ",x", 1023, ")"), "more than 1024 operators");
    limit(repeated("x in [1", ",1", 1021, "]"), NULL);
    limit(repeated("x in [1", ",1", 1022, "]"), "more than 1024 operators");
    limit(repeated("x", " ", EXPRESSION_BYTES - 1, ""), NULL);
    limit(repeated("x", " ", EXPRESSION_BYTES, ""), "byte 4097: the expression has 4097 bytes");
    limit(repeated("s=='", "a", EXPRESSION_BYTES - 5, "'"), "canonical text has 4098 bytes");
    limit(repeated("s == '", "a", EXPRESSION_BYTES - 7, "'"), NULL);
}
END_TEST

/* Whatever bits a missing number had, those of the result are the same. */
START_TEST(missing_is_one_pattern)
{
    static const char *const cases[] = {
        "x",      "-x",     "x + 1",     "y % x",    "p && x > 1", "coalesce(x, x)",
        "abs(x)", "exp(x)", "p ? x : y", "y - x * x"};
    const uint64_t patterns[] = {0x7ff8000000000001, 0xfff8000000000000, 0x7fffffffffffffff};

    for (size_t i = 0; i < 3 * sizeof cases / sizeof cases[0]; i++) {
        struct row r = plain;
        double none = (double)NAN;
        memcpy(&r.x, &patterns[i % 3], sizeof r.x);
        double v = value_in(cases[i / 3], &r, NULL);
        ck_assert_msg(memcmp(&v, &none, sizeof v) == 0, "%s: %a", cases[i / 3], v);
    }
}
END_TEST

/* What a block's texts take is given back for those of the next one. */
START_TEST(blocks_do_not_add_up)
{
    enum { ROWS = 600, RUNS = 300, LENGTH = 1000 };
    static const char text[] = "lower(s)";
    static char capitals[LENGTH];
    static struct expression_text in[ROWS], out[ROWS];
    struct expression *x = row_parse(text);
    struct expression_work *w = expression_work_create(x, NULL);
    uint64_t undefined = 0;

    memset(capitals, 'A', LENGTH);
    for (size_t i = 0; i < ROWS; i++)
        in[i] = (struct expression_text){capitals, LENGTH};
    const struct expression_column column = {.texts = in};
    long before = 0;
    for (int i = 0; i < RUNS; i++) {
        ck_assert_int_eq(expression_run(x, w, &column, ROWS, NULL, out, &undefined, NULL), 0);
        before = i == 2 ? peak() : before;
    }
    ck_assert(out[ROWS - 1].length == LENGTH && out[ROWS - 1].at[LENGTH - 1] == 'a');
    ck_assert_int_lt(peak() - before, RUNS * (ROWS * LENGTH / 1024) / 4);
    expression_work_free(w);
    expression_free(x);
}
END_TEST

START_TEST(names_are_looked_up_once)
{
    const char text[] = "y + x + y * `x` > 0 && !missing(s)";
    size_t looked = 0;
    struct expression *x = expression_parse("where", text, strlen(text), row_look, &looked, NULL);

    ck_assert(x && looked == 3 && expression_names(x) == 3);
    ck_assert_str_eq(expression_name(x, 0), "y");
    ck_assert_str_eq(expression_name(x, 1), "x");
    ck_assert_str_eq(expression_name(x, 2), "s");
    ck_assert_int_eq(expression_type(x), EXPRESSION_TRUTH);
    expression_free(x);
    expression_free(NULL);
    expression_work_free(NULL);
}
END_TEST

static void add(TCase *tests)
{
    tcase_add_test(tests, values_are_known);
    tcase_add_test(tests, dates_follow_each_other);
    tcase_add_test(tests, logic_has_three_values);
    tcase_add_test(tests, canonical_text_is_one);
    tcase_add_test(tests, errors_have_places);
    tcase_add_test(tests, limits_hold);
    tcase_add_test(tests, missing_is_one_pattern);
    tcase_add_test(tests, blocks_do_not_add_up);
    tcase_add_test(tests, names_are_looked_up_once);
}

UNIT_MAIN("expression", add)
