/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expressions drawn at random against an obvious evaluator over trees, to the bit. */
#include "expression_case.h"

#include <ctype.h>

#include "util/buf.h"
#include "util/elementary.h"

enum { TREES = 1500, ROWS = 1100, DEPTH = 6, ARGS = 4, LEAVES = 4096 };

enum kind {
    NUMBER, /* leaves */
    TEXT,
    COLUMN,
    NOTHING,
    PREFIX, /* by sign */
    INFIX,
    CHOICE,
    IN,
    CALL,
};

struct tree {
    enum kind kind;
    enum expression_type type;
    const char *sign; /* of an operator; the name of a function or column; a text */
    double number;
    struct tree *args[ARGS];
    size_t count;
};

struct value {
    bool missing;
    double number;
    const char *text;
};

static uint64_t state = 88172645463325252u;

static size_t draw(size_t below)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (size_t)((state >> 11) % below);
}

static struct tree leaves[LEAVES];
static size_t used;

static struct tree *new_tree(enum kind kind, enum expression_type type, const char *sign)
{
    ck_assert(used < LEAVES);
    leaves[used] = (struct tree){.kind = kind, .type = type, .sign = sign};
    return &leaves[used++];
}

static const double numbers[] = {0, 1, 2, 3, 0.5, 10, 100, 1e-3, 1e155, 1e-155, 1.7e308, 7.25};
static const char *const texts[] = {
    "", "a", "A", "AbC", " ab ", "2020-02-29", "\xc3\x84x", "1969-12-31", "2021-02-29", "q'\"\\\n"};

static struct tree *draw_tree(enum expression_type type, size_t depth);

static struct tree *draw_constant(enum expression_type type)
{
    struct tree *t = new_tree(type == EXPRESSION_TEXT ? TEXT : NUMBER, type, NULL);

    if (type == EXPRESSION_TEXT)
        t->sign = texts[draw(sizeof texts / sizeof texts[0])];
    else
        t->number = numbers[draw(sizeof numbers / sizeof numbers[0])];
    return t;
}

static struct tree *draw_leaf(enum expression_type type)
{
    static const char *const columns[] = {"x", "y", "z", "s", "t", "p", "q"};

    if (type != EXPRESSION_TRUTH && draw(3) == 0)
        return draw_constant(type);
    size_t i = type == EXPRESSION_NUMBER ? draw(3)
               : type == EXPRESSION_TEXT ? 3 + draw(2)
                                         : 5 + draw(2);
    return new_tree(COLUMN, type, columns[i]);
}

static struct tree *with(struct tree *t, size_t count, enum expression_type of, size_t depth)
{
    t->count = count;
    for (size_t i = 0; i < count; i++)
        t->args[i] = draw_tree(of, depth - 1);
    return t;
}

static struct tree *draw_choice(enum expression_type type, size_t depth)
{
    struct tree *t = new_tree(CHOICE, type, NULL);

    t->count = 3;
    t->args[0] = draw_tree(EXPRESSION_TRUTH, depth - 1);
    size_t nothing = draw(8); /* 1 and 2: that branch */
    for (size_t i = 1; i < 3; i++)
        t->args[i] = nothing == i ? new_tree(NOTHING, type, NULL) : draw_tree(type, depth - 1);
    return t;
}

static struct tree *draw_number(size_t depth)
{
    static const char *const infixes[] = {"+", "-", "*", "/", "%", "^"};
    static const char *const ones[] = {"abs", "sqrt", "exp", "log", "log10", "floor"};
    static const char *const dates[] = {"days", "year", "month"};
    const enum expression_type number = EXPRESSION_NUMBER;
    enum expression_type of = draw(6) ? number : EXPRESSION_TRUTH;
    struct tree *t;

    switch (draw(10)) {
    case 0:
        return with(new_tree(PREFIX, number, "-"), 1, of, depth);
    case 1:
        return with(new_tree(CALL, number, ones[draw(6)]), 1, number, depth);
    case 2:
        return with(new_tree(CALL, number, draw(2) ? "min" : "max"), 2 + draw(3), number, depth);
    case 3:
        return with(new_tree(CALL, number, "clamp"), 3, number, depth);
    case 4:
        return with(new_tree(CALL, number, "coalesce"), 2 + draw(3), number, depth);
    case 5:
        return with(new_tree(CALL, number, dates[draw(3)]), 1, EXPRESSION_TEXT, depth);
    case 6:
        t = with(new_tree(CALL, number, "bin"), 1, number, depth);
        for (double at = -2; t->count < 2 + draw(3) && t->count < ARGS;
             at += 1 + numbers[draw(8)]) {
            t->args[t->count++] = new_tree(NUMBER, number, NULL);
            t->args[t->count - 1]->number = at;
        }
        if (t->count > 1)
            return t;
        return t->args[0];
    default:
        return with(new_tree(INFIX, number, infixes[draw(6)]), 2, of, depth);
    }
}

