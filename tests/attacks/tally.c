/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes of attacked rounds. */
#include "tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double most_error = 100, usual_share = 0.4;

/* Estimators as they are tried: with the share that contracts have by default, and with the true one. */
static const struct {
    enum estimate_method method;
    bool knows; /* how many are wrong */
} estimators[TALLY_ESTIMATORS] = {
    {ESTIMATE_MEAN, false},      {ESTIMATE_MEDIAN, false}, {ESTIMATE_TRIMMED, false},
    {ESTIMATE_GEOMETRIC, false}, {ESTIMATE_KRUM, false},   {ESTIMATE_MULTI_KRUM, false},
    {ESTIMATE_NNM, false},       {ESTIMATE_TRIMMED, true}, {ESTIMATE_KRUM, true},
    {ESTIMATE_MULTI_KRUM, true}, {ESTIMATE_NNM, true},
};

/* What errors are measured by. */
struct yardstick {
    double *mean, *unit; /* d: of the honest */
    double length;       /* mean squared distance of an honest result */
};

static struct yardstick measure(const struct round *round, size_t honest, bool scaled)
{
    size_t d = round->d;
    struct yardstick y = {round_alloc(d, sizeof(double)), round_alloc(d, sizeof(double)), 0};

    for (size_t i = 0; i < honest; i++)
        for (size_t j = 0; j < d; j++)
            y.mean[j] += round->x[i * d + j] / (double)honest;
    for (size_t i = 0; i < honest; i++)
        for (size_t j = 0; j < d; j++) {
            double gap = round->x[i * d + j] - y.mean[j];
            y.unit[j] += gap * gap / (double)honest;
        }
    for (size_t j = 0; j < d; j++) {
        y.length += scaled ? y.unit[j] > 0 : y.unit[j];
        y.unit[j] = scaled ? y.unit[j] : 1;
    }
    return y;
}

static double error_of(const struct yardstick *y, const double *middle, size_t d)
{
    double sum = 0;

    for (size_t j = 0; j < d; j++) {
        double gap = middle[j] - y->mean[j];
        sum += y->unit[j] > 0 ? gap * gap / y->unit[j] : 0;
    }
    sum /= y->length;
    return sum < most_error ? sum : most_error;
}

void tally_verdict(struct tally_row *row, const bool *rejected, size_t n, size_t honest,
                   double error)
{
    size_t right = 0, wrong = 0;

    for (size_t i = 0; i < n; i++) {
        wrong += rejected[i] && i < honest;
        right += rejected[i] && i >= honest;
    }
    row->rounds++;
    row->any += wrong > 0;
    row->caught += n > honest ? (double)right / (double)(n - honest) : 0;
    row->accused += (double)wrong / (double)honest;
    row->error += error;
    row->squares += error * error;
}

/* The mean of those who are accepted, as the merge weighs them. */
static void merge(const struct round *round, const bool *rejected, double *middle)
{
    double items = 0;

    memset(middle, 0, round->d * sizeof *middle);
    for (size_t i = 0; i < round->n; i++)
        items += rejected[i] ? 0 : round->items[i];
    for (size_t i = 0; i < round->n; i++)
        for (size_t j = 0; j < round->d && !rejected[i]; j++)
            middle[j] += round->x[i * round->d + j] * (round->items[i] / items);
}

static void try_judges(struct tally *t, const struct round *round, size_t honest, enum known known,
                       const struct yardstick *y)
{
    bool *rejected = round_alloc(round->n, sizeof *rejected);
    double *middle = round_alloc(round->d, sizeof *middle);

    for (size_t k = 0; k < JUDGES; k++) {
        if (!round_listed(t->filters, judges[k].name) ||
            !round_judge(&judges[k], round, known, t->target_fpr, rejected))
            continue;
        merge(round, rejected, middle);
        tally_verdict(&t->row[k], rejected, round->n, honest, error_of(y, middle, round->d));
    }
    free(rejected);
    free(middle);
}

/* Estimators are for numbers: who gives none is left out. */
static struct estimate_input finite_rows(const struct round *round, double *x, double *items)
{
    struct estimate_input in = {.d = round->d, .x = x, .items = items};

    for (size_t i = 0; i < round->n; i++) {
        const double *row = round->x + i * round->d;
        bool finite = true;
        for (size_t j = 0; j < round->d; j++)
            finite = finite && isfinite(row[j]);
        if (!finite)
            continue;
        memcpy(x + in.n * round->d, row, round->d * sizeof *x);
        items[in.n++] = round->items[i];
    }
    return in;
}

static void try_estimators(struct tally *t, const struct round *round, size_t honest,
                           const struct yardstick *y)
{
    double *x = round_alloc(round->n * round->d, sizeof *x);
    double *items = round_alloc(round->n, sizeof *items);
    double *middle = round_alloc(round->d, sizeof *middle);
    struct estimate_input in = finite_rows(round, x, items);
    bool *nobody = round_alloc(round->n, sizeof *nobody);

    for (size_t k = 0; k < TALLY_ESTIMATORS; k++) {
        struct err e = {0};
        in.share =
            estimators[k].knows ? (double)(round->n - honest) / (double)round->n : usual_share;
        if (estimators[k].method == ESTIMATE_NONE ||
            estimate_apply(estimators[k].method, &in, middle, &e))
            continue;
        tally_verdict(&t->row[JUDGES + k], nobody, round->n, honest, error_of(y, middle, round->d));
    }
    free(x);
    free(items);
    free(middle);
    free(nobody);
}

void tally_round(struct tally *t, const struct round *round, size_t honest, enum known known,
                 bool scaled)
{
    struct yardstick y = measure(round, honest, scaled);

    try_judges(t, round, honest, known, &y);
    if (t->estimators)
        try_estimators(t, round, honest, &y);
    free(y.mean);
    free(y.unit);
}

void tally_header(FILE *to)
{
    fprintf(to, "origin,function,n,d,wrong,honest,attack,stake,told,kind,name,rounds,caught,"
                "accused,any,error,error_se\n");
}

void tally_line(FILE *to, const struct tally_key *key, const char *kind, const char *name,
                const struct tally_row *row)
{
    double n = (double)row->rounds, error = row->error / n;

    if (row->rounds == 0)
        return;
    fprintf(to, "%s,%s,%zu,%zu,%.2f,%s,%s,%s,%s,%s,%s,%zu,%.4f,%.4f,%.4f,%.6g,%.3g\n", key->origin,
            key->function, key->n, key->d, key->wrong, key->unlike ? "unlike" : "alike",
            attack_name(key->attack), key->stake, known_name(key->known), kind, name, row->rounds,
            row->caught / n, row->accused / n, (double)row->any / n, error,
            n > 1 ? sqrt(fmax(0, row->squares / n - error * error) / (n - 1)) : 0);
}

void tally_write(FILE *to, const struct tally_key *key, const struct tally *t)
{
    char name[64];

    for (size_t k = 0; k < JUDGES; k++)
        tally_line(to, key, "filter", judges[k].name, &t->row[k]);
    for (size_t k = 0; k < TALLY_ESTIMATORS; k++) {
        snprintf(name, sizeof name, "%s%s",
                 estimators[k].method ? estimate_name(estimators[k].method) : "",
                 estimators[k].knows ? "/f" : "");
        tally_line(to, key, "estimator", name, &t->row[JUDGES + k]);
    }
    fflush(to);
}
