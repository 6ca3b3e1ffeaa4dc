/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thresholds: how often the simulated cut rejects somebody of drawn rounds in which all are honest, as
 * lines of CSV (alarms.h).
 *
 *   thresholds [--rounds N] [--seed N] [--target P] [--part I/N] [--only SHAPE,…] [--slaves N,…]
 *              [--features N,…]
 *
 * Kinds: the shapes whose rate is promised, with 6 to 1000 results and 1 to 1000 features (of 200 and 500
 * results 10 and 1000, and of more than 50 no correlation of .5, which lies between); unequal rows
 * told items, and told standard errors. Those of which nothing is promised, with 8 and 50 results and
 * up to 100 features. union of all, and pos-lof of up to 50 results. --rounds (1000) of each kind
 * of up to 20 results, .6 times as many of up to 50, .3 of more and of what is not promised. A kind's
 * rounds follow from the seed and the kind, whichever part it is in.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarms.h"
#include "shapes.h"

enum { MOST_SIZES = 16, FILTERS = 2, FEW = 20, SOME = 50, SOME_FEATURES = 100 };

static const char *const filters[FILTERS] = {"union/simulated", "pos-lof/simulated"};

struct kind {
    enum shape shape;
    enum known known;
    size_t n, d, rounds;
};

struct thresholds {
    size_t rounds, part, parts, kinds;
    size_t slaves[MOST_SIZES], slaves_count, features[MOST_SIZES], features_count;
    const char *only;
    double target;
    uint64_t seed;
};

static const struct judge *judge_named(const char *name)
{
    for (size_t j = 0; j < JUDGES; j++)
        if (strcmp(judges[j].name, name) == 0)
            return &judges[j];
    round_die("%s: no such filter", name);
}

static void try_kind(const struct thresholds *t, const struct kind *k)
{
    struct alarms alarms[FILTERS] = {0};
    bool *rejected = round_alloc(k->n, sizeof *rejected);
    size_t count = k->n <= SOME ? FILTERS : 1;

    for (size_t i = 0; i < k->rounds; i++) {
        uint64_t words[] = {t->seed, i, k->n, k->d, (uint64_t)k->shape};
        struct dice r = dice_seeded(words, sizeof words / sizeof words[0]);
        struct round round = shape_round(k->shape, k->n, k->d, &r);
        for (size_t f = 0; f < count; f++) {
            round_judge(judge_named(filters[f]), &round, k->known, t->target, rejected);
            alarms_count(&alarms[f], rejected, k->n);
        }
        round_free(&round);
    }
    for (size_t f = 0; f < count; f++)
        alarms_line(stdout, shape_name(k->shape), k->n, k->d, k->known, filters[f], &alarms[f]);
    free(rejected);
}

/* Whether it stands for those that are left out. */
static bool of_the_design(const struct kind *k)
{
    bool between = k->n == 200 || k->n == 500;

    return k->n <= SOME || (k->shape != SHAPE_EQUI_50 && !(between && (k->d == 1 || k->d == 100)));
}

/* Whether a rate is promised of it, or else whether it is looked at. */
static bool promised(const struct kind *k)
{
    return of_the_design(k) && shape_normal(k->shape) &&
           (k->known != KNOWN_NOTHING) == shape_unequal(k->shape);
}

static bool looked_at(const struct kind *k)
{
    return (k->known == KNOWN_NOTHING || shape_unequal(k->shape)) && k->d <= SOME_FEATURES &&
           (k->n == 8 || k->n == SOME);
}

static size_t rounds_of(const struct kind *k, size_t most)
{
    if (!promised(k))
        return most * 3 / 10;
    return k->n <= FEW ? most : k->n <= SOME ? most * 6 / 10 : most * 3 / 10;
}

static void try_size(struct thresholds *t, size_t n)
{
    for (int shape = 0; shape < SHAPES; shape++)
        for (int known = 0; known < KNOWN; known++)
            for (size_t f = 0; f < t->features_count; f++) {
                struct kind k = {(enum shape)shape, (enum known)known, n, t->features[f], 0};
                if ((!promised(&k) && !looked_at(&k)) ||
                    !round_listed(t->only, shape_name(k.shape)) || t->kinds++ % t->parts != t->part)
                    continue;
                k.rounds = rounds_of(&k, t->rounds);
                try_kind(t, &k);
            }
}

static void read_words(struct thresholds *t, int argc, char **argv)
{
    for (int i = 1; i < argc; i += 2) {
        const char *word = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (!value)
            round_die("%s: no value", word);
        if (strcmp(word, "--rounds") == 0)
            round_sizes(value, &t->rounds, 1);
        else if (strcmp(word, "--slaves") == 0)
            t->slaves_count = round_sizes(value, t->slaves, MOST_SIZES);
        else if (strcmp(word, "--features") == 0)
            t->features_count = round_sizes(value, t->features, MOST_SIZES);
        else if (strcmp(word, "--only") == 0)
            t->only = value;
        else if (strcmp(word, "--part") == 0)
            round_part(value, &t->part, &t->parts);
        else if (strcmp(word, "--target") == 0)
            t->target = strtod(value, NULL);
        else if (strcmp(word, "--seed") == 0)
            t->seed = strtoull(value, NULL, 10);
        else
            round_die("%s: expected one of the words at the head of thresholds.c", word);
    }
}

int main(int argc, char **argv)
{
    struct thresholds t = {.rounds = 1000, .parts = 1, .target = 0.05, .seed = 1};

    t.slaves_count = round_sizes("6,8,12,20,50,100,200,500,1000", t.slaves, MOST_SIZES);
    t.features_count = round_sizes("1,10,100,1000", t.features, MOST_SIZES);
    read_words(&t, argc, argv);
    if (t.part == 0)
        alarms_header(stdout);
    for (size_t s = 0; s < t.slaves_count; s++)
        try_size(&t, t.slaves[s]);
    return 0;
}
