/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parameters and the state of a histogram come to. */
#include "function/describe/histogram_plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "function/common/column.h"
#include "function/common/tell.h"
#include "function/common/counts.h"

static int find_pair(struct function_env *env, struct plan *p)
{
    const struct function_value *v = env->params;

    return column_need(env, "x", v[PLAN_X].string, &p->column[0]) < 0
               ? -1
               : column_need(env, "y", v[PLAN_Y].string, &p->column[1]);
}

void plan_free(struct plan *p)
{
    axes_destroy(p->axes);
}

int plan_make(struct function_env *env, struct plan *p)
{
    const struct function_value *v = env->params;
    struct axes_wanted wanted = {.count = env->columns,
                                 .lower = v[PLAN_LOWER].number,
                                 .upper = v[PLAN_UPPER].number,
                                 .bins = (size_t)v[PLAN_BINS].integer,
                                 .text = v[PLAN_EDGES].string};
    char error[AXES_ERROR];

    *p = (struct plan){.paired = *v[PLAN_X].string || *v[PLAN_Y].string};
    if (env->columns == 0)
        return tell_error(env, "there are no columns; expected at least 1");
    if (p->paired && find_pair(env, p) < 0)
        return -1;
    if (p->paired)
        wanted.count = 2;
    if (!(p->axes = axes_create(&wanted, error)))
        return tell_error(env, "%s", error);
    p->cells = p->axes->cells;
    if (!p->paired)
        return 0;
    p->down = p->axes->axis[0].bins + 2, p->across = p->axes->axis[1].bins + 2;
    p->cells = p->down * p->across + 1;
    if (p->cells <= AXES_CELLS)
        return 0;
    plan_free(p);
    return tell_error(env, "%zu x %zu cells; expected at most %d: use fewer bins", p->down,
                      p->across, AXES_CELLS);
}

size_t plan_fractions(const struct plan *p)
{
    return p->paired ? p->cells - 1 : p->cells - p->axes->count;
}

/* Effect: the axis that fraction i is of, which is made the cell within it. */
static size_t find_axis(const struct plan *p, size_t *i)
{
    size_t j = 0;

    while (*i >= p->axes->axis[j].bins + 2)
        *i -= p->axes->axis[j++].bins + 2;
    return j;
}

void plan_name(const struct function_env *env, const struct plan *p, size_t i,
               char text[static PLAN_NAME])
{
    char x[PLAN_NAME / 2], y[PLAN_NAME / 2];

    if (p->paired) {
        axis_name(&p->axes->axis[0], i / p->across, env->params[PLAN_X].string, x, sizeof x);
        axis_name(&p->axes->axis[1], i % p->across, env->params[PLAN_Y].string, y, sizeof y);
        snprintf(text, PLAN_NAME, "%s,%s", x, y);
    } else {
        size_t j = find_axis(p, &i);
        axis_name(&p->axes->axis[j], i, env->column_names[j], text, PLAN_NAME);
    }
}

void plan_labels(const struct function_env *env, const struct plan *p, char (*text)[PLAN_NAME])
{
    const struct axis *axis = p->axes->axis;

    for (size_t i = 0; !p->paired && i < plan_fractions(p); i++)
        plan_name(env, p, i, text[i]);
    for (size_t i = 0; p->paired && i < p->down; i++)
        axis_name(&axis[0], i, env->params[PLAN_X].string, text[i], PLAN_NAME);
    for (size_t i = 0; p->paired && i < p->across; i++)
        axis_name(&axis[1], i, env->params[PLAN_Y].string, text[p->down + i], PLAN_NAME);
}

/* Effect: values that are not missing, by axis, and whether the state's counts may be
 * those of its rows. */
static bool count_present(const struct plan *p, const double *state, double *present)
{
    bool agree = true;

    if (p->paired) {
        present[0] = counts_sum(state + 1, p->cells - 1);
        return counts_agree(state + 1, p->cells, state[0]);
    }
    for (size_t j = 0; j < p->axes->count; j++) {
        const struct axis *axis = &p->axes->axis[j];
        present[j] = counts_sum(state + 1 + axis->first, axis->bins + 2);
        agree = counts_agree(state + 1 + axis->first, axis->bins + 3, state[0]) && agree;
    }
    return agree;
}

static void fill_fraction(double *v, size_t n, double count, double present)
{
    v[PLAN_COUNT * n] = count;
    v[PLAN_FRACTION * n] = present > 0 ? count / present : 0;
    v[PLAN_ERROR * n] = counts_error(count, present);
}

double *plan_fill(struct function_env *env, const struct plan *p, const double *state)
{
    size_t n = plan_fractions(p), i = 0;
    double *v = malloc(PLAN_QUANTITIES * n * sizeof *v), *present = NULL;

    if (v && (present = malloc(p->axes->count * sizeof *present))) {
        bool agree = count_present(p, state, present);
        for (; p->paired && i < n; i++)
            fill_fraction(v + i, n, state[1 + i], present[0]);
        for (size_t j = 0; !p->paired && j < p->axes->count; j++) {
            const struct axis *axis = &p->axes->axis[j];
            for (size_t k = 0; k < axis->bins + 2; k++, i++) {
                fill_fraction(v + i, n, state[1 + axis->first + k], present[j]);
                v[PLAN_LOW * n + i] = k > 0 ? axis->edges[k - 1] : -INFINITY;
                v[PLAN_HIGH * n + i] = k <= axis->bins ? axis->edges[k] : INFINITY;
            }
        }
        for (i = 0; !agree && i < PLAN_LOW * n; i++)
            v[i] = NAN;
    }
    if (!present) {
        tell_error(env, "out of memory for %zu cells", n);
        free(v);
        v = NULL;
    }
    free(present);
    return v;
}
