/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line as a record. */
#include "ledger/record.h"

#include <string.h>

#include "ledger/types.h"
#include "util/parse.h"

/* The part of a line that is still to be read. */
struct rest {
    const char *p, *end;
    bool plain; /* no byte of the line is escaped: nearly always */
};

/* Returns the next word, up to a space or the end, and its length, and passes
 * the space; an empty one is length 0. */
static const char *next_word(struct rest *in, size_t *len)
{
    const char *start = in->p;
    const char *space = memchr(start, ' ', (size_t)(in->end - start));

    *len = (size_t)((space ? space : in->end) - start);
    in->p = space ? space + 1 : in->end;
    return start;
}

/* Decimal, no leading zero, at most 18 digits: no overflow is possible. */
static int parse_digits(const char *word, size_t len, uint64_t *value)
{
    uint64_t v = 0;

    if (len == 0 || len > 18 || (word[0] == '0' && len > 1))
        return -1;
    for (size_t i = 0; i < len; i++) {
        if (word[i] < '0' || word[i] > '9')
            return -1;
        v = v * 10 + (uint64_t)(word[i] - '0');
    }
    *value = v;
    return 0;
}

/* SECONDS.six digits; negative times do not occur. */
static int parse_time(const char *word, size_t len, int64_t *time_us)
{
    uint64_t seconds, micro = 0;

    if (len < 8 || len > 18 || word[len - 7] != '.' || parse_digits(word, len - 7, &seconds) < 0)
        return -1;
    for (size_t i = len - 6; i < len; i++) {
        if (word[i] < '0' || word[i] > '9')
            return -1;
        micro = micro * 10 + (uint64_t)(word[i] - '0');
    }
    *time_us = (int64_t)(seconds * 1000000 + micro);
    return 0;
}

/* Returns the bytes of the key that stands at p, or 0. */
static size_t key_length(const char *p, const char *end)
{
    size_t n = 0;

    while (p + n < end && n <= RECORD_KEY &&
           ((p[n] >= 'a' && p[n] <= 'z') || (n && ((p[n] >= '0' && p[n] <= '9') || p[n] == '_'))))
        n++;
    return n <= RECORD_KEY ? n : 0;
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Returns the byte that %HH stands for, or -1. Only what needs an escape may
 * have one, so that a value has one spelling. */
static int escaped_byte(const char *p, const char *end)
{
    if (end - p < 3 || hex_value(p[1]) < 0 || hex_value(p[2]) < 0)
        return -1;
    int c = hex_value(p[1]) << 4 | hex_value(p[2]);
    return (c > ' ' && c < 0x7f && c != '%') || c == 0 ? -1 : c;
}

/* Copies a value unescaped to out, and returns the end of what was written, or
 * NULL. */
static char *unescape(char *out, const char *p, size_t len)
{
    const char *end = p + len;

    while (p < end) {
        int c = *p == '%' ? escaped_byte(p, end) : *p;
        if (c < 0)
            return NULL;
        *out++ = (char)c;
        p += *p == '%' ? 3 : 1;
    }
    return out;
}

static bool parse_field(struct record *r, struct rest *in)
{
    size_t n = key_length(in->p, in->end);

    if (n == 0 || in->p + n == in->end || in->p[n] != '=' || r->count == RECORD_FIELDS - 2)
        return false; /* prev and sum are fields, too */
    memcpy(r->fields[r->count].key, in->p, n);
    r->fields[r->count].key[n] = '\0';
    in->p += n + 1;
    const char *value = next_word(in, &n);
    char *out = r->text + r->used, *end = NULL;
    if (n > 0)
        end = in->plain ? (char *)memcpy(out, value, n) + n : unescape(out, value, n);
    if (!end)
        return false;
    *end++ = '\0';
    r->fields[r->count++].value = (uint16_t)r->used;
    r->used = (size_t)(end - r->text);
    return true;
}

/* Takes " batch=N" off the fields, if it is the last one. */
static int pop_batch(struct record *r)
{
    if (r->count == 0 || strcmp(r->fields[r->count - 1].key, "batch") != 0)
        return 0;
    const char *value = r->text + r->fields[--r->count].value;
    return parse_u64(value, &r->batch) == 0 && r->batch > 0 ? 0 : -1;
}

/* Takes such a word and the digits of a digest after it off the end of a line. */
static int cut_digest(const char *line, size_t *len, const char *word,
                      uint8_t digest[static SHA256_LEN])
{
    size_t n = strlen(word), all = n + SHA256_HEX;

    if (*len < all || memcmp(line + *len - all, word, n) != 0 ||
        hex_read(line + *len - SHA256_HEX, digest, SHA256_LEN) < 0)
        return -1;
    *len -= all;
    return 0;
}

/* Whether no key stands twice, nor one of the three that end a line. The table
 * says so of the types that are in it. */
static bool keys_distinct(const struct record *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const char *key = r->fields[i].key;
        if (strcmp(key, "batch") == 0 || strcmp(key, "prev") == 0 || strcmp(key, "sum") == 0)
            return false;
        for (size_t k = 0; k < i; k++)
            if (strcmp(key, r->fields[k].key) == 0)
                return false;
    }
    return true;
}