static struct tree *draw_text(size_t depth)
{
    switch (draw(3)) {
    case 0:
        return with(new_tree(CALL, EXPRESSION_TEXT, "lower"), 1, EXPRESSION_TEXT, depth);
    case 1:
        return with(new_tree(CALL, EXPRESSION_TEXT, "trim"), 1, EXPRESSION_TEXT, depth);
    default:
        return with(new_tree(CALL, EXPRESSION_TEXT, "coalesce"), 2 + draw(3), EXPRESSION_TEXT,
                    depth);
    }
}

static struct tree *draw_truth(size_t depth)
{
    static const char *const comparisons[] = {"<", "<=", ">", ">=", "==", "!="};
    const enum expression_type truth = EXPRESSION_TRUTH;
    enum expression_type of = draw(3) ? EXPRESSION_NUMBER : EXPRESSION_TEXT;
    struct tree *t;

    switch (draw(8)) {
    case 0:
        return with(new_tree(PREFIX, truth, "!"), 1, truth, depth);
    case 1:
        return with(new_tree(INFIX, truth, "&&"), 2, truth, depth);
    case 2:
        return with(new_tree(INFIX, truth, "||"), 2, truth, depth);
    case 3:
        return with(new_tree(INFIX, truth, draw(2) ? "==" : "!="), 2, truth, depth);
    case 4:
        return with(new_tree(CALL, truth, "missing"), 1, (enum expression_type)(1 + draw(3)),
                    depth);
    case 5:
        t = with(new_tree(IN, truth, NULL), 1, of, depth);
        while (t->count < 2 + draw(3) && t->count < ARGS)
            t->args[t->count++] = draw_constant(of);
        return t;
    default:
        return with(new_tree(INFIX, truth, comparisons[draw(6)]), 2, of, depth);
    }
}

static struct tree *draw_tree(enum expression_type type, size_t depth)
{
    if (depth == 0 || draw(8) == 0)
        return draw_leaf(type);
    if (draw(8) == 0)
        return draw_choice(type, depth);
    return type == EXPRESSION_NUMBER ? draw_number(depth)
           : type == EXPRESSION_TEXT ? draw_text(depth)
                                     : draw_truth(depth);
}

static void write_text(struct buf *b, const char *text)
{
    buf_addc(b, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\' || *text == '\n')
            buf_addc(b, '\\');
        buf_addc(b, (char)(*text == '\n' ? 'n' : *text));
    }
    buf_addc(b, '"');
}

/* With brackets around every operator. */
static void write_tree(struct buf *b, const struct tree *t)
{
    if (t->kind == NUMBER)
        buf_addf(b, "%.17g", t->number);
    else if (t->kind == TEXT)
        write_text(b, t->sign);
    else if (t->kind == COLUMN)
        buf_adds(b, t->sign);
    else if (t->kind == NOTHING)
        buf_adds(b, "missing");
    else {
        buf_adds(b, t->kind == CALL || t->kind == PREFIX ? t->sign : "");
        buf_adds(b, "(");
        for (size_t i = 0; i < t->count; i++) {
            if (i > 0 && t->kind == INFIX)
                buf_adds(b, t->sign);
            else if (i > 0)
                buf_adds(b, t->kind == CHOICE         ? i == 1 ? "?" : ":"
                            : t->kind == IN && i == 1 ? " in["
                                                      : ",");
            if (t->kind == PREFIX || (t->kind == INFIX && t->args[i]->kind == PREFIX)) {
                buf_adds(b, "(");
                write_tree(b, t->args[i]);
                buf_adds(b, ")");
            } else
                write_tree(b, t->args[i]);
        }
        buf_adds(b, t->kind == IN ? "])" : ")");
    }
}

static const struct value nothing = {.missing = true};

static struct value number_value(double number)
{
    return (struct value){.number = number};
}

/* What is not finite is missing and counted. */
static struct value settled(double number, uint64_t *undefined)
{
    if (!isfinite(number))
        ++*undefined;
    return isfinite(number) ? number_value(number) : nothing;
}

