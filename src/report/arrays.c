/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the arrays of an answer as tables. */
#include "report/result.h"

#include <string.h>

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

static void add_label(struct page *to, char **labels, size_t i)
{
    if (labels)
        page_addf(to, "%-26s", labels[i]);
    else
        page_addf(to, "%-26zu", i);
}

/* The first n arrays of a list, which have the same rows. */
static void add_side_by_side(struct page *to, const struct result_array *list, size_t n)
{
    page_addf(to, "%-26s", "");
    for (size_t i = 0; i < n; i++)
        page_addf(to, " %14s", list[i].name);
    page_addf(to, "\n");
    for (size_t row = 0; row < list[0].rows; row++) {
        add_label(to, list[0].row_labels, row);
        for (size_t i = 0; i < n; i++)
            page_addf(to, " %14.8g", list[i].values[row]);
        page_addf(to, "\n");
    }
}

static void add_matrix(struct page *to, const struct result_array *x)
{
    page_addf(to, "%s: %s\n", x->name, x->help);
    for (size_t row = 0; row < x->rows; row++) {
        add_label(to, x->row_labels, row);
        for (size_t column = 0; column < x->columns; column++)
            page_addf(to, " %14.8g", x->values[row * x->columns + column]);
        page_addf(to, "\n");
    }
}

void report_arrays(struct page *to, const struct result_arrays *a)
{
    enum { ABREAST = 6 };

    for (size_t i = 0; i < a->count;) {
        size_t n = 1;
        while (i + n < a->count && n < ABREAST && same_rows(&a->list[i], &a->list[i + n]))
            n++;
        if (i)
            page_addf(to, "\n");
        if (a->list[i].columns > 1)
            add_matrix(to, &a->list[i]);
        else
            add_side_by_side(to, &a->list[i], n);
        i += n;
    }
}
