/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long the filter's scores take, as calls of the library with the data in memory:
 *
 *   filter METHOD N D REPEATS THREADS
 *
 * METHOD: lof (textbook, k = 20) and pos-lof from distances and stakes alone; filter-lof (scale
 * none), filter-pos-lof and filter-union (cut simulated, as in a run) through filter_apply(). Prints
 * "SECONDS CPU" for each call but the first, which warms; of that, if REPEATS is 0. At last "peak
 * KiB": that of the process beyond what the data take.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "stats/distance.h"
#include "stats/filter.h"
#include "stats/lof.h"
#include "util/blas.h"
#include "util/clock.h"

static double *normal_numbers(size_t count)
{
    uint64_t state = 88172645463325252u;
    double *x = malloc(count * sizeof *x);

    for (size_t i = 0; x && i < count; i++) {
        x[i] = -6;
        for (int k = 0; k < 12; k++) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            x[i] += (double)(state >> 11) / 9007199254740992.0;
        }
    }
    return x;
}

static int by_library(bool pos, const double *x, size_t n, size_t d, struct err *e)
{
    struct lof_options o = pos ? lof_pos(0.5, 1e-9) : lof_textbook(n > 20 ? 20 : n - 1, n, 1e-9);
    struct distances s;
    double *stake = malloc(n * sizeof *stake), *score = malloc(n * sizeof *score);
    int rc = -1;

    for (size_t i = 0; i < n; i++)
        stake[i] = 1 / (double)n;
    if (distances_open(&s, DISTANCE_EUCLID, x, n, d, DISTANCE_KEPT, e) == 0) {
        rc = lof_scores(&o, &s, stake, score, e);
        distances_close(&s);
    }
    free(stake);
    free(score);
    return rc;
}

static int by_filter(enum filter_method method, const double *x, size_t n, size_t d, struct err *e)
{
    bool lof = method == FILTER_LOF, both = method == FILTER_UNION;
    const struct filter_options o = {.method = method,
                                     .scale = lof ? FILTER_SCALE_NONE : FILTER_SCALE_MAD,
                                     .threshold = NAN,
                                     .ratio = NAN,
                                     .kappa = 0.5,
                                     .k = 20,
                                     .cut = both ? FILTER_CUT_SIMULATED : FILTER_CUT_FIXED,
                                     .target_fpr = 0.05};
    const struct filter_input in = {.n = n, .d = d, .features = x};
    struct filter_outcome out = {0};
    int rc = filter_apply(&o, &in, &out, e);

    filter_outcome_free(&out);
    return rc;
}

static int call(const char *name, const double *x, size_t n, size_t d, struct err *e)
{
    static const char through[] = "filter-";

    if (strncmp(name, through, strlen(through)) == 0)
        return by_filter(filter_method_of(name + strlen(through)), x, n, d, e);
    return by_library(strcmp(name, "pos-lof") == 0, x, n, d, e);
}

static double computed(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static long peak_kib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

int main(int argc, char **argv)
{
    static const char known[] = "lof pos-lof filter-lof filter-pos-lof filter-union";
    struct err e = {0};

    if (argc != 6 || !strstr(known, argv[1]))
        return fprintf(stderr, "usage: filter METHOD N D REPEATS THREADS\n"), 2;
    size_t n = strtoull(argv[2], NULL, 10), d = strtoull(argv[3], NULL, 10);
    size_t repeats = strtoull(argv[4], NULL, 10);
    double *x = normal_numbers(n * d);
    if (n < 2 || d < 1 || !x)
        return fprintf(stderr, "filter: expected 2 rows, 1 column\n"), 2;
    blas_take_threads((unsigned)strtoul(argv[5], NULL, 10));
    long before = peak_kib();
    for (size_t i = 0; i <= repeats; i++) { /* the first one warms */
        double start = clock_steady(), begun = computed();
        if (call(argv[1], x, n, d, &e) < 0)
            return fprintf(stderr, "filter: %s\n", e.text), 1;
        if (i > 0 || repeats == 0)
            printf("%.6f %.6f\n", clock_steady() - start, computed() - begun);
    }
    printf("peak %ld\n", peak_kib() - before);
    free(x);
    return 0;
}
