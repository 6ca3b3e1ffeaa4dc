/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says what is wrong with a record. */
#include "data/csv_complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/format.h"
#include "recipe/date.h"

/* The line of a place in a record: quotes may hold ends of lines. */
static uint64_t line_of(const struct csv_record *record, const char *place)
{
    uint64_t line = record->line;

    for (const char *p = record->text; p < place; p++)
        line += *p == '\n';
    return line;
}

int csv_bad_quotes(const struct csv_layout *l, const struct csv_record *record, const char *place,
                   size_t column, struct err *e)
{
    return err_set(e, ERR_INPUT,
                   "%s:%" PRIu64 ": field %zu has a quote where none can be (a text with quotes is "
                   "written in quotes, and each of its own twice)",
                   l->path, line_of(record, place), column + 1);
}

int csv_ragged(const struct csv_layout *l, const struct csv_record *record, struct err *e)
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
            return csv_bad_quotes(l, record, p, found, e);
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
    struct date d;

    if (date_read(f->text, f->len, &d) == 0)
        return "; if the column holds dates, the contract says so: under data, types: {COLUMN: "
               "date}";
    if (f->len > 0 && strspn(f->text, "0123456789+-,.") >= f->len && memchr(f->text, ',', f->len))
        return "; decimals are written with a point, thousands without a sign";
    if (f->len > 0 && strspn(f->text, "0123456789+-.eE;\t| ") >= f->len)
        return "; columns are separated by commas";
    return l->all ? "; choose the columns to read, if this is not one of them" : FORMAT_TEXT_ADVICE;
}

int csv_unusable(const struct csv_layout *l, const struct csv_record *record,
                 const struct csv_field *f, size_t column, enum csv_kind kind, struct err *e)
{
    char shown[CSV_SHOWN], here[ERR_HERE];
    const char *name = l->names[column], *more = explain_name(l, column);
    uint64_t line = line_of(record, f->text);
    const bool infinite = kind == CSV_INFINITE;

    csv_field_show(shown, f);
    snprintf(here, sizeof here, "found %s", shown);
    if (kind == CSV_MISSING)
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64
                       ": column '%.200s'%s has no value (found %s); set data.missing to "
                       "skip to leave such rows out, or to nan to read it as NaN",
                       l->path, line, name, more, shown);
    return err_set_here(e, ERR_INPUT, here,
                        "%s:%" PRIu64 ": column '%.200s'%s has %s, expected a %snumber%s", l->path,
                        line, name, more, infinite ? "an infinity" : "text",
                        infinite ? "finite " : "", infinite ? "" : advise(l, f));
}

int csv_not_utf8(const struct csv_layout *l, const struct csv_record *record,
                 const struct csv_field *f, size_t column, struct err *e)
{
    char shown[CSV_SHOWN], here[ERR_HERE];

    snprintf(here, sizeof here, "found %s", csv_field_show(shown, f));
    return err_set_here(e, ERR_INPUT, here,
                        "%s:%" PRIu64 ": column '%.200s'%s has text that is not UTF-8: save the "
                        "file as UTF-8 (iconv -f LATIN1 -t UTF-8, if that is what it is)",
                        l->path, line_of(record, f->text), l->names[column],
                        explain_name(l, column));
}
