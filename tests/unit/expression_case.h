/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns for tests of expressions: x, y, z are numbers, s, t texts, p, q truths; there are some with
 * odd names, of which row_run() takes those that begin with none of these letters for x.
 */
#ifndef TESTS_EXPRESSION_CASE_H
#define TESTS_EXPRESSION_CASE_H

#include "unit.h"

#include <math.h>
#include <stdint.h>

#include "recipe/expression.h"

/* A row, in the order of names. */
struct row {
    double x, y, z, p, q;
    const char *s, *t; /* NULL: missing */
};

static const char row_names[] = "xyzpqst";

static enum expression_type row_look(void *of, const char *name, size_t length, struct err *e)
{
    static const enum expression_type types[] = {
        EXPRESSION_NUMBER, EXPRESSION_NUMBER, EXPRESSION_NUMBER, EXPRESSION_TRUTH,
        EXPRESSION_TRUTH,  EXPRESSION_TEXT,   EXPRESSION_TEXT};
    const char *at = length == 1 ? strchr(row_names, name[0]) : NULL;

    if (of)
        ++*(size_t *)of;
    if (at)
        return types[at - row_names];
    static const char *const odd[] = {"odd name", "missing", "in", "a`\\"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        if (strlen(odd[i]) == length && memcmp(name, odd[i], length) == 0)
            return EXPRESSION_NUMBER;
    err_set(e, ERR_INPUT, "no column is called %.*s", (int)length, name);
    return 0;
}

static struct expression_text row_text(const char *text)
{
    return (struct expression_text){text, text ? strlen(text) : 0};
}

/* What came of an expression. */
struct answer {
    double *numbers;
    struct expression_text *texts;
    uint64_t undefined;
};

/* Effect: runs x over rows, in blocks of so many; the texts are there until w runs again. */
static void row_run(const struct expression *x, struct expression_work *w, const struct row *rows,
                    size_t count, struct answer *a)
{
    struct expression_column columns[8];
    double *numbers = calloc(count + 1, sizeof(double) * 8);
    struct expression_text *texts = calloc(count + 1, sizeof *texts * 8);
    struct err e = {0};

    ck_assert(numbers && texts);
    for (size_t k = 0; k < expression_names(x); k++) {
        double *n = numbers + k * count;
        struct expression_text *t = texts + k * count;
        for (size_t i = 0; i < count; i++) {
            const struct row *r = &rows[i];
            switch (expression_name(x, k)[0]) {
            case 's':
            case 't':
                t[i] = row_text(expression_name(x, k)[0] == 's' ? r->s : r->t);
                break;
            case 'p':
            case 'q':
                n[i] = expression_name(x, k)[0] == 'p' ? r->p : r->q;
                break;
            case 'y':
            case 'z':
                n[i] = expression_name(x, k)[0] == 'y' ? r->y : r->z;
                break;
            default:
                n[i] = r->x;
            }
        }
        columns[k] = (struct expression_column){.numbers = n, .texts = t};
    }
    ck_ok(expression_run(x, w, columns, count, a->numbers, a->texts, &a->undefined, &e), &e);
    /* Texts that came out may lie in those that went in, which are literals. */
    free(numbers);
    free(texts);
}

static struct expression *row_parse(const char *text)
{
    struct err e = {0};
    struct expression *x = expression_parse("where", text, strlen(text), row_look, NULL, &e);

    ck_assert_msg(x != NULL, "%s: %s", text, e.text);
    return x;
}

#endif
