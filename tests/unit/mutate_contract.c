/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads damaged copies of the golden contract: each must be refused with a
 * reason, or be a contract, and this process must live to count them.
 *
 * Usage: mutate_contract [COUNT [SEED]]
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract/contract.h"
#include "util/clock.h"
#include "util/parse.h"
#include "util/store.h"

static uint64_t state;

/* A number below n: xorshift64*, the same everywhere. */
static size_t below(size_t n)
{
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return (size_t)((state * UINT64_C(2685821657736338717)) >> 33) % n;
}

/* Damages the bytes in one of four ways; returns how many are left. */
static size_t mutate(char *bytes, size_t len)
{
    static const uint64_t odd[] = {0, 1, UINT64_MAX, UINT64_C(1) << 63, INT64_MAX, 0xffffffff};
    size_t at = below(len), n = 1 + below(8), way = below(8);

    if (way == 0)
        return 8 + below(len - 8);
    if (way == 1) /* a stretch from elsewhere */
        memmove(bytes + at, bytes + below(len - 64), at + 64 < len ? 64 : len - at);
    else if (way == 2) /* a number that breaks arithmetic */
        memcpy(bytes + at, &odd[below(6)], at + n < len ? n : len - at);
    else
        for (size_t i = 0; i < n; i++)
            bytes[below(len)] ^= (char)(1 << below(8));
    return len;
}

/* What became of the copies. */
enum outcome { ACCEPTED, REFUSED, CRASHED, STOPPED, HUNG, WRONG, OUTCOMES };

static enum outcome judge(struct reader *r, const char *bytes, size_t len)
{
    struct err e = {0};
    struct contract *c = contract_from_bytes(r, "mutant", bytes, len, &e);

    if (c) {
        bool good = strlen(c->id) == SHA256_HEX && c->title && c->digest;
        contract_destroy(c);
        return good ? ACCEPTED : WRONG;
    }
    if (e.code != ERR_INPUT || strncmp(e.text, "mutant", 6) != 0) {
        printf("# unexpected: code %d, %s\n", (int)e.code, e.text);
        return WRONG;
    }
    if (strstr(e.text, "HDF5 died") || strstr(e.text, "HDF5 ended"))
        return CRASHED;
    if (strstr(e.text, "the sandbox stopped"))
        return STOPPED;
    return strstr(e.text, "takes too long") ? HUNG : REFUSED;
}

static int run(struct reader *r, const char *original, size_t len, uint64_t count)
{
    uint64_t tally[OUTCOMES] = {0};
    char *copy = malloc(len);
    double start = clock_steady(), longest = 0;

    for (uint64_t i = 0; copy && i < count; i++) {
        double before = clock_steady();
        memcpy(copy, original, len);
        tally[judge(r, copy, mutate(copy, len))]++;
        double took = clock_steady() - before;
        longest = took > longest ? took : longest;
    }
    free(copy);
    printf("# %llu mutants: %llu accepted, %llu refused, %llu crashed the child, %llu stopped by "
           "the sandbox, %llu hung, %llu wrong\n# %.2f ms each, %.2f ms at most\n",
           (unsigned long long)count, (unsigned long long)tally[ACCEPTED],
           (unsigned long long)tally[REFUSED], (unsigned long long)tally[CRASHED],
           (unsigned long long)tally[STOPPED], (unsigned long long)tally[HUNG],
           (unsigned long long)tally[WRONG], (clock_steady() - start) * 1e3 / (double)count,
           longest * 1e3);
    return tally[WRONG] == 0 && tally[REFUSED] > 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct err e = {0};
    uint64_t count = 500, seed = 1;
    char *original = NULL;
    size_t len;
    int rc = -1;

    if ((argc > 1 && parse_u64(argv[1], &count) < 0) || (argc > 2 && parse_u64(argv[2], &seed) < 0))
        return ERR_USAGE;
    state = seed ^ UINT64_C(88172645463325252);
    struct reader *r = reader_start(&e);
    if (r && file_read(TEST_DATA "/contract-v1/contract.h5", 1 << 20, &original, &len, &e) == 0)
        rc = run(r, original, len, count);
    reader_stop(r);
    free(original);
    printf("1..1\n%s 1 - damaged contracts are refused or read%s%s\n", rc == 0 ? "ok" : "not ok",
           e.text[0] ? ": " : "", e.text);
    return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
