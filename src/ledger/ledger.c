/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "ledger/ledger.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/credits.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/key.h"
#include "util/paths.h"
#include "util/text.h"

struct ledger {
    char directory[PATH_MAX - 64], log[PATH_MAX];
    int fd, lock; /* of log, and of lock when open for appending, else -1 */
    bool poisoned;
    uint64_t repaired;
    struct chain_state state;
};

static int set_paths(struct ledger *l, const char *directory, struct err *e)
{
    int n = snprintf(l->directory, sizeof l->directory, "%s", directory);

    if (n < 0 || (size_t)n >= sizeof l->directory)
        return err_set(e, ERR_OPEN, "%s: the path is too long", directory);
    return paths_join(l->log, sizeof l->log, directory, "log", e);
}

/* Effect: moves the state to the end of the intact part. The log's tail is
 * *tail; any damage that is more than torn is an error. */
static int read_on(struct ledger *l, enum chain_tail *tail, struct err *e)
{
    struct err what = {0};

    if (chain_read(l->fd, l->log, &l->state, NULL, NULL, tail, &what, e) < 0)
        return -1;
    if (*tail == CHAIN_DAMAGED)
        return err_set(e, ERR_INPUT, "%s: %s; records follow, so it was altered (nothing changed)",
                       l->log, what.text);
    return 0;
}

/* Numbers and chains the records, and encodes them into b. */
static int encode_batch(struct chain_state *next, struct record *records, size_t count,
                        struct buf *b, struct err *e)
{
    int64_t now = clock_utc_us();
    int rc = 0;
    struct hash *h = hash_create(e);

    if (!h)
        return -1;
    if (now > next->time_us)
        next->time_us = now;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct record *r = &records[i];
        r->seq = next->count++;
        r->time_us = next->time_us;
        r->batch = i + 1 == count ? count : 0;
        memcpy(r->prev, next->head, SHA256_LEN);
        rc = record_encode(r, h, b, e);
        memcpy(next->head, r->sum, SHA256_LEN);
    }
    next->bytes += b->len;
    hash_destroy(h);
    return rc;
}

/* With the lock held and the state at the end of the log. */
static int write_batch(struct ledger *l, struct record *records, size_t count, struct err *e)
{
    struct chain_state next = l->state;
    struct buf b = {0};
    int rc = encode_batch(&next, records, count, &b, e);

    if (rc == 0) {
        rc = file_append(l->fd, l->log, b.data, b.len, l->state.bytes, e);
        if (rc < 0)
            l->poisoned = true;
        else
            l->state = next;
    }
    buf_free(&b);
    return rc;
}

/* Effect: copies the torn tail to torn/, cuts it off, and records that; with the
 * lock held. */
static int quarantine(struct ledger *l, struct err *e)
{
    char path[PATH_MAX], name[64], *data = NULL;
    uint8_t digest[SHA256_LEN];
    uint64_t size;
    struct record r;
    int rc = -1;

    if (file_size(l->fd, l->log, &size, e) < 0)
        return -1;
    size_t len = (size_t)(size - l->state.bytes);
    data = err_alloc(len, 1, "a torn tail", e);
    if (!data || file_pread(l->fd, l->log, data, len, l->state.bytes, e) < 0 ||
        hash_bytes(data, len, digest, e) < 0)
        goto done;
    snprintf(name, sizeof name, "torn");
    if (paths_join(path, sizeof path, l->directory, name, e) < 0 || file_mkdirs(path, e) < 0)
        goto done;
    snprintf(name, sizeof name, "torn/%" PRIu64 "-%" PRId64, l->state.bytes, clock_utc_us());
    if (paths_join(path, sizeof path, l->directory, name, e) < 0 ||
        file_write(path, data, len, 0644, e) < 0 ||
        file_truncate(l->fd, l->log, l->state.bytes, e) < 0)
        goto done;
    l->repaired = len;
    rc = 0;
    if (l->state.count > 0) { /* a torn genesis leaves nothing to append to */
        record_begin(&r, "repair");
        record_set(&r, "bytes", "%zu", len);
        record_set_digest(&r, "sha256", digest);
        rc = write_batch(l, &r, 1, e);
    }
done:
    free(data);
    return rc;
}

