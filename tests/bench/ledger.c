/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger: how long a ledger takes, beside what nobody can avoid, and beside two databases.
 *
 *   ledger fill DIR RECORDS          a ledger of so many records, as a run writes them
 *   ledger read DIR ROUND            verifies, opens and proves, with a snapshot and without
 *   ledger append DIR ROUNDS BATCHES appends records one by one and 64 at a time, in turn with
 *                                    stores that keep the same lines
 *
 * One line per measurement, ROUND NAME VALUE: seconds, of one of what the name says.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ledger/leaves.h"
#include "stores.h"
#include "util/clock.h"
#include "util/store.h"

enum { BATCH = 64, PROOFS = 20, SUM_FIELD = 69, NODE_BYTES = 65 };

static struct err e;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "ledger: %s\n", what);
    exit(1);
}

static void check(bool good)
{
    if (!good)
        die(e.text);
}

static double processor_seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void tell(int round, const char *name, double value)
{
    printf("%d %s %.9f\n", round, name, value);
}

static uint64_t number(const char *text)
{
    char *end;
    uint64_t n = strtoull(text, &end, 10);

    if (*end || n == 0)
        die("a number is wrong");
    return n;
}

/* The records that a run with one round writes for each slave, in turn. */
static void make_record(struct record *r, uint64_t i)
{
    static const uint8_t digest[SHA256_LEN] = {0x5a, 0x17, 0xc3};
    static const char *const types[] = {"view", "claim", "submit", "filter", "settle"};
    const char *type = types[i % 5];

    record_begin(r, type);
    record_set(r, "run", "%016llx", (unsigned long long)(i / 500 * UINT64_C(0x9e3779b97f4a7c15)));
    if (i % 5 == 2 || i % 5 == 3)
        record_set(r, "round", "1");
    record_set(r, "slave", "jena/wdbc/%d", (int)(i / 5 % 100));
    if (i % 5 < 2)
        record_set(r, "node", "node%d", (int)(i / 5 % 100));
    if (i % 5 == 0)
        record_set_digest(r, "copy", digest);
    if (i % 5 == 1) {
        record_set(r, "slot", "%d", (int)(i / 5 % 100));
        record_set(r, "items", "190");
        record_set_digest(r, "commit", digest);
        record_set_digest(r, "copy", digest);
    }
    if (i % 5 == 2) {
        record_set_digest(r, "state", digest);
        record_set(r, "items", "190");
        record_set_number(r, "seconds", 0.731);
    }
    if (i % 5 == 3) {
        record_set(r, "method", "pos-lof");
        record_set_number(r, "score", 1.0 + (double)(i % 997) / 997);
        record_set_number(r, "threshold", 1.5);
        record_set_number(r, "weight", 0.25);
        record_set_number(r, "share", 0.01);
        record_set(r, "decision", "accepted");
        record_set(r, "why", "-");
    }
    if (i % 5 == 4) {
        record_set(r, "decision", "accepted");
        record_set(r, "items", "190");
        record_set(r, "credits", "2500");
        record_set_digest(r, "result", digest);
    }
}

static struct ledger *open_new(const char *dir)
{
    static const uint8_t key[KEY_PUBLIC_LEN] = {1, 2, 3};
    struct ledger *l = ledger_open(dir, &(struct ledger_genesis){"jena", key}, &e);

    check(l != NULL);
    return l;
}

/* Writes a log of single records without a sync for each: that is measured elsewhere. */
static void fill(const char *dir, uint64_t records)
{
    char path[4096];
    struct ledger *l = open_new(dir);
    struct chain_state s = *ledger_state(l);
    struct buf b = {0};
    struct record r;
    struct hash *h = hash_create(&e);

    check(h != NULL);
    snprintf(path, sizeof path, "%s/log", dir);
    FILE *log = fopen(path, "ae");
    if (!log || s.count != 1)
        die("the directory is to be new");
    for (; s.count < records; s.count++) {
        make_record(&r, s.count);
        r.seq = s.count;
        s.time_us += 1000;
        r.time_us = s.time_us;
        r.batch = 1;
        memcpy(r.prev, s.head, SHA256_LEN);
        buf_reset(&b);
        check(record_encode(&r, h, &b, &e) == 0);
        memcpy(s.head, r.sum, SHA256_LEN);
        if (fwrite(b.data, 1, b.len, log) != b.len)
            die("the disk is full");
    }
    if (fclose(log) != 0)
        die("the disk is full");
    ledger_close(l);
    buf_free(&b);
    hash_destroy(h);
}

/* Tells how many bytes of a log are hashed for what, on average: what is compared with. */
static void tell_bytes(const char *dir)
{
    char path[4096], *data = NULL;
    size_t len, lines = 0;

    snprintf(path, sizeof path, "%s/log", dir);
    check(file_read(path, UINT64_C(1) << 40, &data, &len, &e) == 0);
    for (const char *p = data; (p = memchr(p, '\n', (size_t)(data + len - p))); p++)
        lines++;
    tell(0, "records", (double)lines);
    tell(0, "bytes", (double)len / (double)lines);
    free(data);
}

static void measure_verify(int round, const char *dir, struct ledger_root *roots, size_t count,
                           const char *name)
{
    struct chain_state state;
    char of_processor[64];
    double begun = clock_steady(), used = processor_seconds();

    check(ledger_verify_also(dir, &(struct ledger_also){.roots = roots, .count = count}, &state,
                             &e) == 0);
    snprintf(of_processor, sizeof of_processor, "%s-processor", name);
    tell(round, of_processor, processor_seconds() - used);
    tell(round, name, clock_steady() - begun);
}

