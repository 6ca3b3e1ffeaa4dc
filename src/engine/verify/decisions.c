/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compares the decisions on results with those that the ledger has. */
#include "engine/verify/complain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/judge/recorded.h"

/* How far a reason in words is from what it is when it is found again. What decided stands before
 * the colon. The numbers after it have few digits, of which the last may be another on another
 * processor; and other versions of this program may tell more, or less. */
static enum distance distance_of(const char *a, const char *b)
{
    size_t n = strcspn(a, ":"), m = strcspn(b, ":");

    if (n != m || memcmp(a, b, n) != 0)
        return DISTANCE_LARGE;
    while (*a && *b) {
        char *end_a, *end_b;
        double x = strtod(a, &end_a), y = strtod(b, &end_b);
        bool numbers = end_a > a && end_b > b && fabs(x - y) <= 0.02 * fmax(fabs(x), fabs(y));
        n = strcspn(a, " ");
        m = strcspn(b, " ");
        if ((n != m || memcmp(a, b, n) != 0) && !numbers)
            return DISTANCE_SMALL;
        a += n + (a[n] == ' ');
        b += m + (b[m] == ' ');
    }
    return *a == *b ? DISTANCE_NONE : DISTANCE_SMALL;
}

static void check_reason(struct verify *v, const struct result_slave *s,
                         const struct run_slave *known)
{
    bool words = v->run.asked.count > 0; /* the ledger has the kind of it only */
    enum distance d = words ? DISTANCE_NONE : distance_of(known->why, s->why);

    if (words && !verify_says(v, known, s->why))
        d = DISTANCE_LARGE;
    v->words_apart |= d == DISTANCE_SMALL;
    if (d == DISTANCE_LARGE)
        verify_complain(v, "ledger: slave %s is %s for '%s', computed again for '%s'", s->name,
                        known->decision, known->why, s->why);
}

static bool is_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* The decision that was computed again, against the ledger's. */
static void check_decision(struct verify *v, const struct result_slave *s, double threshold,
                           const struct run_slave *known)
{
    bool rejected = strcmp(known->decision, "rejected") == 0;

    if (!is_same(known->threshold, threshold))
        verify_complain(v,
                        "ledger: slave %s was judged by %s and threshold %.17g, the contract gives "
                        "%s and %.17g",
                        s->name, known->method, known->threshold, v->contract->filter, threshold);
    if (!is_same(s->decision.score, known->score))
        verify_complain(v, "ledger: slave %s has score %.17g, computed again it is %.17g", s->name,
                        known->score, s->decision.score);
    if (s->decision.rejected != rejected)
        verify_complain(v, "ledger: slave %s is %s, computed again it is %s", s->name,
                        known->decision, s->decision.rejected ? "rejected" : "accepted");
    else
        check_reason(v, s, known);
    if (!is_same(s->share, known->share))
        verify_complain(v, "ledger: slave %s has share %.17g, the weights give %.17g", s->name,
                        known->share, s->share);
}

/* Effect: why it was decided so is told as the ledger tells it; where that has a word, as the file
 * does, if that is what was found again, or of a kind that nobody can find again. */
static void adopt_why(struct verify *v, const struct result_slave *said, struct result_slave *s,
                      const struct run_slave *known, bool again)
{
    bool words = v->run.asked.count > 0 && !v->x->coded;
    enum distance d = again ? distance_of(said->why, s->why) : DISTANCE_SMALL;

    if (words && again && d != DISTANCE_SMALL)
        return;
    v->words_apart |= words && again;
    if (snprintf(s->why, sizeof s->why, "%s",
                 words && verify_says(v, known, said->why) ? said->why : known->why) >=
        (int)sizeof s->why)
        verify_complain(v, "ledger: why slave %s is %s has more than %zu bytes", s->name,
                        known->decision, sizeof s->why - 1);
}

/* Effect: what was decided is as the ledger has it. So is the master's own reason, if it had one;
 * without states it is not known whether it had. */
static int adopt(struct verify *v, const struct result *r, size_t k, const struct run_slave *known,
                 bool again, struct err *e)
{
    struct result_slave *s = &v->x->slave[k];
    const char *objection = r->slave[k].objection;

    s->decision.rejected = strcmp(known->decision, "rejected") == 0;
    s->decision.score = known->score;
    s->share = known->share;
    s->weight = known->weight;
    v->x->threshold = known->threshold;
    adopt_why(v, &r->slave[k], s, known, again);
    if (again && (v->run.asked.count > 0 || !s->objection[0] || !s->decision.rejected))
        return 0;
    if (again)
        return result_set(&s->objection, known->why, e);
    if (!verify_says(v, known, objection) && !known->confirmed)
        return 0;
    return result_set(&s->objection, objection, e);
}

int verify_adopt(struct verify *v, const struct result *r, bool again, struct err *e)
{
    if (again && judge_recorded(v->contract, v->bound, &v->now, v->x, e) < 0)
        return err_context(e, "the filter cannot be computed again");
    const double threshold = v->x->threshold;
    for (size_t k = 0; k < v->x->slaves; k++) {
        struct result_slave *s = &v->x->slave[k];
        const struct run_slave *known = runs_slave(&v->now, s->name);
        if (!s->answered)
            continue;
        if (strcmp(known->method, v->contract->filter) != 0)
            verify_complain(v, "ledger: slave %s was judged by %s, the contract's filter is %s",
                            s->name, known->method, v->contract->filter);
        if (!verify_close(s->weight, known->weight))
            verify_complain(v, "ledger: slave %s has weight %.17g, its history gives %.17g",
                            s->name, known->weight, s->weight);
        if (strcmp(known->decision, "accepted") != 0 && strcmp(known->decision, "rejected") != 0)
            verify_complain(v, "ledger: slave %s is neither accepted nor rejected", s->name);
        if (again)
            check_decision(v, s, threshold, known);
        if (adopt(v, r, k, known, again, e) < 0)
            return -1;
    }
    return 0;
}
