/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "ledger/record.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ledger/types.h"
#include "util/parse.h"

void record_begin(struct record *r, const char *type)
{
    memset(r, 0, offsetof(struct record, text));
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
    char hex[SHA256_HEX + 1];

    record_set(r, key, "sha256:%s", hex_encode(hex, digest, SHA256_LEN));
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

    return err_set(e, ERR_INPUT, "record %" PRIu64 " (%s): %s is '%.80s', expected %s", r->seq,
                   r->type, key, found ? found : "missing", expected);
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
    const char *text = record_get(r, key);

    if (text && parse_double(text, value) == 0)
        return 0;
    if (text && strcmp(text, "nan") == 0) {
        *value = __builtin_nan("");
        return 0;
    }
    return bad_value(r, key, "a number or nan", e);
}

int record_get_digest(const struct record *r, const char *key, uint8_t digest[static SHA256_LEN],
                      struct err *e)
{
    const char *text = record_get(r, key);

    if (text && strncmp(text, "sha256:", 7) == 0 && hex_decode(text + 7, digest, SHA256_LEN) == 0)
        return 0;
    return bad_value(r, key, "sha256: and 64 hexadecimal digits", e);
}

/* Whether the fields of a record of known type are exactly its type's keys. */
static bool keys_match(const struct record *r)
{
    const char *p = types_keys(r->type);

    for (size_t i = 0; i < r->count; i++) {
        size_t n = strlen(r->fields[i].key);
        if (strncmp(p, r->fields[i].key, n) != 0 || (p[n] != ' ' && p[n] != '\0'))
            return false;
        p += n + (p[n] == ' ');
    }
    return *p == '\0';
}

static void add_escaped(struct buf *b, const char *value)
{
    for (const char *p = value; *p; p++) {
        if (*p > ' ' && *p < 0x7f && *p != '%')
            buf_addc(b, *p);
        else
            buf_addf(b, "%%%02X", (unsigned char)*p);
    }
}

int record_encode(struct record *r, struct hash *h, struct buf *b, struct err *e)
{
    char hex[SHA256_HEX + 1];
    size_t start = b->len;

    if (r->overflow || !r->known || !keys_match(r))
        return err_set(e, ERR_SOFTWARE, "a %s record has other fields than its format", r->type);
    buf_addf(b, "%" PRIu64 " %" PRId64 ".%06" PRId64 " %s", r->seq, r->time_us / 1000000,
             r->time_us % 1000000, r->type);
    for (size_t i = 0; i < r->count; i++) {
        buf_addf(b, " %s=", r->fields[i].key);
        add_escaped(b, r->text + r->fields[i].value);
    }
    if (r->batch)
        buf_addf(b, " batch=%" PRIu64, r->batch);
    buf_addf(b, " prev=%s", hex_encode(hex, r->prev, SHA256_LEN));
    if (buf_failed(b))
        return err_memory(e, "a record");
    hash_add(h, b->data + start, b->len - start);
    if (hash_final(h, r->sum, e) < 0)
        return -1;
    buf_addf(b, " sum=%s\n", hex_encode(hex, r->sum, SHA256_LEN));
    if (b->len - start > RECORD_MOST)
        return err_set(e, ERR_SOFTWARE, "a %s record has %zu bytes, at most %d are allowed",
                       r->type, b->len - start, RECORD_MOST);
    return buf_failed(b) ? err_memory(e, "a record") : 0;
}

/* The part of a line that is still to be read: words separated by one space. */
struct words {
    const char *p, *end;
};

/* Returns the next word and its length; an empty one is length 0. */
static const char *next_word(struct words *w, size_t *len)
{
    const char *start = w->p;
    const char *space = memchr(start, ' ', (size_t)(w->end - start));

    *len = (size_t)((space ? space : w->end) - start);
    w->p = space ? space + 1 : w->end;
    return start;
}

/* SECONDS.six digits; negative times do not occur. */
static int decode_time(const char *word, size_t len, int64_t *time_us)
{
    char text[32];
    uint64_t seconds, micro = 0;

    if (len < 8 || len >= sizeof text || word[len - 7] != '.')
        return -1;
    memcpy(text, word, len);
    text[len] = '\0';
    for (size_t i = len - 6; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        micro = micro * 10 + (uint64_t)(text[i] - '0');
    }
    text[len - 7] = '\0';
    if (parse_u64(text, &seconds) < 0 || seconds > 100000000000)
        return -1;
    *time_us = (int64_t)(seconds * 1000000 + micro);
    return 0;
}

