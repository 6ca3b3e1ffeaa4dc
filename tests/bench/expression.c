/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long expressions take over rows in memory, in one thread:
 *
 *   expression ROWS REPEATS EXPRESSION
 *
 * Columns are age, bmi, crp (numbers, each twentieth missing) and site (a text). Prints the
 * least of the processor's seconds that a run takes, after one that warms.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "recipe/expression.h"

static const char *const names[] = {"age", "bmi", "crp", "site"};

enum { COLUMNS = sizeof names / sizeof names[0], SITE = COLUMNS - 1 };

static enum expression_type look(void *of, const char *name, size_t length, struct err *e)
{
    (void)of;
    for (size_t i = 0; i < COLUMNS; i++)
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
            return i == SITE ? EXPRESSION_TEXT : EXPRESSION_NUMBER;
    err_set(e, ERR_INPUT, "no column is called %.*s", (int)length, name);
    return 0;
}

static uint64_t state = 88172645463325252u;

static double draw(void)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53;
}

/* Effect: fills a column; the first goes to 100, the others to 40. */
static void fill(struct expression_column *c, size_t column, size_t rows)
{
    static const char *const sites[] = {"a", "b", "c", "d"};
    double *numbers = malloc(rows * sizeof *numbers);
    struct expression_text *texts = malloc(rows * sizeof *texts);

    for (size_t i = 0; numbers && texts && i < rows; i++) {
        numbers[i] = draw() < 0.05 ? NAN : draw() * (column == 0 ? 100 : 40);
        texts[i] = (struct expression_text){sites[(size_t)(draw() * 4)], 1};
    }
    *c = (struct expression_column){.numbers = numbers, .texts = texts};
}

static double computed(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static int measure(const struct expression *x, size_t rows, size_t repeats, struct err *e)
{
    struct expression_column all[COLUMNS], used[COLUMNS];
    struct expression_work *w = expression_work_create(x, e);
    double *numbers = malloc(rows * sizeof *numbers),
           *seconds = calloc(repeats + 1, sizeof *seconds);
    struct expression_text *texts = malloc(rows * sizeof *texts);
    uint64_t undefined = 0;

    for (size_t i = 0; i < COLUMNS; i++)
        fill(&all[i], i, rows);
    for (size_t k = 0; k < expression_names(x); k++)
        for (size_t i = 0; i < COLUMNS; i++)
            if (strcmp(expression_name(x, k), names[i]) == 0)
                used[k] = all[i];
    for (size_t i = 0; w && numbers && texts && seconds && i <= repeats; i++) {
        double begun = computed();
        if (expression_run(x, w, used, rows, numbers, texts, &undefined, e) < 0)
            return -1;
        seconds[i] = computed() - begun;
    }
    qsort(seconds + 1, repeats, sizeof *seconds, ascending);
    printf("%.6f\n", seconds[1]);
    return w ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct err e = {0};

    if (argc != 4)
        return fprintf(stderr, "usage: expression ROWS REPEATS EXPRESSION\n"), 2;
    struct expression *x = expression_parse("bench", argv[3], strlen(argv[3]), look, NULL, &e);
    if (!x || measure(x, strtoul(argv[1], NULL, 10), strtoul(argv[2], NULL, 10), &e) < 0)
        return fprintf(stderr, "expression: %s\n", e.text), 1;
    expression_free(x);
    return 0;
}
