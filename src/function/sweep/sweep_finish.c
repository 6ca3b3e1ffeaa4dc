/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables that a sweep's result is. */

/*
 * The result of a sweep: a table for each array of the function's result, with a row for
 * each point and a column for each value of the array.
 */
#include "function/sweep/sweep_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/tell.h"
#include "function/params.h"

enum {
    TABLES = 64,
    TABLE_VALUES = 1 << 22,
    HELP = 160, /* bytes of a table's help, and of a column's label: what is longer is cut */
    CELL = 60,
    PARAM_NAME = 60, /* letters; a parameter with as many or more has no table at_NAME */
};

struct table {
    char name[PARAMS_NAME], help[HELP];
    size_t columns;
    char (*label)[CELL]; /* of each column; NULL for a single value */
    double *values;      /* points x columns, NaN where a point has nothing to say */
};

/* Takes what the function gives for one point. */
struct taker {
    struct function_output base;
    const struct sweep *s;
    struct function_env *env;
    size_t point, tables;
    struct table table[TABLES];
};

static int label_column(const struct function_array *a, size_t i, char text[static CELL])
{
    size_t row = i / a->columns, column = i % a->columns;
    char r[CELL / 2], c[CELL / 2];

    if (a->row_labels)
        snprintf(r, sizeof r, "%s", a->row_labels[row]);
    else
        snprintf(r, sizeof r, "%zu", row);
    if (a->columns == 1)
        return snprintf(text, CELL, "%s", r);
    if (a->column_labels)
        snprintf(c, sizeof c, "%s", a->column_labels[column]);
    else
        snprintf(c, sizeof c, "%zu", column);
    return a->rows == 1 ? snprintf(text, CELL, "%s", c) : snprintf(text, CELL, "%s,%s", r, c);
}

static struct table *new_table(struct taker *t, const struct function_array *a)
{
    struct table *table = &t->table[t->tables];
    size_t columns = a->rows * a->columns, count = t->s->points * columns;

    if (t->tables == TABLES || count > TABLE_VALUES) {
        tell_error(t->env, "%s: its result is too large for a table of %zu points", t->s->f->name,
                   t->s->points);
        return NULL;
    }
    t->tables++;
    snprintf(table->name, sizeof table->name, "%s", a->name);
    snprintf(table->help, sizeof table->help, "%s", a->help);
    table->columns = columns;
    table->values = calloc(count, sizeof *table->values);
    table->label = columns > 1 ? calloc(columns, sizeof *table->label) : NULL;
    if (!table->values || (columns > 1 && !table->label)) {
        tell_error(t->env, "no memory for a table");
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        table->values[i] = NAN;
    for (size_t i = 0; columns > 1 && i < columns; i++)
        label_column(a, i, table->label[i]);
    return table;
}

/* An array that has another shape at this point than at the first that had it goes into a
 * table of its own, or the columns would mean different things. */
static struct table *find_table(struct taker *t, const struct function_array *a)
{
    for (size_t i = 0; i < t->tables; i++)
        if (strcmp(t->table[i].name, a->name) == 0)
            return t->table[i].columns == a->rows * a->columns ? &t->table[i] : NULL;
    return new_table(t, a);
}

static int take(struct function_output *base, const struct function_array *a)
{
    struct taker *t = (struct taker *)base;

    if (!a->name || strlen(a->name) >= PARAMS_NAME || !a->help || !a->values || a->rows < 1 ||
        a->columns < 1 || a->rows > TABLE_VALUES / a->columns)
        return tell_error(t->env, "%s: finish gives an array without a name, values or a shape",
                          t->s->f->name);
    struct table *table = find_table(t, a);
    if (!table)
        return t->env->error[0] ? -1
                                : tell_error(t->env, "%s: '%s' has another shape at other points",
                                             t->s->f->name, a->name);
    memcpy(table->values + t->point * table->columns, a->values,
           table->columns * sizeof *table->values);
    return 0;
}

/* The points' own numbers: where they are, and what they have. */
static int put_points(struct taker *t, const double *state, const char *const *labels,
                      struct function_output *out)
{
    struct sweep *s = (struct sweep *)(uintptr_t)t->s;
    double *values = calloc(s->points, sizeof *values);
    char name[PARAMS_NAME];
    int rc = values ? 0 : tell_error(t->env, "no memory for a table");

