/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides from what is recorded of decisions. */
#include "engine/judge/recorded.h"

#include <math.h>

#include "engine/judge/decisions.h"

void judge_take(double *mine, double recorded)
{
    double size = fmax(1, fmax(fabs(*mine), fabs(recorded)));

    if (isfinite(size) && fabs(*mine - recorded) <= JUDGE_WITHIN * size)
        *mine = recorded;
}

int judge_recorded(const struct contract *c, struct bound *b, const struct run *run,
                   struct result *r, struct err *e)
{
    bool first = true; /* all have one threshold */

    for (size_t k = 0; k < r->slaves; k++) {
        struct result_slave *s = &r->slave[k];
        const struct run_slave *known = s->answered ? runs_slave(run, s->name) : NULL;
        if (!known || !known->filtered)
            continue;
        judge_take(&s->decision.score, known->score);
        judge_take(&s->share, known->share);
        if (first)
            judge_take(&r->threshold, known->threshold);
        first = false;
    }
    return judge_again(c, b, r, e);
}
