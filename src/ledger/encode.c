/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record as a line. */
#include "ledger/record.h"

#include <string.h>

/* A line that is being written, in one place: a batch has many. What does not fit is only counted. */
struct line {
    char text[RECORD_MOST];
    size_t len;
};

static inline void put(struct line *l, const char *text, size_t len)
{
    if (l->len <= sizeof l->text && len <= sizeof l->text - l->len)
        memcpy(l->text + l->len, text, len);
    l->len += len;
}

static inline void put_char(struct line *l, char c)
{
    put(l, &c, 1);
}

/* At least so many digits. */
static void put_number(struct line *l, uint64_t value, size_t least)
{
    char digits[20];
    size_t n = 0;

    for (; n < least || value > 0; value /= 10)
        digits[sizeof digits - ++n] = (char)('0' + value % 10);
    put(l, digits + sizeof digits - n, n);
}

static void put_hex(struct line *l, const uint8_t bytes[static SHA256_LEN])
{
    char hex[SHA256_HEX + 1];

    put(l, hex_encode(hex, bytes, SHA256_LEN), SHA256_HEX);
}

static inline bool is_plain(char c)
{
    return c > ' ' && c < 0x7f && c != '%';
}

static void put_escaped(struct line *l, const char *value)
{
    static const char digit[] = "0123456789ABCDEF";

    for (const char *p = value; *p;) {
        size_t n = 0;
        while (is_plain(p[n]))
            n++;
        put(l, p, n);
        p += n;
        if (*p) {
            unsigned char c = (unsigned char)*p++;
            put(l, (char[]){'%', digit[c >> 4], digit[c & 15]}, 3);
        }
    }
}

static void put_words(struct line *l, const struct record *r)
{
    put_number(l, r->seq, 1);
    put_char(l, ' ');
    put_number(l, (uint64_t)r->time_us / 1000000, 1);
    put_char(l, '.');
    put_number(l, (uint64_t)r->time_us % 1000000, 6);
    put_char(l, ' ');
    put(l, r->type, strlen(r->type));
    for (size_t i = 0; i < r->count; i++) {
        put_char(l, ' ');
        put(l, r->fields[i].key, strlen(r->fields[i].key));
        put_char(l, '=');
        put_escaped(l, r->text + r->fields[i].value);
    }
    if (r->batch) {
        put(l, " batch=", 7);
        put_number(l, r->batch, 1);
    }
    put(l, " prev=", 6);
    put_hex(l, r->prev);
}

int record_encode(struct record *r, struct hash *h, struct buf *b, struct err *e)
{
    const size_t end = strlen(" sum=") + SHA256_HEX + 1; /* bytes behind the words */
    struct line l;

    l.len = 0;
    if (r->overflow)
        return err_set(e, ERR_SOFTWARE, "a %s record does not fit into %d bytes", r->type,
                       RECORD_MOST);
    if (!record_is_complete(r))
        return err_set(e, ERR_SOFTWARE, "a %s record has other fields than its format", r->type);
    put_words(&l, r);
    if (l.len + end > sizeof l.text)
        return err_set(e, ERR_SOFTWARE, "a %s record has %zu bytes, at most %d are allowed",
                       r->type, l.len + end, RECORD_MOST);
    hash_add(h, l.text, l.len);
    if (hash_final(h, r->sum, e) < 0)
        return -1;
    put(&l, " sum=", 5);
    put_hex(&l, r->sum);
    put_char(&l, '\n');
    buf_add(b, l.text, l.len);
    return buf_failed(b) ? err_memory(e, "a record") : 0;
}
