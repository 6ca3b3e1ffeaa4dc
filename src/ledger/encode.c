/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record as a line. */
#include "ledger/record.h"

#include <inttypes.h>

static bool is_plain(char c)
{
    return c > ' ' && c < 0x7f && c != '%';
}

static void add_escaped(struct buf *b, const char *value)
{
    for (const char *p = value; *p;) {
        size_t n = 0;
        while (is_plain(p[n]))
            n++;
        buf_add(b, p, n);
        p += n;
        if (*p)
            buf_addf(b, "%%%02X", (unsigned char)*p++);
    }
}

static void add_fields(struct buf *b, const struct record *r)
{
    for (size_t i = 0; i < r->count; i++) {
        buf_addc(b, ' ');
        buf_adds(b, r->fields[i].key);
        buf_addc(b, '=');
        add_escaped(b, r->text + r->fields[i].value);
    }
}

int record_encode(struct record *r, struct hash *h, struct buf *b, struct err *e)
{
    char hex[SHA256_HEX + 1];
    size_t start = b->len;

    if (r->overflow)
        return err_set(e, ERR_SOFTWARE, "a %s record does not fit into %d bytes", r->type,
                       RECORD_MOST);
    if (!record_is_complete(r))
        return err_set(e, ERR_SOFTWARE, "a %s record has other fields than its format", r->type);
    buf_addf(b, "%" PRIu64 " %" PRId64 ".%06" PRId64 " %s", r->seq, r->time_us / 1000000,
             r->time_us % 1000000, r->type);
    add_fields(b, r);
    if (r->batch)
        buf_addf(b, " batch=%" PRIu64, r->batch);
    buf_adds(b, " prev=");
    buf_adds(b, hex_encode(hex, r->prev, SHA256_LEN));
    if (buf_failed(b))
        return err_memory(e, "a record");
    hash_add(h, b->data + start, b->len - start);
    if (hash_final(h, r->sum, e) < 0)
        return -1;
    buf_adds(b, " sum=");
    buf_adds(b, hex_encode(hex, r->sum, SHA256_LEN));
    buf_addc(b, '\n');
    if (b->len - start > RECORD_MOST)
        return err_set(e, ERR_SOFTWARE, "a %s record has %zu bytes, at most %d are allowed",
                       r->type, b->len - start, RECORD_MOST);
    return buf_failed(b) ? err_memory(e, "a record") : 0;
}
