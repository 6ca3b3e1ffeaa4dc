/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cooks a strip of rows, stage by stage. */
#include "recipe/cook.h"

#include <math.h>
#include <string.h>

#include "recipe/date.h"

/* Effect: notes the first text of each column of dates that is none. A type is what the file is said
 * to hold: it is looked at in each row, also in those that where would leave out. */
static void check_dates(struct recipe_cook *k, size_t count)
{
    struct date d;

    for (size_t i = 0; i < k->p->reads_count; i++) {
        const struct expression_text *t = k->reads[i].texts;
        if (k->p->reads[i].kind != RECIPE_DATE)
            continue;
        for (size_t r = 0; r < count; r++)
            if (t[r].at && date_read(t[r].at, t[r].length, &d) < 0)
                fault_note(&k->fault, (struct fault){FAULT_DATE, r, i, t[r]});
    }
}

static const struct expression_column *values(const struct recipe_cook *k, struct recipe_from from)
{
    return from.derived ? &k->made[from.at] : &k->reads[from.at];
}

static int run(struct recipe_cook *k, const struct recipe_step *s, struct expression_work *w,
               size_t count, double *numbers, struct expression_text *texts, uint64_t *undefined,
               struct err *e)
{
    size_t names = expression_names(s->x);

    for (size_t i = 0; i < names; i++)
        k->given[i] = *values(k, s->from[i]);
    return expression_run(s->x, w, k->given, count, numbers, texts, undefined, e);
}

/* Effect: *kept rows of count, whose numbers are in k->row, are those for which where is true. */
static int choose_rows(struct recipe_cook *k, size_t count, size_t *kept,
                       struct recipe_tally *tally, struct err *e)
{
    uint64_t undefined = 0, unknown = 0;
    const double *truth = k->numbers;
    size_t n = 0;

    if (k->p->where.x && run(k, &k->p->where, k->where, count, k->numbers, NULL, &undefined, e) < 0)
        return -1;
    for (size_t r = 0; r < count; r++) {
        k->row[n] = r;
        n += !k->p->where.x || truth[r] == 1;
        unknown += k->p->where.x && isnan(truth[r]);
    }
    *kept = n;
    if (tally) {
        tally->rows += count;
        tally->left_out += count - n;
        tally->unknown += unknown;
    }
    return 0;
}

/* Effect: k->reads are of the rows that are kept. */
static void move_rows(struct recipe_cook *k, size_t kept)
{
    for (size_t i = 0; i < k->p->reads_count; i++) {
        struct expression_column *c = &k->reads[i];
        if (c->numbers) {
            double *to = k->numbers + k->moved_at[i] * k->strip;
            for (size_t r = 0; r < kept; r++)
                to[r] = c->numbers[k->row[r]];
            c->numbers = to;
        } else {
            struct expression_text *to = k->texts + k->moved_at[i] * k->strip;
            for (size_t r = 0; r < kept; r++)
                to[r] = c->texts[k->row[r]];
            c->texts = to;
        }
    }
}

static int derive(struct recipe_cook *k, size_t count, struct recipe_tally *tally, struct err *e)
{
    for (size_t n = 0; n < k->p->ordered; n++) {
        size_t i = k->p->order[n];
        const struct recipe_step *s = &k->p->derived[i];
        bool text = expression_type(s->x) == EXPRESSION_TEXT;
        double *numbers = text ? NULL : k->numbers + k->made_at[i] * k->strip;
        struct expression_text *texts = text ? k->texts + k->made_at[i] * k->strip : NULL;
        uint64_t undefined = 0;
        if (run(k, s, k->derived[i], count, numbers, texts, &undefined, e) < 0)
            return -1;
        k->made[i] = (struct expression_column){.numbers = numbers, .texts = texts};
        if (tally)
            tally->undefined[i] += undefined;
    }
    return 0;
}

/* Effect: k->levels[i] are the numbers of factor i's levels in count rows; of a missing one
 * LEVELS_NONE. tally: how many rows have each, or NULL. */
