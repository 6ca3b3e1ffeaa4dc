/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sequence of lines as a chain of batches. */
#include "ledger/chain.h"

#include <inttypes.h>
#include <string.h>

#include "ledger/lines.h"
#include "util/text.h"

/* The word by which a line ends a batch. No value can hold it, as values have
 * no space. */
static const char end_mark[] = " batch=";

/* No batch has more bytes: what was torn of one is read as a whole when it is repaired. */
static const uint64_t batch_most = UINT32_MAX;

/* One pass over a log. */
struct pass {
    const struct chain_log *log;
    struct lines in;
    struct hash *h;
    struct buf lines;  /* of the batch being read, if someone visits */
    struct buf leaves; /* likewise, each a struct leaf, if there is a tree */
    bool altered;      /* it ended at a line that no interrupted write leaves */
    struct record r;   /* the last one read */
};

struct leaf {
    uint64_t offset; /* where its line begins */
    uint8_t hash[SHA256_LEN];
};

/* A batch that is being read. */
struct batch {
    struct chain_state state; /* after its last record so far */
    uint64_t count;           /* records so far */
};

bool chain_same(const struct chain_state *a, const struct chain_state *b)
{
    return a->count == b->count && a->bytes == b->bytes &&
           memcmp(a->head, b->head, SHA256_LEN) == 0;
}

/* Checks a record's place in the chain, as the next one of the batch. */
static int check_link(const struct record *r, const struct batch *b, struct err *why)
{
    const struct chain_state *before = &b->state;

    if (r->seq != before->count)
        return err_set(why, ERR_INPUT, "its number is %" PRIu64, r->seq);
    if (memcmp(r->prev, before->head, SHA256_LEN) != 0)
        return err_set(why, ERR_INPUT, "its prev is not the sum of the record before");
    if (r->time_us < before->time_us)
        return err_set(why, ERR_INPUT, "its time is before that of the record before");
    if ((r->seq == 0) != (strcmp(r->type, "genesis") == 0))
        return err_set(why, ERR_INPUT, "genesis must be record 0, and only that");
    if (r->seq == 0 && strcmp(record_get(r, "format"), "1") != 0)
        return err_set(why, ERR_INPUT, "its format is not 1 (a later version may read it)");
    if (r->seq == 0 && strlen(record_get(r, "site")) > TEXT_NAME)
        return err_set(why, ERR_INPUT, "the name of its site has %zu bytes, at most %d are allowed",
                       strlen(record_get(r, "site")), TEXT_NAME);
    if (r->batch && r->batch != b->count + 1)
        return err_set(why, ERR_INPUT, "ends a batch of %" PRIu64 ", but %" PRIu64 " stand here",
                       r->batch, b->count + 1);
    return 0;
}

/* Checks a line as the next record of the batch. One that has the right sum was
 * written as it stands: what is wrong with it then is no interrupted write. */
static int check_line(struct pass *p, const struct batch *b, const char *line, size_t len,
                      struct err *why)
{
    if (record_check_sum(line, len, p->h, why) < 0)
        return -1;
    if (record_parse(&p->r, line, len, why) == 0 && check_link(&p->r, b, why) == 0)
        return 0;
    p->altered = true;
    return -1;
}

/* Keeps of a line what is wanted when its batch is whole. */
static int keep_line(struct pass *p, const struct batch *b, const char *line, size_t len,
                     struct err *e)
{
    struct leaf leaf = {.offset = b->state.bytes};

    if (p->log->visit)
        buf_add(&p->lines, line, len + 1);
    if (!p->log->tiles)
        return 0;
    if (tree_leaf(p->h, line, len, leaf.hash, e) < 0)
        return -1;
    buf_add(&p->leaves, &leaf, sizeof leaf);
    return 0;
}

/* Reads lines until the batch ends. Returns 1 when it is whole, 0 when the
 * intact part of the file is over (why is empty at its very end), -1 for errors. */
static int read_batch(struct pass *p, struct batch *b, struct err *why, struct err *e)
{
    const char *line;
    size_t len;

    do {
        int rc = lines_next(&p->in, &line, &len, e);
        if (rc < 0)
            return -1;
        if (rc == 0 && len == 0 && b->count > 0)
            err_set(why, ERR_INPUT, "is missing, though its batch has not ended");
        else if (rc == 0 && len > 0)
            err_set(why, ERR_INPUT, "has no line feed");
        if (rc == 0)
            return 0;
        if (check_line(p, b, line, len, why) < 0)
            return why->code == ERR_INPUT ? 0 : err_set(e, why->code, "%s", why->text);
        if (keep_line(p, b, line, len, e) < 0)
            return -1;
        b->count++;
        b->state.count++;
        b->state.bytes += len + 1;
        b->state.time_us = p->r.time_us;
        memcpy(b->state.head, p->r.sum, SHA256_LEN);
    } while (!p->r.batch);
    return 1;
}

