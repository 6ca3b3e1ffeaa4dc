/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the text of an expression into nodes, by the precedence of operators. */
#include <string.h>

#include "recipe/expression_lex.h"

/* How strongly an operator binds; what is written at a level holds operands of the next one. */
enum level { LEVEL_OR, LEVEL_AND, LEVEL_NOT, LEVEL_COMPARE, LEVEL_SUM, LEVEL_PRODUCT, LEVEL_SIGN };

struct parser {
    struct expression_lexer lexer;
    struct expression *x;
    size_t most, count; /* nodes and marks that there is room for; nodes without marks */
    unsigned depth;
};

static const struct infix {
    int token;
    enum level level;
    enum expression_op op;
} infixes[] = {
    {TOKEN_OR, LEVEL_OR, OP_OR},
    {TOKEN_AND, LEVEL_AND, OP_AND},
    {TOKEN_EQUAL, LEVEL_COMPARE, OP_EQUAL},
    {TOKEN_UNEQUAL, LEVEL_COMPARE, OP_UNEQUAL},
    {'<', LEVEL_COMPARE, OP_LESS},
    {TOKEN_LESS_EQUAL, LEVEL_COMPARE, OP_LESS_EQUAL},
    {'>', LEVEL_COMPARE, OP_MORE},
    {TOKEN_MORE_EQUAL, LEVEL_COMPARE, OP_MORE_EQUAL},
    {TOKEN_IN, LEVEL_COMPARE, OP_IN},
    {'+', LEVEL_SUM, OP_PLUS},
    {'-', LEVEL_SUM, OP_MINUS},
    {'*', LEVEL_PRODUCT, OP_TIMES},
    {'/', LEVEL_PRODUCT, OP_OVER},
    {'%', LEVEL_PRODUCT, OP_MODULO},
};

static int parse_choice(struct parser *p);
static int parse_sign(struct parser *p);

static int token(const struct parser *p)
{
    return p->lexer.now.token;
}

static int next(struct parser *p)
{
    return expression_next(&p->lexer);
}

/* Words of R, Python and SQL: where the one that is unexpected stands in them, and what is meant. */
static const struct {
    const char *theirs;
    size_t at;
    const char *ours;
} foreign[] = {
    {"and", 0, "&& (for and)"}, {"or", 0, "|| (for or)"},   {"**", 1, "^ (for **)"},
    {"<>", 1, "!= (for <>)"},   {"%in", 1, "in without %"},
};

static const char *meant(const struct expression_lexer *l, const char *expected)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        size_t length = strlen(foreign[i].theirs), at = foreign[i].at;
        if (l->now.place >= at && l->now.width == length - at &&
            strncmp(l->text + l->now.place - at, foreign[i].theirs, length) == 0)
            return foreign[i].ours;
    }
    return expected;
}

static int unexpected(struct parser *p, const char *expected)
{
    const struct expression_word *w = &p->lexer.now;

    if (w->token == TOKEN_END)
        return expression_wrong(p->lexer.where, w->place, "the expression ends; expected %s",
                                expected);
    return expression_wrong(p->lexer.where, w->place, "unexpected %.*s; expected %s", (int)w->width,
                            p->lexer.text + w->place, meant(&p->lexer, expected));
}

/* Effect: passes over the sign. */
static int expect(struct parser *p, int sign, const char *expected)
{
    return token(p) == sign ? next(p) : unexpected(p, expected);
}

/* Effect: adds a node or mark, which stands for the word at hand. */
static int emit(struct parser *p, enum expression_op op, size_t args, struct expression_word of)
{
    bool mark = op >= OP_THEN && op <= OP_OTHERWISE;

    if (!mark && p->count == EXPRESSION_NODES)
        return expression_wrong(p->lexer.where, of.place,
                                "there are more than %d operators, calls, names and constants",
                                EXPRESSION_NODES);
    if (p->x->nodes_count == p->most)
        return expression_wrong(p->lexer.where, of.place, "there are too many operators");
    p->count += !mark;
    p->x->nodes[p->x->nodes_count++] = (struct expression_node){
        .op = (uint8_t)op,
        .args = (uint16_t)args,
        .place = (uint16_t)of.place,
        .length = (uint16_t)of.length,
    };
    struct expression_node *n = &p->x->nodes[p->x->nodes_count - 1];
    if (op == OP_NUMBER)
        n->number = of.number;
    else
        n->at = (uint16_t)of.at;
    return 0;
}

