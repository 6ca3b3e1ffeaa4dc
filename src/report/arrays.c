/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the arrays of an answer as tables or as CSV. */
#include "config.h"
#include "report/result.h"

#include <string.h>

#include "report/text.h"
#include "util/parse.h"

/* Whether two arrays have the same rows, so that they can stand side by side. */
static bool same_rows(const struct result_array *a, const struct result_array *b)
{
    if (a->rows != b->rows || a->columns != 1 || b->columns != 1 ||
        !a->row_labels != !b->row_labels)
        return false;
    for (size_t i = 0; a->row_labels && i < a->rows; i++)
        if (strcmp(a->row_labels[i], b->row_labels[i]) != 0)
            return false;
    return true;
}

static void add_label(struct buf *to, char **labels, size_t i)
{
    char text[REPORT_SAFE];

    if (labels)
        buf_addf(to, "%-26s", report_safe(text, labels[i]));
    else
        buf_addf(to, "%-26zu", i);
}

/* The first n arrays of a list, which have the same rows. */
static void add_side_by_side(struct buf *to, const struct result_array *list, size_t n,
                             const struct report_drain *drain)
{
    char text[REPORT_SAFE];

    buf_addf(to, "%-26s", "");
    for (size_t i = 0; i < n; i++)
        buf_addf(to, " %14s", report_safe(text, list[i].name));
    buf_addc(to, '\n');
    for (size_t row = 0; row < list[0].rows; row++) {
        add_label(to, list[0].row_labels, row);
        for (size_t i = 0; i < n; i++)
            buf_addf(to, " %14.8g", list[i].values[row]);
        buf_addc(to, '\n');
        report_flow(drain, to);
    }
}

static void add_matrix(struct buf *to, const struct result_array *x,
                       const struct report_drain *drain)
{
    char text[REPORT_SAFE];

    buf_addf(to, "%s: ", report_safe(text, x->name));
    buf_addf(to, "%s\n", report_safe(text, x->help));
    for (size_t row = 0; row < x->rows; row++) {
        add_label(to, x->row_labels, row);
        for (size_t column = 0; column < x->columns; column++) {
            buf_addf(to, " %14.8g", x->values[row * x->columns + column]);
            report_flow(drain, to);
        }
        buf_addc(to, '\n');
    }
}

void report_arrays(struct buf *to, const struct result_arrays *a, const struct report_drain *drain)
{
    enum { ABREAST = 6 };

    for (size_t i = 0; i < a->count;) {
        size_t n = 1;
        while (i + n < a->count && n < ABREAST && same_rows(&a->list[i], &a->list[i + n]))
            n++;
        if (i)
            buf_addc(to, '\n');
        if (a->list[i].columns > 1)
            add_matrix(to, &a->list[i], drain);
        else
            add_side_by_side(to, &a->list[i], n, drain);
        i += n;
    }
}

/* A CSV field, quoted when it has to be. */
static void add_field(struct buf *to, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        buf_adds(to, text);
        return;
    }
    buf_addc(to, '"');
    for (; *text; text++) {
        if (*text == '"')
            buf_addc(to, '"');
        buf_addc(to, *text);
    }
    buf_addc(to, '"');
}

static void add_index(struct buf *to, char **labels, size_t i)
{
    if (labels)
        add_field(to, labels[i]);
    else
        buf_addf(to, "%zu", i);
}

void report_csv(struct buf *to, const struct result *r, const struct report_drain *drain)
{
    char number[NUMBER_TEXT];

    report_provenance(to, r, "# ");
    buf_addf(to, "array,row,column,value\n");
    for (size_t i = 0; i < r->accepted.count; i++) {
        const struct result_array *x = &r->accepted.list[i];
        for (size_t k = 0; k < x->rows * x->columns; k++) {
            buf_addf(to, "%s,", x->name);
            add_index(to, x->row_labels, k / x->columns);
            buf_addc(to, ',');
            if (x->columns > 1)
                add_index(to, x->column_labels, k % x->columns);
            buf_addf(to, ",%s\n", format_double(number, x->values[k]));
            report_flow(drain, to);
        }
    }
}
