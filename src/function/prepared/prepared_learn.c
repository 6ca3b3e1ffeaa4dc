/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the first round of a prepared function learns of columns. */

/* State: [rows, then the numbers of a struct central of the prepared columns, then the cells of a
 * struct sketch of each that has a median]. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "function/common/counts.h"
#include "function/common/tell.h"
#include "function/prepared/prepared_private.h"

enum { ORDER = 4 }; /* for the standard error of a standard deviation */

static struct central central_of(const struct prepared *p, const double *state)
{
    return central_at((double *)(uintptr_t)state + 1, p->parts, ORDER);
}

static double *cells_of(const struct prepared *p, const double *state, size_t median)
{
    return (double *)(uintptr_t)state + 1 + central_length(p->parts, ORDER) +
           median * p->sketch.cells;
}

size_t prepared_length(const struct prepared *p)
{
    return 1 + central_length(p->parts, ORDER) + p->medians * p->sketch.cells;
}

size_t prepared_features_length(const struct prepared *p)
{
    return 2 * p->parts + p->medians;
}

static void gather(const struct block *block, size_t column, double *to, size_t stride)
{
    for (size_t i = 0; i < block->rows; i++)
        to[i * stride] = block->data[i * block->columns + column];
}

int prepared_accumulate(struct function_env *env, double *state, const struct block *block)
{
    const struct prepared *p = prepared_of(env);
    const struct central c = central_of(p, state);
    double *rows = prepared_room(env, block->rows, p->parts);

    if (!rows)
        return -1;
    for (size_t j = 0; j < p->parts; j++)
        gather(block, p->part[j].column, rows + j, p->parts);
    central_add(&c,
                &(struct block){
                    .rows = block->rows, .columns = p->parts, .first = block->first, .data = rows});
    for (size_t j = 0, m = 0; j < p->parts; j++)
        if (p->part[j].what.fill == PREPARED_MEDIAN) {
            gather(block, p->part[j].column, rows, 1);
            sketch_add(&p->sketch, rows, block->rows, 1, cells_of(p, state, m++));
        }
    state[0] += (double)block->rows;
    return 0;
}

void prepared_merge(const struct prepared *p, double *into, const double *from)
{
    const struct central a = central_of(p, into), b = central_of(p, from);
    double *cells = cells_of(p, into, 0);
    const double *more = cells_of(p, from, 0);

    central_merge(&a, &b);
    for (size_t i = 0; i < p->medians * p->sketch.cells; i++)
        cells[i] += more[i];
    into[0] += from[0];
}

/* How many values a sketch has; -1 if it cannot be that of so many rows and values. */
static double sketched(const struct prepared *p, const double *cells, double rows, double values)
{
    double n = rows - cells[p->sketch.missing];

    return counts_agree(cells, p->sketch.cells, rows) && n == values ? n : -1;
}

void prepared_features(const struct prepared *p, const double *state, double *value, double *error)
{
    const struct central c = central_of(p, state);

    for (size_t j = 0, m = 0; j < p->parts; j++) {
        double *v = value + 2 * j, *s = error + 2 * j, n = c.count[j];
        bool good = central_agrees(&c, j, state[0]);
        central_told(&c, j, good, v, s);
        if (p->part[j].what.fill != PREPARED_MEDIAN)
            continue;
        const double *cells = cells_of(p, state, m);
        v = value + 2 * p->parts + m;
        s = error + 2 * p->parts + m++;
        good = good && sketched(p, cells, state[0], n) >= 0;
        *v = !good ? NAN : n > 0 ? sketch_smooth(&p->sketch, cells, n, 0.5) : 0;
        *s = good ? sketch_error(&p->sketch, cells, n, 0.5, *v) : 0;
    }
}

void prepared_feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    const struct prepared *p = prepared_of(env);
    const char *word = i < 2 * p->parts ? i % 2 ? "sd" : "mean" : "median";
    size_t j = i / 2;

    if (i >= 2 * p->parts) {
        size_t before = i - 2 * p->parts; /* medians */
        for (j = 0; p->part[j].what.fill != PREPARED_MEDIAN || before-- > 0;)
            j++;
    }
    snprintf(text, size, "%s of %s", word, env->column_names[p->part[j].column]);
}

