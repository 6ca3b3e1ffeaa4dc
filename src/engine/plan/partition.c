/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a slave's rows in units. */
#include "engine/plan/partition.h"

#include <endian.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/source.h"
#include "engine/plan/deal.h"
#include "engine/plan/holes.h"
#include "util/text.h"

enum {
    PROBED = 16,           /* rows at each end that a probe reads */
    BLOCK_DOUBLES = 32768, /* in a block: 256 KiB, so that a function's passes stay in cache */
    STRETCHES = 64,        /* of the sampled digest */
    STRETCH_ROWS = 16,
    STRETCH_ALIGN = 4096, /* sources go to such rows without reading others */
};

struct partition {
    const struct contract *contract;
    struct source *source;
    char *path; /* of its file */
    struct hand hand;
    size_t block_rows;
    double *data; /* one block */
    void (*tick)(void *context);
    void *context;
};

/* The columns of a block never let it have less than one row. */
static size_t rows_per_block(size_t columns)
{
    size_t rows = BLOCK_DOUBLES / columns;

    return rows ? rows : 1;
}

static enum source_missing missing_of(const struct contract *c)
{
    return strcmp(c->missing, "skip") == 0  ? SOURCE_MISSING_SKIP
           : strcmp(c->missing, "nan") == 0 ? SOURCE_MISSING_NAN
                                            : SOURCE_MISSING_ERROR;
}

static struct source_options options_of(const struct contract *c)
{
    return (struct source_options){.columns = (const char *const *)c->columns,
                                   .columns_count = c->columns_count,
                                   .missing = missing_of(c),
                                   .recipe = &c->recipe};
}

bool partition_move(struct partition *p, uint32_t k)
{
    if (strcmp(p->contract->split, "rows") != 0)
        return false;
    p->hand = deal(p->contract, source_rows(p->source), k);
    return true;
}

/* A column's name is a line of UTF-8: it goes into messages, records and files. */
static int check_names(const struct partition *p, struct err *e)
{
    const char *const *names = source_column_names(p->source);
    char shown[200];

    for (size_t i = 0; i < source_columns(p->source); i++) {
        bool lines = strchr(names[i], '\n');
        if (lines || !text_is_utf8(names[i]))
            return err_set(
                e, ERR_INPUT, "%s: the name of column %zu, '%s', %s", p->path, i + 1,
                text_printable(shown, sizeof shown, names[i]),
                lines ? "has a line feed: expected a name of one line"
                      : "is not UTF-8: save the file as UTF-8 (iconv -f LATIN1 -t UTF-8, if that "
                        "is what it is)");
    }
    return 0;
}

struct partition *partition_open(const struct contract *c, const char *location, uint32_t k,
                                 struct err *e)
{
    const struct source_options o = options_of(c);
    char path[PATH_MAX];
    struct partition *p = err_alloc(1, sizeof *p, "a partition", e);

    if (!p)
        return NULL;
    p->contract = c;
    if (partition_path(c, location, k, path, sizeof path, e) < 0)
        goto fail;
    p->source = source_open(path, &o, e);
    if (!p->source) {
        if (strcmp(c->split, "files") == 0)
            partition_hint(c, location, e);
        goto fail;
    }
    p->path = strdup(path);
    if (!p->path) {
        err_memory(e, path);
        goto fail;
    }
    if (check_names(p, e) < 0)
        goto fail;
    p->hand = deal(c, source_rows(p->source), k);
    p->block_rows = rows_per_block(source_columns(p->source));
    p->data = err_alloc(p->block_rows * source_columns(p->source), sizeof *p->data, "a block", e);
    if (p->data)
        return p;
fail:
    partition_close(p);
    return NULL;
}

void partition_close(struct partition *p)
{
    if (!p)
        return;
    source_close(p->source);
    free(p->path);
    free(p->data);
    free(p);
}

