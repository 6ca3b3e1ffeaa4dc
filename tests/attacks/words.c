/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words on the command lines of programs that attack. */
#include "words.h"

#include <stdlib.h>
#include <string.h>

struct words words_read(int argc, char **argv, size_t seeds, const char *slaves,
                        const char *features)
{
    struct words w = {.seeds = seeds, .parts = 1, .source = ".", .target = 0.05, .seed = 1};
    const struct {
        const char *word, **list;
    } lists[] = {{"--attacks", &w.attacks}, {"--filters", &w.filters}, {"--stakes", &w.stakes},
                 {"--told", &w.told},       {"--source", &w.source},   {"--slaves", &slaves},
                 {"--features", &features}};

    for (int i = 1; i < argc; i += 2) {
        const char *word = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        size_t k = 0, count = sizeof lists / sizeof lists[0];
        if (!value)
            round_die("%s: no value", word);
        while (k < count && strcmp(word, lists[k].word) != 0)
            k++;
        if (k < count)
            *lists[k].list = value;
        else if (strcmp(word, "--seeds") == 0)
            round_sizes(value, &w.seeds, 1);
        else if (strcmp(word, "--part") == 0)
            round_part(value, &w.part, &w.parts);
        else if (strcmp(word, "--target") == 0)
            w.target = strtod(value, NULL);
        else if (strcmp(word, "--seed") == 0)
            w.seed = strtoull(value, NULL, 10);
        else
            round_die("%s: expected one of the words of words.h", word);
    }
    w.slaves_count = round_sizes(slaves, w.slaves, WORDS_SIZES);
    w.features_count = round_sizes(features, w.features, WORDS_SIZES);
    if (w.part == 0)
        tally_header(stdout);
    return w;
}

bool words_want(struct words *w, const struct tally_key *key)
{
    return round_listed(w->stakes, key->stake) && round_listed(w->told, known_name(key->known)) &&
           round_listed(w->attacks, attack_name(key->attack)) && w->kinds++ % w->parts == w->part;
}
