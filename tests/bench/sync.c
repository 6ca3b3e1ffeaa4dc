/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sync: what it costs a centre to take in the log of another, beside what nobody can avoid, which is
 * to verify it.
 *
 *   sync DIR RECORDS ROUNDS
 *
 * makes two centres in DIR, which is not there, of which one has said so many records. In each
 * round its ledger is verified (as by metaneuron ledger verify), and then taken in by the other:
 * for the first time, with nothing new, and with one record that is. Medians are printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/trust/audit.h"
#include "site/house/identity.h"
#include "site/house/say.h"
#include "site/mirror/sync.h"
#include "util/clock.h"
#include "util/directory.h"
#include "util/store.h"

enum { BATCH = 64, ROUNDS = 99, PATH = 300 };

/* What is measured. */
enum what { VERIFY, FIRST, AGAIN, ONE, WHATS };

static struct err e;

static void check(int rc)
{
    if (rc == 0)
        return;
    fprintf(stderr, "sync: %s\n", e.text);
    exit(1);
}

static void make(struct house *h, const char *dir, const char *name)
{
    char path[PATH], exchange[PATH];
    const struct house_plan plan = {.name = name, .exchange = exchange};

    snprintf(path, sizeof path, "%s/%s", dir, name);
    snprintf(exchange, sizeof exchange, "%s/exchange", dir);
    check(house_make(path, &plan, false, &e));
    check(house_open(h, path, true, false, &e));
    check(say_again(h, &e));
}

/* The records that a centre says of a run, and what it has heard of others. */
static void fill(struct record *r, uint64_t i)
{
    static const uint8_t digest[SHA256_LEN] = {0x5a, 0x17, 0xc3};
    static const char *const types[] = {"approve", "claim", "submit", "deliver", "heard", "heard"};
    const char *type = types[i % 6];

    record_begin(r, type);
    record_set(r, "run", "%016llx", (unsigned long long)(i / 6 * UINT64_C(0x9e3779b97f4a7c15)));
    if (i % 6 == 2 || i % 6 == 3)
        record_set(r, "round", "1");
    if (i % 6 == 0 || i % 6 == 3)
        record_set_digest(r, "file", digest);
    if (i % 6 == 0)
        record_set(r, "rule", "functions.1.start");
    if (i % 6 == 1 || i % 6 == 2)
        record_set(r, "slave", "beta/wdbc/1");
    if (i % 6 == 1) {
        record_set(r, "node", "-");
        record_set(r, "slot", "-");
        record_set(r, "items", "190");
        record_set_digest(r, "commit", digest);
        record_set_digest(r, "copy", digest);
    }
    if (i % 6 == 2) {
        record_set_digest(r, "state", digest);
        record_set(r, "items", "190");
        record_set_number(r, "seconds", 0.731);
    }
    if (i % 6 > 3) {
        record_set(r, "site", "gamma");
        record_set_digest(r, "record", digest);
    }
}

/* Effect: the centre has said so many records, and published them. */
static void say_many(struct house *h, uint64_t count)
{
    static struct record batch[BATCH];
    size_t n = 0;

    for (uint64_t i = 0; i < count; i++) {
        fill(&batch[n++], i);
        if (n < BATCH && i + 1 < count)
            continue;
        check(ledger_append(h->ledger, batch, n, NULL, &e));
        n = 0;
    }
    check(say_again(h, &e));
}

static double sync_seconds(struct house *h, enum mirror_news wanted)
{
    struct sync_report r;
    double begin = clock_steady();

    check(sync_all(h, &r, &e));
    double seconds = clock_steady() - begin;
    if (r.peers[0].report.news != wanted) {
        fprintf(stderr, "sync: %s\n", r.peers[0].report.text);
        exit(1);
    }
    free(r.peers);
    return seconds;
}

static double verify_seconds(const char *directory)
{
    const struct audit_known known = {0};
    struct audit a;
    double begin = clock_steady();

    check(audit_ledger(directory, &known, &a, &e));
    double seconds = clock_steady() - begin;
    audit_free(&a);
    return seconds;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *list, size_t n)
{
    qsort(list, n, sizeof *list, compare);
    return list[n / 2];
}

static void round_of(struct house *alpha, struct house *beta, double seconds[WHATS])
{
    char mirror[PATH_MAX], cosignature[PATH_MAX];

    check(peers_mirror(alpha, "beta", mirror, &e));
    check(house_path(alpha, "cosig/beta", cosignature, &e));
    file_remove_tree(mirror);
    file_remove(cosignature);
    seconds[VERIFY] = verify_seconds(ledger_directory(beta->ledger));
    seconds[FIRST] = sync_seconds(alpha, MIRROR_NEW);
    seconds[AGAIN] = sync_seconds(alpha, MIRROR_SAME);
    say_many(beta, 1);
    seconds[ONE] = sync_seconds(alpha, MIRROR_NEW);
}

int main(int argc, char **argv)
{
    static double seconds[WHATS][ROUNDS], ratios[ROUNDS];
    struct house alpha, beta;
    char text[IDENTITY_FINGERPRINT], path[PATH], *note;
    uint8_t digest[SHA256_LEN];
    struct peer added;
    size_t len, rounds = argc == 4 ? (size_t)strtoull(argv[3], NULL, 10) : 0;

    if (rounds == 0 || rounds > ROUNDS) {
        fprintf(stderr, "usage: sync DIR RECORDS ROUNDS\n");
        return 2;
    }
    check(file_mkdirs(argv[1], &e));
    make(&alpha, argv[1], "alpha");
    make(&beta, argv[1], "beta");
    snprintf(path, sizeof path, "%s/exchange/beta/id-1", argv[1]);
    check(file_read(path, IDENTITY_MOST, &note, &len, &e));
    check(hash_bytes(note, len, digest, &e));
    free(note);
    check(peers_add(&alpha, "beta", identity_fingerprint(text, digest), &added, &e));
    say_many(&beta, strtoull(argv[2], NULL, 10));
    for (size_t i = 0; i <= rounds; i++) { /* the first is not counted */
        double all[WHATS];
        size_t at = i == 0 ? 0 : i - 1;
        round_of(&alpha, &beta, all);
        for (int k = 0; k < WHATS; k++)
            seconds[k][at] = all[k];
        ratios[at] = all[FIRST] / all[VERIFY];
    }
    printf("a peer's log of %s records: medians of %zu rounds\n", argv[2], rounds);
    printf("  verified    %8.4f s\n", median(seconds[VERIFY], rounds));
    printf("  taken in    %8.4f s, %.2f times as long (target: at most 1.2)\n",
           median(seconds[FIRST], rounds), median(ratios, rounds));
    printf("  once more   %8.4f s\n", median(seconds[AGAIN], rounds));
    printf("  one is new  %8.4f s\n", median(seconds[ONE], rounds));
    house_close(&alpha);
    house_close(&beta);
    return 0;
}
