/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clean: how often filters reject somebody of rounds in which all are honest.
 *
 *   clean [--rounds N] [--slaves 8,20,50] [--features 1,10,100] [--only SHAPE,…] [--filters NAME,…]
 *         [--target P] [--seed N] [--csv FILE] [--dump N DIR] [--source DIR]
 *         [--data FILE.csv]
 *
 * Shapes are those of shapes.c, and of the data sets: wdbc, digits, with /label where the label is
 * a column, too, and /uneven where parts are of very different sizes. What a filter is told: the
 * features alone; item counts; or standard errors and item counts. Prints, of each and for each
 * filter that is built, the percentage of rounds in which any is rejected. --dump writes, for
 * each cut of the data sets, N rounds to DIR/NAME-SLAVES.csv (cut, slave, items, features, standard
 * errors), and judges nothing. --data: another set, whose last column is the label, and nothing else.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarms.h"
#include "rows.h"
#include "shapes.h"

enum { MOST_SIZES = 16, CUTS = 4, NAME = 64 };

struct clean {
    size_t rounds, slaves[MOST_SIZES], slaves_count, features[MOST_SIZES], features_count;
    const char *only, *filters, *source, *data, *dump_to;
    size_t dump;
    double target;
    uint64_t seed;
    FILE *csv;
    bool built[JUDGES];
};

/* Where rounds come from: a shape, or a set and a cut of it. */
struct origin {
    char name[NAME];
    enum shape shape;
    const struct rows *set; /* NULL: the shape */
    struct rows_cut cut;
    size_t n, d;
};

static struct round draw_round(const struct clean *c, const struct origin *o, size_t k)
{
    uint64_t words[] = {c->seed, k, o->n, o->d, 0};

    for (const char *at = o->name; *at; at++)
        words[4] = words[4] * 131 + (unsigned char)*at;
    struct dice r = dice_seeded(words, 5);
    return o->set ? rows_round(o->set, &o->cut, NULL, &r) : shape_round(o->shape, o->n, o->d, &r);
}

static void tell(const struct clean *c, const struct origin *o, enum known known,
                 const struct alarms *alarms)
{
    printf("%-18s %4zu %5zu %-8s", o->name, o->n, o->d, known_name(known));
    for (size_t j = 0; j < JUDGES; j++) {
        if (!c->built[j])
            continue;
        const struct alarms *a = &alarms[j];
        printf(" %*.1f", (int)strlen(judges[j].name) < 6 ? 6 : (int)strlen(judges[j].name),
               100 * (double)a->any / (double)a->rounds);
        if (c->csv)
            alarms_line(c->csv, o->name, o->n, o->d, known, judges[j].name, a);
    }
    putchar('\n');
    fflush(stdout);
}

static void try_origin(const struct clean *c, const struct origin *o)
{
    struct alarms alarms[KNOWN][JUDGES] = {0};
    bool *rejected = round_alloc(o->n, sizeof *rejected);
    int most = o->set || shape_unequal(o->shape) ? KNOWN : KNOWN_NOTHING + 1;

    for (size_t k = 0; k < c->rounds; k++) {
        struct round round = draw_round(c, o, k);
        for (int known = 0; known < most; known++)
            for (size_t j = 0; j < JUDGES; j++) {
                if (!c->built[j])
                    continue;
                round_judge(&judges[j], &round, (enum known)known, c->target, rejected);
                alarms_count(&alarms[known][j], rejected, o->n);
            }
        round_free(&round);
    }
    for (int known = 0; known < most; known++)
        tell(c, o, (enum known)known, alarms[known]);
    free(rejected);
}

static void dump_round(FILE *to, size_t k, const struct round *r)
{
    for (size_t i = 0; i < r->n; i++) {
        fprintf(to, "%zu,%zu,%.0f", k, i, r->items[i]);
        for (size_t j = 0; j < r->d; j++)
            fprintf(to, ",%.9g", r->x[i * r->d + j]);
        for (size_t j = 0; j < r->d; j++)
            fprintf(to, ",%.9g", r->errors[i * r->d + j]);
        fputc('\n', to);
    }
}

static void dump_origin(const struct clean *c, const struct origin *o)
{
    char path[4096], name[NAME];

    snprintf(name, sizeof name, "%s", o->name);
    for (char *at = name; *at; at++)
        *at = *at == '/' ? '-' : *at;
    snprintf(path, sizeof path, "%s/%s-%zu.csv", c->dump_to, name, o->n);
    FILE *to = fopen(path, "w");
    if (!to)
        round_die("%s: cannot be written", path);
    for (size_t k = 0; k < c->dump; k++) {
        struct round round = draw_round(c, o, k);
        if (k == 0) {
            fprintf(to, "cut,slave,items");
            for (size_t j = 0; j < 2 * round.d; j++)
                fprintf(to, ",%c%zu", j < round.d ? 'x' : 'e', j % round.d);
            fputc('\n', to);
        }
        dump_round(to, k, &round);
        round_free(&round);
    }
    if (fclose(to))
        round_die("%s: cannot be written", path);
    printf("%s\n", path);
}