/* What stands in brackets, after a sign, ? or ^ is one deeper. */
static int enter(struct parser *p)
{
    if (++p->depth > EXPRESSION_DEPTH)
        return expression_wrong(p->lexer.where, p->lexer.now.place,
                                "brackets, calls, signs, ? : and ^ stand more than %d deep",
                                EXPRESSION_DEPTH);
    return 0;
}

/* Effect: reads a number, perhaps with a sign, or a text. */
static int parse_constant(struct parser *p)
{
    bool negative = token(p) == '-';
    struct expression_word w = p->lexer.now;

    if (negative && next(p) < 0)
        return -1;
    size_t place = w.place;
    w = p->lexer.now;
    w.place = place;
    if (token(p) != TOKEN_NUMBER && (negative || token(p) != TOKEN_TEXT))
        return unexpected(p, negative ? "a number" : "a constant: a number or a text");
    if (negative && w.number != 0)
        w.number = -w.number;
    if (emit(p, token(p) == TOKEN_TEXT ? OP_TEXT : OP_NUMBER, 0, w) < 0)
        return -1;
    p->x->nodes[p->x->nodes_count - 1].listed = true;
    return next(p);
}

/* Effect: reads constants up to the sign that ends them. */
static int parse_constants(struct parser *p, int end, size_t *count)
{
    for (;;) {
        if (parse_constant(p) < 0)
            return -1;
        ++*count;
        if (token(p) == end)
            return next(p);
        if (expect(p, ',', end == ']' ? ", or ]" : ", or )") < 0)
            return -1;
    }
}

static int parse_arguments(struct parser *p, const struct expression_function *f,
                           struct expression_word of)
{
    size_t count = 0;

    for (bool more = token(p) != ')'; more;) {
        if (parse_choice(p) < 0)
            return -1;
        count++;
        more = token(p) == ',';
        if (more && next(p) < 0)
            return -1;
        if (more && f->op == OP_BIN) {
            if (parse_constants(p, ')', &count) < 0)
                return -1;
            return emit(p, OP_BIN, count, of);
        }
    }
    if (count < f->least || count > f->most)
        return expression_wrong(p->lexer.where, of.place, "%s() takes %s %d argument%s, not %zu",
                                f->name, f->least == f->most ? "exactly" : "at least", f->least,
                                f->least == 1 ? "" : "s", count);
    return expect(p, ')', ", or )") < 0 ? -1 : emit(p, f->op, count, of);
}

/* A name: of a column or, before "(", of a function. */
static int parse_name(struct parser *p)
{
    struct expression_word w = p->lexer.now;
    const char *name = p->lexer.bytes + w.at;

    if (w.length == 0)
        return expression_wrong(p->lexer.where, w.place, "an empty name");
    if (next(p) < 0)
        return -1;
    if (w.token == TOKEN_QUOTED || token(p) != '(') {
        bool nothing = w.token == TOKEN_NAME && strcmp(name, "missing") == 0;
        return emit(p, nothing ? OP_NOTHING : OP_COLUMN, 0, w);
    }
    const struct expression_function *f = expression_function(name, w.length);
    if (!f)
        return expression_wrong(p->lexer.where, w.place,
                                "no function is called %s; there are abs, sqrt, exp, log, log10, "
                                "floor, min, max, clamp, missing, coalesce, bin, days, year, "
                                "month, lower and trim",
                                name);
    if (next(p) < 0 || enter(p) < 0 || parse_arguments(p, f, w) < 0)
        return -1;
    p->depth--;
    return 0;
}

static int parse_primary(struct parser *p)
{
    struct expression_word w = p->lexer.now;

    if (w.token == TOKEN_NUMBER || w.token == TOKEN_TEXT)
        return emit(p, w.token == TOKEN_NUMBER ? OP_NUMBER : OP_TEXT, 0, w) < 0 ? -1 : next(p);
    if (w.token == TOKEN_NAME || w.token == TOKEN_QUOTED)
        return parse_name(p);
    if (w.token == '!')
        return unexpected(p, "a value: ! is weaker than a comparison, so put it into ( )");
    if (w.token != '(')
        return unexpected(p, "a name, a number, a text or (");
    if (enter(p) < 0 || next(p) < 0 || parse_choice(p) < 0 ||
        expect(p, ')', "an operator or )") < 0)
        return -1;
    p->depth--;
    return 0;
}

