/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * product: attacks on rounds of the function moments over the data sets of the repository, as CSV.
 * Words: words.h.
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
#include "words.h"

enum { FRACTIONS = 4 };

static double *mean_of(const struct round *round, size_t honest)
{
    double *mean = round_alloc(round->d, sizeof *mean);

    for (size_t i = 0; i < honest; i++)
        for (size_t j = 0; j < round->d; j++)
            mean[j] += round->x[i * round->d + j] / (double)honest;
    return mean;
}

static void play(const struct words *w, const struct rows *t, const struct tally_key *key,
                 size_t seed, struct tally *tally)
{
    size_t honest = key->n - (size_t)lround(key->wrong * (double)key->n);
    const uint64_t words[] = {w->seed, seed, key->n, key->unlike, honest, key->attack, t->columns};
    struct dice r = dice_seeded(words, 7);
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

static void try_cell(struct words *w, const struct rows *t, struct tally_key key)
{
    struct tally tally = {.filters = w->filters, .target_fpr = w->target, .estimators = true};

    if (!words_want(w, &key))
        return;
    for (size_t seed = 0; seed < w->seeds; seed++)
        play(w, t, &key, seed, &tally);
    tally_write(stdout, &key, &tally);
}

static void try_set(struct words *w, const struct rows *t)
{
    const struct rows_cut all = {.label = true};

    for (size_t s = 0; s < w->slaves_count; s++)
        for (int unlike = 0; unlike < 2; unlike++) {
            struct tally_key key = {.origin = t->name,
                                    .function = "moments",
                                    .n = w->slaves[s],
                                    .d = rows_features(t, &all),
                                    .unlike = unlike,
                                    .attack = ATTACK_NONE,
                                    .stake = "equal",
                                    .known = KNOWN_ERRORS};
            try_cell(w, t, key);
            for (int wrong = 2; wrong <= FRACTIONS; wrong += 2)
                for (int attack = 0; attack < ATTACK_NONE; attack++) {
                    key.wrong = wrong / 10.;
                    key.attack = (enum attack)attack;
                    try_cell(w, t, key);
                }
        }
}

int main(int argc, char **argv)
{
    struct words w = words_read(argc, argv, 1, "8,20,50", "1");

    for (size_t set = 0; set < ROWS_SETS; set++) {
        struct rows t = rows_read(set, w.source);
        try_set(&w, &t);
        rows_free(&t);
    }
    return 0;
}
