/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a flat program of an expression's nodes. */
#include <math.h>
#include <stdlib.h>

#include "recipe/expression_private.h"

/* Rows in which what stands behind a mark is computed: those where a slot holds a certain truth, or
 * does not. It is made when something asks for it. */
struct mask {
    uint16_t of, made;
    bool flag;
    double value;
};

struct compiler {
    struct expression *x;
    struct expression_program *p;
    uint16_t stack[EXPRESSION_NODES]; /* slots that are not used yet */
    size_t depth;
    uint16_t unused[2][EXPRESSION_MARKS]; /* slots that may be filled again: numbers, texts */
    size_t unused_count[2];
    struct mask masks[EXPRESSION_MARKS];
    size_t masks_count;
    size_t first_filled; /* slot */
};

static bool is_text(const struct compiler *c, uint16_t slot)
{
    return c->p->types[slot] == EXPRESSION_TEXT;
}

static uint16_t take_slot(struct compiler *c, bool text)
{
    struct expression_program *p = c->p;

    if (c->unused_count[text] > 0)
        return c->unused[text][--c->unused_count[text]];
    p->types[p->slots_count] = text ? EXPRESSION_TEXT : EXPRESSION_NUMBER;
    return (uint16_t)p->slots_count++;
}

/* Effect: the slot may be filled again, if it is one that is filled. */
static void release(struct compiler *c, uint16_t slot)
{
    bool text = is_text(c, slot);

    if (slot >= c->first_filled)
        c->unused[text][c->unused_count[text]++] = slot;
}

static struct expression_step *add_step(struct compiler *c, enum expression_op op, bool text)
{
    struct expression_step *s = &c->p->steps[c->p->steps_count++];

    *s = (struct expression_step){
        .op = (uint8_t)op,
        .in = {EXPRESSION_NONE, EXPRESSION_NONE, EXPRESSION_NONE},
        .mask = EXPRESSION_NONE,
        .out = take_slot(c, text),
    };
    return s;
}

/* Returns the slot of the innermost mask. Those around it are made first. */
static uint16_t make_masks(struct compiler *c)
{
    uint16_t outer = EXPRESSION_NONE;

    for (size_t i = 0; i < c->masks_count; i++) {
        struct mask *m = &c->masks[i];
        if (m->made == EXPRESSION_NONE) {
            struct expression_step *s = add_step(c, OP_MASK, false);
            s->in[0] = m->of;
            s->in[1] = outer;
            s->flag = m->flag;
            s->value = m->value;
            m->made = s->out;
        }
        outer = m->made;
    }
    return outer;
}

static void push_mask(struct compiler *c, uint16_t of, bool flag, double value)
{
    c->masks[c->masks_count++] =
        (struct mask){.of = of, .made = EXPRESSION_NONE, .flag = flag, .value = value};
}

static void pop_mask(struct compiler *c)
{
    const struct mask *m = &c->masks[--c->masks_count];

    if (m->made != EXPRESSION_NONE)
        release(c, m->made);
}

/* What stands behind a condition counts where it is true; behind its other value, where it is
 * false; behind && where its left side is not false, and behind || where it is not true. */
static void mark(struct compiler *c, enum expression_op op)
{
    if (op == OP_ELSE) {
        uint16_t condition = c->masks[c->masks_count - 1].of;
        pop_mask(c);
        push_mask(c, condition, true, 0);
    } else
        push_mask(c, c->stack[c->depth - 1], op == OP_THEN, op != OP_ALSO);
}

/* Effect: the operands at the end of the stack make place for the result. */
static void replace(struct compiler *c, size_t operands, uint16_t result)
{
    for (; operands > 0; operands--)
        release(c, c->stack[--c->depth]);
    c->stack[c->depth++] = result;
}

/* Effect: a step of so many operands, at the end of the stack, becomes one. */
static struct expression_step *apply(struct compiler *c, enum expression_op op, size_t operands,
                                     bool text)
{
    uint16_t mask = expression_is_partial(op) ? make_masks(c) : EXPRESSION_NONE;
    struct expression_step *s = add_step(c, op, text);

    for (size_t i = 0; i < operands; i++)
        s->in[i] = c->stack[c->depth - operands + i];
    s->texts = text || is_text(c, s->in[0]);
    s->mask = mask;
    replace(c, operands, s->out);
    return s;
}

