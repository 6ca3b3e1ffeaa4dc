/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a fuzz target without libFuzzer: on its seeds, and on what they become when they are cut,
 * lose a byte, or have a bit turned, at each place or, if these are too many, at every so-many-th.
 *
 * Usage: NAME         the seeds in tests/fuzz/seeds/NAME; speaks TAP
 *        NAME FILE …  these files
 * With FUZZ_SAY in the environment what is refused is told of on standard error, with the reason.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/store.h"

enum {
    CASES = 4000,      /* about so many are run at most */
    SEEDS = 64,        /* files */
    SEED_MOST = 65536, /* bytes */
    SECONDS = 120,     /* for all cases */
};

struct seed {
    char name[256];
    char *data;
    size_t len;
};

static struct seed seeds[SEEDS];
static size_t count;

/* How a seed is damaged. */
static const struct {
    const char *words;
    size_t each; /* cases for each byte */
} ways[] = {{"cut at byte", 1}, {"without byte", 1}, {"with a turned bit", 8}};

enum { WAYS = sizeof ways / sizeof ways[0], EACH = 1 + 1 + 8 };

/* One case. */
struct damage {
    const struct seed *seed;
    int way; /* -1: none */
    size_t at;
};

static size_t cases_of(const struct seed *s)
{
    return 1 + EACH * s->len;
}

/* Returns case i of all. */
static struct damage find_case(size_t i)
{
    struct damage d = {.seed = seeds, .way = -1};

    while (i >= cases_of(d.seed))
        i -= cases_of(d.seed++);
    if (i == 0)
        return d;
    i--;
    for (d.way = 0; i >= ways[d.way].each * d.seed->len; d.way++)
        i -= ways[d.way].each * d.seed->len;
    d.at = i;
    return d;
}

/* Returns the bytes of a case, which are the caller's, in memory that ends where they do. */
static uint8_t *make_case(const struct damage *d, size_t *len)
{
    size_t n = d->seed->len;
    uint8_t *bytes = malloc(n ? n : 1);

    must(bytes);
    memcpy(bytes, d->seed->data, n);
    if (d->way == 0)
        n = d->at;
    else if (d->way == 1)
        memmove(bytes + d->at, bytes + d->at + 1, --n - d->at);
    else if (d->way == 2)
        bytes[d->at / 8] ^= (uint8_t)(1 << d->at % 8);
    *len = n;
    bytes = realloc(bytes, n ? n : 1);
    must(bytes);
    return bytes;
}

static void run_case(size_t i)
{
    struct damage d = find_case(i);
    size_t len;
    uint8_t *bytes = make_case(&d, &len);

    LLVMFuzzerTestOneInput(bytes, len);
    free(bytes);
}

/* Effect: runs each seed as it is, and every step-th of the other cases; *now is the one at hand. */
static void run_cases(volatile size_t *now, size_t all, size_t step)
{
    size_t begin = 0;

    for (size_t k = 0; k < count; begin += cases_of(&seeds[k++]))
        run_case(*now = begin);
    for (size_t i = 0; i < all; i += step)
        run_case(*now = i);
}

/* Says what the case was, and leaves it in a file. */
static void tell(const char *program, size_t now, int status)
{
    struct damage d = find_case(now);
    char path[PATH_MAX];
    size_t len;
    uint8_t *bytes = make_case(&d, &len);
    struct err e = {0};

    printf("# %s", d.seed->name);
    if (d.way >= 0)
        printf(", %s %zu", ways[d.way].words, d.at);
    printf(": ended by %s %d\n", WIFSIGNALED(status) ? "signal" : "exit code",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    snprintf(path, sizeof path, "%s.case", program);
    if (file_write(path, bytes, len, 0600, &e) == 0)
        printf("# again: %s %s\n", program, path);
    else
        printf("# %s\n", e.text);
    free(bytes);
}

/* The cases run in a child, as one of them may end it. */
static int run_seeds(const char *program, const char *name)
{
    volatile size_t *now =
        mmap(NULL, sizeof *now, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    size_t all = 0;
    int status = 0;

    for (size_t k = 0; k < count; k++)
        all += cases_of(&seeds[k]);
    size_t step = all / CASES + 1;
    fflush(stdout);
    pid_t child = now == MAP_FAILED ? -1 : fork();
    if (child == 0) {
        alarm(SECONDS);
        run_cases(now, all, step);
        exit(0); /* and not _exit(): leaks are looked for there */
    }
    bool good = child > 0 && waitpid(child, &status, 0) == child && status == 0;
    if (!good && child > 0)
        tell(program, *now, status);
    printf("1..1\n%s 1 - %s: %zu seeds, every %zu. of %zu cases\n", good ? "ok" : "not ok", name,
           count, step, all);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void add_seed(const char *path, const char *name)
{
    struct seed *s = &seeds[count];
    struct err e = {0};

    if (count == SEEDS || file_read(path, SEED_MOST, &s->data, &s->len, &e) < 0) {
        printf("Bail out! %s\n", count == SEEDS ? "too many seeds" : e.text);
        exit(EXIT_FAILURE);
    }
    snprintf(s->name, sizeof s->name, "%s", name);
    count++;
}

static int is_seed(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void find_seeds(const char *name)
{
    const char *top = getenv("top_srcdir");
    char directory[PATH_MAX], path[PATH_MAX + 256];
    struct dirent **list;

    snprintf(directory, sizeof directory, "%s/tests/fuzz/seeds/%s", top ? top : ".", name);
    int n = scandir(directory, &list, is_seed, alphasort);
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, list[i]->d_name);
        add_seed(path, list[i]->d_name);
        free(list[i]);
    }
    if (n >= 0)
        free(list);
    if (count > 0)
        return;
    printf("Bail out! %s has no seeds\n", directory);
    exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
    int rc = EXIT_SUCCESS;

    if (argc > 1)
        for (int i = 1; i < argc; i++)
            add_seed(argv[i], argv[i]);
    else
        find_seeds(name);
    if (argc == 1)
        rc = run_seeds(argv[0], name);
    else
        for (size_t k = 0, begin = 0; k < count; begin += cases_of(&seeds[k++]))
            run_case(begin);
    for (size_t k = 0; k < count; k++)
        free(seeds[k].data);
    return rc;
}
