/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides, from scores and stakes, who is rejected. */
#include "stats/filter_private.h"

#include <math.h>
#include <stdlib.h>

static const double half = 0.5 + 1e-12;

struct candidate {
    size_t row;
    double score;
    double stake;
};

/* Highest score first; equal ones in the order of the rows. */
static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *p = a, *q = b;

    if (p->score != q->score)
        return p->score < q->score ? 1 : -1;
    return (p->row > q->row) - (p->row < q->row);
}

/* How many of the sorted candidates are abnormal. */
static size_t count_abnormal(const struct filter_options *o, double threshold,
                             const struct candidate *sorted, size_t n)
{
    size_t count = 0;

    if (!isnan(o->ratio))
        return (size_t)floor(o->ratio * (double)n + 1e-9);
    while (count < n && sorted[count].score > threshold)
        count++;
    return count;
}

int filter_reject(const struct filter_options *o, double threshold, const struct filter_columns *c,
                  struct err *e)
{
    struct candidate *sorted = err_alloc(c->scored, sizeof *sorted, "the order of scores", e);
    bool few = c->scored <= FILTER_FEW_RESULTS && !o->decide_few;
    double rejected = 0;

    if (!sorted)
        return -1;
    for (size_t i = 0; i < c->scored; i++) {
        size_t row = c->rows[i];
        sorted[i] = (struct candidate){row, c->decisions[row].score, c->stake[i]};
    }
    if (c->scored > 1)
        qsort(sorted, c->scored, sizeof *sorted, compare_candidates);

    size_t abnormal = count_abnormal(o, threshold, sorted, c->scored);
    for (size_t i = 0; i < abnormal; i++) {
        struct filter_decision *decision = &c->decisions[sorted[i].row];
        if (few) {
            decision->why = FILTER_FEW;
        } else if (rejected + sorted[i].stake > half) {
            decision->why = FILTER_HALF_STAKE;
        } else {
            decision->why = isnan(o->ratio) ? FILTER_SCORE : FILTER_RATIO;
            decision->rejected = true;
            rejected += sorted[i].stake;
        }
    }
    free(sorted);
    return 0;
}