static void look_up(struct recipe_cook *k, size_t i, size_t count, uint64_t *tally)
{
    const struct recipe_factor *f = &k->p->recipe.factors[i];
    const struct expression_text *t = values(k, k->p->factors[i])->texts;
    uint32_t *level = k->levels[i];

    for (size_t r = 0; r < count; r++) {
        level[r] = t[r].at ? levels_find(k->p->levels[i], t[r]) : LEVELS_NONE;
        if (!t[r].at)
            continue;
        if (level[r] == LEVELS_NONE && f->other)
            level[r] = (uint32_t)f->levels_count;
        if (level[r] == LEVELS_NONE)
            fault_note(&k->fault, (struct fault){FAULT_LEVEL, k->row[r], i, t[r]});
        else if (tally)
            tally[level[r]]++;
    }
}

static void look_up_all(struct recipe_cook *k, size_t count, struct recipe_tally *tally)
{
    uint64_t *levels = tally ? tally->levels : NULL;

    for (size_t i = 0; i < k->p->recipe.factors_count; i++) {
        look_up(k, i, count, levels);
        if (levels)
            levels += recipe_factor_levels(&k->p->recipe.factors[i]);
    }
}

/* Effect: writes the columns of one that is chosen, the first of which is out, with wide doubles from
 * row to row. */
static void write_column(const struct recipe_cook *k, const struct recipe_chosen *c, size_t count,
                         double *out, size_t wide)
{
    const double *x = c->factor < 0 ? values(k, c->from)->numbers : NULL;
    const uint32_t *level = c->factor < 0 ? NULL : k->levels[c->factor];

    for (size_t r = 0; r < count; r++, out += wide) {
        if (x) {
            *out = x[r];
        } else if (k->p->recipe.factors[c->factor].ordered) {
            *out = level[r] == LEVELS_NONE ? NAN : level[r] + 1.0;
        } else {
            for (size_t i = 0; i < c->count; i++)
                out[i] = level[r] == LEVELS_NONE ? NAN : 0;
            if (level[r] != LEVELS_NONE && level[r] > 0)
                out[level[r] - 1] = 1;
        }
    }
}

static void write_rows(const struct recipe_cook *k, size_t count, double *out)
{
    for (size_t i = 0; i < k->p->chosen_count; i++) {
        write_column(k, &k->p->chosen[i], count, out, k->p->columns_count);
        out += k->p->chosen[i].count;
    }
}

/* Effect: counts missing values of a row, the last of whose columns tells of a whole chosen column.
 * Returns the number of the first chosen column with one that is not filled in, or of how many there
 * are. */
static size_t find_missing(const struct recipe_cook *k, const double *row, uint64_t *missing)
{
    const struct recipe_plan *p = k->p;
    size_t found = p->chosen_count;
    size_t column = 0;

    for (size_t i = 0; i < p->chosen_count; i++) {
        bool none = isnan(row[column]);
        if (none && found == p->chosen_count && p->chosen[i].fill == RECIPE_FILL_NONE)
            found = i;
        for (size_t j = 0; missing && none && j < p->chosen[i].count; j++)
            missing[column + j]++;
        column += p->chosen[i].count;
    }
    return found;
}

/* Effect: does with rows that miss a value what is to be done, and returns how many are left. */
static size_t judge_missing(struct recipe_cook *k, size_t count, double *out,
                            struct recipe_tally *tally)
{
    size_t wide = k->p->columns_count, kept = 0;

    for (size_t r = 0; r < count; r++) {
        const double *row = out + r * wide;
        size_t missing = find_missing(k, row, tally ? tally->missing : NULL);
        if (missing < k->p->chosen_count && k->missing == RECIPE_MISSING_ERROR)
            fault_note(&k->fault, (struct fault){FAULT_MISSING, k->row[r], missing, {0}});
        if (missing < k->p->chosen_count && k->missing == RECIPE_MISSING_SKIP)
            continue;
        if (kept < r)
            memcpy(out + kept * wide, row, wide * sizeof *row);
        kept++;
    }
    if (tally)
        tally->incomplete += count - kept;
    return kept;
}

int cook_strip(struct recipe_cook *k, size_t count, double *out, size_t *kept,
               struct recipe_tally *tally, struct err *e)
{
    size_t n;

    check_dates(k, count);
    if (choose_rows(k, count, &n, tally, e) < 0)
        return -1;
    if (n < count)
        move_rows(k, n);
    if (derive(k, n, tally, e) < 0)
        return -1;
    look_up_all(k, n, tally);
    write_rows(k, n, out);
    *kept = judge_missing(k, n, out, tally);
    return 0;
}
