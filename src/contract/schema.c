/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of scalar fields. */
#include "contract/schema.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/parse.h"
#include "util/text.h"

#define AT(member) offsetof(struct contract, member)
#define YEARS      3.2e9 /* a hundred of them, in seconds: the longest duration */
#define EXACT      SCHEMA_EXACT
#define SHARES     64              /* of one thing, at most */
#define WORK_RANGE 1099511627776.0 /* 2^40: the most units that may be asked of a range */

static const struct schema_field fields[] = {
    {"/contract", "format", SCHEMA_INTEGER, AT(format), 1, CONTRACT_FORMAT, "1", NULL},
    {"/contract", "title", SCHEMA_TEXT, AT(title), 1, 200, NULL, NULL},
    {"/contract", "description", SCHEMA_TEXT, AT(description), 0, 65536, "", NULL},
    {"/contract", "author", SCHEMA_TEXT, AT(author), 0, 200, "", NULL},
    {"/contract", "author_key", SCHEMA_TEXT, AT(author_key), 0, 200, "", NULL},
    {"/contract", "created", SCHEMA_TEXT, AT(created), 0, 40, "", NULL},
    {"/contract", "nonce", SCHEMA_TEXT, AT(nonce), 0, 200, "", NULL},
    {"/contract", "rounds", SCHEMA_INTEGER, AT(rounds), 1, 1e6, "1", NULL},
    {"/contract", "order", SCHEMA_CHOICE, AT(order), 0, 0, "fixed", "fixed fast"},
    {"/contract", "budget", SCHEMA_INTEGER, AT(budget), 0, EXACT, "0", NULL},
    {"/contract", "part", SCHEMA_INTEGER, AT(part), 0, 1e6, "0", NULL},
    {"/function", "name", SCHEMA_NAME, AT(function), 0, 0, NULL, NULL},
    {"/function", "version", SCHEMA_INTEGER, AT(version), 1, 1e9, "1", NULL},
    {"/function", "digest", SCHEMA_TEXT, AT(digest), 0, 4096, "", NULL},
    {"/aggregate", "method", SCHEMA_CHOICE, AT(aggregate), 0, 0, "merge", "merge"},
    {"/aggregate", "robust", SCHEMA_CHOICE, AT(robust), 0, 0, "none",
     "none mean median trimmed-mean geometric-median krum multi-krum nnm"},
    {"/aggregate", "share", SCHEMA_NUMBER, AT(robust_share), 0, 0.49, "0.4", NULL},
    {"/filter", "threshold", SCHEMA_OPTIONAL, AT(threshold), 1e-9, 1e9, "", NULL},
    {"/filter", "ratio", SCHEMA_OPTIONAL, AT(ratio), 0, 0.5, "", NULL},
    {"/filter", "method", SCHEMA_CHOICE, AT(filter), 0, 0, "pos-lof",
     "pos-lof lof mad none posdist union"},
    {"/filter", "cut", SCHEMA_CHOICE, AT(cut), 0, 0, "fixed", "fixed simulated"},
    {"/filter", "target_fpr", SCHEMA_NUMBER, AT(target_fpr), 1e-3, 0.5, "0.05", NULL},
    {"/filter", "kappa", SCHEMA_NUMBER, AT(kappa), 1e-3, 1, "0.5", NULL},
    {"/filter", "k", SCHEMA_INTEGER, AT(k), 0, 1e6, "0", NULL},
    {"/filter", "scale", SCHEMA_CHOICE, AT(scale), 0, 0, "mad", "mad none"},
    {"/filter", "few", SCHEMA_CHOICE, AT(few), 0, 0, "report", "report reject"},
    {"/filter/weight", "method", SCHEMA_CHOICE, AT(weight), 0, 0, "pos",
     "pos coinage recency volume uniform"},
    {"/filter/weight", "t_min", SCHEMA_DURATION, AT(t_min), 0, YEARS, "7 d", NULL},
    {"/filter/weight", "t_max", SCHEMA_DURATION, AT(t_max), 0, YEARS, "30 d", NULL},
    {"/filter/weight", "half_life", SCHEMA_DURATION, AT(half_life), 1e-3, YEARS, "90 d", NULL},
    {"/filter/weight", "penalty", SCHEMA_NUMBER, AT(penalty), 0, 1, "0.5", NULL},
    {"/filter/weight", "lambda", SCHEMA_NUMBER, AT(lambda), 0, 1e6, "1", NULL},
    {"/resources", "ranks_per_slave", SCHEMA_INTEGER, AT(ranks_per_slave), 1, 1e6, "1", NULL},
    {"/resources", "memory", SCHEMA_SIZE, AT(memory), 0, EXACT, "0", NULL},
    {"/resources", "time", SCHEMA_DURATION, AT(time), 0, YEARS, "0", NULL},
    {"/resources", "gpus", SCHEMA_SHARE, AT(gpus), 0, 1024, "0", NULL},
    {"/data", "name", SCHEMA_NAME, AT(data), 0, 0, NULL, NULL},
    {"/data", "split", SCHEMA_CHOICE, AT(split), 0, 0, "rows", "rows files sites"},
    {"/data", "deal", SCHEMA_CHOICE, AT(deal), 0, 0, "turn", "turn blocks"},
    {"/data", "slaves", SCHEMA_INTEGER, AT(slaves), 1, SCHEMA_SLAVES, NULL, NULL},
    {"/data", "missing", SCHEMA_CHOICE, AT(missing), 0, 0, "error", "error skip nan"},
    {"/data", "unit_rows", SCHEMA_INTEGER, AT(unit_rows), 1, 1 << 30, "65536", NULL},
    {"/data", "commit", SCHEMA_CHOICE, AT(commit), 0, 0, "sample", "sample full"},
    {"/work", "units", SCHEMA_INTEGER, AT(work_units), 1, EXACT, NULL, NULL},
    {"/work", "range", SCHEMA_INTEGER, AT(work_range), 0, WORK_RANGE, "0", NULL},
    {"/work", "check", SCHEMA_NUMBER, AT(work_check), 0, 1, "0.05", NULL},
    {"/work", "tolerance", SCHEMA_NUMBER, AT(work_tolerance), 0, 1, "0", NULL},
    {"/limits", "state_length", SCHEMA_INTEGER, AT(state_length), 1, 1 << 30, "134217728", NULL},
    {"/limits", "items_per_slave", SCHEMA_INTEGER, AT(items_per_slave), 1, EXACT, "1000000000000",
     NULL},
    {"/limits", "slaves_min", SCHEMA_INTEGER, AT(slaves_min), 0, SCHEMA_SLAVES, "0", NULL},
    {"/limits", "count_ratio", SCHEMA_NUMBER, AT(count_ratio), 1, 1e15, "1000", NULL},
    {"/limits", "share_min", SCHEMA_NUMBER, AT(share_min), 0, 1, "0.5", NULL},
    {"/limits", "deadline", SCHEMA_DURATION, AT(deadline), 0, YEARS, "0", NULL},
    {"/limits", "retries", SCHEMA_INTEGER, AT(retries), 0, 1000, "3", NULL},
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

const struct schema_field *schema_field(size_t i)
{
    return i < FIELDS ? &fields[i] : NULL;
}

const struct schema_field *schema_find(const char *group, const char *key)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(fields[i].group, group) == 0 && strcmp(fields[i].key, key) == 0)
            return &fields[i];
    return NULL;
}

