/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a parameter table allows, against what a contract sets. */
#include "function/params.h"

#include <limits.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "util/alike.h"
#include "util/buf.h"
#include "util/parse.h"

bool params_is_name(const char *text)
{
    return text && *text >= 'a' && *text <= 'z' &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static const char *type_name(enum function_param_type type)
{
    switch (type) {
    case FUNCTION_INTEGER:
        return "an integer";
    case FUNCTION_NUMBER:
        return "a number";
    case FUNCTION_STRING:
        return "a string";
    case FUNCTION_BOOLEAN:
        return "true or false";
    }
    return NULL;
}

/* Effect: writes the value in quotes, as a person would. */
static void show_value(struct buf *b, enum function_param_type type, const struct function_value *v)
{
    char number[NUMBER_TEXT];

    if (type == FUNCTION_STRING)
        buf_addf(b, "'%.100s'", v->string ? v->string : "");
    else if (type == FUNCTION_NUMBER)
        buf_adds(b, format_double(number, v->number));
    else if (type == FUNCTION_BOOLEAN && (v->integer == 0 || v->integer == 1))
        buf_adds(b, v->integer ? "true" : "false");
    else
        buf_addf(b, "%" PRId64, v->integer);
}

/* Effect: writes what the parameter may be: "an integer from 1 to 4". */
static void show_expected(struct buf *b, const struct function_param *p)
{
    char number[NUMBER_TEXT];
    bool ranged = p->type == FUNCTION_INTEGER || p->type == FUNCTION_NUMBER;

    buf_adds(b, type_name(p->type));
    if (p->type == FUNCTION_STRING && p->choices)
        buf_addf(b, ", one of: %s", p->choices);
    if (ranged && isfinite(p->min) && isfinite(p->max))
        buf_addf(b, " from %s", format_double(number, p->min));
    else if (ranged && isfinite(p->min))
        buf_addf(b, ", at least %s", format_double(number, p->min));
    if (ranged && isfinite(p->max))
        buf_addf(b, "%s %s", isfinite(p->min) ? " to" : ", at most", format_double(number, p->max));
}

static int refuse(const struct function *f, const struct function_param *p,
                  enum function_param_type type, const struct function_value *v, struct err *e)
{
    struct buf found = {0}, expected = {0};

    show_value(&found, type, v);
    show_expected(&expected, p);
    if (buf_failed(&found) || buf_failed(&expected))
        err_memory(e, "an error's text");
    else
        err_set(e, ERR_INPUT, "%s: parameter '%s' is %s; expected %s", f->name, p->name, found.data,
                expected.data);
    buf_free(&found);
    buf_free(&expected);
    return -1;
}

static bool among(const char *choices, const char *text)
{
    size_t len = strlen(text);

    for (const char *c = choices; *c; c += strspn(c, " ")) {
        size_t n = strcspn(c, " ");
        if (n == len && memcmp(c, text, n) == 0)
            return true;
        c += n;
    }
    return false;
}

static bool allowed(const struct function_param *p, const struct function_value *v)
{
    switch (p->type) {
    case FUNCTION_INTEGER:
        return (double)v->integer >= p->min && (double)v->integer <= p->max;
    case FUNCTION_NUMBER:
        return isfinite(v->number) && v->number >= p->min && v->number <= p->max;
    case FUNCTION_STRING:
        return v->string && (!p->choices || among(p->choices, v->string));
    case FUNCTION_BOOLEAN:
        return v->integer == 0 || v->integer == 1;
    }
    return false;
}

int params_check(const struct function *f, struct err *e)
{
    if (f->params_count > 0 && !f->params)
        return err_set(e, ERR_INPUT, "%s: it has no table of its %zu parameters", f->name,
                       f->params_count);
    for (size_t i = 0; i < f->params_count; i++) {
        const struct function_param *p = &f->params[i];
        if (!params_is_name(p->name) || !p->help)
            return err_set(e, ERR_INPUT,
                           "%s: parameter %zu has no name of the form "
                           "[a-z][a-z0-9_]*, or no help",
                           f->name, i + 1);
        if (!type_name(p->type))
            return err_set(e, ERR_INPUT, "%s: parameter '%s' is of unknown type %d", f->name,
                           p->name, (int)p->type);
        for (size_t k = 0; k < i; k++)
            if (strcmp(f->params[k].name, p->name) == 0)
                return err_set(e, ERR_INPUT, "%s: parameter '%s' is in its table twice", f->name,
                               p->name);
        if ((p->type == FUNCTION_INTEGER || p->type == FUNCTION_NUMBER) && !(p->min <= p->max))
            return err_set(e, ERR_INPUT, "%s: the range of parameter '%s' is empty", f->name,
                           p->name);
        if (p->required != 1 && !allowed(p, &p->fallback)) {
            refuse(f, p, p->type, &p->fallback, e);
            return err_context(e, "a wrong default");
        }
    }
    return 0;
}

static int bind_one(const struct function *f, const struct function_param *p,
                    const struct function_setting *s, struct function_value *value, struct err *e)
{
    struct function_value v = s->value;
    enum function_param_type type = s->type;

    if (type == FUNCTION_INTEGER && p->type == FUNCTION_NUMBER) {
        v.number = (double)v.integer;
        type = FUNCTION_NUMBER;
    }
    if (type != p->type || !allowed(p, &v))
        return refuse(f, p, s->type, &s->value, e);
    *value = v;
    return 0;
}

static int unknown(const struct function *f, const char *name, struct err *e)
{
    struct buf names = {0};
    char hint[ALIKE_HINT] = "";
    bool found = false;

    for (size_t i = 0; i < f->params_count; i++) {
        found = found || alike_hint(hint, name, f->params[i].name);
        buf_addf(&names, "%s%s", i > 0 ? ", " : "; there are: ", f->params[i].name);
    }
    if (buf_failed(&names))
        err_memory(e, "an error's text");
    else
        err_set(e, ERR_INPUT, "%s: there is no parameter '%.100s'%s%s", f->name, name, hint,
                f->params_count > 0 ? names.data : "; it has none");
    buf_free(&names);
    return -1;
}

int params_bind(const struct function *f, const struct function_setting *settings, size_t count,
                struct function_value *values, struct err *e)
{
    for (size_t k = 0; k < count; k++) {
        size_t i = 0;
        while (i < f->params_count && strcmp(f->params[i].name, settings[k].name) != 0)
            i++;
        if (i == f->params_count)
            return unknown(f, settings[k].name, e);
    }
    for (size_t i = 0; i < f->params_count; i++) {
        const struct function_param *p = &f->params[i];
        const struct function_setting *found = NULL;
        for (size_t k = 0; k < count; k++) {
            if (strcmp(settings[k].name, p->name) != 0)
                continue;
            if (found)
                return err_set(e, ERR_INPUT, "%s: parameter '%s' is given twice", f->name, p->name);
            found = &settings[k];
        }
        if (found && bind_one(f, p, found, &values[i], e) < 0)
            return -1;
        if (!found && p->required == 1)
            return err_set(e, ERR_INPUT, "%s: parameter '%s' is missing: %s", f->name, p->name,
                           p->help);
        if (!found)
            values[i] = p->fallback;
    }
    return 0;
}

int params_version(const struct function *f)
{
    int64_t version;

    return parse_i64(f->version, &version) == 0 && version > 0 && version <= INT_MAX ? (int)version
                                                                                     : 0;
}
