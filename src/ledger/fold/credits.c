/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of credits. */
#include "ledger/fold/credits.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef unsigned __int128 wide; /* total * work needs more than 64 bits */

uint64_t credits_emission(uint64_t left, uint64_t numerator, uint64_t denominator)
{
    return (uint64_t)((wide)left * numerator / denominator);
}

/* A party's fraction after the whole parts are given. */
struct fraction {
    wide rest;
    size_t party;
};

static int by_rest(const void *a, const void *b)
{
    const struct fraction *x = a, *y = b;

    if (x->rest != y->rest)
        return x->rest > y->rest ? -1 : 1;
    return x->party < y->party ? -1 : 1;
}

int credits_divide(uint64_t total, const uint64_t *work, size_t n, uint64_t *part, struct err *e)
{
    wide sum = 0;
    uint64_t given = 0;
    struct fraction *rest = err_alloc(n, sizeof *rest, "credits", e);

    if (!rest)
        return -1;
    for (size_t i = 0; i < n; i++)
        sum += work[i];
    for (size_t i = 0; i < n; i++) {
        wide share = (wide)total * work[i];
        part[i] = sum ? (uint64_t)(share / sum) : 0;
        rest[i] = (struct fraction){sum ? share % sum : 0, i};
        given += part[i];
    }
    qsort(rest, n, sizeof *rest, by_rest);
    /* Fewer hundredths remain than there are parties with a fraction. */
    for (size_t i = 0; sum && i < n && given < total; i++, given++)
        part[rest[i].party]++;
    free(rest);
    return 0;
}

const char *credits_format(char text[static CREDITS_TEXT], uint64_t hundredths)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, hundredths / 100);
    size_t out = 0;

    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            text[out++] = ',';
        text[out++] = digits[i];
    }
    snprintf(text + out, CREDITS_TEXT - out, ".%02" PRIu64, hundredths % 100);
    return text;
}