/* What is not a scalar field: how its path goes on behind its group. */
static const struct {
    const char *group, *name;
    bool is_group;
    char before; /* the name: '/', or '@' of an attribute */
} others[] = {
    {"/contract", "function", true, '/'},
    {"/contract", "aggregate", true, '/'},
    {"/contract", "filter", true, '/'},
    {"/contract", "resources", true, '/'},
    {"/contract", "data", true, '/'},
    {"/contract", "work", true, '/'},
    {"/contract", "limits", true, '/'},
    {"/contract", "inputs", true, '/'},
    {"/function", "params", true, '/'},
    {"/filter", "weight", true, '/'},
    {"/limits", "plausible", true, '/'},
    {"/data", "types", true, '/'},
    {"/data", "where", false, '@'},
    {"/data", "factors", true, '/'},
    {"/data", "derive", true, '/'},
    {"/data", "impute", true, '/'},
    {"/data", "standardise", false, '/'},
    {"/data", "columns", false, '/'},
    {"/data/types", "column", false, '/'},
    {"/data/types", "kind", false, '/'},
    {"/data/factors", "column", false, '/'},
    {"/data/factors", "count", false, '/'},
    {"/data/factors", "other", false, '/'},
    {"/data/factors", "ordered", false, '/'},
    {"/data/factors", "level", false, '/'},
    {"/data/derive", "column", false, '/'},
    {"/data/derive", "expression", false, '/'},
    {"/data/impute", "column", false, '/'},
    {"/data/impute", "by", false, '/'},
    {"/limits/plausible", "feature", false, '/'},
    {"/inputs", "contract", false, '/'},
    {"/limits/plausible", "lower", false, '/'},
    {"/inputs", "aggregate", false, '/'},
    {"/limits/plausible", "upper", false, '/'},
};

