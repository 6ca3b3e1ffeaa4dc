/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the variables of a formula: columns, factors and expressions. */
#include <stdlib.h>
#include <string.h>

#include "contract/formula_read.h"
#include "recipe/recipe.h"
#include "util/text.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

char formula_peek(struct formula_reader *p)
{
    p->next += strspn(p->text + p->next, " \t\r\n");
    return p->text[p->next];
}

int formula_unexpected(struct formula_reader *p, const char *expected)
{
    static const struct {
        char sign;
        const char *why;
    } known[] = {
        {'.', "a dot for all other columns has no place here: name the columns"},
        {'^', "a power of terms has no place here: write the terms out, or a power of a number as "
              "I(x^2)"},
        {'/',
         "/ has no place here: a + a:b says what a/b means; a quotient of numbers is I(a / b)"},
        {'%', "%in% has no place here: write a:b; a remainder of numbers is I(a % b)"},
    };
    const char c = formula_peek(p);

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (c == known[i].sign)
            return formula_wrong(p->e, p->next, "%s", known[i].why);
    if (!c)
        return formula_wrong(p->e, p->next, "ends here; expected %s", expected);
    return formula_wrong(p->e, p->next, "expected %s", expected);
}

/* Effect: *name, which is new, is what stands in backquotes here. */
static int read_quoted(struct formula_reader *p, struct buf *name)
{
    static const char from[] = "\\\"'`ntr", to[] = "\\\"'`\n\t\r";
    const size_t begin = p->next++;

    for (; p->text[p->next] != '`'; p->next++) {
        char c = p->text[p->next];
        if (!c)
            return formula_wrong(p->e, begin, "no ` ends what begins here");
        if (c == '\\') {
            c = p->text[++p->next];
            const char *at = c ? strchr(from, c) : NULL;
            if (!at)
                return formula_wrong(p->e, p->next - 1, "after \\ stands one of \\ \" ' ` n t r");
            c = to[at - from];
        }
        buf_addc(name, c);
    }
    p->next++;
    return name->len ? 0 : formula_wrong(p->e, begin, "an empty name");
}

static size_t name_end(const struct formula_reader *p)
{
    size_t i = p->next;

    while (is_letter(p->text[i]) || is_digit(p->text[i]) || p->text[i] == '.')
        i++;
    return i;
}

/* Effect: *close is the bracket that closes the one at open. What stands between is an expression,
 * which is looked at by those who know them. */
static int find_close(const struct formula_reader *p, size_t open, size_t *close)
{
    unsigned depth = 0;

    for (size_t i = open; p->text[i]; i++) {
        const char c = p->text[i];
        if (c == '"' || c == '\'' || c == '`') {
            const size_t begin = i++;
            while (p->text[i] && p->text[i] != c)
                i += p->text[i] == '\\' && p->text[i + 1] ? 2 : 1;
            if (!p->text[i])
                return formula_wrong(p->e, begin, "no %c ends what begins here", c);
        }
        depth += c == '(';
        depth -= c == ')';
        if (depth == 0) {
            *close = i;
            return 0;
        }
    }
    return formula_wrong(p->e, open, "no ) ends what begins here");
}

/* Effect: *at is the variable of that name, which is new, if there was none. Takes what v owns. */
static int add_variable(struct formula_reader *p, struct formula_variable *v, uint16_t *at)
{
    struct formula *f = p->f;
    const size_t found = lookup_find(&f->found, v->name);
    int rc = 0;

    if (strlen(v->name) > RECIPE_NAME)
        rc =
            formula_wrong(p->e, v->place,
                          "is longer than the %d bytes of a name: give it a name of its own, under "
                          "data.derive",
                          RECIPE_NAME);
    else if (found != LOOKUP_NONE && !f->variables[found].expression != !v->expression)
        rc = formula_wrong(p->e, v->place, "%s is a column here, and an expression elsewhere",
                           v->name);
    else if (found == LOOKUP_NONE && f->variables_count == FORMULA_VARIABLES)
        rc = formula_wrong(p->e, v->place, "one of more than %d variables", FORMULA_VARIABLES);
    if (rc == 0 && found == LOOKUP_NONE) {
        struct formula_variable *more =
            err_grow(f->variables, f->variables_count, &f->variables_capacity, sizeof *more,
                     "a formula", p->e);
        f->variables = more ? more : f->variables;
        rc = more ? lookup_add(&f->found, v->name, f->variables_count, p->e) : -1;
        if (rc == 0) {
            *at = (uint16_t)f->variables_count;
            more[f->variables_count++] = *v;
            return 0;
        }
    }
    *at = (uint16_t)found;
    free(v->name);
    free(v->expression);
    return rc;
}

