/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an expression's operators and functions do with numbers and truths. */
#include <float.h>
#include <math.h>

#include "recipe/expression_run.h"
#include "util/elementary.h"
#include "util/versions.h"

#define EACH(value)                  \
    for (size_t i = 0; i < n; i++) { \
        y[i] = (value);              \
    }                                \
    break

/* A truth, if neither operand is missing. */
#define COMPARED(condition) EACH(((a[i] == a[i]) & (b[i] == b[i])) ? (condition) ? 1.0 : 0.0 : nan)

VERSIONS static void compare(enum expression_op op, double *restrict y, const double *restrict a,
                             const double *restrict b, size_t n)
{
    const double nan = (double)NAN;

    switch (op) {
    case OP_EQUAL:
        COMPARED(a[i] == b[i]);
    case OP_UNEQUAL:
        COMPARED(a[i] != b[i]);
    case OP_LESS:
        COMPARED(a[i] < b[i]);
    case OP_LESS_EQUAL:
        COMPARED(a[i] <= b[i]);
    case OP_MORE:
        COMPARED(a[i] > b[i]);
    default:
        COMPARED(a[i] >= b[i]);
    }
}

/* Kleene's logic: what decides, decides; else what is missing is so. */
VERSIONS static void decide(enum expression_op op, double *restrict y, const double *restrict a,
                            const double *restrict b, const double *restrict c, size_t n)
{
    const double nan = (double)NAN;

    switch (op) {
    case OP_NOT:
        EACH(1 - a[i]);
    case OP_AND:
        EACH(((a[i] == 0) | (b[i] == 0)) ? 0 : a[i] * b[i]);
    case OP_OR:
        EACH(((a[i] == 1) | (b[i] == 1)) ? 1 : a[i] + b[i]);
    case OP_MISSING:
        EACH(a[i] == a[i] ? 0 : 1);
    case OP_COALESCE:
        EACH(a[i] == a[i] ? a[i] : b[i]);
    default:
        EACH(a[i] == 1 ? b[i] : a[i] == 0 ? c[i] : nan);
    }
}

VERSIONS static void compute(enum expression_op op, double *restrict y, const double *restrict a,
                             const double *restrict b, const double *restrict c, size_t n)
{
    const double nan = (double)NAN;

    switch (op) {
    case OP_NEGATE:
        EACH(-a[i]);
    case OP_ABS:
        EACH(fabs(a[i]));
    case OP_FLOOR:
        EACH(floor(a[i]));
    case OP_MIN:
        EACH(((a[i] == a[i]) & (b[i] == b[i])) ? b[i] < a[i] ? b[i] : a[i] : nan);
    case OP_MAX:
        EACH(((a[i] == a[i]) & (b[i] == b[i])) ? b[i] > a[i] ? b[i] : a[i] : nan);
    default: /* OP_CLAMP */
        for (size_t i = 0; i < n; i++) {
            double r = b[i] > a[i] ? b[i] : a[i];
            r = c[i] < r ? c[i] : r;
            y[i] = ((a[i] == a[i]) & (b[i] == b[i]) & (c[i] == c[i])) ? r : nan;
        }
    }
}

/* What is not finite is missing; undefined tells whether it is so where no operand was missing. */
#define SETTLED(value)                                      \
    for (size_t i = 0; i < n; i++) {                        \
        double r = (value);                                 \
        int bad = !(fabs(r) <= DBL_MAX);                    \
        undefined |= bad & (a[i] == a[i]) & (b[i] == b[i]); \
        y[i] = bad ? (double)NAN : r;                       \
    }                                                       \
    break

VERSIONS static bool calculate(enum expression_op op, double *restrict y, const double *restrict a,
                               const double *restrict b, size_t n)
{
    int undefined = 0;

    switch (op) {
    case OP_PLUS:
        SETTLED(a[i] + b[i]);
    case OP_MINUS:
        SETTLED(a[i] - b[i]);
    case OP_TIMES:
        SETTLED(a[i] * b[i]);
    case OP_OVER:
        SETTLED(a[i] / b[i]);
    case OP_SQRT:
        SETTLED(sqrt(a[i]));
    default: /* what is there */
        SETTLED(y[i]);
    }
    return undefined;
}

/* The remainder has the sign of the divisor; fmod() is exact, so everywhere the same. */
static void find_remainders(double *y, const double *a, const double *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double r = fmod(a[i], b[i]);
        y[i] = r != 0 && (r < 0) != (b[i] < 0) ? r + b[i] : r;
    }
}

VERSIONS static void find_mask(const struct expression_step *s, double *restrict y,
                               const double *restrict a, const double *restrict outer, size_t n)
{
    const double of = s->value, same = s->flag, other = !s->flag;

    for (size_t i = 0; i < n; i++)
        y[i] = a[i] == of ? same : other;
    for (size_t i = 0; outer && i < n; i++)
        y[i] *= outer[i];
}

/* Effect: y[i] is how many numbers of a list are not above a[i], or whether one is the same. */
static void search(const struct expression_step *s, const double *list, double *y, const double *a,
                   size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t begin = 0, count = s->count;
        while (count > 0) {
            size_t half = count / 2;
            bool above = list[begin + half] > a[i];
            begin = above ? begin : begin + half + 1;
            count = above ? half : count - half - 1;
        }
        bool found = begin > 0 && list[begin - 1] == a[i];
        double value = s->op == OP_BIN ? (double)begin : found;
        y[i] = a[i] == a[i] ? value : (double)NAN;
    }
}

static void count_undefined(struct expression_strip *s, const double *a, const double *b)
{
    for (size_t i = 0; i < s->rows; i++)
        s->undefined +=
            isnan(s->numbers[i]) && !isnan(a[i]) && !isnan(b[i]) && (!s->mask || s->mask[i] != 0);
}

void expression_do_numbers(struct expression_strip *s)
{
    const double *a = s->in[0].numbers, *b = s->in[1].numbers, *c = s->in[2].numbers;
    const enum expression_op op = s->step->op;
    double *y = s->numbers;
    size_t n = s->rows;

    if (op == OP_POWER)
        elementary_power(y, a, b, n);
    else if (op == OP_EXP)
        elementary_exp(y, a, n);
    else if (op == OP_LOG)
        elementary_log(y, a, n);
    else if (op == OP_LOG10)
        elementary_log10(y, a, n);
    else if (op == OP_MODULO)
        find_remainders(y, a, b, n);
    else if (op == OP_MASK)
        find_mask(s->step, y, a, b, n);
    else if (op == OP_IN || op == OP_BIN)
        search(s->step, s->program->list + s->step->first, y, a, n);
    else if (op >= OP_EQUAL && op <= OP_MORE_EQUAL)
        compare(op, y, a, b, n);
    else if (op == OP_NOT || op == OP_AND || op == OP_OR || op == OP_CHOICE || op == OP_MISSING ||
             op == OP_COALESCE)
        decide(op, y, a, b, c, n);
    else if (!expression_is_partial(op))
        compute(op, y, a, b, c, n);
    if (expression_is_partial(op) && calculate(op, y, a, b ? b : a, n))
        count_undefined(s, a, b ? b : a);
}