enum { OTHERS = sizeof others / sizeof others[0] };

bool schema_knows(const char *path, bool group)
{
    char text[SCHEMA_PATH];

    if (group && strcmp(path, "/contract") == 0)
        return true;
    if (!group && strcmp(path, "/model") == 0)
        return true;
    for (size_t i = 0; i < OTHERS; i++) {
        bool top = strcmp(others[i].group, "/contract") == 0;
        snprintf(text, sizeof text, "%s%c%s", top ? "" : others[i].group, others[i].before,
                 others[i].name);
        if (others[i].is_group == group && strcmp(text, path) == 0)
            return true;
    }
    for (size_t i = 0; !group && i < FIELDS; i++) {
        snprintf(text, sizeof text, "%s@%s", fields[i].group, fields[i].key);
        if (strcmp(text, path) == 0)
            return true;
    }
    return false;
}

static void add_name(char *text, size_t size, const char *name)
{
    size_t n = strlen(text);

    snprintf(text + n, size - n, "%s%s", n ? ", " : "", name);
}

void schema_list(const char *group, char *text, size_t size)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(fields[i].group, group) == 0)
            add_name(text, size, fields[i].key);
    for (size_t i = 0; i < OTHERS; i++)
        if (strcmp(others[i].group, group) == 0)
            add_name(text, size, others[i].name);
}

const char *schema_hint(const char *group, const char *key, char hint[static ALIKE_HINT])
{
    bool found = false;

    hint[0] = '\0';
    for (size_t i = 0; i < FIELDS && !found; i++)
        found = strcmp(fields[i].group, group) == 0 && alike_hint(hint, key, fields[i].key);
    for (size_t i = 0; i < OTHERS && !found; i++)
        found = strcmp(others[i].group, group) == 0 && alike_hint(hint, key, others[i].name);
    return hint;
}

/* Says what the field expects. Returns -1. */
static int expect(const struct schema_field *f, char *expected, size_t size)
{
    char low[NUMBER_TEXT], high[NUMBER_TEXT];

    format_double(low, f->min);
    format_double(high, f->max);
    switch (f->type) {
    case SCHEMA_TEXT:
        snprintf(expected, size, "text of %s to %s bytes", low, high);
        break;
    case SCHEMA_NAME:
        snprintf(expected, size, "a name (letters, digits, _ . - ; at most 64)");
        break;
    case SCHEMA_CHOICE:
        snprintf(expected, size, "one of: %s", f->choices);
        break;
    case SCHEMA_INTEGER:
        snprintf(expected, size, "a whole number from %s to %s", low, high);
        break;
    case SCHEMA_NUMBER:
    case SCHEMA_OPTIONAL:
        snprintf(expected, size, "a number from %s to %s", low, high);
        break;
    case SCHEMA_DURATION:
        snprintf(expected, size, "a time of %s to %s seconds, as in 90 s, 15 min, 2 h, 7 d", low,
                 high);
        break;
    case SCHEMA_SHARE:
        snprintf(expected, size,
                 "a whole number from %s to %s, or a share of one, 1/n to 1/%d: 0.5, "
                 "0.25 or 0.333",
                 low, high, SHARES);
        break;
    case SCHEMA_SIZE:
        snprintf(expected, size, "a number of bytes from %s to %s, as in 512 MiB", low, high);
        break;
    }
    return -1;
}