static bool is_key(const char *p, size_t len)
{
    if (len == 0 || len > RECORD_KEY || p[0] < 'a' || p[0] > 'z')
        return false;
    for (size_t i = 0; i < len; i++)
        if (!((p[i] >= 'a' && p[i] <= 'z') || (p[i] >= '0' && p[i] <= '9') || p[i] == '_'))
            return false;
    return true;
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Adds one unescaped field. Only what needs an escape may have one, so that a
 * value has one spelling. */
static bool decode_field(struct record *r, const char *word, size_t len)
{
    const char *equals = memchr(word, '=', len);
    size_t key_len = equals ? (size_t)(equals - word) : 0;

    if (!equals || !is_key(word, key_len) || key_len + 1 == len || r->count == RECORD_FIELDS)
        return false;
    uint16_t value = (uint16_t)r->used;
    for (const char *p = equals + 1; p < word + len; p++) {
        int c = (unsigned char)*p;
        if (c == '%') {
            if (word + len - p < 3 || hex_value(p[1]) < 0 || hex_value(p[2]) < 0)
                return false;
            c = hex_value(p[1]) << 4 | hex_value(p[2]);
            if ((c > ' ' && c < 0x7f && c != '%') || c == 0)
                return false;
            p += 2;
        }
        r->text[r->used++] = (char)c;
    }
    r->text[r->used++] = '\0';
    memcpy(r->fields[r->count].key, word, key_len);
    r->fields[r->count].key[key_len] = '\0';
    r->fields[r->count++].value = value;
    return true;
}

/* Takes the field KEY=… off the end of the fields, if it is the last one. */
static const char *pop_field(struct record *r, const char *key)
{
    if (r->count == 0 || strcmp(r->fields[r->count - 1].key, key) != 0)
        return NULL;
    return r->text + r->fields[--r->count].value;
}

static int decode_words(struct record *r, const char *line, size_t len, struct err *e)
{
    struct words w = {line, line + len};
    char text[32];
    size_t n;

    const char *word = next_word(&w, &n);
    snprintf(text, sizeof text, "%.*s", n < sizeof text ? (int)n : 0, word);
    if (parse_u64(text, &r->seq) < 0)
        return err_set(e, ERR_INPUT, "does not begin with a record number");
    word = next_word(&w, &n);
    if (decode_time(word, n, &r->time_us) < 0)
        return err_set(e, ERR_INPUT, "its time is not SECONDS.six digits");
    word = next_word(&w, &n);
    if (!is_key(word, n))
        return err_set(e, ERR_INPUT, "its type is not a word of lower-case letters");
    snprintf(r->type, sizeof r->type, "%.*s", (int)n, word);
    while (w.p < w.end) {
        word = next_word(&w, &n);
        if (!decode_field(r, word, n))
            return err_set(e, ERR_INPUT, "has a malformed field '%.*s'", n < 60 ? (int)n : 60,
                           word);
    }
    return 0;
}

int record_decode(struct record *r, const char *line, size_t len, struct hash *h, struct err *e)
{
    uint8_t computed[SHA256_LEN];
    const char *value;

    memset(r, 0, offsetof(struct record, text));
    if (len < 150 || len >= RECORD_MOST)
        return err_set(e, ERR_INPUT, "has %zu bytes, expected 150 to %d", len, RECORD_MOST - 1);
    for (size_t i = 0; i < len; i++)
        if (line[i] < ' ' || line[i] > '~')
            return err_set(e, ERR_INPUT, "byte %zu is not printable ASCII", i);
    if (decode_words(r, line, len, e) < 0)
        return -1;
    if (!(value = pop_field(r, "sum")) || hex_decode(value, r->sum, SHA256_LEN) < 0)
        return err_set(e, ERR_INPUT, "does not end with sum= and 64 hexadecimal digits");
    hash_add(h, line, len - strlen(" sum=") - SHA256_HEX);
    if (hash_final(h, computed, e) < 0)
        return -1;
    if (memcmp(computed, r->sum, SHA256_LEN) != 0)
        return err_set(e, ERR_INPUT, "its sum is not that of its bytes");
    if (!(value = pop_field(r, "prev")) || hex_decode(value, r->prev, SHA256_LEN) < 0)
        return err_set(e, ERR_INPUT, "has no prev= and 64 hexadecimal digits before sum");
    if ((value = pop_field(r, "batch")) && (parse_u64(value, &r->batch) < 0 || r->batch == 0))
        return err_set(e, ERR_INPUT, "its batch is not a positive number");
    r->known = types_keys(r->type) != NULL;
    if (r->known && !keys_match(r))
        return err_set(e, ERR_INPUT, "a %s record has the fields: %s", r->type,
                       types_keys(r->type));
    return 0;
}
