/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides once more, from scores that are known. */
#include "stats/filter_private.h"

#include <math.h>
#include <stdlib.h>

/* Effect: the results that have a score are undecided, and in rows; with their stakes, which sum to
 * 1: equal ones if all held nothing. Returns how many. */
static size_t undo(const double *share, size_t n, struct filter_decision *decisions, size_t *rows,
                   double *stake)
{
    double sum = 0;
    size_t scored = 0;

    for (size_t i = 0; i < n; i++) {
        if (isnan(decisions[i].score))
            continue;
        decisions[i].rejected = false;
        decisions[i].why = FILTER_ACCEPTED;
        rows[scored] = i;
        stake[scored] = share ? share[i] : 1;
        sum += stake[scored++];
    }
    for (size_t i = 0; i < scored; i++)
        stake[i] = sum > 0 ? stake[i] / sum : 1 / (double)scored;
    return scored;
}

int filter_decide(const struct filter_options *o, double threshold, const double *share, size_t n,
                  struct filter_decision *decisions, struct err *e)
{
    size_t *rows = err_alloc(n, sizeof *rows, "rows", e);
    double *stake = err_alloc(n, sizeof *stake, "stakes", e);
    int rc = rows && stake ? 0 : -1;

    if (rc == 0) {
        const struct filter_columns c = {.n = n,
                                         .scored = undo(share, n, decisions, rows, stake),
                                         .rows = rows,
                                         .stake = stake,
                                         .decisions = decisions};
        if (o->method != FILTER_NONE)
            rc = filter_reject(o, threshold, &c, e);
    }
    free(rows);
    free(stake);
    return rc;
}
