/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A grid's text: NAME=VALUE[,VALUE…][; NAME=…], where a VALUE of a number may be
 * FROM:TO:COUNT, that many of them at equal distances with both ends.
 */
#include "config.h"
#include "function/sweep_private.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/bound.h"
#include "function/loader.h"
#include "function/registry.h"
#include "function/tell.h"
#include "util/parse.h"

/* Without the spaces around it; text is cut there. */
static char *trim(char *text)
{
    text += strspn(text, " ");
    for (size_t n = strlen(text); n > 0 && text[n - 1] == ' '; n--)
        text[n - 1] = '\0';
    return text;
}

/* Effect: ends the word at *text at the separator, and moves *text behind it, or to NULL.
 * Returns the word. */
static char *cut(char **text, char separator)
{
    char *word = *text, *end = strchr(word, separator);

    *text = end ? end + 1 : NULL;
    if (end)
        *end = '\0';
    return trim(word);
}

static int add_value(struct function_env *env, struct sweep *s, struct sweep_axis *a,
                     struct function_value v)
{
    if (a->count == SWEEP_POINTS)
        return tell_error(env, "grid: more than %d values of %s", SWEEP_POINTS,
                          s->f->params[a->param].name);
    if ((a->count & (a->count - 1)) == 0) { /* full: 0, 1, 2, 4, 8, … */
        struct function_value *more =
            realloc(a->values, (a->count > 0 ? 2 * a->count : 1) * sizeof *more);
        if (!more)
            return tell_error(env, "no memory for a grid");
        a->values = more;
    }
    a->values[a->count++] = v;
    return 0;
}

/* A number as the parameter's type wants it. */
static int add_number(struct function_env *env, struct sweep *s, struct sweep_axis *a, double x)
{
    const struct function_param *p = &s->f->params[a->param];

    if (p->type == FUNCTION_NUMBER)
        return add_value(env, s, a, (struct function_value){.number = x});
    if (x != floor(x) || fabs(x) > 0x1p53)
        return tell_error(env, "grid: %s takes whole numbers, not %.17g", p->name, x);
    return add_value(env, s, a, (struct function_value){.integer = (int64_t)x});
}

/* With 15 digits, as one would write it: 0.3, not 0.30000000000000004. */
static double between(double from, double to, double share)
{
    double x = share == 0 ? from : share == 1 ? to : from + (to - from) * share, rounded;
    char text[NUMBER_TEXT];

    snprintf(text, sizeof text, "%.15g", x);
    return share > 0 && share < 1 && parse_double(text, &rounded) == 0 ? rounded : x;
}

static int read_numbers(struct function_env *env, struct sweep *s, struct sweep_axis *a, char *word)
{
    const char *name = s->f->params[a->param].name;
    double from, to, count;
    char *rest = word, *first = cut(&rest, ':');

    if (parse_double(first, &from) < 0)
        return tell_error(env, "grid: '%.40s' is no number for %s", first, name);
    if (!rest)
        return add_number(env, s, a, from);
    char *second = cut(&rest, ':');
    if (!rest || parse_double(second, &to) < 0 || parse_double(trim(rest), &count) < 0 ||
        !(count >= 2 && count <= SWEEP_POINTS && count == floor(count)))
        return tell_error(env, "grid: %s wants FROM:TO:COUNT, with COUNT from 2 to %d", name,
                          SWEEP_POINTS);
    for (double i = 0; i < count; i++)
        if (add_number(env, s, a, between(from, to, i / (count - 1))) < 0)
            return -1;
    return 0;
}

static int read_value(struct function_env *env, struct sweep *s, struct sweep_axis *a, char *word)
{
    const struct function_param *p = &s->f->params[a->param];
    bool yes = strcmp(word, "true") == 0;

    if (p->type == FUNCTION_STRING)
        return add_value(env, s, a, (struct function_value){.string = word});
    if (p->type != FUNCTION_BOOLEAN)
        return read_numbers(env, s, a, word);
    if (!yes && strcmp(word, "false") != 0)
        return tell_error(env, "grid: %s is true or false, not '%.40s'", p->name, word);
    return add_value(env, s, a, (struct function_value){.integer = yes});
}

