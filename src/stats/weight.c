/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns histories into stakes. */
#include "stats/weight.h"

#include <math.h>
#include <stdlib.h>

#include "util/text.h"

static const double most_of_stake = 0.25;

static const char *const methods[] = {
    [WEIGHT_POS] = "pos",       [WEIGHT_COINAGE] = "coinage", [WEIGHT_RECENCY] = "recency",
    [WEIGHT_VOLUME] = "volume", [WEIGHT_UNIFORM] = "uniform",
};

const char *weight_method_name(enum weight_method method)
{
    size_t m = (size_t)method;

    return m > 0 && m < sizeof methods / sizeof methods[0] ? methods[m] : "unknown";
}

enum weight_method weight_method_of(const char *name)
{
    int m = text_among(methods, sizeof methods / sizeof methods[0], name);

    return (enum weight_method)(m < 0 ? 0 : m);
}

/* 1 until t has reached from, then halved every half_life. */
static double decay(double t, double from, double half_life)
{
    return exp2(-fmax(0, t - from) / half_life);
}

static double ramp(double t, double t_min, double t_max)
{
    return fmin(1, fmax(0, (t - t_min) / (t_max - t_min)));
}

static double earned(const struct weight_options *o, double items, double age)
{
    switch (o->method) {
    case WEIGHT_COINAGE:
        return items * age;
    case WEIGHT_RECENCY:
        return items * decay(age, 0, o->half_life);
    case WEIGHT_VOLUME:
        return items;
    case WEIGHT_UNIFORM:
        return 0;
    case WEIGHT_POS:
        break;
    }
    return items * ramp(age, o->t_min, o->t_max) * decay(age, o->t_max, o->half_life);
}

double weight_of_history(const struct weight_options *o, const struct weight_event *events,
                         size_t count)
{
    double P = 0;

    for (size_t i = 0; i < count; i++) {
        if (events[i].rejected)
            P *= o->penalty;
        else
            P += earned(o, events[i].items, fmax(0, events[i].age));
    }
    return P;
}

void weight_terms(const struct weight_options *o, const struct weight_event *events, size_t count,
                  double *term)
{
    double left = 1; /* of what was earned then, after the rejections that follow */

    for (size_t i = count; i-- > 0;) {
        term[i] =
            events[i].rejected ? 0 : left * earned(o, events[i].items, fmax(0, events[i].age));
        left *= events[i].rejected ? o->penalty : 1;
    }
}

static int check(const double *P, size_t n, double lambda, struct err *e)
{
    if (!(isfinite(lambda) && lambda >= 0))
        return err_set(e, ERR_INPUT, "weight lambda: %g; expected a number >= 0", lambda);
    for (size_t i = 0; i < n; i++)
        if (!(isfinite(P[i]) && P[i] >= 0))
            return err_set(e, ERR_INPUT, "POS weight of slave %zu: %g; expected a number >= 0", i,
                           P[i]);
    return 0;
}

/* P/mean(P) + lambda, over its sum, which is n (1 + lambda). */
static void proportions(const double *P, size_t n, double lambda, double *share)
{
    double largest = 0, mean = 0;

    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, P[i]);
    for (size_t i = 0; i < n && largest > 0; i++)
        mean += P[i] / largest / (double)n; /* the sum of P itself may overflow */
    for (size_t i = 0; i < n; i++) {
        double relative = largest > 0 ? P[i] / largest / mean : 1;
        share[i] = (relative + lambda) / (1 + lambda) / (double)n;
    }
}

/* Gives what the capped ones leave to the others, in proportion; equally if these
 * have nothing. Returns whether that brought another one to the cap. */
static bool fill(double *share, bool *capped, size_t n, double cap)
{
    double left = 1, sum = 0;
    size_t count = 0;
    bool again = false;

    for (size_t i = 0; i < n; i++) {
        if (capped[i]) {
            left -= cap;
        } else {
            sum += share[i];
            count++;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (capped[i])
            continue;
        share[i] = sum > 0 ? share[i] / sum * left : left / (double)count;
        if (share[i] > cap)
            capped[i] = again = true;
    }
    for (size_t i = 0; i < n; i++)
        if (capped[i])
            share[i] = cap;
    return again;
}

int weight_shares(const double *P, size_t n, double lambda, double *share, struct err *e)
{
    bool *capped = NULL;

    if (check(P, n, lambda, e))
        return -1;
    if (n == 0)
        return 0;
    capped = err_alloc(n, sizeof *capped, "shares", e);
    if (!capped)
        return -1;
    proportions(P, n, lambda, share);
    while (fill(share, capped, n, fmax(most_of_stake, 1 / (double)n)))
        ;
    free(capped);
    return 0;
}
