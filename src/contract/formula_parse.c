/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the text of a formula into terms. */
#include <stdlib.h>
#include <string.h>

#include "contract/formula_read.h"

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '.';
}

static int read_sum(struct formula_reader *p, struct formula_terms *to);

static int read_primary(struct formula_reader *p, struct formula_terms *to)
{
    struct formula_term t = {.count = 1};
    const size_t open = (formula_peek(p), p->next);

    if (formula_peek(p) != '(')
        return formula_variable(p, "a column, a call such as log(x), I( ), or ( )", &t.of[0]) < 0
                   ? -1
                   : formula_terms_add(to, &t, p->e);
    if (p->depth == FORMULA_DEPTH)
        return formula_wrong(p->e, open, "brackets are more than %d deep", FORMULA_DEPTH);
    p->depth++;
    p->next++;
    if (read_sum(p, to) < 0)
        return -1;
    if (formula_peek(p) != ')')
        return formula_unexpected(p, "+, -, *, : or )");
    p->next++;
    p->depth--;
    return 0;
}

/* a:b:c, or with star a*b*c. */
static int read_product(struct formula_reader *p, bool star, struct formula_terms *to)
{
    int rc = star ? read_product(p, false, to) : read_primary(p, to);

    while (rc == 0 && formula_peek(p) == (star ? '*' : ':')) {
        struct formula_terms left = {0}, right = {0};
        p->next++;
        rc = star ? read_product(p, false, &right) : read_primary(p, &right);
        if (rc == 0)
            rc = formula_terms_join(&left, to, p->e);
        if (rc == 0 && star)
            rc = formula_terms_join(to, &right, p->e);
        else
            to->count = 0;
        if (rc == 0)
            rc = formula_terms_multiply(to, &left, &right, &p->products, p->e);
        free(left.at);
        free(right.at);
    }
    return rc;
}

/* 0 or 1, with or without a constant. */
static int read_constant(struct formula_reader *p, bool minus)
{
    const char c = p->text[p->next], behind = p->text[p->next + 1];

    if ((c != '0' && c != '1') || is_word(behind))
        return formula_wrong(p->e, p->next,
                             "a number is 0 or 1 here, without or with a constant; what is "
                             "computed stands in I( )");
    if (p->depth)
        return formula_wrong(p->e, p->next, "%c stands outside of all brackets only", c);
    p->next++;
    p->f->intercept = (c == '1') != minus;
    return 0;
}

static int read_signed(struct formula_reader *p, bool minus, struct formula_terms *to)
{
    struct formula_terms some = {0};
    const size_t place = (formula_peek(p), p->next);

    if (formula_peek(p) >= '0' && formula_peek(p) <= '9')
        return read_constant(p, minus);
    int rc = read_product(p, true, &some);
    if (rc == 0 && !minus)
        rc = formula_terms_join(to, &some, p->e);
    for (size_t i = 0; rc == 0 && minus && i < some.count; i++)
        if (!formula_terms_remove(to, &some.at[i]))
            rc = formula_wrong(p->e, place, "is taken away and was not there before");
    free(some.at);
    return rc;
}

static int read_sum(struct formula_reader *p, struct formula_terms *to)
{
    bool minus = formula_peek(p) == '-';

    if (minus || formula_peek(p) == '+')
        p->next++;
    while (read_signed(p, minus, to) == 0) {
        if (formula_peek(p) != '+' && formula_peek(p) != '-')
            return 0;
        minus = formula_peek(p) == '-';
        p->next++;
    }
    return -1;
}

/* Effect: f has the terms by how many variables they have. */
static int sort(struct formula *f, const struct formula_terms *terms, struct err *e)
{
    for (unsigned order = 1; order <= FORMULA_ORDER; order++)
        for (size_t i = 0; i < terms->count; i++)
            if (terms->at[i].count == order && formula_terms_add(&f->terms, &terms->at[i], e) < 0)
                return -1;
    return 0;
}

/* What is explained does not explain itself, and something is to be estimated. */
static int check(const struct formula *f, struct err *e)
{
    const struct formula_term target = {.of = {(uint16_t)f->target}, .count = 1};

    for (size_t i = 0; i < f->terms.count; i++)
        if (formula_term_within(&target, &f->terms.at[i]))
            return formula_wrong(e, f->variables[f->target].place, "%s stands on both sides of ~",
                                 f->variables[f->target].name);
    return f->terms.count ? 0
                          : err_set(e, ERR_INPUT,
                                    "data.formula: has no terms; expected a column at least, "
                                    "behind ~");
}

int formula_parse(struct formula *f, const char *text, struct formula_known *k, struct err *e)
{
    struct formula_reader p = {.text = text, .f = f, .k = k, .e = e};
    struct formula_terms terms = {0};
    uint16_t target = 0;

    if (strlen(text) > FORMULA_BYTES)
        return err_set(e, ERR_INPUT, "data.formula: has %zu bytes, more than %d", strlen(text),
                       FORMULA_BYTES);
    f->intercept = true;
    if (formula_variable(&p, "what is explained: a column, before ~", &target) < 0)
        return -1;
    f->target = target;
    if (formula_peek(&p) != '~')
        return formula_unexpected(&p, "~ behind what is explained");
    p.next++;
    int rc = read_sum(&p, &terms);
    if (rc == 0 && formula_peek(&p))
        rc = formula_unexpected(&p, "+, -, *, : or the end");
    if (rc == 0)
        rc = sort(f, &terms, e);
    free(terms.at);
    return rc == 0 ? check(f, e) : rc;
}

void formula_free(struct formula *f)
{
    for (size_t i = 0; i < f->variables_count; i++) {
        free(f->variables[i].name);
        free(f->variables[i].expression);
    }
    free(f->variables);
    free(f->terms.at);
    lookup_free(&f->found);
}
