/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends each call on a source to the format of its file. */
#include "data/source.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/choice.h"
#include "data/cooking.h"
#include "data/format.h"
#include "data/location.h"

struct source {
    char *location;
    const struct format *format;
    void *table;
    struct choice choice;
    struct cooking *cooking; /* NULL: rows are as they stand in the file */
    const char **names;      /* of the chosen columns, without cooking; the table owns the texts */
};

int source_stamp(const char *location, struct source_stamp *stamp, struct err *e)
{
    const char *object;
    char *path = location_split(location, &object, e);
    struct stat st;

    if (!path)
        return -1;
    int rc = stat(path, &st) < 0 ? err_errno(e, ERR_OPEN, "%s: cannot be looked at", path) : 0;
    if (rc == 0)
        *stamp = (struct source_stamp){.size = (uint64_t)st.st_size,
                                       .time_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
                                                  st.st_mtim.tv_nsec};
    free(path);
    return rc;
}

static int choose(struct source *s, const struct source_options *o, struct err *e)
{
    if (choice_make(&s->choice, s->format, s->table, s->location, o, e) < 0 ||
        s->format->choose(s->table, &s->choice, e) < 0)
        return -1;
    if (s->cooking)
        return 0;
    s->names = err_alloc(s->choice.count, sizeof *s->names, s->location, e);
    if (!s->names)
        return -1;
    for (size_t i = 0; i < s->choice.count; i++)
        s->names[i] = s->format->column_name(s->table, s->choice.columns[i]);
    return 0;
}

static int open_table(struct source *s, const char *location, const struct source_options *o,
                      struct err *e)
{
    struct source_options read = *o;
    bool cooked = o->recipe && !recipe_is_empty(o->recipe);

    s->location = strdup(location);
    if (!s->location)
        return err_memory(e, location);
    if (cooked) {
        s->cooking = cooking_create(o, e);
        if (!s->cooking)
            return -1;
        read.columns = cooking_read_names(s->cooking);
        read.columns_count = cooking_reads(s->cooking);
        read.missing = SOURCE_MISSING_NAN;
        if (read.columns_count == 0)
            return err_set(e, ERR_INPUT,
                           "%s: no column of it is read; expected columns that come of some",
                           location);
        s->choice.texts = cooking_texts(s->cooking);
    }
    s->table = location_open(s->location, &read, cooked, &s->format, e);
    return s->table ? choose(s, &read, e) : -1;
}

struct source *source_open(const char *location, const struct source_options *o, struct err *e)
{
    struct source *s = NULL;

    if (o->missing < SOURCE_MISSING_ERROR || o->missing > SOURCE_MISSING_NAN)
        return err_null(err_set(e, ERR_SOFTWARE, "%s: no policy for missing values", location));
    if (o->columns && o->columns_count == 0)
        return err_null(err_set(e, ERR_INPUT, "%s: no column is chosen", location));
    if (o->columns && o->wide)
        return err_null(err_set(e, ERR_SOFTWARE, "%s: columns of a matrix are chosen", location));
    if (!o->columns && o->recipe && !recipe_is_empty(o->recipe))
        return err_null(err_set(e, ERR_SOFTWARE, "%s: a recipe without columns", location));
    s = err_alloc(1, sizeof *s, location, e);
    if (!s)
        return NULL;
    if (open_table(s, location, o, e) < 0) {
        source_close(s);
        return NULL;
    }
    return s;
}

void source_close(struct source *s)
{
    if (!s)
        return;
    if (s->table)
        s->format->close(s->table);
    choice_free(&s->choice);
    cooking_free(s->cooking);
    free(s->names);
    free(s->location);
    free(s);
}

size_t source_columns(const struct source *s)
{
    return s->cooking ? cooking_columns(s->cooking) : s->choice.count;
}

const char *const *source_column_names(const struct source *s)
{
    return s->cooking ? cooking_column_names(s->cooking) : s->names;
}

const char *source_unit(const struct source *s, size_t i)
{
    size_t at = s->cooking ? cooking_origin(s->cooking, i) : i;

    return at == SIZE_MAX ? "" : s->format->unit(s->table, s->choice.columns[at]);
}

const char *source_notes(const struct source *s)
{
    return s->format->notes(s->table);
}

uint64_t source_rows(const struct source *s)
{
    return s->format->rows(s->table);
}

const struct recipe_tally *source_tally(const struct source *s)
{
    return s->cooking ? cooking_tally(s->cooking) : NULL;
}

int source_count_anew(struct source *s, struct err *e)
{
    return s->cooking ? cooking_count_anew(s->cooking, e) : 0;
}

int source_read(struct source *s, uint64_t first, size_t count, double *data, size_t *kept,
                struct err *e)
{
    uint64_t rows = source_rows(s);

    if (first > rows || count > rows - first)
        return err_set(e, ERR_SOFTWARE,
                       "%s: rows %" PRIu64 " to %" PRIu64 " are wanted, but it has %" PRIu64,
                       s->location, first, first + count, rows);
    if (count == 0) {
        *kept = 0;
        return 0;
    }
    if (s->cooking)
        return cooking_read(s->cooking, s->format, s->table, s->location, first, count, data, kept,
                            e);
    return s->format->read(s->table, first, count, data, kept, e);
}
