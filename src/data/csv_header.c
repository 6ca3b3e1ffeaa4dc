/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells names of columns from a row that stands first. */
#include "data/csv_header.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "data/csv_field.h"

enum {
    LISTED = 3,      /* fields that a text quotes */
    INDEX_PLAIN = 4, /* fields of ",0,1,2" from which on it can only be a table's own numbers */
};

/* What the first line holds. */
struct line {
    const char *path;
    struct csv_record record;
    size_t texts;     /* fields that can only be names */
    size_t quoted;    /* quoted numbers and quoted nothing: names, as a rule */
    size_t numbers;   /* unquoted ones */
    size_t holes;     /* unquoted words for a missing value or an infinity */
    size_t foreign;   /* unquoted words that other programs use for one */
    size_t empty;     /* nothing at all */
    size_t counting;  /* numbers that are their place, of a line ",0,1,2…" */
    bool cut_wrongly; /* a field is numbers with another separator between them */
    bool chosen;      /* the caller chooses columns by names that stand here */
    struct buf shown; /* the fields that look like values */
};

/* Whether other programs write this where there is no value. */
static bool is_foreign_hole(const struct csv_field *f)
{
    static const char *const words[] = {"na",   "n/a", "#n/a", "<na>", "#na", "nan", "-nan",
                                        "none", "nil", "null", "-",    "--",  "."};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == f->len && strncasecmp(words[i], f->text, f->len) == 0)
            return true;
    return false;
}

/* Whether it is "5;2" or "1 2 3": numbers that something else than a comma separates. */
static bool is_cut_wrongly(const struct csv_field *f)
{
    static const char part[] = "0123456789+-.eE", between[] = ";\t| ";
    size_t numbers = 0, i = 0;

    while (i < f->len) {
        size_t begin = i;
        bool digits = false;
        for (; i < f->len && memchr(part, f->text[i], sizeof part - 1); i++)
            digits |= f->text[i] >= '0' && f->text[i] <= '9';
        numbers += i > begin && digits;
        if (i > begin && !digits)
            return false;
        for (begin = i; i < f->len && memchr(between, f->text[i], sizeof between - 1);)
            i++;
        if (i < f->len && i == begin)
            return false;
    }
    return numbers > 1;
}

static void show(struct line *x, const struct csv_field *f)
{
    char text[CSV_SHOWN];
    size_t count = x->numbers + x->holes + x->foreign + x->quoted;

    if (count <= LISTED)
        buf_addf(&x->shown, "%s%s", count > 1 ? ", " : "", csv_field_show(text, f));
    else if (count == LISTED + 1)
        buf_adds(&x->shown, ", ...");
}

/* Effect: counts field i as what it looks like. */
static void count_field(struct line *x, const struct csv_field *f, size_t i)
{
    char place[24];
    double v;
    enum csv_kind kind = csv_field_value(f, &v);
    int n = snprintf(place, sizeof place, "%zu", i - 1);

    if (f->quoted && kind == CSV_TEXT) {
        x->texts++;
        return;
    }
    if (!f->quoted && f->len == 0) {
        x->empty++;
        return;
    }
    if (f->quoted)
        x->quoted++;
    else if (kind == CSV_NUMBER)
        x->numbers++;
    else if (kind != CSV_TEXT)
        x->holes++;
    else if (is_foreign_hole(f))
        x->foreign++;
    else
        x->texts++;
    if (kind != CSV_TEXT || is_foreign_hole(f))
        show(x, f);
    x->cut_wrongly |= !f->quoted && kind == CSV_TEXT && is_cut_wrongly(f);
    x->counting += kind == CSV_NUMBER && !f->quoted && i > 0 && f->len == (size_t)n &&
                   memcmp(f->text, place, f->len) == 0;
}

/* Returns the name of column i, or NULL; one without a name is called by its number. */
static char *column_name(const struct csv_field *f, size_t i)
{
    char *name = NULL;

    if (f->len > 0)
        return csv_field_text(f);
    return asprintf(&name, "c%zu", i) < 0 ? NULL : name;
}

