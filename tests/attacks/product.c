/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * product: attacks on rounds of the function moments over the data sets of the repository, as CSV.
 *
 *   product [--seeds N] [--part I/N] [--slaves 8,20,50] [--attacks NAME,…] [--filters NAME,…]
 *           [--target P] [--seed N] [--source DIR]
 *
 * The rows of wdbc and digits, with the label, are dealt to slaves at random (alike), or so that
 * some have more of low labels (unlike). Who errs does so with his rows, or with his state;
 * who means it says what he likes, with the standard errors of an honest slave. Errors are in sd of
 * the honest, column by column.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"
#include "tally.h"

enum { MOST_SIZES = 16, FRACTIONS = 4 };

struct product {
    size_t seeds, part, parts, slaves[MOST_SIZES], slaves_count, cell;
    const char *attacks, *filters, *source;
    double target;
    uint64_t seed;
};

static double *mean_of(const struct round *round, size_t honest)
{
    double *mean = round_alloc(round->d, sizeof *mean);

    for (size_t i = 0; i < honest; i++)
        for (size_t j = 0; j < round->d; j++)
            mean[j] += round->x[i * round->d + j] / (double)honest;
    return mean;
}

static void play(const struct product *p, const struct rows *t, const struct tally_key *key,
                 size_t seed, struct tally *tally)
{
    size_t honest = key->n - (size_t)lround(key->wrong * (double)key->n);
    const uint64_t words[] = {p->seed, seed, key->n, key->unlike, honest, key->attack, t->columns};
    struct draw r = draw_seeded(words, 7);
    const struct rows_cut cut = {.slaves = key->n, .label = true, .unlike = key->unlike};
    const struct rows_attack a = {key->attack, honest};
    struct round round = rows_round(t, &cut, &a, &r);

    if (attack_is_meant(key->attack)) {
        double *mean = mean_of(&round, honest);
        attack_round(key->attack, &round, honest, mean, &r);
        free(mean);
    }
    tally_round(tally, &round, honest, key->known, true);
    round_free(&round);
}

static void try_cell(struct product *p, const struct rows *t, struct tally_key key)
{
    struct tally tally = {.filters = p->filters, .target_fpr = p->target, .estimators = true};

    if (!round_listed(p->attacks, attack_name(key.attack)) || p->cell++ % p->parts != p->part)
        return;
    for (size_t seed = 0; seed < p->seeds; seed++)
        play(p, t, &key, seed, &tally);
    tally_write(stdout, &key, &tally);
}

static void try_set(struct product *p, const struct rows *t)
{
    const struct rows_cut all = {.label = true};

    for (size_t s = 0; s < p->slaves_count; s++)
        for (int unlike = 0; unlike < 2; unlike++) {
            struct tally_key key = {.origin = t->name,
                                    .function = "moments",
                                    .n = p->slaves[s],
                                    .d = rows_features(t, &all),
                                    .unlike = unlike,
                                    .attack = ATTACK_NONE,
                                    .stake = "equal",
                                    .known = KNOWN_ERRORS};
            try_cell(p, t, key);
            for (int wrong = 1; wrong <= FRACTIONS; wrong++)
                for (int attack = 0; attack < ATTACK_NONE; attack++) {
                    key.wrong = wrong / 10.;
                    key.attack = (enum attack)attack;
                    try_cell(p, t, key);
                }
        }
}

int main(int argc, char **argv)
{
    struct product p = {.seeds = 5, .parts = 1, .source = ".", .target = 0.05, .seed = 1};

    p.slaves_count = round_sizes("8,20,50", p.slaves, MOST_SIZES);
    for (int i = 1; i < argc; i += 2) {
        const char *word = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (!value)
            round_die("%s: no value", word);
        if (strcmp(word, "--seeds") == 0)
            round_sizes(value, &p.seeds, 1);
        else if (strcmp(word, "--part") == 0)
            round_part(value, &p.part, &p.parts);
        else if (strcmp(word, "--slaves") == 0)
            p.slaves_count = round_sizes(value, p.slaves, MOST_SIZES);
        else if (strcmp(word, "--attacks") == 0)
            p.attacks = value;
        else if (strcmp(word, "--filters") == 0)
            p.filters = value;
        else if (strcmp(word, "--source") == 0)
            p.source = value;
        else if (strcmp(word, "--target") == 0)
            p.target = strtod(value, NULL);
        else if (strcmp(word, "--seed") == 0)
            p.seed = strtoull(value, NULL, 10);
        else
            round_die("%s: expected one of the words at the head of product.c", word);
    }
    if (p.part == 0)
        tally_header(stdout);
    for (size_t set = 0; set < ROWS_SETS; set++) {
        struct rows t = rows_read(set, p.source);
        try_set(&p, &t);
        rows_free(&t);
    }
    return 0;
}
