/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the columns of an expression, and what type each of its nodes is. */
#include <stdlib.h>
#include <string.h>

#include "recipe/date.h"
#include "recipe/expression_private.h"

enum {
    ANY = 0,
    NUMBER = EXPRESSION_NUMBER,
    TEXT = EXPRESSION_TEXT,
    TRUTH = EXPRESSION_TRUTH,
    DATE = EXPRESSION_DATE,
};

static const struct expression_function functions[] = {
    {"abs", OP_ABS, 1, 1, NUMBER, NUMBER},
    {"sqrt", OP_SQRT, 1, 1, NUMBER, NUMBER},
    {"exp", OP_EXP, 1, 1, NUMBER, NUMBER},
    {"log", OP_LOG, 1, 1, NUMBER, NUMBER},
    {"log10", OP_LOG10, 1, 1, NUMBER, NUMBER},
    {"floor", OP_FLOOR, 1, 1, NUMBER, NUMBER},
    {"min", OP_MIN, 2, EXPRESSION_NODES, NUMBER, NUMBER},
    {"max", OP_MAX, 2, EXPRESSION_NODES, NUMBER, NUMBER},
    {"clamp", OP_CLAMP, 3, 3, NUMBER, NUMBER},
    {"missing", OP_MISSING, 1, 1, ANY, TRUTH},
    {"coalesce", OP_COALESCE, 2, EXPRESSION_NODES, ANY, ANY},
    {"bin", OP_BIN, 2, EXPRESSION_NODES, NUMBER, NUMBER},
    {"days", OP_DAYS, 1, 1, TEXT, NUMBER},
    {"year", OP_YEAR, 1, 1, TEXT, NUMBER},
    {"month", OP_MONTH, 1, 1, TEXT, NUMBER},
    {"lower", OP_LOWER, 1, 1, TEXT, TEXT},
    {"trim", OP_TRIM, 1, 1, TEXT, TEXT},
    {"-", OP_NEGATE, 1, 1, NUMBER, NUMBER},
    {"!", OP_NOT, 1, 1, TRUTH, TRUTH},
    {"^", OP_POWER, 2, 2, NUMBER, NUMBER},
    {"*", OP_TIMES, 2, 2, NUMBER, NUMBER},
    {"/", OP_OVER, 2, 2, NUMBER, NUMBER},
    {"%", OP_MODULO, 2, 2, NUMBER, NUMBER},
    {"+", OP_PLUS, 2, 2, NUMBER, NUMBER},
    {"-", OP_MINUS, 2, 2, NUMBER, NUMBER},
    {"==", OP_EQUAL, 2, 2, ANY, TRUTH},
    {"!=", OP_UNEQUAL, 2, 2, ANY, TRUTH},
    {"<", OP_LESS, 2, 2, ANY, TRUTH},
    {"<=", OP_LESS_EQUAL, 2, 2, ANY, TRUTH},
    {">", OP_MORE, 2, 2, ANY, TRUTH},
    {">=", OP_MORE_EQUAL, 2, 2, ANY, TRUTH},
    {"in", OP_IN, 2, EXPRESSION_NODES, ANY, TRUTH},
    {"&&", OP_AND, 2, 2, TRUTH, TRUTH},
    {"||", OP_OR, 2, 2, TRUTH, TRUTH},
    {"? :", OP_CHOICE, 3, 3, ANY, ANY},
};

const struct expression_function *expression_function(const char *name, size_t length)
{
    for (const struct expression_function *f = functions; f->op != OP_NEGATE; f++)
        if (strlen(f->name) == length && memcmp(f->name, name, length) == 0)
            return f;
    return NULL;
}

const struct expression_function *expression_function_of(enum expression_op op)
{
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        if (functions[i].op == op)
            return &functions[i];
    return NULL;
}

/* What is not used yet: the last node of each operand. */
struct checker {
    struct expression *x;
    struct expression_node *stack[EXPRESSION_NODES];
    size_t depth;
    uint8_t *types; /* of the columns, as they were looked up */
    const struct expression_where *where;
};

static const char *a_type(unsigned type)
{
    return type == NUMBER ? "a number" : type == TEXT ? "a text" : "a truth";
}

static int is_nothing(const struct checker *c, const struct expression_node *n)
{
    return expression_wrong(c->where, n->place,
                            "missing as a value stands only after ? or :, beside what has a type");
}

/* Truths count as 0 and 1 where something is computed. */
static bool is_arithmetic(enum expression_op op)
{
    return op >= OP_NEGATE && op <= OP_MINUS && op != OP_NOT;
}

/* A column is of numbers where nothing is said of it, which is easily forgotten. */
static const char *advise(const struct expression_node *n, unsigned type)
{
    bool forgotten = n->op == OP_COLUMN && n->type == NUMBER && type == TEXT;

    return forgotten ? "; a column of texts or dates is declared as such (types)" : "";
}

static int check_operand(const struct checker *c, const struct expression_function *f,
                         const struct expression_node *n)
{
    if (n->op == OP_NOTHING)
        return is_nothing(c, n);
    if (f->takes == ANY || n->type == f->takes || (n->type == TRUTH && is_arithmetic(f->op)))
        return 0;
    return expression_wrong(c->where, n->place, "%s takes %s, and this is %s%s", f->name,
                            a_type(f->takes), a_type(n->type), advise(n, f->takes));
}

/* All of them are of one type, which is that of the first. */
static int check_alike(const struct checker *c, const struct expression_function *f,
                       struct expression_node *const *n, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (n[i]->type != n[0]->type)
            return expression_wrong(c->where, n[i]->place,
                                    "%s takes values of one type, and this is %s beside %s%s%s",
                                    f->name, a_type(n[i]->type), a_type(n[0]->type),
                                    advise(n[0], n[i]->type), advise(n[i], n[0]->type));
    return 0;
}