/* Adds the records of a whole batch to the tree. */
static int grow_tree(struct pass *p, struct err *e)
{
    struct leaf leaf;

    if (buf_failed(&p->leaves))
        return err_memory(e, "the leaves of a batch");
    for (size_t at = 0; at < p->leaves.len; at += sizeof leaf) {
        memcpy(&leaf, p->leaves.data + at, sizeof leaf);
        if (tiles_add(p->log->tiles, p->h, leaf.offset, leaf.hash, e) < 0)
            return -1;
    }
    return 0;
}

/* Visits the records of a whole batch. */
static int visit_batch(struct pass *p, const struct batch *b, struct err *e)
{
    chain_visit *visit = p->log->visit;
    int rc = 0;

    if (b->count == 1)
        return visit(&p->r, p->log->context, e);
    if (buf_failed(&p->lines))
        return err_memory(e, "a batch");
    const char *line = p->lines.data, *end = line + p->lines.len;
    while (rc == 0 && line < end) {
        size_t len = (size_t)((const char *)memchr(line, '\n', (size_t)(end - line)) - line);
        rc = record_parse(&p->r, line, len, e);
        if (rc == 0)
            rc = visit(&p->r, p->log->context, e);
        line += len + 1;
    }
    return rc;
}

static unsigned count_ends(const char *p, size_t len)
{
    unsigned n = 0;
    const char *end = p + len;

    while ((p = memmem(p, (size_t)(end - p), end_mark, strlen(end_mark)))) {
        p += strlen(end_mark);
        n++;
    }
    return n;
}

/* Says what the tail after s is. What an interrupted write leaves is of one
 * batch, which begins where the intact part ends, and of which any bytes may be
 * missing. So a second end of a batch, or the end of a batch that began later,
 * shows that more was written afterwards. */
static int classify(struct pass *p, const struct chain_state *s, enum chain_tail *tail,
                    struct err *e)
{
    const char *line;
    size_t len;
    unsigned ends = 0;
    bool altered = p->altered || p->in.size - s->bytes > batch_most;

    lines_seek(&p->in, s->bytes);
    for (bool first = true; !altered && ends <= 1; first = false) {
        int rc = lines_next(&p->in, &line, &len, e);
        if (rc < 0)
            return -1;
        if (rc == 0 && len == 0)
            break;
        /* What is no beginning of a ledger is not taken for a torn one. */
        if (first && s->count == 0 && (p->in.size > RECORD_MOST || (*line && *line != '0')))
            altered = true;
        ends += count_ends(line, len);
        if (rc == 0)
            lines_skip(&p->in, len < RECORD_MOST ? len : len - strlen(end_mark) + 1);
        else if (record_decode(&p->r, line, len, p->h, NULL) == 0 && p->r.batch)
            altered = altered || p->r.seq + 1 - p->r.batch != s->count;
    }
    *tail = altered || ends > 1 ? CHAIN_DAMAGED : CHAIN_TORN;
    return 0;
}

int chain_read(const struct chain_log *log, struct chain_state *s, enum chain_tail *tail,
               struct err *what, struct err *e)
{
    struct pass p = {.log = log};
    struct batch b;
    struct err why = {0};
    int rc = -1;

    p.h = hash_create(e);
    if (!p.h || lines_open(&p.in, log->fd, log->path, s->bytes, e) < 0 ||
        (log->tiles && tiles_tell(log->tiles, p.h, e) < 0))
        goto done;
    rc = 0;
    while (log->count == 0 || s->count < log->count) {
        b = (struct batch){.state = *s};
        buf_reset(&p.lines);
        buf_reset(&p.leaves);
        if ((rc = read_batch(&p, &b, &why, e)) != 1)
            break;
        if (log->tiles && (rc = grow_tree(&p, e)) < 0)
            goto done;
        if (log->visit && (rc = visit_batch(&p, &b, e)) != 0)
            goto done;
        *s = b.state;
        rc = 0;
    }
    *tail = CHAIN_CLEAN;
    if (rc == 0 && why.code != ERR_NONE) {
        err_set(what, ERR_INPUT, "record %" PRIu64 " (byte %" PRIu64 "): %s", b.state.count,
                b.state.bytes, why.text);
        rc = classify(&p, s, tail, e);
    }
done:
    buf_free(&p.lines);
    buf_free(&p.leaves);
    lines_close(&p.in);
    hash_destroy(p.h);
    return rc;
}