static void measure_open(int round, const char *dir, const char *name)
{
    double begun = clock_steady();
    struct ledger *l = ledger_open(dir, NULL, &e);

    tell(round, name, clock_steady() - begun);
    check(l != NULL);
    ledger_close(l);
}

/* Opens a ledger and proves a record of it: the first proof, and those that follow. */
static void measure_prove(int round, const char *dir)
{
    struct tree_path path;
    struct buf line = {0};
    double begun = clock_steady();
    struct ledger *l = ledger_open_read(dir, &e);

    check(l != NULL);
    uint64_t size = ledger_state(l)->count, seq = size / 3;
    check(ledger_prove(l, seq, size, &path, &line, &e) == 0);
    tell(round, "open-prove", clock_steady() - begun);
    begun = clock_steady();
    for (uint64_t i = 1; i <= PROOFS; i++)
        check(ledger_prove(l, (seq + i * (size / 7 + 1)) % size, size, &path, &line, &e) == 0);
    tell(round, "prove", (clock_steady() - begun) / PROOFS);
    ledger_close(l);
    buf_free(&line);
}

static void measure_read(int round, const char *dir)
{
    char path[4096];
    struct ledger_root roots[3] = {{.size = 1}, {.size = 700}, {.size = 1000}};

    snprintf(path, sizeof path, "%s/snapshot", dir);
    if (round == 0)
        tell_bytes(dir);
    unlink(path);
    measure_verify(round, dir, NULL, 0, "verify-chain");
    measure_verify(round, dir, roots, 3, "verify");
    measure_open(round, dir, "open");
    struct ledger *l = ledger_open_read(dir, &e);
    double begun = clock_steady();
    check(l && ledger_save_snapshot(l, &e) == 0);
    tell(round, "save", clock_steady() - begun);
    ledger_close(l);
    measure_open(round, dir, "open-snapshot");
    measure_prove(round, dir);
}

/* The lines of a batch, as they would be in a log. */
static size_t make_lines(char *lines, size_t each[BATCH], uint64_t first, size_t count)
{
    static struct record r;
    struct buf b = {0};
    struct hash *h = hash_create(&e);

    for (size_t i = 0; i < count; i++) {
        size_t before = b.len;
        make_record(&r, first + i);
        r.seq = first + i;
        r.time_us = INT64_C(1700000000000000);
        r.batch = 1;
        check(record_encode(&r, h, &b, &e) == 0);
        each[i] = b.len - before;
    }
    memcpy(lines, b.data, b.len);
    size_t len = b.len;
    buf_free(&b);
    hash_destroy(h);
    return len;
}

/* Appends a batch to the ledger. */
static double append_ledger(struct ledger *l, struct record *records, size_t count)
{
    double begun = clock_steady();

    check(ledger_append(l, records, count, NULL, &e) == 0);
    return clock_steady() - begun;
}

/* Each turn appends one batch to each store, which so see the same disk. */
static void measure_append(int round, const char *dir, size_t batch, int turns)
{
    static struct record records[BATCH];
    static char lines[BATCH * RECORD_MOST];
    char path[4096], name[64];
    size_t each[BATCH];
    double total[STORES + 1] = {0}, used[STORES + 1] = {0};
    struct store *stores[STORES];

    snprintf(path, sizeof path, "%s/ledger-%d-%zu", dir, round, batch);
    struct ledger *l = open_new(path);
    for (size_t k = 0; k < STORES; k++) {
        snprintf(path, sizeof path, "%s/%s-%d-%zu", dir, store_name(k), round, batch);
        stores[k] = store_open(k, path);
    }
    for (int turn = 0; turn < turns; turn++) {
        uint64_t first = (uint64_t)turn * batch;
        size_t len = make_lines(lines, each, first, batch);
        for (size_t i = 0; i < batch; i++)
            make_record(&records[i], first + i);
        for (size_t n = 0; n <= STORES; n++) {
            size_t k = (n + (size_t)turn) % (STORES + 1); /* another one comes first each time */
            double begun = processor_seconds();
            if (k == STORES)
                total[k] += append_ledger(l, records, batch);
            else if (stores[k])
                total[k] += store_append(stores[k], first, lines, len, each, batch);
            used[k] += processor_seconds() - begun;
        }
    }
    for (size_t k = 0; k <= STORES; k++) {
        if (k < STORES && !stores[k])
            continue;
        snprintf(name, sizeof name, "%s-%zu", k < STORES ? store_name(k) : "ledger", batch);
        tell(round, name, total[k] / turns);
        snprintf(name, sizeof name, "%s-%zu-processor", k < STORES ? store_name(k) : "ledger",
                 batch);
        tell(round, name, used[k] / turns);
        if (k < STORES)
            store_close(stores[k]);
    }
    ledger_close(l);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "fill") == 0)
        fill(argv[2], number(argv[3]));
    else if (argc == 4 && strcmp(argv[1], "read") == 0)
        measure_read((int)strtol(argv[3], NULL, 10), argv[2]);
    else if (argc == 5 && strcmp(argv[1], "append") == 0)
        for (int round = 0; round <= (int)number(argv[3]); round++) {
            measure_append(round, argv[2], 1, (int)number(argv[4]));
            measure_append(round, argv[2], BATCH, (int)number(argv[4]));
        }
    else
        die("fill DIR RECORDS, read DIR ROUNDS or append DIR ROUNDS BATCHES");
    return 0;
}
