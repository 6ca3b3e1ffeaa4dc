/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fits: attacks on functions by rounds over the data sets of the repository, as CSV. Words: words.h.
 *
 * logreg of the diagnosis of wdbc on four measurements, and train, a network that reads digits: in
 * each round the filter decides on the states of the slaves, and those that are accepted are merged
 * and make the next model. Caught and accused are means over rounds, any is of a whole fit. The error
 * of logreg is the mean squared distance of the coefficients from those of the honest slaves alone,
 * in standard errors of these; that of train the share of all rows, as they are, that the last model
 * tells wrong. What fails has the error 100, or 1.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "function/bound.h"
#include "function/registry.h"
#include "rows.h"
#include "tally.h"
#include "words.h"

enum { MOST_SETTINGS = 12, MOST_COEFFICIENTS = 8 };

/* What is fitted. */
struct problem {
    const char *function, *columns; /* the label the last; NULL: all */
    size_t set, rounds;
    size_t most_slaves;
    int wrong_step; /* in tenths */
    size_t settings;
    struct function_setting setting[MOST_SETTINGS];
};

static const struct problem problems[] = {
    {"logreg",
     "mean_radius,mean_texture,mean_smoothness,mean_concave_points,malignant",
     0,
     30,
     50,
     2,
     1,
     {{"target", FUNCTION_STRING, {.string = "malignant"}}}},
    {"train",
     NULL,
     1,
     10,
     20,
     2,
     8,
     {{"target", FUNCTION_STRING, {.string = "digit"}},
      {"classes", FUNCTION_INTEGER, {.integer = 10}},
      {"layers", FUNCTION_STRING, {.string = "16"}},
      {"epochs", FUNCTION_INTEGER, {.integer = 2}},
      {"batch", FUNCTION_INTEGER, {.integer = 16}},
      {"rate", FUNCTION_NUMBER, {.number = 0.05}},
      {"scale", FUNCTION_NUMBER, {.number = 16}},
      {"seed", FUNCTION_INTEGER, {.integer = 3}}}},
};

/* One fit: whose rows, by which filter. */
struct fit {
    const struct problem *problem;
    const struct rows *table;
    struct bound *bound;
    size_t n, honest;
    enum attack attack;
    double **x; /* n: their rows, as they are told */
    size_t *rows;
    struct dice flips;
    double *model;
};

/* What a finished fit says of itself. */
struct answer {
    struct function_output base;
    double coefficient[MOST_COEFFICIENTS], error[MOST_COEFFICIENTS], accuracy;
    size_t coefficients;
};

static int take(struct function_output *out, const struct function_array *a)
{
    struct answer *answer = (struct answer *)out;
    size_t bytes = a->rows * sizeof(double);

    if (strcmp(a->name, "train_accuracy") == 0)
        answer->accuracy = a->values[0];
    if (a->rows > MOST_COEFFICIENTS)
        return 0;
    if (strcmp(a->name, "coefficients") == 0) {
        memcpy(answer->coefficient, a->values, bytes);
        answer->coefficients = a->rows;
    }
    if (strcmp(a->name, "standard_error") == 0)
        memcpy(answer->error, a->values, bytes);
    return 0;
}

/* Returns a table of some columns of another, in the order of the list. */
static struct rows choose(const struct rows *t, const char *list)
{
    struct rows some = {.name = t->name, .rows = t->rows};
    char *copy = strdup(list ? list : ""), *state = NULL;
    size_t *at = round_alloc(t->columns, sizeof *at);

    some.names = round_alloc(t->columns, sizeof *some.names);
    for (size_t j = 0; j < t->columns && !list; j++)
        at[some.columns++] = j;
    for (char *word = strtok_r(copy, ",", &state); word; word = strtok_r(NULL, ",", &state))
        for (size_t j = 0; j < t->columns; j++)
            if (strcmp(word, t->names[j]) == 0)
                at[some.columns++] = j;
    some.data = round_alloc(t->rows * some.columns, sizeof *some.data);
    for (size_t j = 0; j < some.columns; j++)
        some.names[j] = strdup(t->names[at[j]]);
    for (size_t i = 0; i < t->rows; i++)
        for (size_t j = 0; j < some.columns; j++)
            some.data[i * some.columns + j] = t->data[i * t->columns + at[j]];
    free(copy);
    free(at);
    return some;
}