int partition_whole_units(struct partition *p, bool whole, struct err *e)
{
    size_t columns = source_columns(p->source), rows = rows_per_block(columns);
    uint64_t unit = (uint64_t)p->contract->unit_rows;

    if (whole)
        rows = (size_t)(unit < p->hand.rows ? unit : p->hand.rows);
    if (rows > p->block_rows) {
        if (rows > SIZE_MAX / columns / sizeof *p->data)
            return err_memory(e, "a unit");
        double *more = realloc(p->data, rows * columns * sizeof *p->data);
        if (!more)
            return err_memory(e, "a unit of so many rows (a smaller unit_rows needs less)");
        p->data = more;
    }
    p->block_rows = rows;
    return 0;
}

void partition_on_block(struct partition *p, void (*tick)(void *context), void *context)
{
    p->tick = tick;
    p->context = context;
}

uint64_t partition_rows(const struct partition *p)
{
    return p->hand.rows;
}

uint64_t partition_units(const struct partition *p)
{
    uint64_t unit = (uint64_t)p->contract->unit_rows;

    return p->hand.rows / unit + (p->hand.rows % unit != 0);
}

size_t partition_columns(const struct partition *p)
{
    return source_columns(p->source);
}

const char *const *partition_column_names(const struct partition *p)
{
    return source_column_names(p->source);
}

int partition_meaning(const struct partition *p, uint8_t units[static SHA256_LEN], struct err *e)
{
    struct hash *h = hash_create(e);
    bool any = false;
    int rc;

    memset(units, 0, SHA256_LEN);
    if (!h)
        return -1;
    for (size_t i = 0; i < source_columns(p->source); i++) {
        const char *unit = source_unit(p->source, i);
        any |= unit[0] != '\0';
        hash_add(h, unit, strlen(unit) + 1);
    }
    rc = any ? hash_final(h, units, e) : 0;
    hash_destroy(h);
    return rc;
}

bool partition_agrees(uint8_t known[static SHA256_LEN], const uint8_t units[static SHA256_LEN])
{
    static const uint8_t none[SHA256_LEN];

    if (memcmp(units, none, sizeof none) == 0)
        return true;
    if (memcmp(known, none, sizeof none) == 0)
        memcpy(known, units, SHA256_LEN);
    return memcmp(known, units, SHA256_LEN) == 0;
}

const char *partition_notes(const struct partition *p)
{
    return source_notes(p->source);
}

/* Reads rows [from, to) of the partition in blocks. */
static int read_rows(struct partition *p, uint64_t from, uint64_t to, partition_visit *visit,
                     void *context, struct err *e)
{
    while (from < to) {
        size_t n = to - from < p->block_rows ? (size_t)(to - from) : p->block_rows;
        struct block block = {.columns = source_columns(p->source), .first = from, .data = p->data};
        if (deal_read(&p->hand, p->source, from, n, p->data, &block.rows, e) < 0)
            return -1;
        if (block.rows > 0 && visit(context, &block, e) < 0)
            return -1;
        from += n;
        if (p->tick)
            p->tick(p->context);
    }
    return 0;
}

int partition_read_unit(struct partition *p, uint64_t u, partition_visit *visit, void *context,
                        struct err *e)
{
    uint64_t unit = (uint64_t)p->contract->unit_rows, from = u * unit;
    uint64_t to = p->hand.rows - from < unit ? p->hand.rows : from + unit;

    return read_rows(p, from, to, visit, context, e);
}

static int count_rows(void *context, const struct block *block, struct err *e)
{
    (void)e;
    *(uint64_t *)context += block->rows;
    return 0;
}

bool partition_drops(const struct partition *p)
{
    return strcmp(p->contract->missing, "skip") == 0 || p->contract->recipe.where;
}

int partition_items(struct partition *p, uint64_t *items, struct err *e)
{
    *items = p->hand.rows;
    if (!partition_drops(p) && !partition_tally(p))
        return 0;
    *items = 0;
    if (source_count_anew(p->source, e) < 0 ||
        read_rows(p, 0, p->hand.rows, count_rows, items, e) < 0)
        return -1;
    const struct source_options o = options_of(p->contract);
    return *items > 0 || p->hand.rows == 0 ? 0 : holes_explain(p->path, &o, &p->hand, e);
}

