/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the columns that a formula makes. */
#include <stdlib.h>
#include <string.h>

#include "contract/formula.h"
#include "recipe/recipe.h"

static int add_text(char ***list, size_t count, size_t *capacity, char *text, struct err *e)
{
    char **more = text ? err_grow(*list, count, capacity, sizeof *more, "columns", e) : NULL;

    if (!more) {
        free(text);
        return err_memory(e, "columns");
    }
    *list = more;
    more[count] = text;
    return 0;
}

int formula_columns_choose(struct formula_columns *c, const char *name, struct err *e)
{

    if (c->chosen_count == RECIPE_LISTED)
        return err_set(e, ERR_INPUT, "data.formula: makes more than %d columns", RECIPE_LISTED);
    if (add_text(&c->chosen, c->chosen_count, &c->chosen_capacity, strdup(name), e) < 0)
        return -1;
    c->chosen_count++;
    return 0;
}

int formula_columns_derive(struct formula_columns *c, size_t place, struct buf *name,
                           struct buf *expression, struct err *e)
{
    int rc = 0;

    if (buf_failed(name) || buf_failed(expression))
        rc = err_memory(e, "columns");
    else if (name->len > RECIPE_NAME)
        rc = formula_wrong(e, place,
                           "makes a column with a name of more than %d bytes: give what it is made "
                           "of shorter names under data.derive",
                           RECIPE_NAME);
    else if (expression->len > EXPRESSION_BYTES)
        rc = formula_wrong(e, place, "makes %s, by an expression of more than %d bytes", name->data,
                           EXPRESSION_BYTES);
    else if ((c->bytes += expression->len) > RECIPE_BYTES)
        rc = formula_wrong(e, place, "makes columns by expressions of more than %d bytes in all",
                           RECIPE_BYTES);
    else if (lookup_find(&c->made, name->data) != LOOKUP_NONE)
        rc = formula_wrong(e, place, "makes %s, which is made elsewhere, too", name->data);
    else if (formula_columns_choose(c, name->data, e) < 0 ||
             lookup_add(&c->made, name->data, 0, e) < 0 ||
             add_text(&c->names, c->derived, &c->derived_capacity, strdup(name->data), e) < 0)
        rc = -1;
    else if (add_text(&c->expressions, c->derived, &c->expressions_capacity,
                      strdup(expression->data), e) < 0) {
        free(c->names[c->derived]);
        rc = -1;
    } else
        c->derived++;
    buf_free(name);
    buf_free(expression);
    return rc;
}

bool formula_columns_has(const struct formula_columns *c, const char *name)
{
    for (size_t i = 0; i < c->chosen_count; i++)
        if (strcmp(c->chosen[i], name) == 0)
            return true;
    return false;
}

void formula_columns_free(struct formula_columns *c)
{
    for (size_t i = 0; i < c->derived; i++) {
        free(c->names[i]);
        free(c->expressions[i]);
    }
    for (size_t i = 0; i < c->chosen_count; i++)
        free(c->chosen[i]);
    lookup_free(&c->made);
    free(c->names);
    free(c->expressions);
    free(c->chosen);
    free(c->target);
}
