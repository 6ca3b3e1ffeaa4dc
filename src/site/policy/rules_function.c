/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the place of a contract's function in a policy. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan/given.h"
#include "site/policy/rules_inside.h"
#include "util/parse.h"

/* Text of a parameter's value, for people. */
static const char *show(char *text, size_t size, const struct contract_param *p)
{
    char number[NUMBER_TEXT];

    if (p->type == FLAT_STRING)
        snprintf(text, size, "'%.80s'", p->string);
    else if (p->type == FLAT_BOOLEAN)
        snprintf(text, size, "%s", p->integer ? "true" : "false");
    else if (p->type == FLAT_INTEGER)
        snprintf(text, size, "%" PRId64, p->integer);
    else
        snprintf(text, size, "%s", format_double(number, p->number));
    return text;
}

/* Whether a text of the policy is that value. */
static bool is_value(const char *text, const struct contract_param *p)
{
    int64_t integer;
    double number;

    switch (p->type) {
    case FLAT_STRING:
        return strcmp(text, p->string) == 0;
    case FLAT_BOOLEAN:
        return strcmp(text, p->integer ? "true" : "false") == 0;
    case FLAT_INTEGER:
        return parse_i64(text, &integer) == 0 && integer == p->integer;
    default:
        return parse_double(text, &number) == 0 && number == p->number;
    }
}

/* Whether a number is in a range; of an integer that no double holds it is not known. */
static bool in_range(const struct rules_param *allowed, const struct contract_param *p)
{
    const int64_t exact = INT64_C(1) << 53;
    double x = p->type == FLAT_INTEGER ? (double)p->integer : p->number;

    if (p->type != FLAT_NUMBER &&
        (p->type != FLAT_INTEGER || p->integer > exact || p->integer < -exact))
        return false;
    return x >= allowed->low && x <= allowed->high;
}

static bool may_be(const struct rules_param *allowed, const struct contract_param *p)
{
    if (allowed->range)
        return in_range(allowed, p);
    for (size_t i = 0; i < allowed->count; i++)
        if (is_value(allowed->values[i], p))
            return true;
    return false;
}

/* What an entry allows of a parameter, for people. */
static const char *show_allowed(char *text, size_t size, const struct rules_param *allowed)
{
    char low[NUMBER_TEXT], high[NUMBER_TEXT];

    if (!allowed->range)
        return finding_list(text, size, allowed->values, allowed->count);
    if (isinf(allowed->low))
        snprintf(text, size, "at most %s", format_double(high, allowed->high));
    else if (isinf(allowed->high))
        snprintf(text, size, "at least %s", format_double(low, allowed->low));
    else
        snprintf(text, size, "%s to %s", format_double(low, allowed->low),
                 format_double(high, allowed->high));
    return text;
}

static const struct rules_param *find_param(const struct rules_function *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->params[i].name, name) == 0)
            return &f->params[i];
    return NULL;
}

/* The parameters of the contract's function, and an entry that they are to fit. */
struct fit {
    const struct given *list;
    size_t count;
    const struct rules_function *f;
};

/* Whether a parameter that is there fits; why says why not. */
static bool param_fits(const struct fit *x, const struct given *g, char why[static RULES_TEXT])
{
    const struct rules_param *allowed = find_param(x->f, g->value.name);
    char value[120], list[200];

    if (allowed ? may_be(allowed, &g->value) : g->fallback)
        return true;
    show(value, sizeof value, &g->value);
    if (allowed)
        snprintf(why, RULES_TEXT, "The parameter %.64s is %s, and the policy allows %s",
                 g->value.name, value, show_allowed(list, sizeof list, allowed));
    else
        snprintf(why, RULES_TEXT, "The parameter %.64s is %s, and the policy does not name it: %s",
                 g->value.name, value,
                 strncmp(x->f->code, "builtin:", 8) == 0
                     ? "it may only be what the function takes where none is given"
                     : "of a function that is not built in, each that is given has to be named");
    return false;
}

/* Whether all fit. Effect: if not, param is the first that does not, and why says why. */
static bool all_fit(const struct fit *x, char param[static 64 + 1], char why[static RULES_TEXT])
{
    for (size_t i = 0; i < x->count; i++)
        if (!param_fits(x, &x->list[i], why)) {
            snprintf(param, 65, "%s", x->list[i].value.name);
            return false;
        }
    for (size_t k = 0; k < x->f->count; k++) {
        const char *name = x->f->params[k].name;
        size_t i = 0;
        while (i < x->count && strcmp(x->list[i].value.name, name) != 0)
            i++;
        if (i < x->count)
            continue;
        snprintf(param, 65, "%s", name);
        snprintf(why, RULES_TEXT,
                 "The policy names the parameter %.64s, which the contract does not give%s", name,
                 strncmp(x->f->code, "builtin:", 8) == 0 ? ", as the function has none" : "");
        return false;
    }
    return true;
}

/* Whether an entry is of a built-in function of the contract's name, in whatever version. */
static bool is_of_name(const struct rules_function *f, const struct contract *c)
{
    size_t n = strlen(c->function);

    return strncmp(f->code, "builtin:", 8) == 0 && strncmp(f->code + 8, c->function, n) == 0 &&
           f->code[8 + n] == '@' && strncmp(c->digest, "builtin:", 8) == 0;
}

/* Effect: l knows an entry of the contract's code. */
static void look_at(struct rules_look *l, const struct fit *x)
{
    char param[64 + 1], why[RULES_TEXT];
    bool fits = all_fit(x, param, why);

    if (!l->is_code || (fits && !l->fits)) {
        l->function = x->f;
        l->fits = fits;
        if (!fits) {
            snprintf(l->param, sizeof l->param, "%s", param);
            snprintf(l->why, sizeof l->why, "%s", why);
        }
    }
    l->is_code = true;
    if (fits && x->f->start == 1 && !l->starter)
        l->starter = x->f;
    if (fits && x->f->release == 1 && !l->releaser)
        l->releaser = x->f;
}

/* One entry that fits and says auto is enough: so what is taken from an entry, or an entry that is
 * taken away, never lets another one say more. */
void rules_find_function(struct rules_look *l)
{
    struct err e = {0};
    const struct contract *c = l->q->contract;
    struct given *list = NULL;
    struct fit x = {0};

    for (size_t i = 0; i < l->r->functions_count; i++) {
        x.f = &l->r->functions[i];
        if (strcmp(x.f->code, c->digest) != 0) {
            if (!l->function && is_of_name(x.f, c))
                l->function = x.f;
            continue;
        }
        if (!list && given_params(c, &list, &x.count, &e) < 0) {
            /* What the contract gives is none of the function's: nothing fits. */
            l->function = x.f;
            l->is_code = true;
            snprintf(l->why, sizeof l->why, "The parameters cannot be looked at: %.300s", e.text);
            break;
        }
        x.list = list;
        look_at(l, &x);
    }
    free(list);
}
