/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a policy. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/policy/rules_value.h"
#include "util/parse.h"
#include "util/text.h"

enum { ENTRIES_MOST = 1024, ROWS_MOST = 1 << 30, SITES_MOST = 128 };

#define EXACT (UINT64_C(1) << 53)
#define NAMES_AT(type, member) \
    .at = offsetof(type, member), .count_at = offsetof(type, member##_count)

static int read_functions(struct events *in, void *object, const char *key);
static int read_params(struct events *in, void *object, const char *key);
static int read_data(struct events *in, void *object, const char *key);

#define AT(member) .at = offsetof(struct rules_data, member)
static const struct rules_key queries_keys[] = {
    {"distinct", RULES_COUNT, AT(distinct), .max = 1000000, .required = true},
    {"days", RULES_DAYS, AT(days), .required = true},
    {0},
};

static const struct rules_key data_keys[] = {
    {"authors", RULES_SITES, NAMES_AT(struct rules_data, authors)},
    {"columns", RULES_COLUMNS, NAMES_AT(struct rules_data, columns),
     .all_at = offsetof(struct rules_data, all_columns)},
    {"expressions", RULES_WORD, AT(expressions), .words = "deny allow"},
    {"rows-min", RULES_COUNT, AT(rows_min), .max = EXACT},
    {"rows-of-parameters", RULES_COUNT, AT(rows_of_parameters), .min = 1, .max = ROWS_MOST},
    {"result-max", RULES_COUNT, AT(result_max), .max = ROWS_MOST},
    {"rounds-max", RULES_COUNT, AT(rounds_max), .max = 1000000},
    {"sites-min", RULES_COUNT, AT(sites_min), .min = 1, .max = SITES_MOST},
    {"cells-min", RULES_COUNT, AT(cells_min), .max = EXACT},
    {"queries", RULES_BELOW, .below = queries_keys},
    {"disclose", RULES_WORD, AT(disclose), .min = DISCLOSE_AGGREGATE,
     .words = "aggregate features states"},
    {0},
};
#undef AT

#define AT(member) .at = offsetof(struct rules_function, member)
static const struct rules_key function_keys[] = {
    {"code", RULES_CODE, AT(code), .required = true},
    {"params", RULES_OTHER, .read = read_params},
    {"start", RULES_WORD, AT(start), .words = "ask auto"},
    {"release", RULES_WORD, AT(release), .words = "ask auto"},
    {0},
};
#undef AT

#define AT(member) .at = offsetof(struct rules, member)
static const struct rules_key approvers_keys[] = {
    {"keys", RULES_FILE, AT(keys)},
    {"quorum", RULES_COUNT, AT(quorum), .max = 64},
    {0},
};

static const struct rules_key limits_keys[] = {
    {"nodes", RULES_COUNT, AT(nodes), .min = 1, .max = 1000000},
    {"cores", RULES_COUNT, AT(cores), .min = 1, .max = 100000000},
    {"memory", RULES_BYTES, AT(memory)},
    {"time", RULES_TIME, AT(time)},
    {"running", RULES_COUNT, AT(running), .min = 1, .max = 1000000},
    {0},
};

static const struct rules_key policy_keys[] = {
    {"policy", RULES_COUNT, AT(version), .min = 1, .max = 1, .required = true},
    {"expires", RULES_DAY, AT(expires), .required = true},
    {"cluster", RULES_CLUSTER, AT(cluster)},
    {"approvers", RULES_BELOW, .below = approvers_keys},
    {"authors", RULES_SITES, NAMES_AT(struct rules, authors)},
    {"functions", RULES_OTHER, .read = read_functions},
    {"data", RULES_OTHER, .read = read_data},
    {"limits", RULES_BELOW, .below = limits_keys},
    {"sandbox", RULES_WORD, AT(sandbox), .words = "required optional"},
    {0},
};
#undef AT

/* Effect: path is that of a key below another. */
static const char *join(char path[static RULES_NAME], const char *above, const char *name)
{
    snprintf(path, RULES_NAME, "%.100s%s%.80s", above, above[0] ? "." : "", name);
    return path;
}

static int unknown(struct events *in, const struct rules_key *keys, const char *path)
{
    char known[300] = "";
    size_t n = 0;

    for (const struct rules_key *k = keys; k->name && n < sizeof known; k++)
        n += (size_t)snprintf(known + n, sizeof known - n, "%s%s", n ? ", " : "", k->name);
    return events_complain(in, path, "unknown key; expected one of: %s", known);
}

/* Moves to the next key of a map, or to its end. Returns 1, 0, or -1. */
static int next_key(struct events *in, const char *path)
{
    if (events_next(in) < 0)
        return -1;
    if (in->event.type == YAML_MAPPING_END_EVENT)
        return 0;
    return events_expect(in, YAML_SCALAR_EVENT, path, "a key") < 0 ? -1 : 1;
}

/* Reads a map of known keys, at the beginning of which the events stand. */
static int read_map(struct events *in, const struct rules_key *keys, void *object,
                    const char *above)
{
    char path[RULES_NAME];
    unsigned seen = 0;
    int more = events_expect(in, YAML_MAPPING_START_EVENT, above, "keys and values");

    while (more == 0 && (more = next_key(in, above)) == 1) {
        const struct rules_key *k = keys;
        join(path, above, events_scalar(in));
        while (k->name && strcmp(k->name, events_scalar(in)) != 0)
            k++;
        if (!k->name)
            return unknown(in, keys, path);
        if (seen & 1u << (k - keys))
            return events_complain(in, path, "is given twice");
        seen |= 1u << (k - keys);
        if (events_next(in) < 0)
            return -1;
        more = k->kind == RULES_BELOW   ? read_map(in, k->below, object, path)
               : k->kind == RULES_OTHER ? k->read(in, object, path)
                                        : rules_value(in, k, object, path);
    }
    for (const struct rules_key *k = keys; more == 0 && k->name; k++)
        if (k->required && !(seen & 1u << (k - keys)))
            return events_complain(in, join(path, above, k->name), "is not given");
    return more;
}

/* {min: 1, max: 4}, one of them at least. */
static int read_range(struct events *in, struct rules_param *p, const char *above)
{
    char path[RULES_NAME];
    bool low = false, high = false;
    int more;

    *p = (struct rules_param){.name = p->name, .range = true, .low = -INFINITY, .high = INFINITY};
    while ((more = next_key(in, above)) == 1) {
        bool is_low = strcmp(events_scalar(in), "min") == 0;
        if (!is_low && strcmp(events_scalar(in), "max") != 0)
            return events_complain(in, join(path, above, events_scalar(in)),
                                   "unknown key; expected one of: min, max");
        join(path, above, is_low ? "min" : "max");
        if (is_low ? low : high)
            return events_complain(in, path, "is given twice");
        *(is_low ? &low : &high) = true;
        if (events_next(in) < 0 || events_expect(in, YAML_SCALAR_EVENT, path, "a number") < 0)
            return -1;
        if (parse_double(events_scalar(in), is_low ? &p->low : &p->high) < 0)
            return events_complain(in, path, "found '%.80s', expected a number", events_scalar(in));
    }
    if (more == 0 && (!(low || high) || p->low > p->high))
        return events_complain(in, above, "expected {min: A, max: B}, A <= B, one at least");
    return more;
}

static int read_param(struct events *in, struct rules_param *p, const char *path)
{
    if (events_next(in) < 0)
        return -1;
    if (in->event.type == YAML_MAPPING_START_EVENT)
        return read_range(in, p, path);
    if (in->event.type != YAML_SEQUENCE_START_EVENT)
        return events_complain(in, path, "expected a list of values, or {min: A, max: B}");
    return events_strings(in, path, &p->values, &p->count);
}

static int read_params(struct events *in, void *object, const char *above)
{
    struct rules_function *f = object;
    char path[RULES_NAME];
    int more = events_expect(in, YAML_MAPPING_START_EVENT, above, "{NAME: [value, …], …}");

    while (more == 0 && (more = next_key(in, above)) == 1) {
        const char *name = events_scalar(in);
        join(path, above, name);
        if (!text_is_name(name) || f->count >= ENTRIES_MOST)
            return events_complain(in, path, "is no name of a parameter, or one too many");
        for (size_t i = 0; i < f->count; i++)
            if (strcmp(f->params[i].name, name) == 0)
                return events_complain(in, path, "is given twice");
        struct rules_param *list =
            err_grow(f->params, f->count, &f->capacity, sizeof *list, path, in->e);
        if (!list)
            return -1;
        f->params = list;
        list[f->count] = (struct rules_param){.name = strdup(name)};
        if (!list[f->count++].name)
            return err_memory(in->e, path);
        more = read_param(in, &list[f->count - 1], path);
    }
    return more;
}

static int read_functions(struct events *in, void *object, const char *above)
{
    struct rules *r = object;
    char path[RULES_NAME], number[24];

    if (events_expect(in, YAML_SEQUENCE_START_EVENT, above, "a list of entries: - {code: …}") < 0)
        return -1;
    for (;;) {
        if (events_next(in) < 0)
            return -1;
        if (in->event.type == YAML_SEQUENCE_END_EVENT)
            return 0;
        if (r->functions_count >= ENTRIES_MOST)
            return events_complain(in, above, "has more than %d entries", ENTRIES_MOST);
        struct rules_function *list = err_grow(r->functions, r->functions_count,
                                               &r->functions_capacity, sizeof *list, above, in->e);
        if (!list)
            return -1;
        r->functions = list;
        list[r->functions_count++] = (struct rules_function){0};
        snprintf(number, sizeof number, "%zu", r->functions_count);
        if (read_map(in, function_keys, &list[r->functions_count - 1], join(path, above, number)) <
            0)
            return -1;
    }
}

static int read_data(struct events *in, void *object, const char *above)
{
    static const struct rules_data unsaid = {
        .rows_min = RULES_UNSAID,
        .rows_of_parameters = RULES_UNSAID,
        .result_max = RULES_UNSAID,
        .rounds_max = RULES_UNSAID,
        .sites_min = RULES_UNSAID,
        .cells_min = RULES_UNSAID,
        .distinct = RULES_UNSAID,
        .disclose = DISCLOSE_NONE,
    };
    struct rules *r = object;
    char path[RULES_NAME];
    int more = events_expect(in, YAML_MAPPING_START_EVENT, above, "{NAME: {…}, …}");

    while (more == 0 && (more = next_key(in, above)) == 1) {
        const char *name = events_scalar(in);
        join(path, above, name);
        if (!text_is_name(name) || r->data_count >= ENTRIES_MOST)
            return events_complain(in, path, "is no name of data, or one too many");
        for (size_t i = 0; i < r->data_count; i++)
            if (strcmp(r->data[i].name, name) == 0)
                return events_complain(in, path, "is given twice");
        struct rules_data *list =
            err_grow(r->data, r->data_count, &r->data_capacity, sizeof *list, above, in->e);
        if (!list)
            return -1;
        r->data = list;
        list[r->data_count] = unsaid;
        if (!(list[r->data_count++].name = strdup(name)))
            return err_memory(in->e, above);
        more = events_next(in) < 0 ? -1 : read_map(in, data_keys, &list[r->data_count - 1], path);
    }
    return more;
}

static int read_document(struct events *in, struct rules *r)
{
    if (events_next(in) < 0 || events_expect(in, YAML_STREAM_START_EVENT, "", "a stream") < 0 ||
        events_next(in) < 0)
        return -1;
    if (events_expect(in, YAML_DOCUMENT_START_EVENT, "", "a policy, found an empty file") < 0 ||
        events_next(in) < 0 || read_map(in, policy_keys, r, "") < 0)
        return -1;
    if (events_next(in) < 0 || events_expect(in, YAML_DOCUMENT_END_EVENT, "", "the end") < 0 ||
        events_next(in) < 0)
        return -1;
    return events_expect(in, YAML_STREAM_END_EVENT, "", "one document, here begins another");
}

struct rules *rules_read(const char *path, const char *data, size_t len, struct err *e)
{
    struct rules *r = err_alloc(1, sizeof *r, path, e);
    struct events in = {0};

    if (!r)
        return NULL;
    r->nodes = r->cores = r->memory = r->running = RULES_UNSAID;
    r->quorum = 1;
    int rc = len > RULES_MOST
                 ? err_set(e, ERR_INPUT, "%s: has more than %d bytes", path, RULES_MOST)
                 : events_open_bytes(&in, path, data, len, e);
    if (rc == 0)
        rc = read_document(&in, r);
    events_close(&in);
    if (rc == 0 && !r->keys && !(r->keys = strdup("approvers")))
        rc = err_memory(e, path);
    if (rc == 0)
        return r;
    rules_free(r);
    return NULL;
}

static void free_function(struct rules_function *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->params[i].name);
        events_free(f->params[i].values, f->params[i].count);
    }
    free(f->params);
    free(f->code);
}

void rules_free(struct rules *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->functions_count; i++)
        free_function(&r->functions[i]);
    for (size_t i = 0; i < r->data_count; i++) {
        free(r->data[i].name);
        events_free(r->data[i].authors, r->data[i].authors_count);
        events_free(r->data[i].columns, r->data[i].columns_count);
    }
    events_free(r->authors, r->authors_count);
    free(r->functions);
    free(r->data);
    free(r->cluster);
    free(r->keys);
    free(r);
}
