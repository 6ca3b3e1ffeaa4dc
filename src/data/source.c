/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends each call on a source to the format of its file. */
#include "data/source.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data/choice.h"
#include "data/format.h"
#include "data/location.h"

struct source {
    char *location;
    const struct format *format;
    void *table;
    struct choice choice;
    const char **names; /* of the chosen columns; the table owns the texts */
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
    s->names = err_alloc(s->choice.count, sizeof *s->names, s->location, e);
    if (!s->names)
        return -1;
    for (size_t i = 0; i < s->choice.count; i++)
        s->names[i] = s->format->column_name(s->table, s->choice.columns[i]);
    return 0;
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
    s = err_alloc(1, sizeof *s, location, e);
    if (!s)
        return NULL;
    s->location = strdup(location);
    if (!s->location)
        err_memory(e, location);
    if (!s->location || !(s->table = location_open(location, o, false, &s->format, e)) ||
        choose(s, o, e) < 0) {
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
    free(s->names);
    free(s->location);
    free(s);
}

size_t source_columns(const struct source *s)
{
    return s->choice.count;
}

const char *const *source_column_names(const struct source *s)
{
    return s->names;
}

const char *source_unit(const struct source *s, size_t i)
{
    return s->format->unit(s->table, s->choice.columns[i]);
}

const char *source_notes(const struct source *s)
{
    return s->format->notes(s->table);
}

uint64_t source_rows(const struct source *s)
{
    return s->format->rows(s->table);
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
    return s->format->read(s->table, first, count, data, kept, e);
}
