/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds out what the columns of a file hold. */
#include "data/survey.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/choice.h"
#include "data/location.h"
#include "data/number.h"
#include "data/strip.h"
#include "util/lookup.h"

/* The file, and what was found so far. */
struct looking {
    const char *location;
    const struct format *format;
    void *table;
    struct choice choice;
    bool *texts; /* texts[i]: it is read as texts; all of them are, to begin with */
    struct strip strip;
    struct lookup *numbers; /* of each column: the number of a level */
    size_t *capacities;
    size_t most, kept;
    struct survey *found;
};

static void stop_looking(struct looking *l)
{
    for (size_t i = 0; l->numbers && i < l->found->count; i++)
        lookup_free(&l->numbers[i]);
    free(l->numbers);
    free(l->capacities);
    strip_free(&l->strip);
    choice_free(&l->choice);
    free(l->texts);
    if (l->table)
        l->format->close(l->table);
}

static int make_columns(struct looking *l, struct err *e)
{
    struct survey *s = l->found;

    s->rows = l->format->rows(l->table);
    s->notes = strdup(l->format->notes(l->table));
    if (!s->notes)
        return err_memory(e, l->location);
    s->columns = err_alloc(l->choice.count, sizeof *s->columns, l->location, e);
    l->numbers = err_alloc(l->choice.count, sizeof *l->numbers, l->location, e);
    l->capacities = err_alloc(l->choice.count, sizeof *l->capacities, l->location, e);
    if (!s->columns || !l->numbers || !l->capacities)
        return -1;
    for (; s->count < l->choice.count; s->count++) {
        size_t column = l->choice.columns[s->count];
        struct survey_column *c = &s->columns[s->count];
        c->name = strdup(l->format->column_name(l->table, column));
        if (!c->name)
            return err_memory(e, l->location);
    }
    return 0;
}

static int begin_looking(struct looking *l, const struct source_options *o, struct err *e)
{
    l->table = location_open(l->location, o, true, &l->format, e);
    if (!l->table)
        return -1;
    size_t count = o->columns ? o->columns_count : l->format->columns(l->table);
    l->texts = err_alloc(count, sizeof *l->texts, l->location, e);
    if (!l->texts)
        return -1;
    for (size_t i = 0; i < count; i++)
        l->texts[i] = true;
    l->choice.texts = l->texts;
    if (choice_make(&l->choice, l->format, l->table, l->location, o, e) < 0)
        return -1;
    l->choice.all = false; /* nothing is too odd to be looked at */
    if (l->format->choose(l->table, &l->choice, e) < 0 || make_columns(l, e) < 0)
        return -1;
    return strip_make(&l->strip, l->texts, count, e);
}

static void drop_levels(struct looking *l, size_t i)
{
    struct survey_column *c = &l->found->columns[i];

    lookup_free(&l->numbers[i]);
    for (size_t k = 0; k < c->count; k++)
        free(c->levels[k].text);
    l->kept -= c->count;
    c->count = 0;
}

static int add_level(struct looking *l, size_t i, const char *text, struct err *e)
{
    struct survey_column *c = &l->found->columns[i];

    if (c->count == l->most) {
        c->many = true;
        drop_levels(l, i);
        return 0;
    }
    if (l->kept == SURVEY_LEVELS)
        return err_set(e, ERR_INPUT,
                       "%s: its columns have more than %d values that differ; choose columns, or "
                       "ask for fewer values of each",
                       l->location, SURVEY_LEVELS);
    struct survey_level *more =
        err_grow(c->levels, c->count, &l->capacities[i], sizeof *more, l->location, e);
    if (!more)
        return -1;
    c->levels = more;
    more[c->count] = (struct survey_level){strdup(text), 1};
    if (!more[c->count].text)
        return err_memory(e, l->location);
    l->kept++;
    return lookup_add(&l->numbers[i], text, c->count++, e);
}

/* Effect: counts a value. */
static int count_level(struct looking *l, size_t i, const struct expression_text *text,
                       struct err *e)
{
    struct survey_column *c = &l->found->columns[i];
    char value[SURVEY_LEVEL + 1];

    if (c->many || c->wide)
        return 0;
    if (text->length > SURVEY_LEVEL) {
        c->wide = true;
        drop_levels(l, i);
        return 0;
    }
    memcpy(value, text->at, text->length);
    value[text->length] = '\0';
    size_t number = lookup_find(&l->numbers[i], value);
    if (number == LOOKUP_NONE)
        return add_level(l, i, value, e);
    c->levels[number].rows++;
    return 0;
}

