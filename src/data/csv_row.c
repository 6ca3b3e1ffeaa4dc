/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converts one record to doubles. */
#include "data/csv_row.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "data/csv_field.h"

/* The line of a place in a record: quotes may hold ends of lines. */
static uint64_t line_of(const struct csv_record *record, const char *place)
{
    uint64_t line = record->line;

    for (const char *p = record->text; p < place; p++)
        line += *p == '\n';
    return line;
}

static int bad_quotes(const struct csv_layout *l, const struct csv_record *record,
                      const char *place, size_t column, struct err *e)
{
    return err_set(e, ERR_INPUT,
                   "%s:%" PRIu64 ": field %zu has a quote where none can be (a text with quotes is "
                   "written in quotes, and each of its own twice)",
                   l->path, line_of(record, place), column + 1);
}

/* A record that has not as many fields as the header. */
static int ragged(const struct csv_layout *l, const struct csv_record *record, struct err *e)
{
    const char *p = record->text, *end = p + record->len;
    struct csv_field f;
    size_t found = 0;

    if (record->len == 0)
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64 ": is blank, expected %zu fields (only at the end of the file "
                       "may lines be blank)",
                       l->path, record->line, l->columns);
    for (;; p++) {
        if (csv_field_next(&p, end, &f) < 0)
            return bad_quotes(l, record, p, found, e);
        found++;
        if (p == end)
            break;
    }
    return err_set(e, ERR_INPUT, "%s:%" PRIu64 ": has %zu %s, expected %zu as in the header%s",
                   l->path, record->line, found, found == 1 ? "field" : "fields", l->columns,
                   found == l->columns + 1 && f.len == 0 ? " (it ends with a comma)" : "");
}

/* What stands behind the name of a column that the file has no name for. */
static const char *explain_name(const struct csv_layout *l, size_t column)
{
    if (!l->unnamed[column])
        return "";
    return column > 0 && column + 1 == l->columns
               ? " (which has no name: the first line ends with a comma)"
               : " (which has no name in the first line)";
}

/* What to do about a text where a number should be. */
static const char *advise(const struct csv_layout *l, const struct csv_field *f)
{
    if (f->len > 0 && strspn(f->text, "0123456789+-,.") >= f->len && memchr(f->text, ',', f->len))
        return "; decimals are written with a point, thousands without a sign";
    if (f->len > 0 && strspn(f->text, "0123456789+-.eE;\t| ") >= f->len)
        return "; columns are separated by commas";
    return l->all ? "; choose the columns to read, if this is not one of them" : "";
}

/* A field that gives no number, under a policy that wants one. */
static int unusable(const struct csv_layout *l, const struct csv_record *record,
                    const struct csv_field *f, size_t column, enum csv_kind kind, struct err *e)
{
    char shown[CSV_SHOWN];
    const char *name = l->names[column], *more = explain_name(l, column);
    uint64_t line = line_of(record, f->text);

    csv_field_show(shown, f);
    if (kind == CSV_MISSING)
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64 ": column '%.200s'%s has no value (found %s); set missing to "
                       "skip to leave such rows out, or to nan to read it as NaN",
                       l->path, line, name, more, shown);
    return err_set(e, ERR_INPUT, "%s:%" PRIu64 ": column '%.200s'%s has %s, expected a %snumber%s",
                   l->path, line, name, more, shown, kind == CSV_INFINITE ? "finite " : "",
                   advise(l, f));
}

/* Reads the field at *p of any kind. Returns 1 with a value, 0 when it is missing
 * and its row to be left out, or -1. */
static int read_field(const struct csv_layout *l, const struct csv_record *record, const char **p,
                      size_t column, double *value, struct err *e)
{
    struct csv_field f;

    if (csv_field_next(p, record->text + record->len, &f) < 0)
        return bad_quotes(l, record, *p, column, e);
    if (l->slots[column] == CSV_NO_SLOT)
        return 1;
    enum csv_kind kind = csv_field_value(&f, value);
    if (kind == CSV_NUMBER)
        return 1;
    if (kind != CSV_MISSING || l->missing == SOURCE_MISSING_ERROR)
        return unusable(l, record, &f, column, kind, e);
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
                return ragged(l, record, e);
            int rc = read_field(l, record, &p, i, &v, e);
            if (rc < 0)
                return -1;
            whole &= rc;
        }
        if (slot != CSV_NO_SLOT)
            values[slot] = v;
        if ((p == end) != (i + 1 == l->columns))
            return ragged(l, record, e);
    }
    return whole;
}
