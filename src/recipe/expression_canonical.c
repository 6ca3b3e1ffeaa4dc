/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the canonical text of an expression: one space, and no bracket that is not needed. */
#include <stdlib.h>
#include <string.h>

#include "recipe/expression_private.h"
#include "util/parse.h"

/* How strongly the outermost operator of a text binds, weakest first. */
enum level {
    LEVEL_CHOICE,
    LEVEL_OR,
    LEVEL_AND,
    LEVEL_NOT,
    LEVEL_COMPARE,
    LEVEL_SUM,
    LEVEL_PRODUCT,
    LEVEL_SIGN,
    LEVEL_POWER,
    LEVEL_PRIMARY,
};

/* The texts of operands that are not used yet stand one after the other. */
struct operand {
    size_t begin;
    enum level level;
};

struct writer {
    const struct expression *x;
    struct buf *text;
    struct operand stack[EXPRESSION_NODES];
    size_t depth;
};

/* Effect: puts more into the text, before that byte. */
static void insert(struct buf *b, size_t at, const char *more)
{
    size_t n = strlen(more), behind = b->len - at;

    buf_adds(b, more);
    if (buf_failed(b))
        return;
    memmove(b->data + at + n, b->data + at, behind);
    memcpy(b->data + at, more, n);
}

/* Effect: what begins there, up to end, stands in brackets if it binds too weakly. */
static void bracket(struct buf *b, const struct operand *o, size_t end, enum level least)
{
    if (o->level >= least)
        return;
    insert(b, end, ")");
    insert(b, o->begin, "(");
}

static void write_quoted(struct buf *b, char quote, const char *text, size_t length)
{
    buf_addc(b, quote);
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == quote || c == '\\' || c == '\n' || c == '\t' || c == '\r')
            buf_addc(b, '\\');
        buf_addc(b, (char)(c == '\n' ? 'n' : c == '\t' ? 't' : c == '\r' ? 'r' : c));
    }
    buf_addc(b, quote);
}

static void write_name(struct buf *b, const struct expression_text *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_",
                      others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.0123456789";
    bool plain = strspn(name->at, letters) > 0 && strspn(name->at, others) == name->length &&
                 strcmp(name->at, "in") != 0 && strcmp(name->at, "missing") != 0;

    if (plain)
        buf_add(b, name->at, name->length);
    else
        write_quoted(b, '`', name->at, name->length);
}

static void write_leaf(struct writer *w, const struct expression_node *n)
{
    char number[NUMBER_TEXT];

    if (n->op == OP_NUMBER)
        buf_adds(w->text, format_double(number, n->number));
    else if (n->op == OP_TEXT)
        write_quoted(w->text, '"', w->x->bytes + n->at, n->length);
    else if (n->op == OP_NOTHING)
        buf_adds(w->text, "missing");
    else
        write_name(w->text, &w->x->names[n->column]);
}

/* What an operator is, and how strongly its operands have to bind. */
struct shape {
    enum level level, left, right;
    const char *sign;
};

