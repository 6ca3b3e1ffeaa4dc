/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grid: attacks on drawn rounds of 50 slaves, as CSV.
 *
 *   grid [--seeds N] [--part I/N] [--features 1,10,1000] [--attacks NAME,…] [--filters NAME,…]
 *        [--stakes NAME,…] [--told NAME,…] [--target P] [--seed N]
 *
 * d is 1, 10, 1000; 10 to 40 % are wrong; honest slaves are alike, or a fifth of them, those of
 * most history, are off together, by 2 sd in each column, this way or that. Attackers have no history (little),
 * the same as all (equal), or as much as the one of most (much). Of N parts only the I-th is
 * computed: the same seeds are the same rounds, in whichever part.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/weight.h"
#include "tally.h"

enum { SLAVES = 50, MOST_SIZES = 16, STAKES = 3, FRACTIONS = 4 };

static const char *const stakes[STAKES] = {"equal", "little", "much"};
static const double without_history = .1, wide_means = 3, spread_of_history = 1;

struct grid {
    size_t seeds, part, parts, features[MOST_SIZES], features_count, cell;
    const char *attacks, *filters, *stakes, *told;
    double target;
    uint64_t seed;
};

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
static void draw_history(double *history, size_t honest, struct draw *r)
{
    for (size_t i = 0; i < honest; i++) {
        double earned = exp(spread_of_history * draw_normal(r));
        history[i] = draw_uniform(r) < without_history ? 0 : earned;
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
                      struct draw *r)
{
    for (size_t i = 0; i < round->n * round->d; i++) {
        round->x[i] = mean[i % round->d] + draw_normal(r);
        round->errors[i] = 1;
    }
    for (size_t j = 0; j < round->d && c->unlike; j++) {
        double by = draw_bits(r) >> 63 ? 2 : -2;
        for (size_t i = 0; i < honest / 5; i++)
            round->x[i * round->d + j] += by;
    }
}

static void play(const struct grid *g, const struct cell *c, size_t seed, struct tally *t)
{
    const uint64_t words[] = {g->seed, seed, c->d, c->wrong, c->unlike, c->attack};
    struct draw r = draw_seeded(words, 6);
    struct round round = round_new(SLAVES, c->d);
    size_t honest = SLAVES - (SLAVES * c->wrong + 5) / 10;
    double *mean = round_alloc(c->d, sizeof *mean), history[SLAVES];

    draw_history(history, honest, &r);
    for (size_t j = 0; j < c->d; j++)
        mean[j] = 1 + (attack_is_meant(c->attack) ? 0 : wide_means * draw_normal(&r));
    draw_rows(c, &round, honest, mean, &r);
    attack_round(c->attack, &round, honest, mean, &r);
    give_stakes(stakes[c->stake], &round, honest, history);
    tally_round(t, &round, honest, c->known, false);
    round_free(&round);
    free(mean);
}

static void try_cell(struct grid *g, const struct cell *c)
{
    struct tally t = {.filters = g->filters,
                      .target_fpr = g->target,
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
    size_t seeds = c->d < 100 ? g->seeds : (g->seeds + 2) / 3;

    if (!round_listed(g->stakes, key.stake) || !round_listed(g->told, known_name(c->known)) ||
        !round_listed(g->attacks, attack_name(c->attack)) || g->cell++ % g->parts != g->part)
        return;
    for (size_t seed = 0; seed < seeds; seed++)
        play(g, c, seed, &t);
    tally_write(stdout, &key, &t);
}

/* With standard errors only where stakes are equal: what they and stakes do adds up. */
static void try_stakes(struct grid *g, struct cell c)
{
    for (c.stake = 0; c.stake < STAKES; c.stake++)
        try_cell(g, &c);
    c.stake = 0;
    c.known = KNOWN_ERRORS;
    try_cell(g, &c);
}

static void try_all(struct grid *g)
{
    for (size_t f = 0; f < g->features_count; f++)
        for (size_t wrong = 1; wrong <= FRACTIONS; wrong++)
            for (int a = 0; a < ATTACKS; a++)
                for (int unlike = 0; unlike < 2; unlike++)
                    if (attack_fits((enum attack)a, g->features[f]))
                        try_stakes(g, (struct cell){.d = g->features[f],
                                                    .wrong = wrong,
                                                    .unlike = unlike,
                                                    .attack = (enum attack)a});
}

int main(int argc, char **argv)
{
    struct grid g = {.seeds = 9, .parts = 1, .target = 0.05, .seed = 1};

    g.features_count = round_sizes("1,10,1000", g.features, MOST_SIZES);
    for (int i = 1; i < argc; i += 2) {
        const char *word = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (!value)
            round_die("%s: no value", word);
        if (strcmp(word, "--seeds") == 0)
            round_sizes(value, &g.seeds, 1);
        else if (strcmp(word, "--part") == 0)
            round_part(value, &g.part, &g.parts);
        else if (strcmp(word, "--features") == 0)
            g.features_count = round_sizes(value, g.features, MOST_SIZES);
        else if (strcmp(word, "--attacks") == 0)
            g.attacks = value;
        else if (strcmp(word, "--filters") == 0)
            g.filters = value;
        else if (strcmp(word, "--stakes") == 0)
            g.stakes = value;
        else if (strcmp(word, "--told") == 0)
            g.told = value;
        else if (strcmp(word, "--target") == 0)
            g.target = strtod(value, NULL);
        else if (strcmp(word, "--seed") == 0)
            g.seed = strtoull(value, NULL, 10);
        else
            round_die("%s: expected one of the words at the head of grid.c", word);
    }
    if (g.part == 0)
        tally_header(stdout);
    try_all(&g);
    return 0;
}