static int compare(const struct value *a, const struct value *b, bool of_texts)
{
    return of_texts ? strcmp(a->text, b->text) : (a->number > b->number) - (a->number < b->number);
}

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static struct value infix(const struct tree *t, const struct value *v, uint64_t *undefined)
{
    double a = v[0].number, b = v[1].number, r;
    int order = compare(&v[0], &v[1], t->args[0]->type == EXPRESSION_TEXT);

    switch (t->sign[0]) {
    case '+':
        return settled(a + b, undefined);
    case '-':
        return settled(a - b, undefined);
    case '*':
        return settled(a * b, undefined);
    case '/':
        return settled(a / b, undefined);
    case '%':
        r = fmod(a, b);
        return settled(r != 0 && signbit(r) != signbit(b) ? r + b : r, undefined);
    case '^':
        elementary_power(&r, &a, &b, 1);
        return settled(r, undefined);
    case '<':
        return number_value(t->sign[1] ? order <= 0 : order < 0);
    case '>':
        return number_value(t->sign[1] ? order >= 0 : order > 0);
    default:
        return number_value(t->sign[0] == '=' ? order == 0 : order != 0);
    }
}

static int digits(const char *text, int from, int count)
{
    int n = 0;

    for (int i = from; i < from + count; i++)
        n = isdigit((unsigned char)text[i]) ? 10 * n + text[i] - '0' : -10000;
    return n;
}

/* Dates among texts are few: what they are is known. */
static struct value date(const char *sign, const char *text, uint64_t *undefined)
{
    if (!is(text, "2020-02-29") && !is(text, "1969-12-31"))
        return settled(NAN, undefined);
    if (is(sign, "days"))
        return number_value(is(text, "1969-12-31") ? -1 : 18321);
    return number_value(is(sign, "year") ? digits(text, 0, 4) : digits(text, 5, 2));
}

static const char *keep(const char *text, size_t length)
{
    static char made[1 << 16];
    static size_t at;

    at = at + length + 1 > sizeof made ? 0 : at;
    char *copy = memcpy(made + at, text, length);
    copy[length] = '\0';
    at += length + 1;
    return copy;
}

static struct value change(const char *sign, const char *text)
{
    static const char spaces[] = " \t\n\v\f\r";
    struct value v = {.text = text};

    if (is(sign, "trim")) {
        size_t begin = strspn(text, spaces), end = strlen(text);
        while (end > begin && strchr(spaces, text[end - 1]))
            end--;
        v.text = keep(text + begin, end - begin);
        return v;
    }
    char *copy = (char *)(uintptr_t)keep(text, strlen(text));
    for (v.text = copy; *copy; copy++)
        *copy = (char)(*copy >= 'A' && *copy <= 'Z' ? *copy + 32 : *copy);
    return v;
}

static struct value call(const struct tree *t, const struct value *v, uint64_t *undefined)
{
    struct value r = v[0];
    double number = v[0].number;

    if (is(t->sign, "missing"))
        return number_value(v[0].missing);
    if (is(t->sign, "coalesce")) {
        for (size_t i = 0; i < t->count && r.missing; i++)
            r = v[i];
        return r;
    }
    for (size_t i = 0; i < t->count; i++)
        if (v[i].missing)
            return nothing;
    if (t->args[0]->type == EXPRESSION_TEXT)
        return t->type == EXPRESSION_TEXT ? change(t->sign, v[0].text)
                                          : date(t->sign, v[0].text, undefined);
    if (is(t->sign, "clamp"))
        return number_value(fmin(fmax(v[0].number, v[1].number), v[2].number));
    if (is(t->sign, "bin"))
        for (number = 0;
             number + 1 < (double)t->count && v[(size_t)number + 1].number <= v[0].number;)
            number++;
    else if (is(t->sign, "min") || is(t->sign, "max"))
        for (size_t i = 1; i < t->count; i++)
            number = is(t->sign, "min") ? fmin(number, v[i].number) : fmax(number, v[i].number);
    else if (is(t->sign, "abs"))
        number = fabs(number);
    else if (is(t->sign, "sqrt"))
        number = sqrt(number);
    else if (is(t->sign, "floor"))
        number = floor(number);
    else if (is(t->sign, "exp"))
        elementary_exp(&number, &v[0].number, 1);
    else if (is(t->sign, "log"))
        elementary_log(&number, &v[0].number, 1);
    else
        elementary_log10(&number, &v[0].number, 1);
    return settled(number, undefined);
}

static struct value column(const char *name, const struct row *r)
{
    if (name[0] == 's' || name[0] == 't') {
        const char *text = name[0] == 's' ? r->s : r->t;
        return (struct value){.text = text, .missing = !text};
    }
    double n = name[0] == 'x'   ? r->x
               : name[0] == 'y' ? r->y
               : name[0] == 'z' ? r->z
               : name[0] == 'p' ? r->p
                                : r->q;
    return (struct value){.number = n, .missing = isnan(n)};
}

static struct value evaluate(const struct tree *t, const struct row *r, uint64_t *undefined)
{
    struct value v[ARGS];

