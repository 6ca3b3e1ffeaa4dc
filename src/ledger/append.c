/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is written to a log: batches, genesis, what is told of repairs. */
#include "ledger/append.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/genesis.h"
#include "ledger/handle.h"
#include "ledger/names.h"
#include "ledger/proof/checkpoint.h"
#include "ledger/repair.h"
#include "util/clock.h"
#include "util/file.h"
#include "util/key.h"
#include "util/lock.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"
#include "util/tail.h"

/* Effect: a record that stands behind a publish record in one batch, and is of that run, has its
 * key, which nobody could know before. */
static void fill_in_run(struct record *r, const struct record *publish)
{
    char key[RUN_HEX + 1];

    if (strcmp(r->type, "open") == 0 && r->count > 0 && strcmp(r->fields[0].key, "run") == 0 &&
        strcmp(r->text + r->fields[0].value, RECORD_RUN_UNKNOWN) == 0)
        memcpy(r->text + r->fields[0].value, hex_encode(key, publish->sum, RUN_HEX / 2), RUN_HEX);
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
        if ((next->count == 0) != (strcmp(r->type, "genesis") == 0)) {
            rc = err_set(e, ERR_SOFTWARE, "a %s record cannot be record %" PRIu64, r->type,
                         next->count);
            break;
        }
        r->seq = next->count++;
        r->time_us = next->time_us;
        r->batch = i + 1 == count ? count : 0;
        memcpy(r->prev, next->head, SHA256_LEN);
        if (i > 0 && strcmp(r[-1].type, "publish") == 0)
            fill_in_run(r, r - 1);
        if ((rc = record_check_counts(r, e)) == 0)
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

/* Effect: r becomes record 0 of an empty ledger, and key.pub is written. */
static int begin(struct ledger *l, const struct ledger_genesis *g, struct record *r, struct err *e)
{
    char path[PATH_MAX], hex[2 * KEY_PUBLIC_LEN + 1], line[sizeof hex + SITE_NAME + 16];
    uint8_t random[GENESIS_RANDOM];

    if (random_bytes(random, sizeof random, e) < 0 ||
        paths_join(path, sizeof path, l->directory, "key.pub", e) < 0)
        return -1;
    genesis_make(r, g, random);
    snprintf(line, sizeof line, "ed25519:%s %s\n", hex_encode(hex, g->key, KEY_PUBLIC_LEN),
             g->site);
    /* This syncs the directory too, and with it the name of the new log. */
    return file_write(path, line, strlen(line), FILE_OWN, e);
}

/* Effect: what is read from the log is on the disk: another may have died, or his sync have
 * failed, before it was. What we write stands on it. */
static int make_sure(struct ledger *l, struct err *e)
{
    if (file_sync(l->fd, l->log, e) == 0)
        return 0;
    l->poisoned = true;
    return -1;
}

/* Effect: writes what the log lacks before anything else may follow: record 0, and what is to be
 * told of repairs. One batch, as a ledger with the one must not be without the others. */
static int write_due(struct ledger *l, const struct ledger_genesis *g, struct err *e)
{
    size_t first = l->state.count == 0;
    int rc = -1, told = repair_count(l, e);

    if (told < 0 || first + (size_t)told == 0)
        return told;
    struct record *records = err_alloc(1 + REPAIR_MOST, sizeof *records, "records", e);
    if (!records || (told = repair_tell(l, records + first, e)) < 0)
        goto done;
    if (first && begin(l, g, records, e) < 0)
        goto done;
    rc = first + (size_t)told > 0 ? write_batch(l, records, first + (size_t)told, e) : 0;
done:
    free(records);
    return rc;
}

/* What was signed was whole on the disk before: if it is no more, that was no crash. */
static int check_signed(struct ledger *l, struct err *e)
{
    char path[PATH_MAX], *data;
    size_t len;
    struct note n;
    struct checkpoint c;
    struct err why = {0};

    if (paths_join(path, sizeof path, l->directory, "checkpoint", e) < 0)
        return -1;
    if (!file_is_taken(path))
        return 0;
    if (file_read_left(path, NOTE_MOST, &data, &len, e) < 0)
        return -1;
    if (note_read(&n, data, len, &why) == 0 && checkpoint_read(&c, &n, &why) == 0 &&
        c.size > l->state.count)
        err_set(&why, ERR_INPUT,
                "covers %" PRIu64 " records, and the log has %" PRIu64
                ": it was cut, or an older copy was put in its place (nothing was changed; see "
                "metaneuron ledger verify)",
                c.size, l->state.count);
    free(data);
    return why.code ? err_set(e, why.code, "%s: %s", path, why.text) : 0;
}

int ledger_settle(struct ledger *l, const struct ledger_genesis *g, struct err *e)
{
    const uint64_t before = l->state.bytes;
    bool fresh = !l->checked;
    enum chain_tail tail;

    if (ledger_read_on(l, &tail, e) < 0)
        return -1;
    if ((!l->checked || tail == CHAIN_TORN) && check_signed(l, e) < 0)
        return -1;
    l->checked = true;
    if (l->state.count == 0 && !g)
        return err_set(e, ERR_OPEN, "%s: holds no ledger", l->directory);
    if (tail == CHAIN_TORN && repair_quarantine(l, e) < 0)
        return -1;
    if (tail != CHAIN_TORN && (fresh || l->state.bytes != before) && make_sure(l, e) < 0)
        return -1;
    return write_due(l, g, e);
}

int ledger_hold(struct ledger *l, struct err *e)
{
    char path[PATH_MAX];

    if (l->lock < 0)
        return err_set(e, ERR_SOFTWARE, "%s: is open for reading", l->directory);
    if (paths_join(path, sizeof path, l->directory, "lock", e) < 0 ||
        ledger_lock(l, l->lock, path, e) < 0)
        return -1;
    /* Another writer may have appended, or died within its batch, since we looked. */
    if (ledger_settle(l, NULL, e) == 0)
        return 0;
    file_unlock(l->lock);
    return -1;
}

void ledger_release(struct ledger *l)
{
    file_unlock(l->lock);
}

int ledger_append(struct ledger *l, struct record *records, size_t count, const uint8_t *head,
                  struct err *e)
{
    uint8_t believed[SHA256_LEN];
    int rc = -1;

    if (head) /* it may be this handle's own, which reading on moves */
        memcpy(believed, head, sizeof believed);
    if (count == 0)
        return err_set(e, ERR_SOFTWARE, "%s: a batch has at least one record", l->directory);
    if (ledger_hold(l, e) < 0)
        return -1;
    if (head && memcmp(believed, l->state.head, sizeof believed) != 0)
        err_set(e, ERR_INCOMPLETE, "%s: another record was appended meanwhile", l->log);
    else
        rc = write_batch(l, records, count, e);
    ledger_release(l);
    return rc;
}