static void make_genesis(struct record *r, const struct ledger_genesis *g, const uint8_t *random)
{
    char hex[2 * KEY_PUBLIC_LEN + 1];

    record_begin(r, "genesis");
    record_set(r, "format", "1");
    record_set(r, "origin", "metaneuron/%s/%s", g->site, hex_encode(hex, random, 8));
    record_set(r, "site", "%s", g->site);
    record_set(r, "key", "ed25519:%s", hex_encode(hex, g->key, KEY_PUBLIC_LEN));
    record_set(r, "supply", "%" PRIu64, CREDITS_SUPPLY);
    record_set(r, "granted", "%" PRIu64, CREDITS_GRANTED);
    record_set(r, "rate", "1/%" PRIu64, CREDITS_RATE);
    record_set(r, "policy", "none");
}

/* Effect: writes record 0 and key.pub into an empty ledger. */
static int begin(struct ledger *l, const struct ledger_genesis *g, struct err *e)
{
    char path[PATH_MAX], line[256], hex[2 * KEY_PUBLIC_LEN + 1];
    uint8_t random[8];
    struct record r;

    if (!g)
        return err_set(e, ERR_OPEN, "%s: holds no ledger", l->directory);
    if (!text_is_name(g->site))
        return err_set(e, ERR_USAGE, "'%s' is no name for a site (letters, digits, _ . -)",
                       g->site);
    if (random_bytes(random, sizeof random, e) < 0 ||
        paths_join(path, sizeof path, l->directory, "key.pub", e) < 0)
        return -1;
    make_genesis(&r, g, random);
    snprintf(line, sizeof line, "ed25519:%s %s\n", hex_encode(hex, g->key, KEY_PUBLIC_LEN),
             g->site);
    if (file_write(path, line, strlen(line), 0644, e) < 0)
        return -1;
    return write_batch(l, &r, 1, e);
}

/* With the lock held: read, repair, begin. */
static int settle_in(struct ledger *l, const struct ledger_genesis *g, struct err *e)
{
    enum chain_tail tail;

    if (read_on(l, &tail, e) < 0)
        return -1;
    if (tail == CHAIN_TORN && quarantine(l, e) < 0)
        return -1;
    return l->state.count == 0 ? begin(l, g, e) : 0;
}

static struct ledger *create(const char *directory, struct err *e)
{
    struct ledger *l = err_alloc(1, sizeof *l, "a ledger", e);

    if (!l)
        return NULL;
    l->fd = l->lock = -1;
    if (set_paths(l, directory, e) == 0)
        return l;
    free(l);
    return NULL;
}

struct ledger *ledger_open(const char *directory, const struct ledger_genesis *genesis,
                           struct err *e)
{
    char path[PATH_MAX];
    bool taken;
    int rc = -1;
    struct ledger *l = create(directory, e);

    if (!l)
        return NULL;
    if (!genesis && !file_exists(l->log)) {
        err_set(e, ERR_OPEN, "%s: holds no ledger", directory);
        goto done;
    }
    if (file_mkdirs(directory, e) < 0 || paths_join(path, sizeof path, directory, "lock", e) < 0)
        goto done;
    l->lock = file_open_rw(path, 0644, e);
    l->fd = l->lock < 0 ? -1 : file_open_rw(l->log, 0644, e);
    if (l->fd < 0 || file_lock(l->lock, path, true, &taken, e) < 0)
        goto done;
    rc = settle_in(l, genesis, e);
    file_unlock(l->lock);
done:
    if (rc == 0)
        return l;
    ledger_close(l);
    return NULL;
}

