/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line as a record: what is read and written again is the same line. */
#include "fuzz.h"

#include <string.h>

#include "ledger/record.h"

static struct hash *hash;

/* What was read of a line is all that is in it. */
static void write_again(struct record *r, const char *line, size_t len)
{
    struct buf b = {0};
    struct err e = {0};

    if (record_is_complete(r)) {
        must(record_encode(r, hash, &b, &e) == 0);
        must_equal(b.data, b.len - 1 - SHA256_HEX, line, len - SHA256_HEX);
        must(b.data[b.len - 1] == '\n');
    } else {
        must(!r->known && record_encode(r, hash, &b, &e) < 0);
        must_refuse(&e, ERR_SOFTWARE, r->type);
    }
    buf_free(&b);
}

/* Values that are no such thing are told of by number and key. */
static void ask(const struct record *r)
{
    uint8_t digest[SHA256_LEN];
    uint64_t whole;
    double number;

    for (size_t i = 0; i < r->count; i++) {
        const char *key = r->fields[i].key;
        struct err e[4] = {0};
        must(record_get(r, key) == r->text + r->fields[i].value);
        if (record_get_u64(r, key, &whole, &e[0]) < 0)
            must_refuse(&e[0], ERR_INPUT, key);
        if (record_get_double(r, key, &number, &e[1]) < 0)
            must_refuse(&e[1], ERR_INPUT, key);
        if (record_get_digest(r, key, digest, &e[2]) < 0)
            must_refuse(&e[2], ERR_INPUT, key);
        if (record_check_counts(r, &e[3]) < 0)
            must_refuse(&e[3], ERR_INPUT, r->type);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct record r;
    const char *line = (const char *)data;
    struct err parse = {0}, decode = {0};

    if (!hash)
        must((hash = hash_create(NULL)));
    if (len > 0 && line[len - 1] == '\n') /* as seeds end */
        len--;
    fuzz_memory_begin();
    int decoded = record_decode(&r, line, len, hash, &decode);
    int parsed = record_parse(&r, line, len, &parse);
    fuzz_memory_end(4 * RECORD_MOST);
    if (decoded < 0)
        must_refuse(&decode, ERR_INPUT, "");
    if (parsed < 0)
        must_refuse(&parse, ERR_INPUT, "");
    must(parsed == 0 || decoded < 0);
    if (parsed < 0)
        return 0;
    ask(&r);
    write_again(&r, line, len);
    if (decoded == 0) {
        uint8_t sum[SHA256_LEN];
        must(hash_bytes(line, len - SHA256_HEX - strlen(" sum="), sum, NULL) == 0);
        must_equal(sum, sizeof sum, r.sum, sizeof r.sum);
    }
    return 0;
}
