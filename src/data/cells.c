/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads all columns of a file, whatever they hold. */
#include "data/cells.h"

#include <stdlib.h>

#include "data/choice.h"
#include "data/location.h"
#include "data/strip.h"

struct cells {
    const struct format *format;
    void *table;
    struct choice choice;
    bool *texts;
    struct strip strip;
};

static int choose(struct cells *c, const char *location, const struct source_options *o,
                  struct err *e)
{
    const size_t count = c->format->columns(c->table);

    c->texts = err_alloc(count, sizeof *c->texts, location, e);
    if (!c->texts || choice_make(&c->choice, c->format, c->table, location, o, e) < 0)
        return -1;
    for (size_t i = 0; i < c->choice.count; i++)
        c->texts[i] = c->format->holds(c->table, c->choice.columns[i]) != NULL;
    c->choice.texts = c->texts;
    return c->format->choose(c->table, &c->choice, e) < 0
               ? -1
               : strip_make(&c->strip, c->texts, c->choice.count, e);
}

struct cells *cells_open(const char *location, struct err *e)
{
    const struct source_options o = {.missing = SOURCE_MISSING_NAN};
    struct cells *c = err_alloc(1, sizeof *c, location, e);

    if (c && (c->table = location_open(location, &o, true, &c->format, e)) &&
        choose(c, location, &o, e) == 0)
        return c;
    cells_close(c);
    return NULL;
}

void cells_close(struct cells *c)
{
    if (!c)
        return;
    strip_free(&c->strip);
    choice_free(&c->choice);
    if (c->table)
        c->format->close(c->table);
    free(c->texts);
    free(c);
}

size_t cells_columns(const struct cells *c)
{
    return c->choice.count;
}

const char *cells_name(const struct cells *c, size_t i)
{
    return c->format->column_name(c->table, c->choice.columns[i]);
}

bool cells_is_text(const struct cells *c, size_t i)
{
    return c->texts[i];
}

uint64_t cells_rows(const struct cells *c)
{
    return c->format->rows(c->table);
}

int cells_read(struct cells *c, uint64_t first, const struct expression_column **columns,
               size_t *count, struct err *e)
{
    const uint64_t left = cells_rows(c) - first;
    const size_t n = left < c->strip.room ? (size_t)left : c->strip.room;

    if (c->format->read_strip(c->table, first, n, &c->strip, e) < 0)
        return -1;
    *columns = c->strip.seen;
    *count = c->strip.rows;
    return 0;
}
