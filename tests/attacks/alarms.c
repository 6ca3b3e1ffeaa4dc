/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often somebody of honest rounds is rejected. */
#include "alarms.h"

#include <math.h>

static const double each_side = 0.005; /* of a bound of 99 % */

enum { HALVINGS = 60 };

void alarms_count(struct alarms *a, const bool *rejected, size_t n)
{
    size_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += rejected[i];
    a->rounds++;
    a->any += sum > 0;
    a->rejected += sum;
}

/* How probable from `from` to `to` of `rounds` are at a rate. */
static double probability(size_t from, size_t to, size_t rounds, double rate)
{
    double sum = 0, n = (double)rounds;

    for (size_t i = from; i <= to; i++) {
        double k = (double)i;
        sum += exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(rate) +
                   (n - k) * log1p(-rate));
    }
    return sum;
}

double alarms_bound(size_t any, size_t rounds, bool upper)
{
    double low = 0, high = 1;

    if (any == (upper ? rounds : 0))
        return upper ? 1 : 0;
    for (int i = 0; i < HALVINGS; i++) {
        double rate = (low + high) / 2;
        bool more = upper ? probability(0, any, rounds, rate) > each_side
                          : probability(any, rounds, rounds, rate) < each_side;
        *(more ? &low : &high) = rate;
    }
    return high;
}

void alarms_header(FILE *to)
{
    fprintf(to, "rounds_of,n,d,told,filter,rounds,any,low,high,each\n");
}

void alarms_line(FILE *to, const char *name, size_t n, size_t d, enum known known,
                 const char *filter, const struct alarms *a)
{
    double rounds = (double)a->rounds;

    fprintf(to, "%s,%zu,%zu,%s,%s,%zu,%.6f,%.6f,%.6f,%.6f\n", name, n, d, known_name(known), filter,
            a->rounds, (double)a->any / rounds, alarms_bound(a->any, a->rounds, false),
            alarms_bound(a->any, a->rounds, true), (double)a->rejected / rounds / (double)n);
    fflush(to);
}