void prepared_counts(const struct prepared *p, unsigned char *is_count)
{
    size_t numbers = central_length(p->parts, ORDER);

    central_counts(p->parts, is_count + 1);
    memset(is_count + 1 + numbers, 1, p->medians * p->sketch.cells);
}

/* The median of n values, or the mean. */
static int find_fill(struct function_env *env, const struct prepared_part *part,
                     const struct central *c, size_t j, const double *cells, double *fill)
{
    const struct prepared *p = prepared_of(env);
    const char *name = env->column_names[part->column];
    double n = c->count[j];

    *fill = part->what.fill == PREPARED_MEAN ? c->mean[j] : 0;
    if (n == 0 && part->what.fill != PREPARED_KEEP)
        return tell_error(env,
                          "column '%.60s': no row has a value, so that there is none to fill in: "
                          "leave it out",
                          name);
    if (part->what.fill != PREPARED_MEDIAN)
        return 0;
    *fill = sketch_quantile(&p->sketch, cells, n, 0.5);
    if (isfinite(sketch_accuracy(&p->sketch, cells, n, 0.5)))
        return 0;
    return tell_error(env,
                      "column '%.60s': its median is nearer to 0 than 1e-12, or above 1e12, where "
                      "it is not told exactly: derive it in another unit",
                      name);
}

/* Mean and spread of values and of so many that are filled in, after T. F. Chan, G. H. Golub and
 * R. J. LeVeque, 1979. */
static int find_spread(struct function_env *env, const struct prepared_part *part,
                       const struct central *c, size_t j, struct prepared_learnt *l)
{
    double more = part->what.fill == PREPARED_KEEP ? 0 : l->missing, n = l->values + more;
    double off = l->fill - c->mean[j];

    l->centre = 0;
    l->spread = 1;
    if (!part->what.standardise)
        return 0;
    if (n > 0)
        l->centre = c->mean[j] + off * (more / n);
    double m2 = n > 0 ? c->m2[j] + off * off * (l->values * more / n) : 0;
    l->spread = n > 1 ? sqrt(m2 / (n - 1)) : 0;
    if (l->spread > 0 && isfinite(l->spread))
        return 0;
    return tell_error(env,
                      "column '%.60s': it is the same in all rows, so that it cannot be "
                      "standardised: leave it out",
                      env->column_names[part->column]);
}

/* No rows have a state in which they are fewer than the values of a column. Of slaves it does not get
 * here; whoever publishes an aggregate may say anything. */
static int check_state(struct function_env *env, const double *state)
{
    const struct prepared *p = prepared_of(env);
    const struct central c = central_of(p, state);

    for (size_t j = 0, m = 0; j < p->parts; j++) {
        bool median = p->part[j].what.fill == PREPARED_MEDIAN;
        const double *cells = cells_of(p, state, m);
        m += median;
        if (!central_agrees(&c, j, state[0]) ||
            (median && sketched(p, cells, state[0], c.count[j]) < 0))
            return tell_error(env, "column '%.60s': no rows have the numbers that are there of it",
                              env->column_names[p->part[j].column]);
    }
    return 0;
}

int prepared_learn(struct function_env *env, const double *state, struct prepared_learnt *learnt)
{
    const struct prepared *p = prepared_of(env);
    const struct central c = central_of(p, state);

    if (check_state(env, state) < 0)
        return -1;
    for (size_t j = 0, m = 0; j < p->parts; j++) {
        const struct prepared_part *part = &p->part[j];
        const double *cells = cells_of(p, state, m);
        m += part->what.fill == PREPARED_MEDIAN;
        learnt[j].values = c.count[j];
        learnt[j].missing = state[0] - c.count[j];
        if (find_fill(env, part, &c, j, cells, &learnt[j].fill) < 0 ||
            find_spread(env, part, &c, j, &learnt[j]) < 0)
            return -1;
    }
    return 0;
}