const struct recipe_tally *partition_tally(const struct partition *p)
{
    return source_tally(p->source);
}

/* Counts what it hands on. */
struct probe {
    partition_visit *visit;
    void *context;
    uint64_t items;
};

static int probe_rows(void *context, const struct block *block, struct err *e)
{
    struct probe *probe = context;

    probe->items += block->rows;
    return probe->visit(probe->context, block, e);
}

int partition_probe(struct partition *p, partition_visit *visit, void *context, uint64_t *read,
                    struct err *e)
{
    struct probe probe = {visit, context, 0};
    uint64_t rows = p->hand.rows, begin = rows < PROBED ? rows : PROBED;
    uint64_t end = rows - begin < PROBED ? begin : rows - PROBED;

    if (read_rows(p, 0, begin, probe_rows, &probe, e) < 0 ||
        read_rows(p, end, rows, probe_rows, &probe, e) < 0)
        return -1;
    *read = begin + rows - end;
    return probe.items > 0 ? 0 : partition_items(p, &probe.items, e);
}

static int hash_rows(void *context, const struct block *block, struct err *e)
{
    struct hash *h = context;

    (void)e; /* little-endian machines only, which configure has checked */
    hash_add(h, block->data, block->rows * block->columns * sizeof *block->data);
    return 0;
}

/* Where stretch i begins: a number drawn from the run's key; in rows that follow each other,
 * down to one that the source reaches without reading others. */
static int stretch_start(const struct partition *p, const char *run, unsigned i, uint64_t *row,
                         struct err *e)
{
    char text[64];
    uint8_t digest[SHA256_LEN];
    uint64_t drawn;

    snprintf(text, sizeof text, "metaneuron-sample-v1 %s %u", run, i);
    if (hash_bytes(text, strlen(text), digest, e) < 0)
        return -1;
    memcpy(&drawn, digest, sizeof drawn);
    *row = le64toh(drawn) % p->hand.rows;
    if (p->hand.stripe < p->hand.rows)
        return 0;
    uint64_t down = (p->hand.first + *row) % STRETCH_ALIGN;
    *row = down > *row ? 0 : *row - down;
    return 0;
}

static int hash_sample(struct partition *p, const char *run, struct hash *h, struct err *e)
{
    for (unsigned i = 0; i < STRETCHES; i++) {
        uint64_t row;
        if (stretch_start(p, run, i, &row, e) < 0)
            return -1;
        uint64_t to = p->hand.rows - row < STRETCH_ROWS ? p->hand.rows : row + STRETCH_ROWS;
        if (read_rows(p, row, to, hash_rows, h, e) < 0)
            return -1;
    }
    return 0;
}

bool partition_is_sampled(const struct partition *p)
{
    return strcmp(p->contract->commit, "full") != 0 && p->hand.rows > STRETCHES * STRETCH_ROWS;
}

int partition_digest(struct partition *p, const char *run, uint8_t digest[static SHA256_LEN],
                     struct err *e)
{
    static const char domain[] = "metaneuron-partition-v1";
    uint64_t rows = htole64(p->hand.rows);
    struct hash *h = hash_create(e);
    int rc;

    if (!h)
        return -1;
    hash_add(h, domain, sizeof domain);
    hash_add(h, &rows, sizeof rows);
    for (size_t i = 0; i < source_columns(p->source); i++) {
        const char *name = source_column_names(p->source)[i];
        hash_add(h, name, strlen(name) + 1);
    }
    rc = partition_is_sampled(p) ? hash_sample(p, run, h, e)
                                 : read_rows(p, 0, p->hand.rows, hash_rows, h, e);
    if (rc == 0)
        rc = hash_final(h, digest, e);
    hash_destroy(h);
    return rc;
}
