/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The candidates of kmeans, and the choice of seeds among them. */
#include "function/cluster/kmeans_plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "function/common/normal.h"
#include "function/common/philox.h"

enum { SEEDINGS = 16 }; /* of which the best is taken */
enum { CANDIDATE = 1, CHOICE = 2 };

/* The number in (0, 1) that belongs to an index of a sequence. */
static double uniform(const struct kmeans *p, uint32_t sequence, uint64_t index)
{
    const uint32_t counter[4] = {(uint32_t)index, (uint32_t)(index >> 32), sequence, 0};
    const uint32_t key[2] = {(uint32_t)p->seed, (uint32_t)(p->seed >> 32)};
    uint32_t words[4];

    philox(counter, key, words);
    return philox_uniform(words[0], words[1]);
}

void kmeans_candidates(const struct kmeans *p, const double *width, double *points)
{
    for (size_t i = 0; i < p->candidates; i++)
        for (size_t j = 0; j < p->d; j++)
            points[i * p->d + j] = width[j] * normal_quantile(uniform(p, CANDIDATE, i * p->d + j));
}

/* Returns an index, each as likely as its weight; where all weights are 0, the first
 * that is not taken. */
static size_t pick(const double *weight, const unsigned char *taken, size_t n, double u)
{
    double sum = 0, up_to = 0;
    size_t last = 0;

    for (size_t i = 0; i < n; i++)
        sum += weight[i];
    for (size_t i = 0; i < n; i++) {
        if (sum > 0 ? !(weight[i] > 0) : taken[i])
            continue;
        up_to += weight[i];
        last = i;
        if (!(sum > 0) || up_to > u * sum)
            return i;
    }
    return last;
}

/* Scratch of one seeding. */
struct seeding {
    size_t *index;        /* k */
    unsigned char *taken; /* candidates */
    double *near,
        *weight; /* candidates: squared distance to the nearest seed; its votes times it */
};

/* Effect: one k-means++. Returns its cost: the votes' sum of squared distances. */
static double seed_once(const struct kmeans *p, const double *points, const double *votes,
                        uint64_t draw, const struct seeding *s)
{
    double cost = 0;

    memset(s->taken, 0, p->candidates);
    memcpy(s->weight, votes, p->candidates * sizeof *votes);
    for (size_t c = 0; c < p->k; c++) {
        size_t seed = pick(s->weight, s->taken, p->candidates, uniform(p, CHOICE, draw + c));
        s->index[c] = seed;
        s->taken[seed] = 1;
        cost = 0;
        for (size_t i = 0; i < p->candidates; i++) {
            double square = 0;
            for (size_t j = 0; j < p->d; j++) {
                double gap = points[i * p->d + j] - points[seed * p->d + j];
                square += gap * gap;
            }
            s->near[i] = c == 0 || square < s->near[i] ? square : s->near[i];
            s->weight[i] = votes[i] * s->near[i];
            cost += s->weight[i];
        }
    }
    return cost;
}

int kmeans_choose(const struct kmeans *p, const double *points, const double *votes, double *chosen)
{
    double *numbers = malloc(2 * p->candidates * sizeof *numbers), least = INFINITY;
    struct seeding s = {.index = malloc(p->k * sizeof *s.index),
                        .taken = malloc(p->candidates),
                        .near = numbers,
                        .weight = numbers ? numbers + p->candidates : NULL};
    bool allocated = numbers && s.index && s.taken;

    for (uint64_t i = 0; allocated && i < SEEDINGS; i++) {
        double cost = seed_once(p, points, votes, i * p->k, &s);
        if (!(cost < least) && i > 0)
            continue;
        least = cost;
        for (size_t c = 0; c < p->k; c++)
            memcpy(chosen + c * p->d, points + s.index[c] * p->d, p->d * sizeof *chosen);
    }
    free(numbers);
    free(s.index);
    free(s.taken);
    return allocated ? 0 : -1;
}
