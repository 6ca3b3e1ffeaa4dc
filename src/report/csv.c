/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes an answer as CSV. */
#include "report/result.h"

#include <string.h>

#include "util/parse.h"

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