/* As apply() by two of many operands, from the left. */
static void fold(struct compiler *c, enum expression_op op, size_t operands, bool text)
{
    size_t first = c->depth - operands;

    for (size_t i = 1; i < operands; i++) {
        struct expression_step *s = add_step(c, op, text);
        s->in[0] = c->stack[first];
        s->in[1] = c->stack[first + i];
        s->texts = text;
        release(c, s->in[0]);
        release(c, s->in[1]);
        c->stack[first] = s->out;
    }
    c->depth = first + 1;
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static int compare_texts(const void *a, const void *b)
{
    return expression_compare(a, b);
}

/* Effect: the constants before the node stand in the program's list, in order. */
static void look_in_list(struct compiler *c, const struct expression_node *n)
{
    struct expression_program *p = c->p;
    size_t count = n->args - 1u, first = p->list_count;
    const struct expression_node *constant = n - count;
    bool text = constant->type == EXPRESSION_TEXT;

    for (size_t i = 0; i < count; i++, constant++, p->list_count++)
        if (text)
            p->list_texts[p->list_count] =
                (struct expression_text){c->x->bytes + constant->at, constant->length};
        else
            p->list[p->list_count] = constant->number;
    if (text)
        qsort(p->list_texts + first, count, sizeof *p->list_texts, compare_texts);
    else
        qsort(p->list + first, count, sizeof *p->list, compare_numbers);
    struct expression_step *s = apply(c, n->op, 1, false);
    s->first = (uint16_t)first;
    s->count = (uint16_t)count;
}

static void compile_operator(struct compiler *c, const struct expression_node *n)
{
    bool text = n->type == EXPRESSION_TEXT;

    if (n->op == OP_CHOICE || n->op == OP_AND || n->op == OP_OR)
        pop_mask(c);
    if (n->op == OP_IN || n->op == OP_BIN)
        look_in_list(c, n);
    else if (n->op == OP_MIN || n->op == OP_MAX || n->op == OP_COALESCE)
        fold(c, n->op, n->args, text);
    else
        apply(c, n->op, n->args, text);
    c->p->lowers |= n->op == OP_LOWER;
}

/* Effect: the constant stands in the next slot of those of constants. */
static void compile_constant(struct compiler *c, const struct expression_node *n)
{
    struct expression_program *p = c->p;
    size_t k = p->constants_count++, slot = c->x->names_count + k;

    p->types[slot] = n->type == EXPRESSION_TEXT ? EXPRESSION_TEXT : EXPRESSION_NUMBER;
    p->numbers[k] = n->op == OP_NUMBER ? n->number : (double)NAN;
    if (n->op == OP_TEXT)
        p->texts[k] = (struct expression_text){c->x->bytes + n->at, n->length};
    c->stack[c->depth++] = (uint16_t)slot;
}

static void compile_node(struct compiler *c, const struct expression_node *n)
{
    if (n->listed)
        return;
    if (n->op == OP_COLUMN)
        c->stack[c->depth++] = n->column;
    else if (n->op <= OP_NOTHING)
        compile_constant(c, n);
    else if (n->op <= OP_OTHERWISE)
        mark(c, n->op);
    else
        compile_operator(c, n);
}

/* Effect: slots of columns have types, and those of constants are passed over. */
static void begin(struct compiler *c)
{
    const struct expression *x = c->x;

    c->first_filled = x->names_count;
    for (const struct expression_node *n = x->nodes; n < x->nodes + x->nodes_count; n++) {
        if (n->op == OP_COLUMN)
            c->p->types[n->column] =
                n->type == EXPRESSION_TEXT ? EXPRESSION_TEXT : EXPRESSION_NUMBER;
        c->first_filled += n->op <= OP_NOTHING && !n->listed;
    }
    c->p->slots_count = c->first_filled;
}

int expression_compile(struct expression *x, struct err *e)
{
    struct expression_program *p = &x->program;
    struct compiler *c = err_alloc(1, sizeof *c, "an expression", e);
    size_t most = 2 * x->nodes_count; /* as each node is an operand once */
    int rc = -1;

    p->steps = err_alloc(most, sizeof *p->steps, "an expression", e);
    p->types = err_alloc(2 * most, 1, "an expression", e);
    p->numbers = err_alloc(x->nodes_count, sizeof *p->numbers, "an expression", e);
    p->texts = err_alloc(x->nodes_count, sizeof *p->texts, "an expression", e);
    p->list = err_alloc(x->nodes_count, sizeof *p->list, "an expression", e);
    p->list_texts = err_alloc(x->nodes_count, sizeof *p->list_texts, "an expression", e);
    if (!c || !p->steps || !p->types || !p->numbers || !p->texts || !p->list || !p->list_texts)
        goto done;
    c->x = x;
    c->p = p;
    begin(c);
    for (size_t i = 0; i < x->nodes_count; i++)
        compile_node(c, &x->nodes[i]);
    p->result = c->stack[0];
    rc = 0;
done:
    free(c);
    return rc;
}
