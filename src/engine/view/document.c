/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encodes and checks what the status file says. */
#include "engine/view/document.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/names.h"
#include "util/json.h"
#include "util/parse.h"
#include "util/text.h"

static const int64_t integer_most = INT64_C(1) << 53; /* what every JSON reader can hold */

static const char *const parts[] = {"",          "waiting",  "offered", "claimed",
                                    "computing", "answered", "failed"};

enum {
    PARTS = sizeof parts / sizeof parts[0],
    TEXT = 1024, /* bytes of a text, with its NUL; a longer one is cut */
};

const char *status_part_name(enum status_part part)
{
    return (size_t)part < PARTS ? parts[part] : "";
}

static void add_text(struct buf *b, const char *key, const char *value)
{
    char text[TEXT];

    buf_addf(b, "\"%s\":", key);
    json_quote_shown(text_valid(text, sizeof text, value), b);
    buf_addc(b, ',');
}

static void add_count(struct buf *b, const char *key, uint64_t value)
{
    uint64_t most = (uint64_t)integer_most;

    buf_addf(b, "\"%s\":%llu,", key, (unsigned long long)(value < most ? value : most));
}

/* A rank or a group, or null. */
static void add_index(struct buf *b, const char *key, int64_t value)
{
    if (value >= 0)
        add_count(b, key, (uint64_t)value);
    else
        buf_addf(b, "\"%s\":null,", key);
}

/* Milliseconds are enough. */
static void add_seconds(struct buf *b, const char *key, double value)
{
    char number[NUMBER_TEXT];

    buf_addf(b, "\"%s\":%s,", key,
             isfinite(value) ? format_double(number, floor(value * 1000 + 0.5) / 1000) : "null");
}

/* The comma after the last member becomes the bracket. */
static void close_with(struct buf *b, char bracket)
{
    if (b->len > 0 && b->data[b->len - 1] == ',')
        b->data[b->len - 1] = bracket;
    else
        buf_addc(b, bracket);
}

static void encode_slave(const struct status_slave *s, struct buf *b)
{
    buf_addc(b, '{');
    add_text(b, "name", s->name);
    add_count(b, "partition", s->partition);
    add_text(b, "stage", status_part_name(s->stage));
    add_text(b, "node", s->node);
    add_index(b, "group", s->group);
    add_index(b, "first_rank", s->first_rank);
    add_count(b, "ranks", s->ranks);
    add_count(b, "items", s->items);
    add_count(b, "units_done", s->units_done);
    add_count(b, "units", s->units);
    add_seconds(b, "seconds", s->seconds);
    add_seconds(b, "silent", s->silent);
    add_text(b, "trouble", s->trouble);
    close_with(b, '}');
}

void status_encode(const struct status_document *d, struct buf *b)
{
    buf_adds(b, "{\"format\":1,");
    add_text(b, "run", d->run);
    add_text(b, "contract", d->contract);
    add_text(b, "title", d->title);
    add_text(b, "stage", d->stage);
    add_count(b, "pid", d->pid);
    add_text(b, "host", d->host);
    add_text(b, "job", d->job);
    add_count(b, "ranks", d->ranks);
    add_count(b, "ranks_per_slave", d->ranks_per_slave);
    add_seconds(b, "started", d->started);
    add_seconds(b, "written", d->written);
    add_count(b, "units_done", d->units_done);
    add_count(b, "units", d->units);
    add_seconds(b, "time_left", d->time_left);
    add_count(b, "code", d->code);
    add_text(b, "why", d->why ? d->why : "");
    add_text(b, "results", d->results ? d->results : "");
    buf_adds(b, "\"slaves\":[");
    for (size_t k = 0; k < d->count; k++) {
        buf_adds(b, k ? ",\n" : "\n");
        encode_slave(&d->slaves[k], b);
    }
    buf_adds(b, "]}\n");
}

/* Fails, saying which member of what is not as it should be. */
static int refuse(const char *what, const char *key, const char *expected, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s: %s is missing or not %s", what, key, expected);
}

static int get_text(const json_t *object, const char *what, const char *key, const char **value,
                    struct err *e)
{
    *value = json_string_value(json_object_get(object, key));
    return *value && strlen(*value) < TEXT ? 0 : refuse(what, key, "a text", e);
}

static int get_name(const json_t *object, const char *what, const char *key, size_t room,
                    const char **value, struct err *e)
{
    if (get_text(object, what, key, value, e) < 0)
        return -1;
    return strlen(*value) < room ? 0 : refuse(what, key, "as short as such a name is", e);
}

static int get_count(const json_t *object, const char *what, const char *key, uint64_t *value,
                     struct err *e)
{
    const json_t *x = json_object_get(object, key);

    if (!json_is_integer(x) || json_integer_value(x) < 0 || json_integer_value(x) > integer_most)
        return refuse(what, key, "a whole number", e);
    *value = (uint64_t)json_integer_value(x);
    return 0;
}

static int get_index(const json_t *object, const char *what, const char *key, int64_t *value,
                     struct err *e)
{
    uint64_t index;

    *value = -1;
    if (json_is_null(json_object_get(object, key)))
        return 0;
    if (get_count(object, what, key, &index, e) < 0)
        return -1;
    *value = (int64_t)index;
    return 0;
}

static int get_seconds(const json_t *object, const char *what, const char *key, double *value,
                       struct err *e)
{
    const json_t *x = json_object_get(object, key);