static int read_axis(struct function_env *env, struct sweep *s, char *text)
{
    char *values = text, *name = cut(&values, '=');
    struct sweep_axis *a = &s->axis[s->axes];
    size_t i = 0;

    if (!values)
        return tell_error(env, "grid: '%.40s' is not of the form NAME=VALUE,…", name);
    while (i < s->f->params_count && strcmp(s->f->params[i].name, name) != 0)
        i++;
    if (i == s->f->params_count)
        return tell_error(env, "grid: %s has no parameter '%.40s'", s->f->name, name);
    for (size_t k = 0; k < s->axes; k++)
        if (s->axis[k].param == i)
            return tell_error(env, "grid: %s is there twice", name);
    if (s->axes == SWEEP_AXES)
        return tell_error(env, "grid: more than %d parameters", SWEEP_AXES);
    s->axes++;
    a->param = i;
    while (values)
        if (read_value(env, s, a, cut(&values, ',')) < 0)
            return -1;
    return 0;
}

static int read_grid(struct function_env *env, struct sweep *s, const char *grid)
{
    char *rest = s->text = strdup(grid);

    if (!rest)
        return tell_error(env, "no memory for a grid");
    s->points = 1;
    while (rest) {
        char *text = cut(&rest, ';');
        if (*text && read_axis(env, s, text) < 0)
            return -1;
    }
    for (size_t k = 0; k < s->axes; k++) {
        s->points *= s->axis[k].count;
        if (s->points > SWEEP_POINTS)
            return tell_error(env, "grid: more than %d points", SWEEP_POINTS);
    }
    return 0;
}

/* NAME@VERSION, or NAME@sha256:… */
static const struct function *find_function(const char *text, struct err *e)
{
    char name[65] = "";
    size_t length = strcspn(text, "@");
    struct search_file file;
    const struct function *f;

    if (text[length] != '@' || length >= sizeof name) {
        err_set(e, ERR_INPUT, "'%.80s' is not of the form NAME@VERSION", text);
        return NULL;
    }
    memcpy(name, text, length);
    text += length + 1;
    if (strncmp(text, "sha256:", 7) == 0)
        return loader_find(name, text, &file, e);
    f = registry_find(name, e);
    if (!f || strcmp(f->version, text) == 0)
        return f;
    err_set(e, ERR_INPUT, "%s@%.20s is wanted, here is %s@%s", name, text, name, f->version);
    return NULL;
}

static int check_function(struct function_env *env, const struct function *f, int without_data)
{
    if (strncmp(f->name, "sweep", 5) == 0)
        return tell_error(env, "%s: a sweep of sweeps is one sweep of more parameters", f->name);
    if (f->update)
        return tell_error(env, "%s goes in rounds, which a sweep has no models for", f->name);
    if (f->without_data == without_data)
        return 0;
    return without_data ? tell_error(env, "%s is over data: sweep_data takes it", f->name)
                        : tell_error(env, "%s has no use for data: sweep takes it", f->name);
}

int sweep_open(struct sweep *s, struct function_env *env, int without_data)
{
    struct err e = {0};

    *s = (struct sweep){0};
    s->f = find_function(env->params[SWEEP_FUNCTION].string, &e);
    if (!s->f)
        return tell_error(env, "function: %s", e.text);
    if (check_function(env, s->f, without_data) < 0)
        return -1;
    s->values = calloc(s->f->params_count + 1, sizeof *s->values);
    if (!s->values)
        return tell_error(env, "no memory for parameters");
    for (size_t i = 0; i < s->f->params_count; i++)
        s->values[i] = s->f->params[i].fallback;
    s->env = (struct function_env){
        .columns = env->columns,
        .column_names = env->column_names,
        .params = s->values,
        .round = 1,
        .ranks = 1, /* a point is computed by one rank, whatever the function could do */
        .host = env->host,
    };
    if (read_grid(env, s, env->params[SWEEP_GRID].string) < 0)
        return -1;
    sweep_choose(s, 0);
    return 0;
}

