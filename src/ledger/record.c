/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record's fields in memory. */
#include "ledger/record.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ledger/types.h"
#include "util/parse.h"
#include "util/text.h"

void record_begin(struct record *r, const char *type)
{
    memset(r, 0, offsetof(struct record, fields));
    snprintf(r->type, sizeof r->type, "%s", type);
    r->known = types_keys(type) != NULL;
}

void record_set(struct record *r, const char *key, const char *format, ...)
{
    size_t room = sizeof r->text - r->used;
    va_list ap;

    va_start(ap, format);
    int n = vsnprintf(r->text + r->used, room, format, ap);
    va_end(ap);
    if (n < 0 || (size_t)n + 2 > room || r->count == RECORD_FIELDS || strlen(key) > RECORD_KEY) {
        r->overflow = true;
        return;
    }
    if (n == 0)
        n = snprintf(r->text + r->used, room, "-");
    memcpy(r->fields[r->count].key, key, strlen(key) + 1);
    r->fields[r->count++].value = (uint16_t)r->used;
    r->used += (size_t)n + 1;
}

void record_set_number(struct record *r, const char *key, double value)
{
    char text[NUMBER_TEXT];

    record_set(r, key, "%s", format_double(text, value));
}

void record_set_digest(struct record *r, const char *key, const uint8_t digest[static SHA256_LEN])
{
    char text[DIGEST_TEXT];

    record_set(r, key, "%s", digest_text(text, digest));
}

const char *record_get(const struct record *r, const char *key)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->fields[i].key, key) == 0)
            return r->text + r->fields[i].value;
    return NULL;
}

static int bad_value(const struct record *r, const char *key, const char *expected, struct err *e)
{
    const char *found = record_get(r, key);
    char shown[81];

    text_printable(shown, sizeof shown, found ? found : "missing");
    return err_set(e, ERR_INPUT, "record %" PRIu64 " (%s): %s is '%s', expected %s", r->seq,
                   r->type, key, shown, expected);
}

int record_get_u64(const struct record *r, const char *key, uint64_t *value, struct err *e)
{
    const char *text = record_get(r, key);

    if (text && parse_u64(text, value) == 0)
        return 0;
    return bad_value(r, key, "a whole number", e);
}

int record_get_double(const struct record *r, const char *key, double *value, struct err *e)
{
    static const struct {
        const char *text;
        double value;
    } other[] = {{"nan", NAN}, {"inf", INFINITY}, {"-inf", -INFINITY}};
    const char *text = record_get(r, key);

    if (text && parse_double(text, value) == 0)
        return 0;
    for (size_t i = 0; text && i < sizeof other / sizeof other[0]; i++) {
        if (strcmp(text, other[i].text) == 0) {
            *value = other[i].value;
            return 0;
        }
    }
    return bad_value(r, key, "a number, nan, inf or -inf", e);
}

int record_get_digest(const struct record *r, const char *key, uint8_t digest[static SHA256_LEN],
                      struct err *e)
{
    const char *text = record_get(r, key);

    if (text && strncmp(text, "sha256:", 7) == 0 && hex_decode(text + 7, digest, SHA256_LEN) == 0)
        return 0;
    return bad_value(r, key, "sha256: and 64 hexadecimal digits", e);
}

int record_check_counts(const struct record *r, struct err *e)
{
    uint64_t items;
    double seconds;

    /* An aggregate has the items of all slaves, which are below 2^64 if theirs are right. */
    if (!r->known || strcmp(r->type, "aggregate") == 0)
        return 0;
    if (record_get(r, "items") &&
        (record_get_u64(r, "items", &items, e) < 0 || items > RECORD_ITEMS))
        return bad_value(r, "items", "a whole number of at most 2^53", e);
    if (record_get(r, "seconds") &&
        (record_get_double(r, "seconds", &seconds, e) < 0 || !isfinite(seconds) || seconds < 0))
        return bad_value(r, "seconds", "a number that is finite, and not negative", e);
    return 0;
}

bool record_is_complete(const struct record *r)
{
    const char *p = types_keys(r->type);

    if (!p)
        return false;
    for (size_t i = 0; i < r->count; i++) {
        const char *key = r->fields[i].key;
        for (; *key && *key == *p; key++)
            p++;
        if (*key || (*p != ' ' && *p != '\0'))
            return false;
        p += *p == ' ';
    }
    return *p == '\0';
}
