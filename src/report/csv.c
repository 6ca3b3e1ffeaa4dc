/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes an answer as CSV. */
#include "report/result.h"

#include <string.h>

#include "util/parse.h"
#include "util/text.h"

/* Whether a spreadsheet would take a cell that begins so for a formula; it reads full-width
 * characters like the others. */
static bool is_formula(const char *text)
{
    static const char *const first[] = {"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
    bool found = false;

    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
        found |= strncmp(text, first[i], strlen(first[i])) == 0;
    return found;
}

/* A cell of text: a formula gets an apostrophe before it, unless it is a number; it is quoted
 * when it has to be. */
static void add_text(struct page *to, const char *text)
{
    bool quoted = strpbrk(text, ",\"") != NULL;
    double number;

    page_addf(to, "%s%s", quoted ? "\"" : "",
              is_formula(text) && parse_double(text, &number) < 0 ? "'" : "");
    for (const char *quote; (quote = strchr(text, '"')); text = quote + 1)
        page_addf(to, "%.*s\"\"", (int)(quote - text), text);
    page_addf(to, "%s%s", text, quoted ? "\"" : "");
}

static void add_index(struct page *to, char **labels, size_t i)
{
    if (labels)
        add_text(to, labels[i]);
    else
        page_addf(to, "%zu", i);
}

/* Lines that begin with #: what follows a separator there is a cell to a spreadsheet, too. */
static void add_head(struct page *to, const struct result *r)
{
    struct page head = {0};
    const char *text, *rest;
    size_t len;

    report_provenance(&head, r, "# ");
    rest = page_text(&head);
    for (const char *line; (line = text_line(&rest, &len));) {
        text = line;
        for (const char *p = line; p < line + len; p++)
            if ((*p == ',' || *p == ';') && is_formula(p + 1)) {
                page_addf(to, "%.*s'", (int)(p + 1 - text), text);
                text = p + 1;
            }
        page_addf(to, "%.*s\n", (int)(line + len - text), text);
    }
    if (page_failed(&head))
        page_fail(to);
    page_free(&head);
}

void report_csv(struct page *to, const struct result *r)
{
    char number[NUMBER_TEXT];

    add_head(to, r);
    page_addf(to, "array,row,column,value\n");
    for (size_t i = 0; i < r->accepted.count; i++) {
        const struct result_array *x = &r->accepted.list[i];
        for (size_t k = 0; k < x->rows * x->columns; k++) {
            add_text(to, x->name);
            page_addf(to, ",");
            add_index(to, x->row_labels, k / x->columns);
            page_addf(to, ",");
            if (x->columns > 1)
                add_index(to, x->column_labels, k % x->columns);
            page_addf(to, ",%s\n", format_double(number, x->values[k]));
        }
    }
}
