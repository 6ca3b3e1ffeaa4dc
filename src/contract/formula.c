/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts what a formula stands for into the document of a spec. */
#include "contract/formula.h"

#include <stdlib.h>
#include <string.h>

static const char FORMULA[] = "/data@formula";
static const char TARGET[] = "/function/params@target";
static const char INTERCEPT[] = "/function/params@intercept";
static const char EXPOSURE[] = "/function/params@exposure";

/* The functions that a formula is for have a target; this one has no constant that could be left
 * out. */
static const char *const functions[] = {"linreg", "logreg", "glm", "train"};
static const char WITHOUT_CONSTANT[] = "train";

static int check_function(const struct flat *f, bool intercept, struct err *e)
{
    const struct flat_value *name = flat_find(f, "/function@name");
    const char *text = name ? name->strings[0] : "";
    bool known = false;

    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++)
        known = known || strcmp(text, functions[i]) == 0;
    if (!known)
        return err_set(e, ERR_INPUT, "data.formula: is for linreg, logreg, glm and train");
    if (!intercept && strcmp(text, WITHOUT_CONSTANT) == 0)
        return err_set(e, ERR_INPUT,
                       "data.formula: leaves the constant out, which train has none "
                       "of that could be left out");
    return 0;
}

/* Returns the column that the function needs besides those of the formula, or NULL. */
static const char *exposure(const struct flat *f)
{
    const struct flat_value *v = flat_find(f, EXPOSURE);

    return v && v->type == FLAT_STRING && v->strings[0][0] ? v->strings[0] : NULL;
}

/* What a formula says is not said elsewhere. */
static int check_alone(const struct flat *f, struct err *e)
{
    static const char *const paths[][2] = {{"/data/columns", "data.columns"},
                                           {TARGET, "function.params.target"},
                                           {INTERCEPT, "function.params.intercept"}};

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (flat_find(f, paths[i][0]))
            return err_set(e, ERR_INPUT, "data.formula: says what %s says; expected one of them",
                           paths[i][1]);
    return 0;
}

/* Effect: the list of that path has the strings of from, which may be NULL, and more behind them. */
static int add_list(struct flat *to, const char *path, const struct flat_value *from, char **more,
                    size_t count, unsigned line, struct err *e)
{
    const size_t before = from ? from->count : 0, all = before + count;
    char **both = err_alloc(all + 1, sizeof *both, "columns", e);

    if (!both)
        return -1;
    for (size_t i = 0; i < all; i++)
        both[i] = i < before ? from->strings[i] : more[i - before];
    if (all)
        flat_add(to, path, FLAT_STRING, 1, &all, both, from ? from->line : line);
    free(both);
    return 0;
}

static bool is_replaced(const struct flat_value *v)
{
    return strcmp(v->path, FORMULA) == 0 || strncmp(v->path, "/data/derive", 12) == 0;
}

/* Effect: to is the document, with the columns. */
static int write_document(struct flat *to, const struct flat *from, const struct formula *f,
                          const struct formula_known *k, const struct formula_columns *c,
                          struct err *e)
{
    const unsigned line = flat_find(from, FORMULA)->line;
    const int64_t no = 0;

    for (size_t i = 0; i < flat_count(from); i++) {
        const struct flat_value *v = flat_at(from, i);
        if (!is_replaced(v))
            flat_add(to, v->path, v->type, v->rank, v->dims, v->data, v->line);
    }
    if (k->names || c->derived)
        flat_add(to, "/data/derive", FLAT_GROUP, 0, NULL, NULL, line);
    if (add_list(to, "/data/derive/column", k->names, c->names, c->derived, line, e) < 0 ||
        add_list(to, "/data/derive/expression", k->texts, c->expressions, c->derived, line, e) <
            0 ||
        add_list(to, "/data/columns", NULL, c->chosen, c->chosen_count, line, e) < 0)
        return -1;
    if (!flat_find(to, "/function/params"))
        flat_add(to, "/function/params", FLAT_GROUP, 0, NULL, NULL, line);
    flat_add(to, TARGET, FLAT_STRING, 0, NULL, &c->target, line);
    if (!f->intercept)
        flat_add(to, INTERCEPT, FLAT_BOOLEAN, 0, NULL, &no, line);
    return flat_ok(to, e);
}

/* Returns the document with what the formula stands for, or NULL. */
static struct flat *expanded(const struct flat *from, struct err *e)
{
    struct formula_known k = {0};
    struct formula f = {0};
    struct formula_columns c = {0};
    struct flat *to = NULL;

    if (check_alone(from, e) == 0 && formula_known(&k, from, e) == 0 &&
        formula_parse(&f, flat_find(from, FORMULA)->strings[0], &k, e) == 0 &&
        check_function(from, f.intercept, e) == 0 &&
        formula_code(&c, &f, &k, exposure(from), e) == 0 && (to = flat_create(e)) &&
        write_document(to, from, &f, &k, &c, e) < 0) {
        flat_destroy(to);
        to = NULL;
    }
    formula_columns_free(&c);
    formula_free(&f);
    formula_known_free(&k);
    return to;
}

int formula_expand(struct flat **f, const char *name, struct err *e)
{
    struct err why = {0};
    struct flat *to = expanded(*f, &why);

    if (!to)
        return err_set(e, why.code, "%s:%u: %s", name, flat_find(*f, FORMULA)->line, why.text);
    flat_destroy(*f);
    *f = to;
    return 0;
}
