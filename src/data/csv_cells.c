/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converts one record to numbers and texts. */
#include "data/csv_cells.h"

#include <math.h>
#include <string.h>

#include "data/csv_complain.h"
#include "util/text.h"

/* Effect: *text is what the field says; its bytes are the strip's. */
static int take_text(const struct csv_layout *l, const struct csv_record *record,
                     const struct csv_field *f, size_t column, struct strip *s,
                     struct expression_text *text, struct err *e)
{
    *text = (struct expression_text){0};
    if (csv_field_is_hole(f))
        return 0;
    char *bytes = arena_take(&s->bytes, f->len + 1);
    if (!bytes)
        return err_memory(e, l->path);
    *text = (struct expression_text){bytes, csv_field_copy(bytes, f)};
    /* A NUL: the file has changed since its rows were counted. */
    if (strlen(bytes) != text->length || !text_is_utf8(bytes))
        return csv_not_utf8(l, record, f, column, e);
    return 0;
}

static int take_number(const struct csv_layout *l, const struct csv_record *record,
                       const struct csv_field *f, size_t column, double *number, struct err *e)
{
    enum csv_kind kind = csv_field_value(f, number);

    if (kind == CSV_MISSING)
        *number = NAN;
    else if (kind != CSV_NUMBER)
        return csv_unusable(l, record, f, column, kind, e);
    return 0;
}

/* Reads the field at *p. */
static int read_cell(const struct csv_layout *l, const struct csv_record *record, const char **p,
                     size_t column, struct strip *s, struct err *e)
{
    size_t slot = l->slots[column];
    struct csv_field f;

    if (csv_field_next(p, record->text + record->len, &f) < 0)
        return csv_bad_quotes(l, record, *p, column, e);
    if (slot == CSV_NO_SLOT)
        return 0;
    const struct strip_column *to = &s->columns[slot];
    return to->texts ? take_text(l, record, &f, column, s, &to->texts[s->rows], e)
                     : take_number(l, record, &f, column, &to->numbers[s->rows], e);
}

/* Steps over a field that needs no care. Returns what is behind it, or NULL if it does. */
static const char *read_plain(size_t slot, const char *p, const char *end, const struct strip *s)
{
    if (slot == CSV_NO_SLOT) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        return comma ? comma : end;
    }
    const struct strip_column *to = &s->columns[slot];
    return to->texts ? NULL : csv_field_number(p, end, &to->numbers[s->rows]);
}

int csv_cells_read(const struct csv_layout *l, const struct csv_record *record, struct strip *s,
                   struct err *e)
{
    const char *p = record->text, *end = p + record->len;

    if (record->len == 0 && l->columns > 1)
        return csv_ragged(l, record, e);
    for (size_t i = 0; i < l->columns; i++, p++) {
        const char *stop = record->quoted ? NULL : read_plain(l->slots[i], p, end, s);
        if (stop)
            p = stop;
        else if (read_cell(l, record, &p, i, s, e) < 0)
            return -1;
        if ((p == end) != (i + 1 == l->columns))
            return csv_ragged(l, record, e);
    }
    s->rows++;
    return 0;
}
