/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "ledger/chain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"

enum { WINDOW = 1 << 20 }; /* bytes read at once */

/* A batch that is not complete yet: its records wait until its end is seen. */
struct pending {
    struct chain_state state; /* after the last pending record */
    uint64_t count;
    uint64_t start; /* byte where the batch begins */
};

/* The file as a sequence of lines. */
struct lines {
    int fd;
    const char *path;
    uint64_t size;   /* of the file, when reading began */
    uint64_t offset; /* of data in the file */
    char *data;
    size_t len, at;
};

/* Sets *line to the next line; false at the end or when the rest has no LF.
 * A line is never longer than RECORD_MOST: then *line has that many bytes. */
static int next_line(struct lines *in, const char **line, size_t *len, bool *found, struct err *e)
{
    *found = false;
    if (in->len - in->at < RECORD_MOST && in->offset + in->len < in->size) {
        memmove(in->data, in->data + in->at, in->len - in->at);
        in->offset += in->at;
        in->len -= in->at;
        in->at = 0;
        uint64_t left = in->size - in->offset - in->len;
        size_t n = left < WINDOW - in->len ? (size_t)left : WINDOW - in->len;
        if (file_pread(in->fd, in->path, in->data + in->len, n, in->offset + in->len, e) < 0)
            return -1;
        in->len += n;
    }
    size_t room = in->len - in->at;
    const char *lf = memchr(in->data + in->at, '\n', room < RECORD_MOST ? room : RECORD_MOST);
    if (!lf)
        return 0;
    *line = in->data + in->at;
    *len = (size_t)(lf - *line);
    in->at += *len + 1;
    *found = true;
    return 0;
}

/* Checks a record's place in the chain; what is wrong goes to why. */
static int check_link(const struct record *r, const struct chain_state *before, struct err *why)
{
    if (r->seq != before->count)
        return err_set(why, ERR_INPUT, "its number is %" PRIu64, r->seq);
    if (memcmp(r->prev, before->head, SHA256_LEN) != 0)
        return err_set(why, ERR_INPUT, "its prev is not the sum of the record before");
    if (r->time_us < before->time_us)
        return err_set(why, ERR_INPUT, "its time is before that of the record before");
    if ((r->seq == 0) != (strcmp(r->type, "genesis") == 0))
        return err_set(why, ERR_INPUT, "genesis must be record 0, and only that");
    return 0;
}

/* Whether what is left holds more ends of batches than one interrupted write
 * can leave: another end after the first is another write. */
static int classify(struct lines *in, uint64_t from, struct hash *h, enum chain_tail *tail,
                    struct err *e)
{
    struct record r;
    const char *line;
    size_t len;
    bool found;
    unsigned ends = 0;

    *in = (struct lines){
        .fd = in->fd, .path = in->path, .size = in->size, .offset = from, .data = in->data};
    for (;;) {
        if (next_line(in, &line, &len, &found, e) < 0)
            return -1;
        if (!found && in->at < in->len && in->len - in->at > RECORD_MOST)
            in->at += 1; /* no line here: look for the next LF */
        else if (!found)
            break;
        else if (record_decode(&r, line, len, h, NULL) == 0 && r.batch)
            ends++;
    }
    *tail = ends > 1 ? CHAIN_DAMAGED : CHAIN_TORN;
    return 0;
}

/* Visits the records of the batch [start, end) again, now that it is whole. */
static int visit_batch(int fd, const char *path, uint64_t start, uint64_t end, struct hash *h,
                       chain_visit *visit, void *context, struct err *e)
{
    int rc = 0;
    size_t size = (size_t)(end - start);
    char *data = err_alloc(size, 1, "a batch", e);
    struct record r;

    if (!data || file_pread(fd, path, data, size, start, e) < 0)
        rc = -1;
    for (char *p = data; rc == 0 && p < data + size;) {
        char *lf = memchr(p, '\n', (size_t)(data + size - p));
        rc = lf ? record_decode(&r, p, (size_t)(lf - p), h, e)
                : err_set(e, ERR_IO, "%s: changed while it was read", path);
        if (rc == 0)
            rc = visit(&r, context, e);
        p = lf ? lf + 1 : p;
    }
    free(data);
    return rc;
}

/* Reads lines into the pending batch until it ends. Returns 1 when a batch is
 * whole, 0 when the intact part of the file is over, -1 for errors. */
static int read_batch(struct lines *in, struct pending *p, struct record *r, struct hash *h,
                      struct err *what, struct err *e)
{
    const char *line;
    size_t len;
    bool found;
    struct err why = {0};

    for (;;) {
        if (next_line(in, &line, &len, &found, e) < 0)
            return -1;
        if (!found && in->at == in->len && p->count == 0)
            return 0;
        if (!found && in->at == in->len)
            err_set(&why, ERR_INPUT, "is missing, though its batch has not ended");
        else if (!found)
            err_set(&why, ERR_INPUT, "has no line feed within %d bytes", RECORD_MOST);
        else if (record_decode(r, line, len, h, &why) == 0)
            check_link(r, &p->state, &why);
        if (why.code == ERR_NONE && r->batch && r->batch != p->count + 1)
            err_set(&why, ERR_INPUT, "ends a batch of %" PRIu64 ", but %" PRIu64 " stand here",
                    r->batch, p->count + 1);
        if (why.code != ERR_NONE) {
            err_set(what, ERR_INPUT, "record %" PRIu64 " (byte %" PRIu64 "): %s", p->state.count,
                    p->state.bytes, why.text);
            return 0;
        }
        p->count++;
        p->state.count++;
        p->state.time_us = r->time_us;
        p->state.bytes += len + 1;
        memcpy(p->state.head, r->sum, SHA256_LEN);
        if (r->batch)
            return 1;
    }
}

int chain_read(int fd, const char *path, struct chain_state *s, chain_visit *visit, void *context,
               enum chain_tail *tail, struct err *what, struct err *e)
{
    struct lines in = {.fd = fd, .path = path, .offset = s->bytes};
    struct record r;
    int rc = -1;
    struct hash *h = hash_create(e);

    in.data = err_alloc(WINDOW, 1, "reading the ledger", e);
    if (!h || !in.data || file_size(fd, path, &in.size, e) < 0)
        goto done;
    if (in.size < s->bytes) {
        err_set(e, ERR_INPUT,
                "%s: has %" PRIu64 " bytes, %" PRIu64 " were there before: it was cut", path,
                in.size, s->bytes);
        goto done;
    }
    for (;;) {
        struct pending p = {.state = *s, .start = s->bytes};
        rc = read_batch(&in, &p, &r, h, what, e);
        if (rc != 1)
            break;
        if (visit && (rc = visit_batch(fd, path, p.start, p.state.bytes, h, visit, context, e)))
            goto done;
        *s = p.state;
    }
    if (rc == 0) {
        *tail = CHAIN_CLEAN;
        if (s->bytes < in.size)
            rc = classify(&in, s->bytes, h, tail, e);
    }
done:
    free(in.data);
    hash_destroy(h);
    return rc;
}