    for (size_t k = 0; rc == 0 && k < s->axes; k++) {
        const struct function_param *p = &s->f->params[s->axis[k].param];
        if (s->axis[k].count < 2 || p->type == FUNCTION_STRING || strlen(p->name) >= PARAM_NAME)
            continue;
        for (size_t point = 0; point < s->points; point++) {
            sweep_choose(s, point);
            const struct function_value *v = &s->values[s->axis[k].param];
            values[point] = p->type == FUNCTION_NUMBER ? v->number : (double)v->integer;
        }
        snprintf(name, sizeof name, "at_%s", p->name);
        rc = tell_column(out, name, p->help, s->points, labels, values);
    }
    for (size_t point = 0; rc == 0 && point < s->points; point++)
        values[point] = sweep_in(s, state, point)[0];
    if (rc == 0)
        rc = tell_column(out, "at_items", "units or rows that went into the point", s->points,
                         labels, values);
    free(values);
    return rc;
}

static int put_table(struct taker *t, const struct table *table, const char *const *labels,
                     struct function_output *out)
{
    const char **columns = table->label ? calloc(table->columns, sizeof *columns) : NULL;
    int rc;

    if (table->label && !columns)
        return tell_error(t->env, "no memory for a table");
    for (size_t i = 0; columns && i < table->columns; i++)
        columns[i] = table->label[i];
    const struct function_array array = {
        .name = table->name,
        .help = table->help,
        .rows = t->s->points,
        .columns = table->columns,
        .row_labels = labels,
        .column_labels = columns,
        .values = table->values,
    };
    rc = out->put(out, &array);
    free(columns);
    return rc;
}

/* The names of all points, in one piece of memory. */
static const char **make_labels(const struct sweep *s)
{
    size_t pointers = s->points * sizeof(char *);
    char *memory = calloc(1, pointers + s->points * SWEEP_LABEL);
    const char **labels = (const char **)memory;

    for (size_t point = 0; memory && point < s->points; point++)
        labels[point] = sweep_label(s, point, memory + pointers + point * SWEEP_LABEL);
    return labels;
}

static int take_all(struct sweep *s, struct taker *t, struct function_env *env, const double *state)
{
    for (t->point = 0; t->point < s->points; t->point++) {
        const double *from = sweep_in(s, state, t->point);
        if (from[0] == 0)
            continue;
        sweep_choose(s, t->point);
        int rc = s->f->finish(&s->env, from, &t->base);
        if (env->error[0]) /* an array that could not be taken, whatever came of it */
            return -1;
        if (sweep_called(s, env, rc, t->point) < 0)
            return -1;
    }
    return 0;
}

int sweep_finish(struct function_env *env, const double *state, struct function_output *out,
                 int without_data)
{
    struct sweep s;
    struct taker *t = calloc(1, sizeof *t);
    const char **labels = NULL;
    int rc = sweep_open(&s, env, without_data);

    if (rc == 0)
        rc = sweep_ask_length(&s, env);
    if (rc == 0 && (!t || !(labels = make_labels(&s))))
        rc = tell_error(env, "no memory for a table");
    if (rc == 0) {
        t->base.put = take;
        t->s = &s;
        t->env = env;
        rc = take_all(&s, t, env, state);
    }
    for (size_t i = 0; rc == 0 && i < t->tables; i++)
        rc = put_table(t, &t->table[i], labels, out);
    if (rc == 0)
        rc = put_points(t, state, labels, out);
    for (size_t i = 0; t && i < t->tables; i++) {
        free(t->table[i].label);
        free(t->table[i].values);
    }
    free(labels);
    free(t);
    sweep_close(&s);
    return rc;
}
