/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cooks the rows of a table by a recipe. */
#include "data/cooking.h"

#include <stdlib.h>
#include <string.h>

#include "data/strip.h"

struct cooking {
    struct recipe_plan *plan;
    struct recipe_cook *cook;
    struct recipe_tally *tally;
    const char **names; /* of the columns that are read; the plan owns the texts */
    bool *texts;
    struct strip strip; /* made when first needed */
};

static enum recipe_missing missing_of(const struct source_options *o)
{
    return o->missing == SOURCE_MISSING_SKIP  ? RECIPE_MISSING_SKIP
           : o->missing == SOURCE_MISSING_NAN ? RECIPE_MISSING_NAN
                                              : RECIPE_MISSING_ERROR;
}

static int begin(struct cooking *k, const struct source_options *o, struct err *e)
{
    k->plan = recipe_plan(o->recipe, o->columns, o->columns_count, e);
    if (!k->plan)
        return -1;
    size_t reads = recipe_plan_reads(k->plan);
    k->cook = recipe_cook_create(k->plan, missing_of(o), e);
    k->tally = recipe_tally_create(k->plan, e);
    k->names = err_alloc(reads, sizeof *k->names, "columns", e);
    k->texts = err_alloc(reads, sizeof *k->texts, "columns", e);
    if (!k->cook || !k->tally || !k->names || !k->texts)
        return -1;
    for (size_t i = 0; i < reads; i++) {
        k->names[i] = recipe_plan_read(k->plan, i);
        k->texts[i] = recipe_plan_kind(k->plan, i) != RECIPE_NUMBER;
    }
    return 0;
}

struct cooking *cooking_create(const struct source_options *o, struct err *e)
{
    struct cooking *k = err_alloc(1, sizeof *k, "a recipe", e);

    if (k && begin(k, o, e) < 0) {
        cooking_free(k);
        return NULL;
    }
    return k;
}

void cooking_free(struct cooking *k)
{
    if (!k)
        return;
    strip_free(&k->strip);
    free(k->names);
    free(k->texts);
    recipe_tally_free(k->tally);
    recipe_cook_free(k->cook);
    recipe_plan_free(k->plan);
    free(k);
}

size_t cooking_reads(const struct cooking *k)
{
    return recipe_plan_reads(k->plan);
}

const char *const *cooking_read_names(const struct cooking *k)
{
    return k->names;
}

const bool *cooking_texts(const struct cooking *k)
{
    return k->texts;
}

size_t cooking_columns(const struct cooking *k)
{
    return recipe_plan_columns(k->plan);
}

const char *const *cooking_column_names(const struct cooking *k)
{
    return recipe_plan_column_names(k->plan);
}

/* No derived column is called as one of the file. */
size_t cooking_origin(const struct cooking *k, size_t i)
{
    const char *name = recipe_plan_column_names(k->plan)[i];

    if (recipe_plan_factor(k->plan, i) >= 0)
        return SIZE_MAX;
    for (size_t j = 0; j < recipe_plan_reads(k->plan); j++)
        if (!k->texts[j] && strcmp(k->names[j], name) == 0)
            return j;
    return SIZE_MAX;
}

int cooking_read(struct cooking *k, const struct format *format, void *table, const char *location,
                 uint64_t first, size_t count, double *data, size_t *kept, struct err *e)
{
    size_t columns = recipe_plan_columns(k->plan), some;
    struct strip *s = &k->strip;
    struct err why = {0};

    if (!s->columns && strip_make(s, k->texts, recipe_plan_reads(k->plan), e) < 0) {
        strip_free(s);
        return -1;
    }
    *kept = 0;
    for (size_t done = 0; done < count; done += s->rows) {
        size_t n = count - done < s->room ? count - done : s->room;
        if (format->read_strip(table, first + done, n, s, e) < 0)
            return -1;
        if (recipe_cook(k->cook, s->seen, first + done, s->rows, data + *kept * columns, &some,
                        k->tally, &why) < 0) {
            err_context(&why, "%s", location);
            return err_pass(e, &why);
        }
        *kept += some;
    }
    return 0;
}

const struct recipe_tally *cooking_tally(const struct cooking *k)
{
    return k->tally;
}

int cooking_count_anew(struct cooking *k, struct err *e)
{
    struct recipe_tally *empty = recipe_tally_create(k->plan, e);

    if (!empty)
        return -1;
    recipe_tally_free(k->tally);
    k->tally = empty;
    return 0;
}
