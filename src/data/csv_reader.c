/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads records through one window on the file. */
#include "data/csv_reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"

enum { WINDOW_FIRST = 256 << 10 }; /* fits in the processor's second cache */

struct csv_reader {
    char *path;
    int fd;
    uint64_t size;          /* of the file, when it was opened */
    uint64_t limit;         /* where the last record ends */
    struct csv_place place; /* of window[begin] */
    char *window;           /* capacity bytes and a NUL */
    size_t most;            /* bytes of a record */
    size_t capacity;
    size_t begin; /* window[begin, end) is unread */
    size_t end;
    bool quotes; /* whether any quote is unread */
};

/* Effect: sets limit to the end of the last line that is not blank. */
static int find_limit(struct csv_reader *r, struct err *e)
{
    uint64_t limit = r->size;

    while (limit > 0) {
        size_t n = limit < r->capacity ? (size_t)limit : r->capacity;
        if (file_pread(r->fd, r->path, r->window, n, limit - n, e) < 0)
            return -1;
        size_t kept = n;
        while (kept > 0 && (r->window[kept - 1] == '\n' || r->window[kept - 1] == '\r'))
            kept--;
        limit -= n - kept;
        if (kept > 0)
            break;
    }
    r->limit = limit;
    return 0;
}

static int skip_mark(struct csv_reader *r, struct err *e)
{
    char mark[3];

    if (r->limit < sizeof mark)
        return 0;
    if (file_pread(r->fd, r->path, mark, sizeof mark, 0, e) < 0)
        return -1;
    if (memcmp(mark, "\xef\xbb\xbf", sizeof mark) == 0)
        r->place.offset = sizeof mark;
    return 0;
}

struct csv_reader *csv_reader_open(const char *path, size_t most, struct err *e)
{
    struct csv_reader *r = err_alloc(1, sizeof *r, path, e);

    if (!r)
        return NULL;
    r->fd = file_open(path, e);
    r->path = strdup(path);
    r->most = most;
    r->capacity = WINDOW_FIRST;
    r->window = err_alloc(r->capacity + 1, 1, path, e);
    r->place.line = 1;
    if (!r->path)
        err_memory(e, path);
    if (r->fd < 0 || !r->path || !r->window || file_size(r->fd, path, &r->size, e) < 0 ||
        find_limit(r, e) < 0 || skip_mark(r, e) < 0) {
        csv_reader_close(r);
        return NULL;
    }
    return r;
}

void csv_reader_close(struct csv_reader *r)
{
    if (!r)
        return;
    file_close(r->fd);
    free(r->window);
    free(r->path);
    free(r);
}

const char *csv_reader_path(const struct csv_reader *r)
{
    return r->path;
}

size_t csv_reader_most(const struct csv_reader *r)
{
    return r->most;
}

struct csv_place csv_reader_tell(const struct csv_reader *r)
{
    return r->place;
}

void csv_reader_seek(struct csv_reader *r, struct csv_place place)
{
    r->place = place;
    r->begin = r->end = 0;
    r->quotes = false;
}

int csv_reader_check(const struct csv_reader *r, struct err *e)
{
    uint64_t now;

    if (file_size(r->fd, r->path, &now, e) < 0)
        return -1;
    if (now == r->size)
        return 0;
    return err_set(e, ERR_INPUT,
                   "%s: changed while it was being read: it had %" PRIu64
                   " bytes, now it has %" PRIu64,
                   r->path, r->size, now);
}

static int grow(struct csv_reader *r, struct err *e)
{
    if (r->capacity >= r->most)
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64
                       ": the record that begins here is longer than %zu MiB (is it a "
                       "CSV file? is a quote not closed?)",
                       r->path, r->place.line, r->most >> 20);
    char *window = realloc(r->window, 2 * r->capacity + 1);
    if (!window)
        return err_memory(e, r->path);
    r->window = window;
    r->capacity *= 2;
    return 0;
}

/* Effect: moves what is unread to the front and reads on behind it. */
static int fill(struct csv_reader *r, struct err *e)
{
    size_t kept = r->end - r->begin;

    if (kept > 0 && r->begin > 0)
        memmove(r->window, r->window + r->begin, kept);
    r->begin = 0;
    r->end = kept;
    if (kept == r->capacity && grow(r, e) < 0)
        return -1;
    uint64_t offset = r->place.offset + kept;
    size_t room = r->capacity - kept;
    size_t n = r->limit - offset < room ? (size_t)(r->limit - offset) : room;
    if (file_pread(r->fd, r->path, r->window + kept, n, offset, e) < 0)
        return -1;
    r->end = kept + n;
    r->window[r->end] = '\0';
    r->quotes = memchr(r->window, '"', r->end) != NULL;
    return 0;
}

static bool odd_quotes(const char *text, size_t len)
{
    const char *end = text + len;
    bool odd = false;

    while ((text = memchr(text, '"', (size_t)(end - text)))) {
        odd = !odd;
        text++;
    }
    return odd;
}

/* Hands out the first bytes of what is unread; newline says whether they end so. */
static void take(struct csv_reader *r, struct csv_record *record, size_t len, bool newline,
                 uint64_t lines)
{
    const char *text = r->window + r->begin;

    record->text = text;
    record->len = len - newline;
    if (record->len > 0 && text[record->len - 1] == '\r')
        record->len--;
    record->line = r->place.line;
    record->quoted = r->quotes && memchr(text, '"', record->len);
    r->begin += len;
    r->place.offset += len;
    r->place.line += lines;
}

int csv_reader_next(struct csv_reader *r, struct csv_record *record, struct err *e)
{
    size_t len = 0; /* bytes that are known to belong to the record */
    uint64_t lines = 0;
    bool inside = false, newline = false;

    while (!newline || inside) {
        const char *from = r->window + r->begin + len;
        size_t have = r->end - r->begin - len;
        const char *found = memchr(from, '\n', have);
        newline = found != NULL;
        size_t n = newline ? (size_t)(found - from) : have;
        if (r->quotes && odd_quotes(from, n))
            inside = !inside;
        len += n + newline;
        lines += newline;
        if (newline)
            continue;
        if (r->place.offset + len >= r->limit)
            break;
        if (fill(r, e) < 0)
            return -1;
    }
    if (inside)
        return err_set(e, ERR_INPUT, "%s:%" PRIu64 ": a quote in this record is never closed",
                       r->path, r->place.line);
    if (len == 0)
        return 0;
    take(r, record, len, newline, lines);
    return 1;
}

int csv_reader_bytes(struct csv_reader *r, const char **bytes, size_t *len, struct err *e)
{
    if (r->begin == r->end && r->place.offset < r->limit && fill(r, e) < 0)
        return -1;
    *bytes = r->window + r->begin;
    *len = r->end - r->begin;
    r->begin = r->end;
    r->place.offset += *len;
    return *len > 0;
}
