/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the value of one key of a policy. */
#include "site/policy/rules_value.h"

#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/lookup.h"
#include "util/parse.h"
#include "util/text.h"

enum { DAY = 86400, CODE_MOST = 4096, TIME_MOST = 366 * DAY, DAYS_MOST = 36600 };

static void *place(void *object, size_t at)
{
    return (char *)object + at;
}

static int read_count(struct events *in, const struct rules_key *k, uint64_t *value,
                      const char *path)
{
    uint64_t v;

    if (parse_u64(events_scalar(in), &v) < 0 || v < k->min || v > k->max)
        return events_complain(in, path, "found '%.80s', expected a whole number from %llu to %llu",
                               events_scalar(in), (unsigned long long)k->min,
                               (unsigned long long)k->max);
    *value = v;
    return 0;
}

static int read_bytes(struct events *in, uint64_t *value, const char *path)
{
    uint64_t v;

    if (parse_size(events_scalar(in), &v) < 0 || v == 0)
        return events_complain(in, path, "found '%.80s', expected a number of bytes, as in 4 GiB",
                               events_scalar(in));
    *value = v;
    return 0;
}

static int read_time(struct events *in, double *value, const char *path)
{
    double v;

    if (parse_duration(events_scalar(in), &v) < 0 || !(v >= 1 && v <= TIME_MOST))
        return events_complain(in, path,
                               "found '%.80s', expected a time of 1 s to 366 d, as in 30 min",
                               events_scalar(in));
    *value = v;
    return 0;
}

static int read_days(struct events *in, double *value, const char *path)
{
    uint64_t v;

    if (parse_u64(events_scalar(in), &v) < 0 || v < 1 || v > DAYS_MOST)
        return events_complain(in, path,
                               "found '%.80s', expected a whole number of days, from 1 to %d",
                               events_scalar(in), DAYS_MOST);
    *value = (double)(v * DAY);
    return 0;
}

/* Which of the words a text is. */
static int read_word(struct events *in, const struct rules_key *k, uint64_t *value,
                     const char *path)
{
    size_t n = strlen(events_scalar(in));
    uint64_t i = k->min;

    for (const char *p = k->words; *p; i++) {
        size_t len = strcspn(p, " ");
        if (len == n && strncmp(p, events_scalar(in), n) == 0) {
            *value = i;
            return 0;
        }
        p += len + (p[len] == ' ');
    }
    return events_complain(in, path, "found '%.80s', expected one of: %s", events_scalar(in),
                           k->words);
}

/* A day holds to its end. */
static int read_day(struct events *in, int64_t *value, const char *path)
{
    static const char form[] = "0000-00-00";
    const char *text = events_scalar(in);
    bool good = strlen(text) == strlen(form);
    int64_t begins;

    for (size_t i = 0; good && form[i]; i++)
        good = form[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i];
    if (!good || clock_parse(text, &begins) < 0)
        return events_complain(in, path, "found '%.80s', expected a day, as in 2027-06-30", text);
    *value = begins / 1000000 + DAY;
    return 0;
}

static bool is_file(const char *text)
{
    return text_is_name(text) &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-")] == '\0';
}

/* builtin:NAME@VERSION, or digests with one space between. */
static bool is_code(const char *text)
{
    const char *at = strchr(text, '@');
    char name[TEXT_NAME + 1];
    uint64_t version;
    uint8_t digest[SHA256_LEN];

    if (strlen(text) > CODE_MOST)
        return false;
    if (strncmp(text, "builtin:", 8) == 0) {
        size_t n = at ? (size_t)(at - text) - 8 : sizeof name;
        if (n >= sizeof name)
            return false;
        memcpy(name, text + 8, n);
        name[n] = '\0';
        return text_is_name(name) && parse_u64(at + 1, &version) == 0 && version > 0;
    }
    for (;; text++) {
        if (strncmp(text, "sha256:", 7) != 0 || strlen(text += 7) < SHA256_HEX ||
            hex_read(text, digest, SHA256_LEN) < 0)
            return false;
        text += SHA256_HEX;
        if (*text != ' ')
            return *text == '\0';
    }
}

static int read_text(struct events *in, const struct rules_key *k, char **value, const char *path)
{
    const char *text = events_scalar(in);
    bool good = k->kind == RULES_FILE   ? is_file(text)
                : k->kind == RULES_CODE ? is_code(text)
                                        : text_is_name(text);

    if (!good)
        return events_complain(
            in, path, "found '%.80s', expected %s", text,
            k->kind == RULES_FILE   ? "the name of a file in the centre's directory"
            : k->kind == RULES_CODE ? "builtin:NAME@VERSION, or sha256: and 64 hexadecimal digits"
                                    : "the name of a cluster, or none");
    free(*value);
    *value = strdup(text);
    return *value ? 0 : err_memory(in->e, path);
}

static int read_list(struct events *in, const struct rules_key *k, void *object, const char *path)
{
    char ***list = place(object, k->at);
    size_t *count = place(object, k->count_at);

    if (k->kind == RULES_COLUMNS && in->event.type == YAML_SCALAR_EVENT) {
        bool *all = place(object, k->all_at);
        *all = strcmp(events_scalar(in), "all") == 0;
        return *all ? 0
                    : events_complain(in, path, "found '%.80s', expected a list, or the word all",
                                      events_scalar(in));
    }
    if (events_strings(in, path, list, count) < 0)
        return -1;
    struct lookup known = {0};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < *count; i++) {
        const char *name = (*list)[i];
        if (k->kind == RULES_SITES && !house_is_name(name))
            rc = events_complain(in, path, "'%.80s' is no name of a centre", name);
        else if (lookup_find(&known, name) != LOOKUP_NONE)
            rc = events_complain(in, path, "'%.80s' stands there twice", name);
        else
            rc = lookup_add(&known, name, i, in->e);
    }
    lookup_free(&known);
    return rc;
}

int rules_value(struct events *in, const struct rules_key *k, void *object, const char *path)
{
    void *at = place(object, k->at);

    if (k->kind == RULES_SITES || k->kind == RULES_COLUMNS)
        return read_list(in, k, object, path);
    if (events_expect(in, YAML_SCALAR_EVENT, path, "one value") < 0)
        return -1;
    switch (k->kind) {
    case RULES_COUNT:
        return read_count(in, k, at, path);
    case RULES_BYTES:
        return read_bytes(in, at, path);
    case RULES_TIME:
        return read_time(in, at, path);
    case RULES_DAYS:
        return read_days(in, at, path);
    case RULES_WORD:
        return read_word(in, k, at, path);
    case RULES_DAY:
        return read_day(in, at, path);
    default:
        return read_text(in, k, at, path);
    }
}
