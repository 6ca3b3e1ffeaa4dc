/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grid: attacks on drawn rounds of 50 slaves, as CSV. Words: words.h.
 *
 * d is 1, 10, 1000; 10 to 40 % are wrong; honest slaves are alike, or a fifth of them, those of
 * most history, are off together, by 2 sd in each column, this way or that. Attackers have no history (little),
 * the same as all (equal), or as much as the one of most (much).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/weight.h"
#include "tally.h"
#include "words.h"

enum { SLAVES = 50, STAKES = 3, FRACTIONS = 4 };

static const char *const stakes[STAKES] = {"equal", "little", "much"};
static const double without_history = .1, wide_means = 3, spread_of_history = 1;

/* One kind of rounds. */
struct cell {
    size_t d, wrong; /* features; tenths of slaves that are wrong */
    bool unlike;
    enum attack attack;
    size_t stake;
    enum known known;
};

static int compare_falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/* Effect: history[honest], falling: the first ones have most. */
static void draw_history(double *history, size_t honest, struct dice *r)
{
    for (size_t i = 0; i < honest; i++) {
        double earned = exp(spread_of_history * dice_normal(r));
        history[i] = dice_uniform(r) < without_history ? 0 : earned;
    }
    qsort(history, honest, sizeof *history, compare_falling);
}

static void give_stakes(const char *stake, struct round *round, size_t honest, double *history)
{
    struct err e = {0};

    if (strcmp(stake, "equal") == 0)
        return;
    for (size_t i = honest; i < round->n; i++)
        history[i] = strcmp(stake, "much") == 0 ? history[0] : 0;
    if (weight_shares(history, round->n, 1, round->share, &e))
        round_die("%s", e.text);
}

static void draw_rows(const struct cell *c, struct round *round, size_t honest, const double *mean,
                      struct dice *r)
{
    for (size_t i = 0; i < round->n * round->d; i++) {
        round->x[i] = mean[i % round->d] + dice_normal(r);
        round->errors[i] = 1;
    }
    for (size_t j = 0; j < round->d && c->unlike; j++) {
        double by = dice_bits(r) >> 63 ? 2 : -2;
        for (size_t i = 0; i < honest / 5; i++)
            round->x[i * round->d + j] += by;
    }
}

static void play(const struct words *w, const struct cell *c, size_t seed, struct tally *t)
{
    const uint64_t words[] = {w->seed, seed, c->d, c->wrong, c->unlike, c->attack};
    struct dice r = dice_seeded(words, 6);
    struct round round = round_new(SLAVES, c->d);
    size_t honest = SLAVES - (SLAVES * c->wrong + 5) / 10;
    double *mean = round_alloc(c->d, sizeof *mean), history[SLAVES];

    draw_history(history, honest, &r);
    for (size_t j = 0; j < c->d; j++)
        mean[j] = 1 + (attack_is_meant(c->attack) ? 0 : wide_means * dice_normal(&r));
    draw_rows(c, &round, honest, mean, &r);
    attack_round(c->attack, &round, honest, mean, &r);
    give_stakes(stakes[c->stake], &round, honest, history);
    tally_round(t, &round, honest, c->known, false);
    round_free(&round);
    free(mean);
}

static void try_cell(struct words *w, const struct cell *c)
{
    struct tally t = {.filters = w->filters,
                      .target_fpr = w->target,
                      .estimators = c->stake == 0 && c->known == KNOWN_NOTHING};
    struct tally_key key = {.origin = "drawn",
                            .function = "none",
                            .n = SLAVES,
                            .d = c->d,
                            .wrong = (double)c->wrong / 10,
                            .unlike = c->unlike,
                            .attack = c->attack,
                            .stake = stakes[c->stake],
                            .known = c->known};
    size_t seeds = c->d < 100 ? w->seeds : (w->seeds + 1) / 2;

    if (!words_want(w, &key))
        return;
    for (size_t seed = 0; seed < seeds; seed++)
        play(w, c, seed, &t);
    tally_write(stdout, &key, &t);
}

/* With standard errors only where stakes are equal, as what these and stakes do adds up; and both where a
 * fifth or two are wrong. */
static void try_stakes(struct words *w, struct cell c)
{
    try_cell(w, &c);
    if (c.wrong % 2)
        return;
    for (c.stake = 1; c.stake < STAKES; c.stake++)
        try_cell(w, &c);
    c.stake = 0;
    c.known = KNOWN_ERRORS;
    try_cell(w, &c);
}

static void try_all(struct words *w)
{
    for (size_t f = 0; f < w->features_count; f++)
        for (size_t wrong = 1; wrong <= FRACTIONS; wrong++)
            for (int a = 0; a < ATTACKS; a++)
                for (int unlike = 0; unlike < 2; unlike++)
                    if (attack_fits((enum attack)a, w->features[f]))
                        try_stakes(w, (struct cell){.d = w->features[f],
                                                    .wrong = wrong,
                                                    .unlike = unlike,
                                                    .attack = (enum attack)a});
}

int main(int argc, char **argv)
{
    struct words w = words_read(argc, argv, 2, "50", "1,10,1000");

    try_all(&w);
    return 0;
}
