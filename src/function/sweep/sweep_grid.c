/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of a grid. */

/*
 * A grid's text: NAME=VALUE[,VALUE…][; NAME=…], where a VALUE of a number may be
 * FROM:TO:COUNT, that many of them at equal distances with both ends.
 */
#include "function/sweep/sweep_private.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
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

int sweep_read_grid(struct sweep *s, struct function_env *env, const char *grid)
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
