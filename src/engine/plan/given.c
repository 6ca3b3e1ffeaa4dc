/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the parameters that a contract's function is called with. */
#include "engine/plan/given.h"

#include <stdlib.h>
#include <string.h>

#include "engine/plan/bind.h"

static const struct contract_param *find(const struct contract *c, const char *name)
{
    for (size_t i = 0; i < c->params_count; i++)
        if (strcmp(c->params[i].name, name) == 0)
            return &c->params[i];
    return NULL;
}

/* What the function takes where a contract gives nothing. */
static struct contract_param fallback(const struct function_param *p)
{
    static const enum flat_type types[] = {
        [FUNCTION_INTEGER] = FLAT_INTEGER,
        [FUNCTION_NUMBER] = FLAT_NUMBER,
        [FUNCTION_STRING] = FLAT_STRING,
        [FUNCTION_BOOLEAN] = FLAT_BOOLEAN,
    };

    return (struct contract_param){
        .name = (char *)(uintptr_t)p->name,
        .type = types[p->type],
        .integer = p->fallback.integer,
        .number = p->fallback.number,
        .string = (char *)(uintptr_t)(p->fallback.string ? p->fallback.string : ""),
    };
}

static bool same(const struct contract_param *a, const struct contract_param *b)
{
    if (a->type != b->type)
        return false;
    return a->type == FLAT_STRING   ? strcmp(a->string, b->string) == 0
           : a->type == FLAT_NUMBER ? a->number == b->number
                                    : a->integer == b->integer;
}

/* One of a built-in function. */
static struct given given_of(const struct contract *c, const struct function_param *p)
{
    const struct contract_param *said = find(c, p->name), without = fallback(p);
    struct given g = {.value = said ? *said : without};

    if (without.type == FLAT_NUMBER && g.value.type == FLAT_INTEGER) {
        g.value.type = FLAT_NUMBER;
        g.value.number = (double)g.value.integer;
    }
    g.fallback = p->required != 1 && same(&g.value, &without);
    return g;
}

int given_params(const struct contract *c, struct given **list, size_t *count, struct err *e)
{
    bool builtin = strncmp(c->digest, "builtin:", strlen("builtin:")) == 0;
    const struct function *f = builtin ? bind_builtin(c, e) : NULL;

    *count = 0;
    *list = NULL;
    if (builtin && !f)
        return -1;
    for (size_t i = 0; f && i < c->params_count; i++) {
        size_t k = 0;
        while (k < f->params_count && strcmp(f->params[k].name, c->params[i].name) != 0)
            k++;
        if (k == f->params_count)
            return err_set(e, ERR_INPUT, "function %s: has no parameter '%s'", f->name,
                           c->params[i].name);
    }
    size_t n = f ? f->params_count : c->params_count;
    if (!(*list = err_alloc(n, sizeof **list, "parameters", e)))
        return -1;
    for (; *count < n; ++*count)
        (*list)[*count] =
            f ? given_of(c, &f->params[*count]) : (struct given){.value = c->params[*count]};
    return 0;
}