    *value = NAN;
    if (json_is_null(x))
        return 0;
    if (!json_is_number(x) || !(json_number_value(x) >= 0 && json_number_value(x) < 1e12))
        return refuse(what, key, "a number of seconds or null", e);
    *value = json_number_value(x);
    return 0;
}

static int get_part(const json_t *object, const char *what, enum status_part *part, struct err *e)
{
    const char *word;

    if (get_text(object, what, "stage", &word, e) < 0)
        return -1;
    for (size_t i = 1; i < PARTS; i++)
        if (strcmp(word, parts[i]) == 0) {
            *part = (enum status_part)i;
            return 0;
        }
    return refuse(what, "stage", "a slave's stage", e);
}

static int decode_slave(const json_t *x, size_t k, struct status_slave *s, struct err *e)
{
    char what[40];

    snprintf(what, sizeof what, "slave %zu", k + 1);
    if (get_name(x, what, "name", SLAVE_NAME, &s->name, e) < 0 ||
        get_count(x, what, "partition", &s->partition, e) < 0 ||
        get_part(x, what, &s->stage, e) < 0 ||
        get_name(x, what, "node", NODE_NAME, &s->node, e) < 0 ||
        get_index(x, what, "group", &s->group, e) < 0 ||
        get_index(x, what, "first_rank", &s->first_rank, e) < 0 ||
        get_count(x, what, "ranks", &s->ranks, e) < 0 ||
        get_count(x, what, "items", &s->items, e) < 0 ||
        get_count(x, what, "units_done", &s->units_done, e) < 0 ||
        get_count(x, what, "units", &s->units, e) < 0 ||
        get_seconds(x, what, "seconds", &s->seconds, e) < 0 ||
        get_seconds(x, what, "silent", &s->silent, e) < 0 ||
        get_text(x, what, "trouble", &s->trouble, e) < 0)
        return -1;
    return s->partition == k + 1 ? 0 : refuse(what, "partition", "its place in the list", e);
}

static int decode_slaves(const json_t *root, struct status_document *d, struct err *e)
{
    const json_t *list = json_object_get(root, "slaves");
    size_t count = json_array_size(list);

    if (!json_is_array(list) || count > STATUS_SLAVES_MOST)
        return refuse("the document", "slaves", "a list of at most 65536", e);
    d->slaves = err_alloc(count, sizeof *d->slaves, "slaves", e);
    if (!d->slaves)
        return -1;
    for (d->count = 0; d->count < count; d->count++)
        if (decode_slave(json_array_get(list, d->count), d->count, &d->slaves[d->count], e) < 0)
            return -1;
    return 0;
}

/* How the start of the run failed, and where results are; files of earlier versions do not say it. */
static int decode_end(const json_t *x, struct status_document *d, struct err *e)
{
    static const char what[] = "the document";
    uint64_t code;

    d->why = d->results = "";
    if (json_object_get(x, "results") && get_text(x, what, "results", &d->results, e) < 0)
        return -1;
    if (!json_object_get(x, "code"))
        return 0;
    if (get_count(x, what, "code", &code, e) < 0 || get_text(x, what, "why", &d->why, e) < 0)
        return -1;
    d->code = code ? err_code_of(code) : ERR_NONE;
    return 0;
}

static int decode_members(const json_t *x, struct status_document *d, struct err *e)
{
    static const char what[] = "the document";
    uint64_t format;

    if (get_count(x, what, "format", &format, e) < 0)
        return -1;
    if (format != 1)
        return refuse(what, "format", "1", e);
    if (get_text(x, what, "run", &d->run, e) < 0 ||
        get_text(x, what, "contract", &d->contract, e) < 0 ||
        get_text(x, what, "title", &d->title, e) < 0 ||
        get_text(x, what, "stage", &d->stage, e) < 0 || get_text(x, what, "host", &d->host, e) < 0)
        return -1;
    if (get_text(x, what, "job", &d->job, e) < 0 || get_count(x, what, "pid", &d->pid, e) < 0 ||
        get_count(x, what, "ranks", &d->ranks, e) < 0 ||
        get_count(x, what, "ranks_per_slave", &d->ranks_per_slave, e) < 0 ||
        get_seconds(x, what, "started", &d->started, e) < 0 ||
        get_seconds(x, what, "written", &d->written, e) < 0)
        return -1;
    if (isnan(d->started) || isnan(d->written))
        return refuse(what, "started or written", "a time", e);
    if (get_count(x, what, "units_done", &d->units_done, e) < 0 ||
        get_count(x, what, "units", &d->units, e) < 0 ||
        get_seconds(x, what, "time_left", &d->time_left, e) < 0)
        return -1;
    return decode_end(x, d, e);
}

int status_decode(const char *bytes, size_t len, struct status_document *d, struct err *e)
{
    json_error_t why;

    *d = (struct status_document){0};
    json_t *root = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &why);
    if (!root)
        return err_set(e, ERR_INPUT, "is no JSON: line %d: %s", why.line, why.text);
    d->owner = root;
    if (decode_members(root, d, e) == 0 && decode_slaves(root, d, e) == 0)
        return 0;
    status_document_free(d);
    return -1;
}

void status_document_free(struct status_document *d)
{
    json_decref(d->owner);
    free(d->slaves);
    *d = (struct status_document){0};
}