static bool is_chosen(const struct source_options *o, const char *name)
{
    for (size_t i = 0; o->columns && i < o->columns_count; i++)
        if (strcmp(o->columns[i], name) == 0)
            return true;
    return false;
}

/* Cuts the line into names, and counts what it holds. */
static int read_names(struct csv_layout *l, struct line *x, const struct source_options *o,
                      struct err *e)
{
    const char *p = x->record.text, *end = p + x->record.len;
    size_t most = o->wide ? SOURCE_WIDEST : SOURCE_COLUMNS_MAX, room = 1;
    struct csv_field f;

    for (const char *comma = p; room < most && (comma = memchr(comma, ',', (size_t)(end - comma)));
         comma++)
        room++;
    l->names = err_alloc(room, sizeof *l->names, l->path, e);
    l->unnamed = err_alloc(room, sizeof *l->unnamed, l->path, e);
    if (!l->names || !l->unnamed)
        return -1;
    for (;; p++) {
        size_t i = l->columns;
        if (i == most)
            return err_set(e, ERR_INPUT, "%s:%" PRIu64 ": has more than %zu columns", l->path,
                           x->record.line, most);
        if (csv_field_next(&p, end, &f) < 0)
            return err_set(e, ERR_INPUT,
                           "%s:%" PRIu64 ": the name of column %zu has a quote where none can be",
                           l->path, x->record.line, i + 1);
        count_field(x, &f, i);
        l->unnamed[i] = f.len == 0;
        l->names[i] = column_name(&f, i);
        if (!l->names[i])
            return err_memory(e, l->path);
        x->chosen |= f.len > 0 && is_chosen(o, l->names[i]);
        l->columns++;
        if (p == end)
            return 0;
    }
}

/* Whether every field could be a value, and nothing says that it is a name. */
static bool looks_like_row(const struct csv_layout *l, const struct line *x)
{
    if (x->texts > 0)
        return false;
    if (x->numbers > 0 || x->holes > 0)
        return true;
    return x->empty == l->columns;
}

/* What the line after the first tells of it. */
struct second {
    bool counts; /* it begins with 0: rows are numbered from there */
    bool quotes; /* its numbers are quoted, each of them */
};

/* Returns what the next record tells; the reader then stands there again. What is wrong with
 * it is found when it is read. */
static struct second look_ahead(struct csv_reader *r)
{
    struct csv_place here = csv_reader_tell(r);
    struct second s = {0};
    struct csv_record record;
    struct csv_field f;
    size_t bare = 0, quoted = 0;
    double v;

    if (csv_reader_next(r, &record, NULL) > 0) {
        const char *p = record.text, *end = p + record.len;
        for (size_t i = 0; csv_field_next(&p, end, &f) == 0; i++) {
            bool number = csv_field_value(&f, &v) == CSV_NUMBER;
            s.counts |= i == 0 && number && v == 0;
            bare += number && !f.quoted;
            quoted += number && f.quoted;
            if (p++ == end)
                break;
        }
        s.quotes = quoted > 0 && bare == 0;
    }
    csv_reader_seek(r, here);
    return s;
}

/* Whether it is ",0,1,2", which pandas writes over a table whose rows and columns it has
 * numbered itself. */
static bool is_index_header(const struct csv_layout *l, const struct line *x,
                            const struct second *s)
{
    return x->empty == 1 && l->unnamed[0] && l->columns > 1 && x->counting == l->columns - 1 &&
           (l->columns >= INDEX_PLAIN || s->counts);
}

static int refuse_row(const struct line *x, struct err *e)
{
    const char *what = x->numbers + x->quoted == 0  ? "no name"
                       : x->holes + x->foreign != 0 ? "only numbers and missing values"
                       : x->empty != 0              ? "only numbers and empty fields"
                                                    : "only numbers";
    char here[ERR_HERE] = "";

    if (x->shown.len)
        snprintf(here, sizeof here, "found %s", x->shown.data);
    return err_set_here(e, ERR_INPUT, here,
                        "%s:%" PRIu64 ": holds %s, but should name the columns: put a line of "
                        "names before it, if it is a row (quote them, or choose columns by them, "
                        "if they are the names)",
                        x->path, x->record.line, what);
}