int schema_parse(const struct schema_field *f, const char *text, struct contract_param *v,
                 char *expected, size_t size)
{
    uint64_t bytes;

    *v = (struct contract_param){0};
    switch (f->type) {
    case SCHEMA_TEXT:
    case SCHEMA_NAME:
    case SCHEMA_CHOICE:
        v->type = FLAT_STRING;
        v->string = (char *)(uintptr_t)text;
        return 0;
    case SCHEMA_INTEGER:
        v->type = FLAT_INTEGER;
        return parse_i64(text, &v->integer) < 0 ? expect(f, expected, size) : 0;
    case SCHEMA_OPTIONAL:
        v->type = FLAT_NUMBER;
        v->number = NAN;
        return text[0] && parse_double(text, &v->number) < 0 ? expect(f, expected, size) : 0;
    case SCHEMA_NUMBER:
        v->type = FLAT_NUMBER;
        return parse_double(text, &v->number) < 0 ? expect(f, expected, size) : 0;
    case SCHEMA_DURATION:
        v->type = FLAT_NUMBER;
        return parse_duration(text, &v->number) < 0 ? expect(f, expected, size) : 0;
    case SCHEMA_SHARE:
        v->type = FLAT_INTEGER;
        if (parse_i64(text, &v->integer) == 0)
            return 0;
        v->type = FLAT_NUMBER;
        return parse_double(text, &v->number) < 0 ? expect(f, expected, size) : 0;
    case SCHEMA_SIZE:
        v->type = FLAT_INTEGER;
        if (parse_size(text, &bytes) < 0)
            return expect(f, expected, size);
        v->integer = (int64_t)bytes;
        return 0;
    }
    return -1;
}

static bool is_choice(const char *choices, const char *word)
{
    size_t n = strlen(word);

    for (const char *p = choices; *p;) {
        size_t len = strcspn(p, " ");
        if (len == n && strncmp(p, word, n) == 0)
            return true;
        p += len + (p[len] == ' ');
    }
    return false;
}

static bool string_fits(const struct schema_field *f, const char *s)
{
    if (f->type == SCHEMA_NAME)
        return text_is_name(s);
    if (f->type == SCHEMA_CHOICE)
        return is_choice(f->choices, s);
    double len = (double)strlen(s);
    return len >= f->min && len <= f->max && text_is_utf8(s);
}

/* Whether it is 1/n, as near as three digits come. */
static bool is_share(double x)
{
    double n = round(1 / x);

    return n >= 2 && n <= SHARES && fabs(x * n - 1) < 2e-3;
}

int schema_store(const struct schema_field *f, struct contract *c, const struct contract_param *v,
                 char *expected, size_t size)
{
    char *place = (char *)c + f->offset;

    if (f->type <= SCHEMA_CHOICE) {
        char **string = (char **)(void *)place;
        if (v->type != FLAT_STRING || !string_fits(f, v->string))
            return expect(f, expected, size);
        free(*string);
        *string = strdup(v->string);
        if (*string)
            return 0;
        snprintf(expected, size, "memory for it");
        return -1;
    }
    double number = v->type == FLAT_INTEGER ? (double)v->integer : v->number;
    bool integer = f->type == SCHEMA_INTEGER || f->type == SCHEMA_SIZE;
    if ((v->type != FLAT_INTEGER && v->type != FLAT_NUMBER) || (integer && v->type == FLAT_NUMBER))
        return expect(f, expected, size);
    if (!(number >= f->min && number <= f->max) && !(f->type == SCHEMA_OPTIONAL && isnan(number)))
        return expect(f, expected, size);
    if (f->type == SCHEMA_SHARE && v->type == FLAT_NUMBER && !is_share(number))
        return expect(f, expected, size);
    if (integer)
        *(int64_t *)(void *)place = v->integer;
    else
        *(double *)(void *)place = number;
    return 0;
}

struct contract_param schema_load(const struct schema_field *f, const struct contract *c)
{
    const char *place = (const char *)c + f->offset;
    struct contract_param v = {0};

    if (f->type <= SCHEMA_CHOICE) {
        v.type = FLAT_STRING;
        v.string = *(char *const *)(const void *)place;
    } else if (f->type == SCHEMA_INTEGER || f->type == SCHEMA_SIZE) {
        v.type = FLAT_INTEGER;
        v.integer = *(const int64_t *)(const void *)place;
    } else {
        v.type = FLAT_NUMBER;
        v.number = *(const double *)(const void *)place;
    }
    if (f->type == SCHEMA_SHARE && v.number == floor(v.number)) {
        v.type = FLAT_INTEGER;
        v.integer = (int64_t)v.number;
        v.number = 0;
    }
    return v;
}
