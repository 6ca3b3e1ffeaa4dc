/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converts one record to doubles. */
#include "data/csv_row.h"

#include <math.h>
#include <string.h>

#include "data/csv_complain.h"

/* Reads the field at *p of any kind. Returns 1 with a value, 0 when it is missing
 * and its row to be left out, or -1. */
static int read_field(const struct csv_layout *l, const struct csv_record *record, const char **p,
                      size_t column, double *value, struct err *e)
{
    struct csv_field f;

    if (csv_field_next(p, record->text + record->len, &f) < 0)
        return csv_bad_quotes(l, record, *p, column, e);
    if (l->slots[column] == CSV_NO_SLOT)
        return 1;
    enum csv_kind kind = csv_field_value(&f, value);
    if (kind == CSV_NUMBER)
        return 1;
    if (kind != CSV_MISSING || l->missing == SOURCE_MISSING_ERROR)
        return csv_unusable(l, record, &f, column, kind, e);
    *value = NAN;
    return l->missing == SOURCE_MISSING_NAN;
}

int csv_row_read(const struct csv_layout *l, const struct csv_record *record, double *values,
                 struct err *e)
{
    const char *p = record->text, *end = p + record->len;
    int whole = 1;

    for (size_t i = 0; i < l->columns; i++, p++) {
        size_t slot = l->slots[i];
        const char *stop = NULL; /* of a field that needs no care */
        double v = 0;
        if (!record->quoted && slot != CSV_NO_SLOT)
            stop = csv_field_number(p, end, &v);
        else if (!record->quoted && !(stop = memchr(p, ',', (size_t)(end - p))))
            stop = end;
        if (stop) {
            p = stop;
        } else {
            if (record->len == 0 && l->columns > 1)
                return csv_ragged(l, record, e);
            int rc = read_field(l, record, &p, i, &v, e);
            if (rc < 0)
                return -1;
            whole &= rc;
        }
        if (slot != CSV_NO_SLOT)
            values[slot] = v;
        if ((p == end) != (i + 1 == l->columns))
            return csv_ragged(l, record, e);
    }
    return whole;
}