/* Refuses lines that no one can have meant as names separated by commas. */
static int check_separators(const struct csv_layout *l, const struct line *x, struct err *e)
{
    const struct csv_record *record = &x->record;

    if (l->columns == 1 && !record->quoted && strpbrk(l->names[0], ";\t|"))
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64 ": has no comma; columns are separated by commas, not by "
                       "semicolons, tabs or bars (quote it, if it is one name)",
                       l->path, record->line);
    if (x->cut_wrongly)
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64 ": has numbers that no comma separates, and no names; "
                       "columns are separated by commas, and decimals written with a point",
                       l->path, record->line);
    if (!record->quoted && memchr(record->text, '\r', record->len))
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64 ": has a carriage return inside; lines end with LF or CRLF",
                       l->path, record->line);
    return 0;
}

/* What may be otherwise than it was meant, and cannot be decided here. */
static void note(const struct csv_layout *l, const struct line *x, const struct second *s,
                 struct buf *notes)
{
    size_t last = l->columns - 1;

    if (!x->texts && x->quoted && s->quotes)
        buf_addf(notes,
                 "the first line holds only quoted numbers (%s), as the second does; it is "
                 "read as names\n",
                 x->shown.data);
    else if (x->numbers)
        buf_addf(notes,
                 "numbers in the first line (%s) are read as names; if it is a row, put a line "
                 "of names before it\n",
                 x->shown.data);
    for (size_t i = 0, told = 0; i < l->columns && told < LISTED; i++) {
        if (!l->unnamed[i])
            continue;
        buf_addf(notes, "column %zu has no name and is called '%s'%s\n", i + 1, l->names[i],
                 i == last && i > 0 ? " (the first line ends with a comma)" : "");
        told++;
    }
}

/* Names for columns whose first line is a row like the others. */
static int number_columns(struct csv_layout *l, struct err *e)
{
    for (size_t i = 0; i < l->columns; i++) {
        free(l->names[i]);
        l->unnamed[i] = false;
        if (asprintf(&l->names[i], "c%zu", i) < 0) {
            l->names[i] = NULL;
            return err_memory(e, l->path);
        }
    }
    return 0;
}

/* Effect: x->record is the first line, if it is one of text. */
static int read_line(struct line *x, struct csv_reader *r, struct err *e)
{
    struct csv_record *record = &x->record;
    int rc = csv_reader_next(r, record, e);

    if (rc < 0)
        return -1;
    if (rc == 0)
        return err_set(e, ERR_INPUT, "%s: is empty; the first line of a CSV file names the columns",
                       x->path);
    if (memchr(record->text, '\0', record->len))
        return err_set(e, ERR_INPUT,
                       "%s:%" PRIu64 ": has a NUL byte, so it is no CSV file (is it binary, or "
                       "UTF-16 text?)",
                       x->path, record->line);
    size_t blanks = 0;
    while (blanks < record->len && (record->text[blanks] == ' ' || record->text[blanks] == '\t'))
        blanks++;
    if (blanks == record->len)
        return err_set(e, ERR_INPUT, "%s:%" PRIu64 ": is blank, but should name the columns",
                       x->path, record->line);
    return 0;
}

int csv_header_read(struct csv_layout *l, struct csv_reader *r, const struct source_options *o,
                    struct buf *notes, struct err *e)
{
    struct csv_place start = csv_reader_tell(r);
    struct line x = {.path = l->path};
    int rc = -1;

    if (read_line(&x, r, e) < 0 || read_names(l, &x, o, e) < 0 || check_separators(l, &x, e) < 0)
        goto done;
    struct second s = look_ahead(r); /* the line's own text is lost */
    bool row = looks_like_row(l, &x) && !x.chosen && !is_index_header(l, &x, &s);
    if (row && o->header_optional) {
        csv_reader_seek(r, start);
        rc = number_columns(l, e);
    } else if (row) {
        rc = refuse_row(&x, e);
    } else {
        if (!x.chosen)
            note(l, &x, &s, notes);
        rc = 0;
    }
done:
    buf_free(&x.shown);
    return rc;
}