int record_check_sum(const char *line, size_t len, struct hash *h, struct err *e)
{
    const size_t tail = strlen(" sum=") + SHA256_HEX;
    uint8_t computed[SHA256_LEN];
    char hex[SHA256_HEX + 1];

    if (len < tail || len >= RECORD_MOST)
        return err_set(e, ERR_INPUT, "has %zu bytes, expected %zu to %d", len, tail,
                       RECORD_MOST - 1);
    if (memcmp(line + len - tail, " sum=", strlen(" sum=")) != 0)
        return err_set(e, ERR_INPUT, "does not end with sum= and %d hexadecimal digits",
                       SHA256_HEX);
    hash_add(h, line, len - tail);
    if (hash_final(h, computed, e) < 0)
        return -1;
    if (memcmp(hex_encode(hex, computed, SHA256_LEN), line + len - SHA256_HEX, SHA256_HEX) != 0)
        return err_set(e, ERR_INPUT, "its sum is not that of its bytes");
    return 0;
}

/* Whether all bytes are from ' ' to '~': eight at a time, as this is half of
 * the work on a line. A borrow or a carry comes only from a byte that is none. */
static bool is_printable(const char *p, size_t len)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t odd = 0, x;

    for (; len >= sizeof x; p += sizeof x, len -= sizeof x) {
        memcpy(&x, p, sizeof x);
        odd |= x | (x - each * ' ') | (x + each);
    }
    for (; len > 0; p++, len--)
        odd |= *p < ' ' || *p > '~' ? each << 7 : 0;
    return (odd & each << 7) == 0;
}

static int parse_words(struct record *r, const char *line, size_t len, struct err *e)
{
    struct rest in = {line, line + len, !memchr(line, '%', len)};
    size_t n;

    const char *word = next_word(&in, &n);
    if (parse_digits(word, n, &r->seq) < 0)
        return err_set(e, ERR_INPUT, "does not begin with a record number");
    word = next_word(&in, &n);
    if (parse_time(word, n, &r->time_us) < 0)
        return err_set(e, ERR_INPUT, "its time is not SECONDS.six digits");
    word = next_word(&in, &n);
    if (n == 0 || key_length(word, word + n) != n)
        return err_set(e, ERR_INPUT, "its type is not a word of lower-case letters");
    memcpy(r->type, word, n);
    bool good = true;
    while (good && in.p < in.end)
        good = parse_field(r, &in);
    if (!good || line[len - 1] == ' ')
        return err_set(e, ERR_INPUT, "field %zu is malformed, or one too many", r->count + 1);
    return 0;
}

int record_parse(struct record *r, const char *line, size_t len, struct err *e)
{
    memset(r, 0, offsetof(struct record, fields));
    if (len >= RECORD_MOST)
        return err_set(e, ERR_INPUT, "has %zu bytes, at most %d are allowed", len, RECORD_MOST - 1);
    if (!is_printable(line, len))
        return err_set(e, ERR_INPUT, "has a byte that is not printable ASCII");
    if (cut_digest(line, &len, " sum=", r->sum) < 0)
        return err_set(e, ERR_INPUT, "does not end with sum= and %d hexadecimal digits",
                       SHA256_HEX);
    if (cut_digest(line, &len, " prev=", r->prev) < 0)
        return err_set(e, ERR_INPUT, "has no prev= and %d hexadecimal digits before sum",
                       SHA256_HEX);
    if (parse_words(r, line, len, e) < 0)
        return -1;
    if (pop_batch(r) < 0)
        return err_set(e, ERR_INPUT, "its batch is not a positive number");
    r->known = record_is_complete(r);
    if (!r->known && types_keys(r->type))
        return err_set(e, ERR_INPUT, "a %s record has the fields: %s", r->type,
                       types_keys(r->type));
    if (!r->known && !keys_distinct(r))
        return err_set(e, ERR_INPUT, "a key stands twice, or not at its place");
    return 0;
}

int record_decode(struct record *r, const char *line, size_t len, struct hash *h, struct err *e)
{
    return record_check_sum(line, len, h, e) < 0 ? -1 : record_parse(r, line, len, e);
}