struct ledger *ledger_open_read(const char *directory, struct err *e)
{
    struct ledger *l = create(directory, e);

    if (!l)
        return NULL;
    l->fd = file_open(l->log, e);
    if (l->fd >= 0 && ledger_refresh(l, e) == 0)
        return l;
    ledger_close(l);
    return NULL;
}

void ledger_close(struct ledger *l)
{
    if (!l)
        return;
    file_close(l->fd);
    file_close(l->lock);
    free(l);
}

const char *ledger_directory(const struct ledger *l)
{
    return l->directory;
}

const struct chain_state *ledger_state(const struct ledger *l)
{
    return &l->state;
}

uint64_t ledger_repaired(const struct ledger *l)
{
    return l->repaired;
}

int ledger_refresh(struct ledger *l, struct err *e)
{
    enum chain_tail tail;

    return read_on(l, &tail, e);
}

/* Stops a scan at the records that the handle knows. */
struct scan {
    chain_visit *visit;
    void *context;
    uint64_t end;
};

static int visit_known(const struct record *r, void *context, struct err *e)
{
    struct scan *s = context;

    return r->seq < s->end ? s->visit(r, s->context, e) : 0;
}

int ledger_scan(struct ledger *l, chain_visit *visit, void *context, struct err *e)
{
    struct scan s = {visit, context, l->state.count};
    struct chain_state from = {0};
    enum chain_tail tail;

    return chain_read(l->fd, l->log, &from, visit_known, &s, &tail, NULL, e);
}

int ledger_append(struct ledger *l, struct record *records, size_t count, const uint8_t *head,
                  struct err *e)
{
    enum chain_tail tail = CHAIN_CLEAN;
    uint8_t believed[SHA256_LEN];
    bool taken;
    int rc = -1;

    if (head) /* it may be this ledger's own, which reading on moves */
        memcpy(believed, head, sizeof believed);
    if (l->lock < 0 || l->poisoned)
        return err_set(e, ERR_IO, "%s: %s", l->directory,
                       l->poisoned ? "a write failed before; open it again"
                                   : "is open for reading");
    if (file_lock(l->lock, l->log, true, &taken, e) < 0)
        return -1;
    if (read_on(l, &tail, e) < 0)
        goto done;
    /* A torn tail here: another writer died within its batch, after we opened. */
    if (tail == CHAIN_TORN && quarantine(l, e) < 0)
        goto done;
    if (head && memcmp(believed, l->state.head, sizeof believed) != 0) {
        err_set(e, ERR_INCOMPLETE, "%s: another record was appended meanwhile", l->log);
        goto done;
    }
    rc = write_batch(l, records, count, e);
done:
    file_unlock(l->lock);
    return rc;
}

int ledger_verify(const char *directory, struct chain_state *state, struct err *e)
{
    struct err what = {0};
    enum chain_tail tail;
    char path[PATH_MAX];
    bool taken = false;
    int rc = -1, lock = -1;
    struct ledger *l = create(directory, e);

    if (!l)
        return -1;
    l->fd = file_open(l->log, e);
    if (l->fd < 0 || paths_join(path, sizeof path, directory, "lock", e) < 0)
        goto done;
    /* A batch that is being written looks torn: wait for it, where we may. */
    if (file_exists(path) && (lock = file_open_rw(path, 0644, NULL)) >= 0 &&
        file_lock(lock, path, true, &taken, e) < 0)
        goto done;
    if (chain_read(l->fd, l->log, &l->state, NULL, NULL, &tail, &what, e) < 0)
        goto done;
    *state = l->state;
    if (tail == CHAIN_CLEAN && l->state.count > 0)
        rc = 0;
    else if (tail == CHAIN_CLEAN)
        err_set(e, ERR_VERIFY, "%s: is empty", l->log);
    else
        err_set(e, ERR_VERIFY, "%s: torn or altered: %s", l->log, what.text);
done:
    file_close(lock);
    ledger_close(l);
    return rc;
}