/* A column by its name, or a factor. declared: it has to be a factor. */
static int add_column(struct formula_reader *p, const char *name, size_t place, bool declared,
                      uint16_t *at)
{
    const size_t factor = lookup_find(&p->k->factor, name);
    enum expression_type type = EXPRESSION_NUMBER;

    if (!text_is_utf8(name))
        return formula_wrong(p->e, place, "the name is not UTF-8");
    if (factor == LOOKUP_NONE && !(type = formula_look(p->k, name, strlen(name), p->e)))
        return -1;
    if (factor == LOOKUP_NONE && (declared || type == EXPRESSION_TEXT))
        return formula_wrong(p->e, place,
                             "%s is %s: declare its levels under data.factors (metaneuron data "
                             "levels prints them)",
                             name, declared ? "no factor" : "a text, and no factor");
    struct formula_variable v = {.name = strdup(name), .factor = factor, .place = place};
    return v.name ? add_variable(p, &v, at) : err_memory(p->e, "a formula");
}

/* An expression, which stands from begin to end. Bytes before it become blanks, so that the places
 * in errors are those of the formula. own: what it is called around its text. */
static int add_expression(struct formula_reader *p, size_t place, size_t begin, size_t end,
                          const char *own, uint16_t *at)
{
    struct buf name = {0};
    char *copy = err_alloc(end + 1, 1, "a formula", p->e);

    if (!copy)
        return -1;
    memset(copy, ' ', begin);
    memcpy(copy + begin, p->text + begin, end - begin);
    struct expression *x = expression_parse("data.formula", copy, end, formula_look, p->k, p->e);
    free(copy);
    if (!x)
        return -1;
    const bool text = expression_type(x) == EXPRESSION_TEXT;
    buf_addf(&name, "%s%s%s", own, expression_canonical(x), *own ? ")" : "");
    struct formula_variable v = {.name = name.data,
                                 .expression = strdup(expression_canonical(x)),
                                 .factor = LOOKUP_NONE,
                                 .place = place};
    expression_free(x);
    if (!text && !buf_failed(&name) && v.expression)
        return add_variable(p, &v, at);
    free(v.expression);
    buf_free(&name);
    if (!text)
        return err_memory(p->e, "a formula");
    return formula_wrong(p->e, place,
                         "is a text; expected a number (a factor of it: name it under data.derive, "
                         "and its levels under data.factors)");
}

/* C(name). */
static int read_declared(struct formula_reader *p, uint16_t *at)
{
    struct buf name = {0};
    const size_t place = (formula_peek(p), p->next);
    int rc = 0;

    if (formula_peek(p) == '`')
        rc = read_quoted(p, &name);
    else if (is_letter(formula_peek(p))) {
        const size_t end = name_end(p);
        buf_add(&name, p->text + p->next, end - p->next);
        p->next = end;
    } else
        rc = formula_unexpected(p, "the name of a factor");
    if (rc == 0 && formula_peek(p) != ')')
        rc = formula_unexpected(
            p, "): C() takes the name of a factor and nothing else; its levels, the "
               "base first, stand under data.factors");
    if (rc == 0)
        p->next++;
    if (rc == 0 && buf_failed(&name))
        rc = err_memory(p->e, "a formula");
    rc = rc == 0 ? add_column(p, name.data, place, true, at) : rc;
    buf_free(&name);
    return rc;
}

/* What begins with a name: a column, C(…), I(…), or a call of a function. */
static int read_named(struct formula_reader *p, uint16_t *at)
{
    const size_t begin = p->next, end = name_end(p);
    size_t close = 0;

    p->next = end;
    const bool call = formula_peek(p) == '(', one = end == begin + 1;
    if (call && one && p->text[begin] == 'C') {
        p->next++;
        return read_declared(p, at);
    }
    if (call) {
        const bool as_is = one && p->text[begin] == 'I';
        const size_t from = as_is ? p->next + 1 : begin;
        if (find_close(p, p->next, &close) < 0)
            return -1;
        p->next = close + 1;
        return add_expression(p, begin, from, as_is ? close : close + 1, as_is ? "I(" : "", at);
    }
    char *name = strndup(p->text + begin, end - begin);
    const int rc = name ? add_column(p, name, begin, false, at) : err_memory(p->e, "a formula");
    free(name);
    return rc;
}

int formula_variable(struct formula_reader *p, const char *expected, uint16_t *at)
{
    struct buf name = {0};
    const char c = formula_peek(p);
    const size_t place = p->next;

    if (is_letter(c))
        return read_named(p, at);
    if (c != '`')
        return formula_unexpected(p, expected);
    int rc = read_quoted(p, &name);
    if (rc == 0 && buf_failed(&name))
        rc = err_memory(p->e, "a formula");
    rc = rc == 0 ? add_column(p, name.data, place, false, at) : rc;
    buf_free(&name);
    return rc;
}