static int parse_power(struct parser *p)
{
    if (parse_primary(p) < 0)
        return -1;
    struct expression_word w = p->lexer.now;
    if (w.token != '^')
        return 0;
    if (enter(p) < 0 || next(p) < 0 || parse_sign(p) < 0 || emit(p, OP_POWER, 2, w) < 0)
        return -1;
    p->depth--;
    return 0;
}

static int parse_sign(struct parser *p)
{
    struct expression_word w = p->lexer.now;

    if (w.token != '-')
        return parse_power(p);
    if (enter(p) < 0 || next(p) < 0 || parse_sign(p) < 0 || emit(p, OP_NEGATE, 1, w) < 0)
        return -1;
    p->depth--;
    return 0;
}

static const struct infix *find_infix(int word, enum level level)
{
    for (size_t i = 0; i < sizeof infixes / sizeof infixes[0]; i++)
        if (infixes[i].token == word && infixes[i].level == level)
            return &infixes[i];
    return NULL;
}

/* Effect: reads the constants behind "in". */
static int parse_list(struct parser *p, struct expression_word of)
{
    size_t count = 1;

    if (expect(p, '[', "[ and constants") < 0 || parse_constants(p, ']', &count) < 0)
        return -1;
    return emit(p, OP_IN, count, of);
}

static int parse_level(struct parser *p, enum level level);

/* Effect: reads what stands right of an operator, and adds it. */
static int parse_right(struct parser *p, const struct infix *o)
{
    struct expression_word w = p->lexer.now;

    if (o->op == OP_AND || o->op == OP_OR)
        if (emit(p, o->op == OP_AND ? OP_ALSO : OP_OTHERWISE, 0, w) < 0)
            return -1;
    if (next(p) < 0)
        return -1;
    if (o->op == OP_IN)
        return parse_list(p, w);
    return parse_level(p, o->level + 1) < 0 ? -1 : emit(p, o->op, 2, w);
}

static int parse_not(struct parser *p)
{
    struct expression_word w = p->lexer.now;

    if (enter(p) < 0 || next(p) < 0 || parse_level(p, LEVEL_NOT) < 0 || emit(p, OP_NOT, 1, w) < 0)
        return -1;
    p->depth--;
    return 0;
}

static int parse_level(struct parser *p, enum level level)
{
    const struct infix *o;

    if (level == LEVEL_SIGN)
        return parse_sign(p);
    if (level == LEVEL_NOT)
        return token(p) == '!' ? parse_not(p) : parse_level(p, LEVEL_COMPARE);
    if (parse_level(p, level + 1) < 0)
        return -1;
    while ((o = find_infix(token(p), level))) {
        if (parse_right(p, o) < 0)
            return -1;
        if (level == LEVEL_COMPARE && find_infix(token(p), level))
            return unexpected(p, "&& between two comparisons, or ( ) around the first");
        if (level == LEVEL_COMPARE)
            return 0;
    }
    return 0;
}

static int parse_choice(struct parser *p)
{
    if (parse_level(p, LEVEL_OR) < 0)
        return -1;
    struct expression_word w = p->lexer.now;
    if (w.token != '?')
        return 0;
    if (enter(p) < 0 || emit(p, OP_THEN, 0, w) < 0 || next(p) < 0 || parse_choice(p) < 0 ||
        emit(p, OP_ELSE, 0, w) < 0 || expect(p, ':', "an operator, or : and another value") < 0 ||
        parse_choice(p) < 0 || emit(p, OP_CHOICE, 3, w) < 0)
        return -1;
    p->depth--;
    return 0;
}

int expression_read(struct expression *x, const char *text, size_t length,
                    const struct expression_where *w)
{
    struct parser p = {.x = x, .lexer = {.text = text, .length = length, .where = w}};

    if (length > EXPRESSION_BYTES)
        return expression_wrong(w, EXPRESSION_BYTES, "the expression has %zu bytes, more than %d",
                                length, EXPRESSION_BYTES);
    p.most = 2 * length < EXPRESSION_MARKS ? 2 * length : EXPRESSION_MARKS;
    x->bytes = err_alloc(length + 1, 1, "an expression", w->e);
    x->nodes = err_alloc(p.most, sizeof *x->nodes, "an expression", w->e);
    if (!x->bytes || !x->nodes)
        return -1;
    p.lexer.bytes = x->bytes;
    if (next(&p) < 0 || parse_choice(&p) < 0)
        return -1;
    return token(&p) == TOKEN_END ? 0 : unexpected(&p, "an operator, or nothing more");
}