static const struct shape shapes[OP_CHOICE + 1] = {
    [OP_OR] = {LEVEL_OR, LEVEL_OR, LEVEL_AND, " || "},
    [OP_AND] = {LEVEL_AND, LEVEL_AND, LEVEL_NOT, " && "},
    [OP_NOT] = {LEVEL_NOT, LEVEL_NOT, LEVEL_NOT, "!"},
    [OP_EQUAL] = {LEVEL_COMPARE, LEVEL_SUM, LEVEL_SUM, " == "},
    [OP_UNEQUAL] = {LEVEL_COMPARE, LEVEL_SUM, LEVEL_SUM, " != "},
    [OP_LESS] = {LEVEL_COMPARE, LEVEL_SUM, LEVEL_SUM, " < "},
    [OP_LESS_EQUAL] = {LEVEL_COMPARE, LEVEL_SUM, LEVEL_SUM, " <= "},
    [OP_MORE] = {LEVEL_COMPARE, LEVEL_SUM, LEVEL_SUM, " > "},
    [OP_MORE_EQUAL] = {LEVEL_COMPARE, LEVEL_SUM, LEVEL_SUM, " >= "},
    [OP_PLUS] = {LEVEL_SUM, LEVEL_SUM, LEVEL_PRODUCT, " + "},
    [OP_MINUS] = {LEVEL_SUM, LEVEL_SUM, LEVEL_PRODUCT, " - "},
    [OP_TIMES] = {LEVEL_PRODUCT, LEVEL_PRODUCT, LEVEL_SIGN, " * "},
    [OP_OVER] = {LEVEL_PRODUCT, LEVEL_PRODUCT, LEVEL_SIGN, " / "},
    [OP_MODULO] = {LEVEL_PRODUCT, LEVEL_PRODUCT, LEVEL_SIGN, " % "},
    [OP_NEGATE] = {LEVEL_SIGN, LEVEL_SIGN, LEVEL_SIGN, "-"},
    [OP_POWER] = {LEVEL_POWER, LEVEL_PRIMARY, LEVEL_SIGN, "^"},
};

/* An operand and constants, or the arguments of a function, with commas from the last one on. */
static enum level write_call(struct writer *w, const struct expression_node *n, struct operand *o)
{
    for (size_t i = n->args - 1u; i > (n->op == OP_IN); i--)
        insert(w->text, o[i].begin, ", ");
    if (n->op == OP_IN) {
        insert(w->text, o[1].begin, " in [");
        bracket(w->text, &o[0], o[1].begin, LEVEL_SUM);
        buf_addc(w->text, ']');
        return LEVEL_COMPARE;
    }
    insert(w->text, o[0].begin, "(");
    insert(w->text, o[0].begin, expression_function_of(n->op)->name);
    buf_addc(w->text, ')');
    return LEVEL_PRIMARY;
}

static enum level write_operator(struct writer *w, const struct expression_node *n,
                                 struct operand *o)
{
    struct buf *b = w->text;

    if (n->op == OP_CHOICE) {
        insert(b, o[2].begin, " : ");
        insert(b, o[1].begin, " ? ");
        bracket(b, &o[0], o[1].begin, LEVEL_OR);
        return LEVEL_CHOICE;
    }
    if (n->op == OP_IN || n->op > OP_CHOICE)
        return write_call(w, n, o);
    const struct shape s = shapes[n->op];
    if (n->args == 1) {
        bracket(b, &o[0], b->len, s.left);
        insert(b, o[0].begin, s.sign);
        return s.level;
    }
    bracket(b, &o[1], b->len, s.right);
    insert(b, o[1].begin, s.sign);
    bracket(b, &o[0], o[1].begin, s.left);
    return s.level;
}

int expression_write(struct expression *x, const struct expression_where *where)
{
    struct writer *w = err_alloc(1, sizeof *w, "an expression", where->e);

    if (!w)
        return -1;
    w->x = x;
    w->text = &x->canonical;
    for (size_t i = 0; i < x->nodes_count && !buf_failed(w->text); i++) {
        const struct expression_node *n = &x->nodes[i];
        if (n->op >= OP_THEN && n->op <= OP_OTHERWISE)
            continue;
        struct operand o = {w->text->len, LEVEL_PRIMARY};
        if (n->op <= OP_COLUMN)
            write_leaf(w, n);
        else {
            w->depth -= n->args;
            o.begin = w->stack[w->depth].begin;
            o.level = write_operator(w, n, &w->stack[w->depth]);
        }
        w->stack[w->depth++] = o;
    }
    free(w);
    if (buf_failed(&x->canonical))
        return err_memory(where->e, "an expression");
    if (x->canonical.len > EXPRESSION_BYTES)
        return expression_wrong(where, EXPRESSION_BYTES,
                                "its canonical text has %zu bytes, more than %d", x->canonical.len,
                                EXPRESSION_BYTES);
    return 0;
}