static void accumulate(struct fit *f, const double *x, size_t rows, double *state)
{
    struct block block = {.rows = rows, .columns = f->table->columns, .data = x};
    struct err e = {0};

    if (bound_accumulate(f->bound, state, &block, &e))
        round_die("%s", e.text);
}

/* Effect: a state of each slave at the model, and its features. */
static void compute(struct fit *f, double **state, struct round *round, struct dice *flips)
{
    for (size_t i = 0; i < f->n; i++) {
        memset(state[i], 0, bound_length(f->bound) * sizeof **state);
        accumulate(f, f->x[i], f->rows[i], state[i]);
        if (f->attack == ATTACK_BITS && i >= f->honest)
            attack_bits(state[i], bound_length(f->bound), flips);
        round->items[i] = (double)f->rows[i];
        rows_features_of(f->bound, state[i], round, i);
    }
}

/* Effect: the states that are accepted are one. Returns whether there are any that merge. */
static bool merge(struct fit *f, double **state, const bool *rejected, double *merged)
{
    bool rc = true;

    memset(merged, 0, bound_length(f->bound) * sizeof *merged);
    for (size_t i = 0; i < f->n; i++)
        rc = rc && (rejected[i] || bound_merge(f->bound, merged, state[i], NULL) == 0);
    return rc;
}

/* Fits by a filter, or with NULL by the honest alone. Returns whether that came to an end; the model
 * is f->model then. The row is what was rejected. */
static bool fit(struct fit *f, const struct judge *judge, double target, struct tally_row *row)
{
    double **state = round_alloc(f->n, sizeof *state);
    double *merged = round_alloc(bound_length(f->bound), sizeof *merged);
    bool *rejected = round_alloc(f->n, sizeof *rejected), converged = false, good = true;
    struct round round = round_new(f->n, bound_features_length(f->bound));
    struct dice flips = f->flips; /* the same by each filter */

    for (size_t i = 0; i < f->n; i++) {
        state[i] = round_alloc(bound_length(f->bound), sizeof **state);
        rejected[i] = i >= f->honest;
    }
    good = bound_start(f->bound, f->model, NULL) == 0;
    for (size_t k = 1; good && !converged && k <= f->problem->rounds; k++) {
        bound_set_round(f->bound, k, f->model);
        compute(f, state, &round, &flips);
        if (judge) {
            round_judge(judge, &round, KNOWN_ERRORS, target, rejected);
            tally_verdict(row, rejected, f->n, f->honest, 0);
        }
        good = merge(f, state, rejected, merged) &&
               bound_update(f->bound, f->model, merged, &converged, NULL) == 0;
        bound_set_round(f->bound, k + 1, f->model);
    }
    for (size_t i = 0; i < f->n; i++)
        free(state[i]);
    free(state);
    free(merged);
    free(rejected);
    round_free(&round);
    return good;
}

/* What the last model says of all rows, as they are. */
static struct answer ask(struct fit *f)
{
    struct answer answer = {.base = {.put = take}};
    double *state = round_alloc(bound_length(f->bound), sizeof *state);

    accumulate(f, f->table->data, f->table->rows, state);
    bound_finish(f->bound, state, &answer.base, NULL);
    free(state);
    return answer;
}

static double error_of(const struct problem *p, bool good, const struct answer *a,
                       const struct answer *honest)
{
    double sum = 0;

    if (strcmp(p->function, "train") == 0)
        return good ? 1 - a->accuracy : 1;
    for (size_t i = 0; i < honest->coefficients; i++) {
        double gap = (a->coefficient[i] - honest->coefficient[i]) / honest->error[i];
        sum += gap * gap / (double)honest->coefficients;
    }
    return good && a->coefficients == honest->coefficients && sum < 100 ? sum : 100;
}