void sweep_close(struct sweep *s)
{
    for (size_t k = 0; k < s->axes; k++)
        free(s->axis[k].values);
    free(s->values);
    free(s->text);
}

/* Whether the function's own table allows the values of the point that is chosen. */
static int check_values(struct sweep *s, struct function_env *env)
{
    struct function_setting settings[SWEEP_AXES];
    struct function_value *bound = calloc(s->f->params_count + 1, sizeof *bound);
    struct err e = {0};
    int rc = bound ? 0 : tell_error(env, "no memory for parameters");

    for (size_t k = 0; k < s->axes; k++) {
        const struct function_param *p = &s->f->params[s->axis[k].param];
        settings[k] = (struct function_setting){p->name, p->type, s->values[s->axis[k].param]};
    }
    if (rc == 0 && params_bind(s->f, settings, s->axes, bound, &e) < 0)
        rc = tell_error(env, "grid: %s", e.text);
    free(bound);
    return rc;
}

static int check_point(struct sweep *s, struct function_env *env, size_t point)
{
    size_t length = 0, features = 0;
    char label[SWEEP_LABEL];

    sweep_choose(s, point);
    if (check_values(s, env) < 0)
        return -1;
    int rc = s->f->length(&s->env, &length);
    rc = rc != 0 ? rc : s->f->features_length(&s->env, &features);
    if (sweep_called(s, env, rc, point) < 0)
        return -1;
    if (length < 1 || length > SWEEP_LENGTH || features < 1 || features > SWEEP_FEATURES)
        return tell_error(env, "%s has a state of %zu doubles with %zu features", s->f->name,
                          length, features);
    if (point == 0)
        s->length = length, s->features = features;
    if (length == s->length && features == s->features)
        return 0;
    return tell_error(env,
                      "grid: at %s the state has %zu doubles with %zu features, at the first point "
                      "%zu with %zu; they must be equally many",
                      sweep_label(s, point, label), length, features, s->length, s->features);
}

int sweep_check(struct sweep *s, struct function_env *env)
{
    for (size_t point = 0; point < s->points; point++)
        if (check_point(s, env, point) < 0)
            return -1;
    if (s->length > (SWEEP_LENGTH - 1) / s->points || s->features > SWEEP_FEATURES / s->points)
        return tell_error(env,
                          "grid: %zu points with %zu doubles and %zu features each; expected at "
                          "most %d doubles and %d features in all",
                          s->points, s->length, s->features, SWEEP_LENGTH, SWEEP_FEATURES);
    return 0;
}

void sweep_choose(struct sweep *s, size_t point)
{
    for (size_t k = s->axes; k-- > 0;) {
        const struct sweep_axis *a = &s->axis[k];
        s->values[a->param] = a->values[point % a->count];
        point /= a->count;
    }
}

static int show(const struct function_param *p, const struct function_value *v, char *text,
                size_t size)
{
    char number[NUMBER_TEXT];

    if (p->type == FUNCTION_STRING)
        return snprintf(text, size, "%s=%s", p->name, v->string);
    if (p->type == FUNCTION_BOOLEAN)
        return snprintf(text, size, "%s=%s", p->name, v->integer ? "true" : "false");
    if (p->type == FUNCTION_INTEGER)
        return snprintf(text, size, "%s=%" PRId64, p->name, v->integer);
    return snprintf(text, size, "%s=%s", p->name, format_double(number, v->number));
}

const char *sweep_label(const struct sweep *s, size_t point, char text[static SWEEP_LABEL])
{
    size_t used = 0, block = s->points;

    text[0] = '\0';
    for (size_t k = 0; k < s->axes && used < SWEEP_LABEL; k++) {
        const struct sweep_axis *a = &s->axis[k];
        block /= a->count;
        if (a->count < 2)
            continue;
        if (used > 0 && used + 1 < SWEEP_LABEL)
            text[used++] = ' ';
        used += (size_t)show(&s->f->params[a->param], &a->values[point / block % a->count],
                             text + used, SWEEP_LABEL - used);
    }
    if (!text[0])
        snprintf(text, SWEEP_LABEL, "the only point");
    return text;
}
