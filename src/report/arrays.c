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

enum { ABREAST = 6 }; /* arrays side by side, at most */

/* Arrays that have the same rows. */
static void add_side_by_side(struct page *to, const struct result_array *const *list, size_t n)
{
    page_addf(to, "%-26s", "");
    for (size_t i = 0; i < n; i++)
        page_addf(to, " %14s", list[i]->name);
    page_addf(to, "\n");
    for (size_t row = 0; row < list[0]->rows; row++) {
        add_label(to, list[0]->row_labels, row);
        for (size_t i = 0; i < n; i++)
            page_addf(to, " %14.8g", list[i]->values[row]);
        page_addf(to, "\n");
    }
}

static void add_matrix(struct page *to, const struct result_array *x)
{
    page_addf(to, "%s: %s\n", x->name, x->help);
    if (x->column_labels) {
        page_addf(to, "%-26s", "");
        for (size_t column = 0; column < x->columns; column++)
            page_addf(to, " %14.14s", x->column_labels[column]);
        page_addf(to, "\n");
    }
    for (size_t row = 0; row < x->rows; row++) {
        add_label(to, x->row_labels, row);
        for (size_t column = 0; column < x->columns; column++)
            page_addf(to, " %14.8g", x->values[row * x->columns + column]);
        page_addf(to, "\n");
    }
}

/* Whether array i stands beside one before it. */
static bool is_beside(const struct result_arrays *a, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (same_rows(&a->list[j], &a->list[i]))
            return true;
    return false;
}

/* Array i, and all behind it that have its rows. */
static void add_table(struct page *to, const struct result_arrays *a, size_t i)
{
    const struct result_array *beside[ABREAST];
    size_t n = 0;

    for (size_t j = i; j < a->count; j++) {
        if (j > i && !same_rows(&a->list[i], &a->list[j]))
            continue;
        if (n == ABREAST) {
            add_side_by_side(to, beside, n);
            page_addf(to, "\n");
            n = 0;
        }
        beside[n++] = &a->list[j];
    }
    add_side_by_side(to, beside, n);
}

void report_arrays(struct page *to, const struct result_arrays *a)
{
    for (size_t i = 0; i < a->count; i++) {
        if (is_beside(a, i))
            continue;
        if (i)
            page_addf(to, "\n");
        if (a->list[i].columns > 1)
            add_matrix(to, &a->list[i]);
        else
            add_table(to, a, i);
    }
}
