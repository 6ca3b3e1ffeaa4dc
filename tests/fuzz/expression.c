/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An expression: its canonical text is one, and says the same; each row has a value or none. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "recipe/expression.h"

enum { ROWS = 5, NAMES = 1024 };

/* Values of all columns of a type; the next column begins one further on. */
static const double numbers[] = {0, -1, 2.5, NAN, 1e300, 3, -1e-300, 18, NAN};
static const double truths[] = {1, 0, NAN, 1, 1, 0, NAN, 0, NAN};
static const char *const words[] = {"F",    "2020-02-29", NULL,         " Ab ", "",
                                    "lmno", "1970-01-32", "\xc3\x84 B", NULL};
static struct expression_text texts[sizeof words / sizeof words[0]];

/* Each text ends where its memory does. */
static void make_texts(void)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!words[i] || texts[i].at)
            continue;
        size_t n = strlen(words[i]);
        char *copy = malloc(n ? n : 1);
        must(copy);
        texts[i] = (struct expression_text){memcpy(copy, words[i], n), n};
    }
}

static enum expression_type type_of(const char *name)
{
    return name[0] == 's' || name[0] == 't'   ? EXPRESSION_TEXT
           : name[0] == 'p' || name[0] == 'q' ? EXPRESSION_TRUTH
                                              : EXPRESSION_NUMBER;
}

static enum expression_type look(void *of, const char *name, size_t length, struct err *e)
{
    size_t *looked = of;

    must(length > 0 && ++*looked <= NAMES);
    if (name[0] != 'u')
        return type_of(name);
    err_set(e, ERR_INPUT, "no column is called %.*s", (int)length, name);
    return 0;
}

struct values {
    double numbers[ROWS];
    struct expression_text texts[ROWS];
    uint64_t undefined;
};

static void run(const struct expression *x, struct expression_work *w, struct values *v)
{
    static struct expression_column columns[NAMES];
    struct err e = {0};

    for (size_t i = 0; i < expression_names(x); i++) {
        enum expression_type type = type_of(expression_name(x, i));
        columns[i] = (struct expression_column){
            .numbers = (type == EXPRESSION_NUMBER ? numbers : truths) + i % 5,
            .texts = texts + i % 5};
    }
    v->undefined = 0;
    must(expression_run(x, w, columns, ROWS, v->numbers, v->texts, &v->undefined, &e) == 0);
}

static void must_be_values(const struct expression *x, const struct values *v)
{
    for (size_t i = 0; i < ROWS; i++) {
        double n = v->numbers[i];
        if (expression_type(x) == EXPRESSION_NUMBER)
            must(isfinite(n) || isnan(n));
        else if (expression_type(x) == EXPRESSION_TRUTH)
            must(n == 0 || n == 1 || isnan(n));
        else
            must(v->texts[i].at || v->texts[i].length == 0);
    }
}

static void must_be_same(const struct expression *x, const struct values *a, const struct values *b)
{
    must(a->undefined == b->undefined);
    for (size_t i = 0; i < ROWS; i++)
        if (expression_type(x) == EXPRESSION_TEXT) {
            must(!a->texts[i].at == !b->texts[i].at);
            must_equal(a->texts[i].at, a->texts[i].length, b->texts[i].at, b->texts[i].length);
        } else
            must_equal(&a->numbers[i], sizeof a->numbers[i], &b->numbers[i], sizeof b->numbers[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct values first = {.undefined = 0}, second = first;
    struct err e = {0};
    size_t looked = 0, again = 0;

    make_texts();
    fuzz_memory_begin();
    struct expression *x = expression_parse("where", (const char *)data, len, look, &looked, &e);
    fuzz_memory_end(65536 + 1024 * (len < EXPRESSION_BYTES ? len : EXPRESSION_BYTES));
    if (!x) {
        must_refuse(&e, ERR_INPUT, "where, byte ");
        return 0;
    }
    const char *text = expression_canonical(x);
    struct expression *y = expression_parse("where", text, strlen(text), look, &again, &e);
    must(y && looked == again && looked == expression_names(x));
    must(strlen(text) <= EXPRESSION_BYTES && expression_type(x) == expression_type(y));
    must_equal(text, strlen(text), expression_canonical(y), strlen(expression_canonical(y)));
    fuzz_memory_begin();
    struct expression_work *w = expression_work_create(x, &e), *v = expression_work_create(y, &e);
    must(w && v);
    run(x, w, &first);
    fuzz_memory_end((1 << 20) +
                    2 * 3 * EXPRESSION_NODES * (sizeof(struct expression_text) + 8) * 512);
    must_be_values(x, &first);
    run(y, v, &second);
    must_be_same(x, &first, &second);
    expression_work_free(w);
    expression_work_free(v);
    expression_free(x);
    expression_free(y);
    return 0;
}
