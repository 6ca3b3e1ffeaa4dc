/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds whether the blocks of a file differ in kind. */
#include "engine/plan/kinds.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* What is compared from block to block: a column's values, or whether they are missing. */
struct trait {
    double n, mean, squares;               /* of this block, about its mean */
    double total, middle, between, within; /* of the blocks before */
};

struct kinds {
    const char *const *names;
    size_t columns, blocks;
    struct trait *trait; /* 2 * columns: values; then 1 for each that is missing */
    struct trait left;   /* 1 for each row that is left out */
};

/* The greatest F that is put down to chance; with two blocks there is more of it. */
static double limit_of(size_t blocks)
{
    return 10 + 20 / (double)(blocks - 1);
}

struct kinds *kinds_create(const char *const *names, size_t columns, struct err *e)
{
    struct kinds *k = err_alloc(1, sizeof *k, "columns", e);

    if (!k)
        return NULL;
    k->names = names;
    k->columns = columns;
    k->trait = err_alloc(2 * columns, sizeof *k->trait, "columns", e);
    if (k->trait)
        return k;
    free(k);
    return NULL;
}

void kinds_free(struct kinds *k)
{
    if (k)
        free(k->trait);
    free(k);
}

static void add_value(struct trait *t, double x)
{
    double before = x - t->mean;

    t->n++;
    t->mean += before / t->n;
    t->squares += before * (x - t->mean);
}

int kinds_visit(void *context, const struct block *rows, struct err *e)
{
    struct kinds *k = context;

    (void)e;
    for (size_t i = 0; i < rows->rows * rows->columns; i++) {
        size_t column = i % rows->columns;
        bool missing = isnan(rows->data[i]);
        if (!missing)
            add_value(&k->trait[column], rows->data[i]);
        add_value(&k->trait[k->columns + column], missing);
        if (column == 0)
            add_value(&k->left, 0);
    }
    return 0;
}

/* This block becomes one of those before. */
static void end_block(struct trait *t)
{
    double step = t->mean - t->middle, all = t->total + t->n;

    if (t->n > 0) {
        t->within += t->squares;
        t->between += step * step * t->total * t->n / all;
        t->middle += step * t->n / all;
        t->total = all;
    }
    t->n = t->mean = t->squares = 0;
}

void kinds_next(struct kinds *k, uint64_t read)
{
    while (k->left.n < (double)read)
        add_value(&k->left, 1);
    for (size_t i = 0; i < 2 * k->columns; i++)
        end_block(&k->trait[i]);
    end_block(&k->left);
    k->blocks++;
}

/* Returns F: infinite where all differences are between blocks, 0 where there are none. */
static double ratio_of(const struct trait *t, size_t blocks)
{
    double between = t->between / (double)(blocks - 1);
    double within = t->within / (t->total - (double)blocks);

    if (t->total <= (double)blocks || !(between > 0))
        return 0;
    return within > 1e-12 * between ? between / within : INFINITY;
}

static void tell(const struct kinds *k, struct page *text, size_t worst, double most, size_t others)
{
    const char *what = worst < k->columns ? "the values of" : "what is missing of";

    page_addf(text, "  NOTE     blocks differ in kind: of the first and the last rows of each, ");
    if (worst == 2 * k->columns)
        page_addf(text, "how many are left out for a missing value");
    else
        page_addf(text, "%s '%.100s'", what, k->names[worst % k->columns]);
    page_addf(text, " differ from block to block ");
    if (isinf(most))
        page_addf(text, "only");
    else
        page_addf(text, "%.3g times as much as within one", most);
    if (others > 0)
        page_addf(text, " (and %zu more columns)", others);
    page_addf(
        text,
        "; by chance it would be less than %.3g times. Is the file ordered? Then a slave that "
        "is rejected or absent takes a kind of row with it: 'deal: turn' in the contract's "
        "data gives every slave rows of the whole file\n",
        limit_of(k->blocks));
}

bool kinds_tell(const struct kinds *k, struct page *text)
{
    size_t worst = 0, found = 0;
    double most = 0;

    for (size_t i = 0; k->blocks > 1 && i <= 2 * k->columns; i++) {
        double ratio = ratio_of(i < 2 * k->columns ? &k->trait[i] : &k->left, k->blocks);
        found += ratio >= limit_of(k->blocks);
        if (ratio > most) {
            most = ratio;
            worst = i;
        }
    }
    if (found > 0)
        tell(k, text, worst, most, found - 1);
    return found > 0;
}