/* In cuts of each kind, without the label and with it; where each slave has some rows. */
static void try_set(const struct clean *c, const struct rows *t)
{
    static const char *const kinds[CUTS] = {"", "/label", "/uneven", "/label/uneven"};

    for (int cut = 0; cut < CUTS; cut++)
        for (size_t s = 0; s < c->slaves_count; s++) {
            struct origin o = {.set = t, .n = c->slaves[s]};
            o.cut = (struct rows_cut){.slaves = c->slaves[s], .label = cut & 1, .uneven = cut & 2};
            o.d = rows_features(t, &o.cut);
            snprintf(o.name, sizeof o.name, "%s%s", t->name, kinds[cut]);
            if (!round_listed(c->only, o.name) || t->rows < 8 * o.n)
                continue;
            if (c->dump > 0)
                dump_origin(c, &o);
            else
                try_origin(c, &o);
        }
}

static void try_sets(const struct clean *c)
{
    for (size_t set = 0; set < ROWS_SETS && !c->data; set++) {
        if (c->only && !strstr(c->only, set == 0 ? "wdbc" : "digits"))
            continue;
        struct rows t = rows_read(set, c->source);
        try_set(c, &t);
        rows_free(&t);
    }
    if (c->data) {
        struct rows t = rows_read_file(c->data);
        try_set(c, &t);
        rows_free(&t);
    }
}

static void try_shapes(const struct clean *c)
{
    for (int shape = 0; shape < SHAPES; shape++)
        for (size_t f = 0; f < c->features_count; f++)
            for (size_t s = 0; s < c->slaves_count; s++) {
                struct origin o = {
                    .shape = (enum shape)shape, .n = c->slaves[s], .d = c->features[f]};
                snprintf(o.name, sizeof o.name, "%s", shape_name(o.shape));
                if (round_listed(c->only, o.name))
                    try_origin(c, &o);
            }
}

static void read_words(struct clean *c, int argc, char **argv)
{
    for (int i = 1; i < argc; i += 2) {
        const char *word = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (!value)
            round_die("%s: no value", word);
        if (strcmp(word, "--rounds") == 0)
            round_sizes(value, &c->rounds, 1);
        else if (strcmp(word, "--slaves") == 0)
            c->slaves_count = round_sizes(value, c->slaves, MOST_SIZES);
        else if (strcmp(word, "--features") == 0)
            c->features_count = round_sizes(value, c->features, MOST_SIZES);
        else if (strcmp(word, "--only") == 0)
            c->only = value;
        else if (strcmp(word, "--filters") == 0)
            c->filters = value;
        else if (strcmp(word, "--source") == 0)
            c->source = value;
        else if (strcmp(word, "--data") == 0)
            c->data = value;
        else if (strcmp(word, "--target") == 0)
            c->target = strtod(value, NULL);
        else if (strcmp(word, "--seed") == 0)
            c->seed = strtoull(value, NULL, 10);
        else if (strcmp(word, "--csv") == 0 && !(c->csv = fopen(value, "w")))
            round_die("%s: cannot be written", value);
        else if (strcmp(word, "--dump") == 0 && i + 2 < argc) {
            round_sizes(value, &c->dump, 1);
            c->dump_to = argv[++i + 1];
        } else if (strcmp(word, "--csv") != 0)
            round_die("%s: expected one of the words at the head of clean.c", word);
    }
}

/* Effect: finds which filters are wanted and built. */
static void look_at_filters(struct clean *c)
{
    struct round tiny = round_new(8, 1);
    bool rejected[8];

    printf("%-18s %4s %5s %-8s", "honest rounds", "n", "d", "told");
    for (size_t j = 0; j < JUDGES; j++) {
        c->built[j] = round_listed(c->filters, judges[j].name) &&
                      (c->filters || judges[j].method != FILTER_NONE) &&
                      round_judge(&judges[j], &tiny, KNOWN_NOTHING, c->target, rejected);
        if (c->built[j])
            printf(" %6s", judges[j].name);
    }
    printf("\n");
    round_free(&tiny);
}

int main(int argc, char **argv)
{
    struct clean c = {.rounds = 400, .source = ".", .target = 0.05, .seed = 1};

    c.slaves_count = round_sizes("8,20,50", c.slaves, MOST_SIZES);
    c.features_count = round_sizes("1,10,100", c.features, MOST_SIZES);
    read_words(&c, argc, argv);
    if (c.csv)
        alarms_header(c.csv);
    if (c.dump == 0) {
        look_at_filters(&c);
        if (!c.data)
            try_shapes(&c);
    }
    try_sets(&c);
    if (c.csv && fclose(c.csv))
        round_die("the CSV file cannot be written");
    return 0;
}
