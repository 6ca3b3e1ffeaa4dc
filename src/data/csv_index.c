/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts rows in one pass that notes where some of them begin. */
#include "data/csv_index.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* At most so many bytes are counted at once: then one place at most lies in them. */
enum { PIECE = CSV_INDEX_STEP };

/* The pass over the file. */
struct pass {
    struct csv_index *index;
    const char *path;
    size_t most;            /* bytes of a record */
    struct csv_place place; /* up to where it came; inside quotes, not between records */
    uint64_t begun;         /* offset of the record that it is in */
    uint64_t quote_line;    /* where the open quote stands */
    bool inside;            /* whether a quote is open */
};

static int add_place(struct csv_index *x, struct csv_place place, struct err *e)
{
    struct csv_place *places =
        err_grow(x->places, x->count, &x->capacity, sizeof *places, "the index of a CSV file", e);

    if (!places)
        return -1;
    x->places = places;
    x->places[x->count++] = place;
    return 0;
}

/* A row ends before place, and another one begins there. */
static int next_row(struct csv_index *x, struct csv_place place, struct err *e)
{
    return ++x->rows % CSV_INDEX_STEP == 0 ? add_place(x, place, e) : 0;
}

static size_t count_newlines(const char *text, size_t len)
{
    size_t count = 0, i = 0;

    /* A constant length and a sum in a byte let the compiler use vectors. */
    for (; len - i >= 128; i += 128) {
        uint8_t n = 0;
        for (size_t k = 0; k < 128; k++)
            n = (uint8_t)(n + (text[i + k] == '\n'));
        count += n;
    }
    for (; i < len; i++)
        count += text[i] == '\n';
    return count;
}

/* Text without quotes, outside of quotes. */
static int pass_plain(struct pass *p, const char *text, size_t len, struct err *e)
{
    struct csv_index *x = p->index;
    const char *last = memrchr(text, '\n', len);

    if (last)
        p->begun = p->place.offset + (size_t)(last - text) + 1;
    while (len > 0) {
        size_t n = len < PIECE ? len : PIECE;
        size_t lines = count_newlines(text, n);
        size_t wanted = CSV_INDEX_STEP - (size_t)(x->rows % CSV_INDEX_STEP);
        if (lines >= wanted) {
            /* The next place is in this piece: stop right behind its newline. */
            const char *at = text;
            for (size_t i = 0; i < wanted; i++)
                at = (const char *)rawmemchr(at, '\n') + 1;
            n = (size_t)(at - text);
            lines = wanted;
        }
        text += n;
        len -= n;
        p->place.offset += n;
        p->place.line += lines;
        x->rows += lines;
        if (lines == wanted && add_place(x, p->place, e) < 0)
            return -1;
    }
    return 0;
}

static int pass_quoted(struct pass *p, const char *text, size_t len, struct err *e)
{
    for (size_t i = 0; i < len; i++) {
        p->place.offset++;
        if (text[i] == '"') {
            p->inside = !p->inside;
            p->quote_line = p->place.line;
        } else if (text[i] == '\n') {
            p->place.line++;
            if (p->inside)
                continue;
            p->begun = p->place.offset;
            if (next_row(p->index, p->place, e) < 0)
                return -1;
        }
    }
    return 0;
}

static int unclosed(const struct pass *p, struct err *e)
{
    return err_set(e, ERR_INPUT,
                   "%s:%" PRIu64 ": the quote that is open at the end of this line "
                   "is never closed",
                   p->path, p->quote_line);
}

static int pass_stretch(struct pass *p, const char *text, size_t len, struct err *e)
{
    const char *nul = memchr(text, '\0', len);

    if (nul)
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64 ": has a NUL byte, so it is no CSV file (is it binary, or "
                       "UTF-16 text?)",
                       p->path, p->place.line + count_newlines(text, (size_t)(nul - text)));
    bool plain = !p->inside && !memchr(text, '"', len);
    if ((plain ? pass_plain(p, text, len, e) : pass_quoted(p, text, len, e)) < 0)
        return -1;
    if (p->place.offset - p->begun <= p->most)
        return 0;
    if (p->inside)
        return unclosed(p, e);
    return err_set(e, ERR_INPUT, "%s:%" PRIu64 ": is longer than %zu MiB (is it a CSV file?)",
                   p->path, p->place.line, p->most >> 20);
}

int csv_index_build(struct csv_index *x, struct csv_reader *r, struct err *e)
{
    struct pass p = {.index = x,
                     .path = csv_reader_path(r),
                     .most = csv_reader_most(r),
                     .place = csv_reader_tell(r)};
    const char *text;
    size_t len;
    int more;

    p.begun = p.place.offset;
    while ((more = csv_reader_bytes(r, &text, &len, e)) > 0) {
        if (x->count == 0 && add_place(x, p.place, e) < 0)
            return -1;
        if (pass_stretch(&p, text, len, e) < 0)
            return -1;
    }
    if (more < 0)
        return -1;
    if (p.inside)
        return unclosed(&p, e);
    /* The last row has no newline: the reader cuts it off. */
    if (x->count > 0)
        x->rows++;
    return 0;
}

void csv_index_free(struct csv_index *x)
{
    free(x->places);
    *x = (struct csv_index){0};
}
