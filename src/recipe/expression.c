/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The handle of an expression: its stages in order, and what is known of it. */
#include "recipe/expression.h"

#include <stdlib.h>

#include "recipe/expression_private.h"

struct expression *expression_parse(const char *what, const char *text, size_t length,
                                    expression_look *look, void *of, struct err *e)
{
    struct expression *x = err_alloc(1, sizeof *x, "an expression", e);
    const struct expression_where where = {what, e};

    if (!x)
        return NULL;
    if (expression_read(x, text, length, &where) == 0 &&
        expression_check(x, look, of, &where) == 0 && expression_write(x, &where) == 0 &&
        expression_compile(x, e) == 0)
        return x;
    expression_free(x);
    return NULL;
}

void expression_free(struct expression *x)
{
    if (!x)
        return;
    free(x->bytes);
    free(x->nodes);
    free(x->names);
    buf_free(&x->canonical);
    free(x->program.steps);
    free(x->program.types);
    free(x->program.numbers);
    free(x->program.texts);
    free(x->program.list);
    free(x->program.list_texts);
    free(x);
}

enum expression_type expression_type(const struct expression *x)
{
    return x->nodes[x->nodes_count - 1].type;
}

const char *expression_canonical(const struct expression *x)
{
    return x->canonical.data;
}

size_t expression_names(const struct expression *x)
{
    return x->names_count;
}

const char *expression_name(const struct expression *x, size_t i)
{
    return x->names[i].at;
}
