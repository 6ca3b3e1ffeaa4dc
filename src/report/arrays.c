/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the arrays of an answer as tables. */
#include "report/result.h"

#include <string.h>

#include "report/text.h"

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