/* Effect: fits once by each filter; adds to their rows. */
static void play(const struct words *w, struct fit *f, struct tally *t)
{
    fit(f, NULL, 0, NULL);
    struct answer honest = ask(f);
    bool *probe = round_alloc(8, sizeof *probe);
    struct round tiny = round_new(8, 1);

    for (size_t k = 0; k < JUDGES; k++) {
        struct tally_row row = {0}, *sum = &t->row[k];
        if (!round_listed(w->filters, judges[k].name) ||
            !round_judge(&judges[k], &tiny, KNOWN_NOTHING, w->target, probe))
            continue;
        bool good = fit(f, &judges[k], w->target, &row);
        struct answer answer = ask(f);
        double error = error_of(f->problem, good, &answer, &honest), rounds = (double)row.rounds;
        sum->rounds++;
        sum->any += row.any > 0;
        sum->caught += rounds > 0 ? row.caught / rounds : 0;
        sum->accused += rounds > 0 ? row.accused / rounds : 0;
        sum->error += error;
        sum->squares += error * error;
    }
    round_free(&tiny);
    free(probe);
}

static void deal(const struct words *w, struct fit *f, size_t seed, bool unlike)
{
    const uint64_t words[] = {w->seed, seed, f->n, f->honest, f->attack, f->table->columns, unlike};
    struct dice r = dice_seeded(words, 7);
    const struct rows_cut cut = {.slaves = f->n, .label = true, .unlike = unlike};
    const struct rows_attack a = {f->attack, f->honest};
    struct rows_parts p = rows_deal(f->table, &cut, &r);

    f->flips = dice_seeded(words, 6);
    for (size_t i = 0; i < f->n; i++) {
        f->x[i] = round_alloc(f->table->rows * f->table->columns, sizeof **f->x);
        f->rows[i] = rows_gather(f->table, &cut, &p, &a, i, &r, f->x[i]);
    }
    rows_parts_free(&p);
}

static void try_cell(struct words *w, const struct problem *p, const struct rows *t,
                     struct bound *b, struct tally_key key)
{
    struct tally tally = {0};
    struct fit f = {p, t, b, key.n, 0, key.attack, NULL, NULL, {{0}}, NULL};

    if (!words_want(w, &key))
        return;
    f.honest = key.n - (size_t)lround(key.wrong * (double)key.n);
    f.x = round_alloc(f.n, sizeof *f.x);
    f.rows = round_alloc(f.n, sizeof *f.rows);
    f.model = round_alloc(bound_model_length(b), sizeof *f.model);
    for (size_t seed = 0; seed < w->seeds; seed++) {
        deal(w, &f, seed, key.unlike);
        play(w, &f, &tally);
        for (size_t i = 0; i < f.n; i++)
            free(f.x[i]);
    }
    tally_write(stdout, &key, &tally);
    free(f.x);
    free(f.rows);
    free(f.model);
}

static void try_problem(struct words *w, const struct problem *p)
{
    struct rows all = rows_read(p->set, w->source), t = choose(&all, p->columns);
    struct err e = {0};
    const struct function *f = registry_find(p->function, &e);
    struct bound *b =
        f ? bound_create(f, p->setting, p->settings, (const char *const *)t.names, t.columns, &e)
          : NULL;

    if (!b)
        round_die("%s", e.text);
    for (size_t i = 0; i < w->slaves_count; i++) {
        struct tally_key key = {t.name,      p->function, w->slaves[i], bound_features_length(b),
                                0,           false,       ATTACK_NONE,  "equal",
                                KNOWN_ERRORS};
        if (key.n > p->most_slaves)
            continue;
        for (int unlike = 0; unlike < 2; unlike++) {
            key.unlike = unlike;
            try_cell(w, p, &t, b, key);
        }
        key.unlike = false;
        for (int wrong = p->wrong_step; wrong <= 4; wrong += p->wrong_step)
            for (int a = 0; a < ATTACK_NONE; a++) {
                key.attack = (enum attack)a;
                key.wrong = wrong / 10.;
                if (attack_of_rows(key.attack) || a == ATTACK_BITS)
                    try_cell(w, p, &t, b, key);
            }
    }
    bound_destroy(b);
    rows_free(&t);
    rows_free(&all);
}

int main(int argc, char **argv)
{
    struct words w = words_read(argc, argv, 1, "8,20,50", "1");

    for (size_t k = 0; k < sizeof problems / sizeof problems[0]; k++)
        try_problem(&w, &problems[k]);
    return 0;
}