    if (t->kind == NUMBER || t->kind == TEXT)
        return (struct value){.number = t->number, .text = t->sign};
    if (t->kind == COLUMN)
        return column(t->sign, r);
    if (t->kind == NOTHING)
        return nothing;
    v[0] = evaluate(t->args[0], r, undefined);
    if (t->kind == CHOICE)
        return v[0].missing ? nothing : evaluate(t->args[v[0].number != 0 ? 1 : 2], r, undefined);
    bool and = t->kind == INFIX && is(t->sign, "&&"), or = t->kind == INFIX && is(t->sign, "||");
    if ((and || or) && !v[0].missing && v[0].number == or)
        return v[0];
    for (size_t i = 1; i < t->count; i++)
        v[i] = evaluate(t->args[i], r, undefined);
    if (and || or)
        return v[1].missing || v[1].number == or || !v[0].missing ? v[1] : v[0];
    if (t->kind == CALL)
        return call(t, v, undefined);
    if (v[0].missing || (t->kind == INFIX && v[1].missing))
        return nothing;
    if (t->kind == PREFIX)
        return number_value(t->sign[0] == '!' ? v[0].number == 0 : -v[0].number);
    if (t->kind == INFIX)
        return infix(t, v, undefined);
    for (size_t i = 1; i < t->count; i++)
        if (compare(&v[0], &v[i], t->args[0]->type == EXPRESSION_TEXT) == 0)
            return number_value(1);
    return number_value(0);
}

static struct row rows[ROWS];
static double got[ROWS];
static struct expression_text got_texts[ROWS];

static double draw_signed(void)
{
    size_t i = draw(15);

    return i >= 12 ? NAN : draw(2) ? numbers[i] : -numbers[i];
}

static void draw_rows(void)
{
    for (size_t i = 0; i < ROWS; i++) {
        size_t s = draw(12), t = draw(12), p = draw(3), q = draw(3);
        rows[i] = (struct row){.x = draw_signed(),
                               .y = draw_signed(),
                               .z = draw_signed(),
                               .p = p == 2 ? NAN : (double)p,
                               .q = q == 2 ? NAN : (double)q,
                               .s = s < 10 ? texts[s] : NULL,
                               .t = t < 10 ? texts[t] : NULL};
    }
}

/* Effect: compares rows [0, count) with those of the tree. */
static void check_rows(const struct expression *x, struct expression_work *w, const struct tree *t,
                       size_t count, const char *text)
{
    struct answer a = {.numbers = got, .texts = got_texts};
    uint64_t undefined = 0;

    row_run(x, w, rows, count, &a);
    for (size_t i = 0; i < count; i++) {
        struct value v = evaluate(t, &rows[i], &undefined);
        bool good = v.missing ? isnan(got[i]) : got[i] == v.number;
        if (t->type == EXPRESSION_TEXT)
            good = v.missing ? !got_texts[i].at
                             : got_texts[i].at && got_texts[i].length == strlen(v.text) &&
                                   memcmp(got_texts[i].at, v.text, strlen(v.text)) == 0;
        if (!good)
            ck_abort_msg("%s: row %zu is %.17g, not %.17g", text, i, got[i], v.number);
    }
    ck_assert_msg(a.undefined == undefined, "%s: %d undefined, not %d", text, (int)a.undefined,
                  (int)undefined);
}

START_TEST(values_are_those_of_the_tree)
{
    static const size_t counts[] = {ROWS, 0, 1, 511, 512, 513};
    size_t again = 0;

    for (size_t k = 0; k < TREES; k++) {
        struct buf b = {0};
        struct err e = {0};
        used = 0;
        draw_rows();
        const struct tree *t = draw_tree((enum expression_type)(1 + k % 3), 1 + draw(DEPTH));
        write_tree(&b, t);
        if (used > EXPRESSION_NODES || b.len > EXPRESSION_BYTES / 2) {
            buf_free(&b);
            continue;
        }
        struct expression *x = row_parse(b.data), *y = row_parse(expression_canonical(x));
        struct expression_work *w = expression_work_create(x, &e),
                               *v = expression_work_create(y, &e);
        ck_assert(w && v && (enum expression_type)t->type == expression_type(x));
        ck_assert_str_eq(expression_canonical(x), expression_canonical(y));
        check_rows(x, w, t, counts[k % 6], b.data);
        check_rows(x, w, t, counts[(k + 1) % 6], b.data); /* in the same work */
        check_rows(y, v, t, 100, expression_canonical(y));
        again++;
        expression_work_free(w);
        expression_work_free(v);
        expression_free(x);
        expression_free(y);
        buf_free(&b);
    }
    ck_assert_uint_gt(again, TREES * 9 / 10);
}
END_TEST

static void add(TCase *tests)
{
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, values_are_those_of_the_tree);
}

UNIT_MAIN("expression_random", add)
