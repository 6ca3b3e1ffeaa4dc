/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The snapshot of a ledger: whatever its bytes are, the ledger is what its log says.
 *
 * The input is a snapshot without its seal, which is added here.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/leaves.h"
#include "util/hash.h"
#include "util/store.h"

enum { RECORDS = 300, BATCH = 4 };

static const uint8_t public_key[SHA256_LEN] = {1, 2, 3};

/* A ledger that is the same each time, and where what says so is compared with. */
static char directory[64], path[80];
static struct chain_state state;
static uint8_t root[SHA256_LEN];

static void fill(struct record *r, uint64_t seq)
{
    char hex[SHA256_HEX + 1];

    record_begin(r, seq == 0 ? "genesis" : "decline");
    if (seq == 0) {
        record_set(r, "format", "1");
        record_set(r, "origin", "metaneuron/jena/6a09e667f3bcc908");
        record_set(r, "site", "jena");
        record_set(r, "key", "ed25519:%s", hex_encode(hex, public_key, sizeof public_key));
        record_set(r, "supply", "2100000000");
        record_set(r, "granted", "100000000");
        record_set(r, "rate", "1/100000");
        record_set(r, "policy", "none");
    } else {
        record_set(r, "run", "0123456789abcdef");
        record_set(r, "slave", "jena/d/%d", (int)(seq % 7));
        record_set(r, "node", "node1");
        record_set(r, "reason", "%*d", (int)(seq % 40), (int)seq);
    }
    r->seq = seq;
    r->time_us = 1700000000000000 + (int64_t)seq * 1000;
    r->batch = seq == 0 ? 1 : seq % BATCH == 0 ? BATCH : seq == RECORDS - 1 ? seq % BATCH : 0;
}

static void end(void)
{
    unlink(path);
    strcpy(strrchr(path, '/') + 1, "log");
    unlink(path);
    rmdir(directory);
}

static void make_ledger(void)
{
    static struct record r;
    struct buf b = {0};
    uint8_t sum[SHA256_LEN] = {0};
    struct hash *h = hash_create(NULL);

    snprintf(directory, sizeof directory, "%s/metaneuron-fuzz-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    must(h && mkdtemp(directory));
    for (uint64_t i = 0; i < RECORDS; i++) {
        fill(&r, i);
        memcpy(r.prev, sum, sizeof sum);
        must(record_encode(&r, h, &b, NULL) == 0);
        memcpy(sum, r.sum, sizeof sum);
    }
    snprintf(path, sizeof path, "%s/log", directory);
    must(file_write(path, b.data, b.len, 0600, NULL) == 0);
    snprintf(path, sizeof path, "%s/snapshot", directory);
    atexit(end);
    struct ledger *l = ledger_open_read(directory, NULL);
    must(l && ledger_cached(l) == 0 && ledger_root(l, RECORDS, root, NULL) == 0);
    state = *ledger_state(l);
    must(state.count == RECORDS && state.bytes == b.len);
    ledger_close(l);
    buf_free(&b);
    hash_destroy(h);
}

/* A record of each tile is proved to be in the log, or the snapshot is not the log's. */
static void prove(struct ledger *l, const uint8_t now[static SHA256_LEN])
{
    struct hash *h = hash_create(NULL);

    must(h);
    for (uint64_t seq = 1; seq < RECORDS; seq += 149) {
        struct tree_path proof;
        struct buf line = {0};
        uint8_t leaf[SHA256_LEN];
        char start[32];
        must(ledger_prove(l, seq, RECORDS, &proof, &line, NULL) == 0);
        snprintf(start, sizeof start, "%d ", (int)seq);
        must(strncmp(line.data, start, strlen(start)) == 0);
        must(tree_leaf(h, line.data, line.len, leaf, NULL) == 0);
        must(tree_check(&proof, leaf, seq, RECORDS, now, NULL) == 0);
        buf_free(&line);
    }
    hash_destroy(h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct buf b = {0};
    uint8_t seal[SHA256_LEN], now[SHA256_LEN];

    if (!*directory)
        make_ledger();
    must(hash_bytes(data, len, seal, NULL) == 0);
    buf_add(&b, data, len);
    buf_add(&b, seal, sizeof seal);
    must(file_write(path, b.data, b.len, 0600, NULL) == 0);
    buf_free(&b);
    fuzz_memory_begin();
    struct ledger *l = ledger_open_read(directory, NULL);
    fuzz_memory_end((1 << 20) + 4 * len);
    must(l && ledger_state(l)->count == state.count && ledger_state(l)->bytes == state.bytes);
    must(memcmp(ledger_state(l)->head, state.head, SHA256_LEN) == 0);
    must(ledger_root(l, RECORDS, now, NULL) == 0);
    must(memcmp(now, root, SHA256_LEN) == 0);
    prove(l, now);
    ledger_close(l);
    return 0;
}