static int check_choice(const struct checker *c, const struct expression_function *f,
                        struct expression_node *const *n)
{
    struct expression_node *a = n[1], *b = n[2];

    if (n[0]->op == OP_NOTHING || (a->op == OP_NOTHING && b->op == OP_NOTHING))
        return is_nothing(c, n[0]->op == OP_NOTHING ? n[0] : a);
    if (n[0]->type != TRUTH)
        return expression_wrong(c->where, n[0]->place,
                                "a truth stands before ?, and this is %s (write a comparison)",
                                a_type(n[0]->type));
    if (a->op == OP_NOTHING)
        a->type = b->type;
    if (b->op == OP_NOTHING)
        b->type = a->type;
    return check_alike(c, f, n + 1, 2);
}

/* The breaks of bin() ascend. */
static int check_breaks(const struct checker *c, struct expression_node *const *n, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (n[i]->type == NUMBER && i > 1 && n[i]->number <= n[i - 1]->number)
            return expression_wrong(c->where, n[i]->place,
                                    "the breaks of bin() ascend, and this one does not");
    return 0;
}

/* Texts are compared by their bytes, which is the order of dates if all are of ISO 8601. */
static int check_dates(const struct checker *c, const struct expression_function *f,
                       struct expression_node *const *n, size_t count)
{
    struct date date;
    bool dates = false;

    for (size_t i = 0; i < count; i++)
        dates = dates || (n[i]->op == OP_COLUMN && c->types[n[i]->column] == DATE);
    for (size_t i = 0; dates && i < count; i++)
        if (n[i]->op == OP_TEXT && date_read(c->x->bytes + n[i]->at, n[i]->length, &date) < 0)
            return expression_wrong(c->where, n[i]->place,
                                    "%s compares this with a date, and it is none; expected one "
                                    "such as '2024-01-31'",
                                    f->name);
    return 0;
}

static int check_operator(struct checker *c, struct expression_node *n)
{
    const struct expression_function *f = expression_function_of(n->op);
    struct expression_node **operands = c->stack + (c->depth -= n->args);

    if (n->op == OP_CHOICE) {
        if (check_choice(c, f, operands) < 0)
            return -1;
        n->type = operands[1]->type;
        return 0;
    }
    for (size_t i = 0; i < n->args; i++)
        if (check_operand(c, f, operands[i]) < 0)
            return -1;
    bool orders = n->op >= OP_LESS && n->op <= OP_IN;
    if (orders && operands[0]->type == TRUTH)
        return expression_wrong(c->where, operands[0]->place,
                                "%s takes numbers or texts, and this is a truth", f->name);
    if (f->takes == ANY && check_alike(c, f, operands, n->args) < 0)
        return -1;
    if (n->op >= OP_EQUAL && n->op <= OP_IN && check_dates(c, f, operands, n->args) < 0)
        return -1;
    if (n->op == OP_BIN && check_breaks(c, operands, n->args) < 0)
        return -1;
    n->type = f->gives ? f->gives : operands[0]->type;
    return 0;
}

/* Effect: sets the node's type and column, which is looked up if it was not seen before. */
static int check_column(struct checker *c, struct expression_node *n, expression_look *look,
                        void *of)
{
    struct expression *x = c->x;
    const struct expression_text name = {x->bytes + n->at, n->length};
    size_t i = 0;

    while (i < x->names_count &&
           (x->names[i].length != name.length || memcmp(x->names[i].at, name.at, name.length) != 0))
        i++;
    if (i == x->names_count) {
        enum expression_type type = look(of, name.at, name.length, c->where->e);
        if (type < EXPRESSION_NUMBER || type > EXPRESSION_DATE)
            return err_context(c->where->e, "%s, byte %d", c->where->what, n->place + 1);
        c->types[i] = (uint8_t)type;
        x->names[x->names_count++] = name;
    }
    n->column = (uint16_t)i;
    n->type = c->types[i] == DATE ? TEXT : c->types[i];
    return 0;
}

static int check_node(struct checker *c, struct expression_node *n, expression_look *look, void *of)
{
    int rc = 0;

    if (n->op >= OP_THEN && n->op <= OP_OTHERWISE)
        return 0;
    if (n->op == OP_NUMBER || n->op == OP_TEXT)
        n->type = n->op == OP_NUMBER ? NUMBER : TEXT;
    else if (n->op == OP_COLUMN)
        rc = check_column(c, n, look, of);
    else if (n->op != OP_NOTHING)
        rc = check_operator(c, n);
    c->stack[c->depth++] = n;
    return rc;
}

int expression_check(struct expression *x, expression_look *look, void *of,
                     const struct expression_where *w)
{
    struct checker *c = err_alloc(1, sizeof *c, "an expression", w->e);
    uint8_t *types = err_alloc(x->nodes_count, 1, "an expression", w->e);
    int rc = -1;

    x->names = err_alloc(x->nodes_count, sizeof *x->names, "an expression", w->e);
    if (!c || !types || !x->names)
        goto done;
    c->x = x;
    c->types = types;
    c->where = w;
    for (size_t i = 0; i < x->nodes_count; i++)
        if (check_node(c, &x->nodes[i], look, of) < 0)
            goto done;
    rc = c->stack[0]->op == OP_NOTHING ? is_nothing(c, c->stack[0]) : 0;
done:
    free(c);
    free(types);
    return rc;
}
