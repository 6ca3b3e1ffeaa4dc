/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receipts: written, read and checked. */
#include "ledger/proof/receipt.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/base64.h"
#include "util/parse.h"

#define FIRST "c2sp.org/tlog-proof@v1"
#define EXTRA "extra "
#define INDEX "index "

void receipt_write(struct buf *b, const struct receipt *r)
{
    buf_adds(b, FIRST "\n" EXTRA);
    base64_encode(b, r->line, r->len);
    buf_addf(b, "\n" INDEX "%" PRIu64 "\n", r->index);
    for (size_t i = 0; i < r->path.count; i++) {
        base64_encode(b, r->path.hash[i], SHA256_LEN);
        buf_addc(b, '\n');
    }
    buf_addc(b, '\n');
    buf_add(b, r->note, r->note_len);
}

/* A receipt as it is read. */
struct lines {
    const char *rest, *end;
    const char *line; /* the last one, of len bytes */
    size_t len;
    size_t number; /* its, from 1 on */
};

static bool next(struct lines *l)
{
    const char *feed = memchr(l->rest, '\n', (size_t)(l->end - l->rest));

    l->number++;
    l->line = l->rest;
    l->len = feed ? (size_t)(feed - l->rest) : 0;
    l->rest = feed ? feed + 1 : l->end;
    return feed != NULL;
}

static int no_receipt(const struct lines *l, const char *expected, struct err *e)
{
    return err_set(e, ERR_INPUT, "no receipt: line %zu is not %s", l->number, expected);
}

/* Whether the next line begins so, whose rest is what is looked at then. */
static bool next_is(struct lines *l, const char *word)
{
    size_t n = strlen(word);

    if (!next(l) || l->len < n || memcmp(l->line, word, n) != 0)
        return false;
    l->line += n;
    l->len -= n;
    return true;
}

static int read_record(struct receipt *r, struct lines *l, struct err *e)
{
    size_t room = l->len / 4 * 3;

    r->line = err_alloc(room + 1, 1, "a receipt", e);
    if (!r->line)
        return -1;
    if (base64_decode(l->line, l->len, r->line, room, &r->len) < 0)
        return no_receipt(l, "a record in base64", e);
    r->line[r->len] = '\0';
    return 0;
}

static int read_path(struct receipt *r, struct lines *l, struct err *e)
{
    size_t count;

    for (;; r->path.count++) {
        if (!next(l))
            return no_receipt(l, "a hash, or the empty line before the checkpoint", e);
        if (l->len == 0)
            return 0;
        if (r->path.count == TREE_LEVELS)
            return err_set(e, ERR_INPUT, "no receipt: a path of more than %d hashes", TREE_LEVELS);
        if (base64_decode(l->line, l->len, r->path.hash[r->path.count], SHA256_LEN, &count) < 0 ||
            count != SHA256_LEN)
            return no_receipt(l, "a hash in base64", e);
    }
}

static int read_lines(struct receipt *r, struct lines *l, struct err *e)
{
    char number[NUMBER_TEXT] = "";

    if (!next_is(l, FIRST) || l->len > 0)
        return no_receipt(l, "'" FIRST "'", e);
    if (!next_is(l, EXTRA))
        return no_receipt(l, "'" EXTRA "' and the record", e);
    if (read_record(r, l, e) < 0)
        return -1;
    bool index = next_is(l, INDEX) && l->len < sizeof number;
    if (index)
        memcpy(number, l->line, l->len);
    if (!index || memchr(l->line, '\0', l->len) || parse_u64(number, &r->index) < 0)
        return no_receipt(l, "'" INDEX "' and the record's number", e);
    if (read_path(r, l, e) < 0)
        return -1;
    r->note = l->rest;
    r->note_len = (size_t)(l->end - l->rest);
    return 0;
}

int receipt_read(struct receipt *r, const char *data, size_t len, struct err *e)
{
    struct lines l = {.rest = data, .end = data + len};

    *r = (struct receipt){0};
    if (len > RECEIPT_MOST)
        return err_set(e, ERR_INPUT, "no receipt: %zu bytes; the most is %d", len, RECEIPT_MOST);
    if (read_lines(r, &l, e) == 0)
        return 0;
    receipt_free(r);
    return -1;
}

void receipt_free(struct receipt *r)
{
    free(r->line);
    *r = (struct receipt){0};
}

int receipt_check(const struct receipt *r, const struct policy *p, struct policy_verdict *v,
                  struct err *e)
{
    struct policy_verdict found;
    uint8_t leaf[SHA256_LEN];
    struct note *n = err_alloc(1, sizeof *n, "a note", e);
    struct hash *h = hash_create(e);
    int rc = -1;

    if (!n || !h || note_read(n, r->note, r->note_len, e) < 0 ||
        policy_check(p, n, &found, e) < 0 || tree_leaf(h, r->line, r->len, leaf, e) < 0)
        goto done;
    if (tree_check(&r->path, leaf, r->index, found.checkpoint.size, found.checkpoint.root, e) < 0) {
        err_context(e, "the record is not proved to be in %s", found.checkpoint.origin);
        goto done;
    }
    *v = found;
    rc = 0;
done:
    hash_destroy(h);
    free(n);
    return rc;
}