static bool is_number(const char *value)
{
    double v;
    const char *end = number_read(value, &v);

    return end && *end == '\0' && isfinite(v);
}

/* YYYY-MM-DD; whether there is such a day, who reads dates tells. */
static bool is_date(const char *value)
{
    for (size_t i = 0; i < 10; i++) {
        bool dash = i == 4 || i == 7;
        if (dash ? value[i] != '-' : value[i] < '0' || value[i] > '9')
            return false;
    }
    return value[10] == '\0';
}

static enum survey_kind kind_of(const struct expression_text *text)
{
    char value[64];

    if (text->length >= sizeof value)
        return SURVEY_TEXT;
    memcpy(value, text->at, text->length);
    value[text->length] = '\0';
    return is_number(value) ? SURVEY_NUMBER : is_date(value) ? SURVEY_DATE : SURVEY_TEXT;
}

static int look_at(struct looking *l, size_t i, struct err *e)
{
    struct survey_column *c = &l->found->columns[i];
    const double *numbers = l->strip.columns[i].numbers;
    bool holds = l->format->holds(l->table, l->choice.columns[i]);

    for (size_t k = 0; numbers && k < l->strip.rows; k++)
        c->missing += isnan(numbers[k]) != 0;
    for (size_t k = 0; !numbers && k < l->strip.rows; k++) {
        const struct expression_text *text = &l->strip.columns[i].texts[k];
        if (!text->at) {
            c->missing++;
            continue;
        }
        if (c->kind != SURVEY_TEXT) {
            enum survey_kind kind = kind_of(text);
            kind = kind == SURVEY_NUMBER && holds ? SURVEY_TEXT : kind;
            c->kind = c->kind == SURVEY_EMPTY || c->kind == kind ? kind : SURVEY_TEXT;
        }
        if (count_level(l, i, text, e) < 0)
            return -1;
    }
    return 0;
}

/* Effect: what are many numbers, and can be nothing else, is no longer made texts of, which takes
 * most of the time. */
static int settle(struct looking *l, struct err *e)
{
    bool any = false;

    for (size_t i = 0; l->format->typed && i < l->found->count; i++) {
        if (!l->texts[i] || !l->found->columns[i].many ||
            l->format->holds(l->table, l->choice.columns[i]))
            continue;
        any = true;
        l->texts[i] = false;
        l->found->columns[i].kind = SURVEY_NUMBER;
    }
    if (!any)
        return 0;
    strip_free(&l->strip);
    return strip_make(&l->strip, l->texts, l->found->count, e) < 0
               ? -1
               : l->format->choose(l->table, &l->choice, e);
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct survey_level *)a)->text, ((const struct survey_level *)b)->text);
}

static int look(struct looking *l, struct err *e)
{
    uint64_t rows = l->found->rows;

    for (uint64_t at = 0; at < rows;) {
        size_t n = rows - at < l->strip.room ? (size_t)(rows - at) : l->strip.room;
        if (l->format->read_strip(l->table, at, n, &l->strip, e) < 0)
            return -1;
        for (size_t i = 0; i < l->found->count; i++)
            if (look_at(l, i, e) < 0)
                return -1;
        at += l->strip.rows;
        if (settle(l, e) < 0)
            return -1;
    }
    for (size_t i = 0; i < l->found->count; i++)
        if (l->found->columns[i].count > 0)
            qsort(l->found->columns[i].levels, l->found->columns[i].count,
                  sizeof(struct survey_level), compare);
    return 0;
}

int survey_make(struct survey *s, const char *location, const char *const *names, size_t count,
                size_t most, struct err *e)
{
    const struct source_options o = {
        .columns = names, .columns_count = count, .missing = SOURCE_MISSING_NAN};
    struct looking l = {.location = location, .most = most, .found = s};

    *s = (struct survey){0};
    int rc = begin_looking(&l, &o, e) < 0 || look(&l, e) < 0 ? -1 : 0;
    stop_looking(&l);
    if (rc < 0)
        survey_free(s);
    return rc;
}

void survey_free(struct survey *s)
{
    for (size_t i = 0; i < s->count; i++) {
        struct survey_column *c = &s->columns[i];
        for (size_t k = 0; k < c->count; k++)
            free(c->levels[k].text);
        free(c->levels);
        free(c->name);
    }
    free(s->columns);
    free(s->notes);
    *s = (struct survey){0};
}
