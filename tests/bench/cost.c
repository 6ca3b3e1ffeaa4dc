/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cost: how long functions take over blocks in memory, and sources to read files, next
 * to what nobody can avoid: reading the same memory or the same bytes, and dsyrk alone.
 *
 *   cost TABLE.h5 TABLE.csv
 *
 * TABLE.h5 is what make_data writes. One line per measurement, NAME SECONDS BYTES, and
 * result lines, "= NAME NUMBER…", which cost.py prints too.
 */

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/source.h"
#include "function/bound.h"
#include "function/common/lapack.h"
#include "function/registry.h"
#include "util/clock.h"
#include "util/versions.h"

enum { BLOCK = 32768 }; /* doubles in a block, as the engine has them */

struct table {
    size_t rows, columns;
    double *data;
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "cost: %s\n", what);
    exit(1);
}

static void tell(const char *name, double begun, double bytes)
{
    printf("%s %.9f %.0f\n", name, clock_steady() - begun, bytes);
}

/* Reads a file by blocks as the engine does; into data, or the same block again and again. */
static struct table read_source(const char *name, const char *path, double *block, bool keep)
{
    const struct source_options all = {.missing = SOURCE_MISSING_NAN};
    struct err e = {0};
    double begun = clock_steady();
    struct source *s = source_open(path, &all, &e);

    if (!s)
        die(e.text);
    struct table t = {source_rows(s), source_columns(s), NULL};
    size_t each = BLOCK / t.columns, kept;
    if (keep && !(t.data = malloc(t.rows * t.columns * sizeof *t.data)))
        die("out of memory");
    for (size_t r = 0; r < t.rows; r += each) {
        size_t n = t.rows - r < each ? t.rows - r : each;
        if (source_read(s, r, n, keep ? t.data + r * t.columns : block, &kept, &e) < 0)
            die(e.text);
    }
    source_close(s);
    if (!keep)
        tell(name, begun, (double)(t.rows * t.columns * sizeof(double)));
    return t;
}

/* What read(2) alone takes for the same file. */
static void read_plain(const char *path, void *block)
{
    double begun = clock_steady(), bytes = 0;
    int fd = open(path, O_RDONLY);
    ssize_t n;

    if (fd < 0)
        die("a table cannot be opened");
    while ((n = read(fd, block, BLOCK * sizeof(double))) > 0)
        bytes += (double)n;
    close(fd);
    tell("read(2)", begun, bytes);
}

/* All of the memory, by eight sums of eight, which the loads outpace. */
VERSIONS static double read_memory(const double *x, size_t n)
{
    double sum[64] = {0};

    for (size_t i = 0; i + 64 <= n; i += 64)
        for (size_t j = 0; j < 64; j++)
            sum[j] += x[i + j];
    for (size_t j = 1; j < 64; j++)
        sum[0] += sum[j];
    return sum[0];
}

static void time_memory(const struct table *t)
{
    double begun = clock_steady();
    volatile double sum = read_memory(t->data, t->rows * t->columns);

    (void)sum;
    tell("memory", begun, (double)(t->rows * t->columns * sizeof(double)));
}

void dsyrk_(const char *uplo, const char *trans, const int *n, const int *k, const double *alpha,
            const double *a, const int *lda, const double *beta, double *c, const int *ldc, size_t,
            size_t);

static void time_dsyrk(const struct table *t)
{
    const int d = (int)t->columns;
    const double one = 1;
    double *c = calloc(t->columns * t->columns, sizeof *c);
    size_t each = BLOCK / t->columns;

    if (!c)
        die("out of memory");
    double begun = clock_steady();
    for (size_t r = 0; r < t->rows; r += each) {
        int n = (int)(t->rows - r < each ? t->rows - r : each);
        dsyrk_("L", "N", &d, &n, &one, t->data + r * t->columns, &d, &one, c, &d, 1, 1);
    }
    tell("dsyrk", begun, (double)(t->rows * t->columns * sizeof(double)));
    free(c);
}

/* Prints the first numbers of some arrays, to be compared. */
struct printer {
    struct function_output base;
    const char *arrays;
};

static int print_array(struct function_output *out, const struct function_array *a)
{
    struct printer *p = (struct printer *)out;
    char word[80];

    snprintf(word, sizeof word, " %s ", a->name);
    if (!strstr(p->arrays, word))
        return 0;
    printf("= %s", a->name);
    for (size_t i = 0; i < a->rows * a->columns && i < 8; i++)
        printf(" %.12g", a->values[i]);
    putchar('\n');
    return 0;
}

struct work {
    const char *label, *function, *arrays;
    struct function_setting settings[4];
    size_t count;
};

static void time_function(const struct work *w, const struct table *t, const char *const *names)
{
    struct err e = {0};
    const struct function *f = registry_find(w->function, &e);
    struct bound *b = f ? bound_create(f, w->settings, w->count, names, t->columns, &e) : NULL;
    double *state = b ? calloc(bound_length(b), sizeof *state) : NULL;
    size_t each = BLOCK / t->columns;
    struct printer out = {{print_array}, w->arrays};

    if (!state)
        die(e.text[0] ? e.text : "out of memory");
    double begun = clock_steady();
    for (size_t r = 0; r < t->rows; r += each) {
        const struct block block = {.rows = t->rows - r < each ? t->rows - r : each,
                                    .columns = t->columns,
                                    .first = r,
                                    .data = t->data + r * t->columns};
        if (bound_accumulate(b, state, &block, &e) < 0)
            die(e.text);
    }
    tell(w->label, begun, (double)(t->rows * t->columns * sizeof(double)));
    if (bound_finish(b, state, &out.base, &e) < 0)
        die(e.text);
    bound_destroy(b);
    free(state);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        die("expected TABLE.h5 TABLE.csv");
    char(*text)[32], **names;
    double *block = aligned_alloc(64, BLOCK * sizeof *block);
    const struct table t = read_source("", argv[1], NULL, true);
    static const struct function_setting two = {"order", FUNCTION_INTEGER, {.integer = 2}};
    const struct work works[] = {
        {"moments", "moments", " mean sd ", {two}, 1},
        {"moments4", "moments", "", {two}, 0},
        {"histogram",
         "histogram",
         " count ",
         {{"lower", FUNCTION_NUMBER, {.number = -20}},
          {"upper", FUNCTION_NUMBER, {.number = 30}},
          {"bins", FUNCTION_INTEGER, {.integer = 20}}},
         3},
        {"covariance", "covariance", " covariance ", {two}, 0},
        {"linreg", "linreg", " coefficients ", {{"target", FUNCTION_STRING, {.string = "c0"}}}, 1},
    };

    text = calloc(t.columns, sizeof *text);
    names = calloc(t.columns, sizeof *names);
    if (!block || !text || !names)
        die("out of memory");
    for (size_t j = 0; j < t.columns; j++) {
        snprintf(text[j], sizeof text[j], "c%u", (unsigned)j);
        names[j] = text[j];
    }
    time_memory(&t);
    for (size_t i = 0; i < sizeof works / sizeof works[0]; i++)
        time_function(&works[i], &t, (const char *const *)names);
    time_dsyrk(&t);
    time_memory(&t);
    read_plain(argv[1], block);
    read_source("hdf5", argv[1], block, false);
    read_source("csv", argv[2], block, false);
    free(t.data);
    free(block);
    free(text);
    free(names);
    return 0;
}
