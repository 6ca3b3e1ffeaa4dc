/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole log as a chain, as it comes and with sums that are made right, and its folds. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ledger/chain.h"
#include "ledger/fold/run.h"

/* What the visits have seen. */
struct seen {
    uint64_t count;
    int64_t time_us;
    uint8_t head[SHA256_LEN];
    bool running; /* run is one */
    struct run run;
};

/* Folds hostile records: no code but that of bad input, or of a program that others make. */
static void fold(struct seen *s, const struct record *r)
{
    struct err e = {0};

    if (r->known && strcmp(r->type, "publish") == 0) {
        s->running = run_begin(&s->run, r, &e) == 0;
        if (!s->running)
            must_refuse(&e, ERR_INPUT, "");
    } else if (s->running && run_fold(&s->run, r, RUN_EVERY_ROUND, &e) < 0)
        must_refuse(&e, ERR_INPUT, "");
}

static int visit(const struct record *r, void *context, struct err *e)
{
    struct seen *s = context;

    (void)e;
    must(r->seq == s->count && r->time_us >= s->time_us);
    must_equal(r->prev, SHA256_LEN, s->head, SHA256_LEN);
    memcpy(s->head, r->sum, SHA256_LEN);
    s->time_us = r->time_us;
    s->count++;
    fold(s, r);
    return 0;
}

/* Reads the bytes as a log from s on; seen and t may be NULL. */
static enum chain_tail read_log(const char *log, size_t len, struct chain_state *s,
                                struct seen *seen, struct tiles *t)
{
    struct chain_log all = {.visit = seen ? visit : NULL, .context = seen, .tiles = t};
    struct err what = {0}, e = {0};
    enum chain_tail tail = CHAIN_CLEAN;

    all.path = fuzz_file(log, len, &all.fd);
    must(chain_read(&all, s, &tail, &what, &e) == 0);
    must((tail == CHAIN_CLEAN) == (s->bytes == len) && s->bytes <= len);
    if (tail == CHAIN_CLEAN)
        must(what.code == ERR_NONE);
    else
        must_refuse(&what, ERR_INPUT, "record ");
    return tail;
}

static void must_be_same(const struct chain_state *a, const struct chain_state *b)
{
    must(a->bytes == b->bytes && a->count == b->count && a->time_us == b->time_us);
    must_equal(a->head, SHA256_LEN, b->head, SHA256_LEN);
}

/* The tree that grew as a log of so many bytes was read is that over its lines. */
static void check_tree(const struct tiles *tiles, const char *log, size_t bytes)
{
    uint8_t leaf[SHA256_LEN], expected[SHA256_LEN], found[SHA256_LEN];
    struct hash *h = hash_create(NULL);
    struct tree t = {0};

    must(h);
    for (const char *line = log, *lf; line < log + bytes; line = lf + 1) {
        lf = memchr(line, '\n', (size_t)(log + bytes - line));
        must(lf && tree_leaf(h, line, (size_t)(lf - line), leaf, NULL) == 0 &&
             tree_push(&t, h, leaf, NULL) == 0);
    }
    must(tiles_size(tiles) == t.size);
    must(tree_root(&t, h, expected, NULL) == 0 && tiles_root(tiles, h, found, NULL) == 0);
    must_equal(found, SHA256_LEN, expected, SHA256_LEN);
    hash_destroy(h);
}

/* What is intact alone, read on from the middle, and cut, is what its beginning is. */
static void read_again(const char *log, const struct chain_state *whole)
{
    struct chain_state again = {0}, part = {0};
    struct tiles tiles = {0};
    size_t cut = (size_t)(whole->bytes * 5 / 8);

    must(read_log(log, whole->bytes, &again, NULL, NULL) == CHAIN_CLEAN);
    must_be_same(&again, whole);
    if (whole->bytes == 0)
        return;
    enum chain_tail tail = read_log(log, cut, &part, NULL, &tiles);
    must(tail != CHAIN_DAMAGED || part.count == 0);
    check_tree(&tiles, log, part.bytes);
    must(read_log(log, whole->bytes, &part, NULL, &tiles) == CHAIN_CLEAN);
    must_be_same(&part, whole);
    check_tree(&tiles, log, whole->bytes);
    tiles_free(&tiles);
}

static void check(const char *log, size_t len)
{
    struct chain_state s = {0}, without = {0};
    struct seen seen = {0};

    fuzz_memory_begin();
    enum chain_tail tail = read_log(log, len, &s, &seen, NULL);
    fuzz_memory_end((2 << 20) + 64 * len);
    runs_free(&seen.run);
    must(seen.count == s.count && seen.time_us == s.time_us);
    must_equal(seen.head, SHA256_LEN, s.head, SHA256_LEN);
    must(read_log(log, len, &without, NULL, NULL) == tail);
    must_be_same(&s, &without);
    read_again(log, &s);
}

/* Effect: what stands at the end of the line as its prev and its sum is right. */
static void mend_line(char *line, size_t len, char prev[static SHA256_HEX + 1])
{
    enum { SUM = 5 + SHA256_HEX, TAIL = 6 + SHA256_HEX + SUM }; /* " sum=…", " prev=…" and it */
    uint8_t sum[SHA256_LEN];

    if (len < TAIL || memcmp(line + len - TAIL, " prev=", 6) != 0 ||
        memcmp(line + len - SUM, " sum=", 5) != 0)
        return;
    memcpy(line + len - SUM - SHA256_HEX, prev, SHA256_HEX);
    must(hash_bytes(line, len - SUM, sum, NULL) == 0);
    memcpy(line + len - SHA256_HEX, hex_encode(prev, sum, SHA256_LEN), SHA256_HEX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *log = fuzz_text(data, len), prev[SHA256_HEX + 1], *lf;

    check(log, len);
    memset(prev, '0', SHA256_HEX);
    for (char *line = log; (lf = memchr(line, '\n', (size_t)(log + len - line))); line = lf + 1)
        mend_line(line, (size_t)(lf - line), prev);
    check(log, len);
    free(log);
    return 0;
}
