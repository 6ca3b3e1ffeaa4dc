/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Results of many coordinates, judged and merged by the ranks of an MPI job, or by one process as a
 * run does that holds all of them: both print the same lines.
 *
 *   ranks whole|dealt RESULTS COORDINATES METHOD SCALE [odd|none|lost|drawn|errors]
 *
 * odd: a result is not finite, one is not plausible, and one is excluded. none: nobody is taken.
 * lost: the last one cannot be read. drawn: the cut is that of drawn rounds. errors: coordinates are
 * means, of which standard errors are known. What a line that begins
 * with # says of bytes and memory is for tests/bench/large.sh.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/shard/shard.h"
#include "engine/state/reduction.h"
#include "util/clock.h"
#include "util/hash.h"

static struct err e;

struct given {
    size_t n, d;
    struct filter_options o;
    bool odd, none, lost, errors;
};

static int fail(void)
{
    fprintf(stderr, "ranks: %s\n", e.text[0] ? e.text : "out of memory");
    exit(1);
}

/* Numbers in [0, 1) that depend on where they stand alone. */
static double number(uint64_t i, uint64_t j)
{
    uint64_t x = i * 0x9e3779b97f4a7c15 + j * 0xbf58476d1ce4e5b9 + 0x94d049bb133111eb;

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return (double)((x ^ (x >> 31)) >> 11) * 0x1p-53;
}

static double items_of(size_t i)
{
    return 1000 + 10 * (double)i;
}

/* The sum that result i has of coordinate j. The last two results are shifted. */
static double sum_of(const struct given *g, size_t i, size_t j)
{
    double x = 10 * number(1000000, j) + (number(i, j) - 0.5) / 8;

    if (i + 2 >= g->n)
        x += 0.125;
    if (g->odd && i == 0 && j == g->d - 2)
        return NAN;
    if (g->odd && i == 1 && j == g->d / 2)
        x = 1000;
    return x * items_of(i);
}

static double error_of(size_t i, size_t j)
{
    return 0.01 * number(j, i + 77);
}

static int read_sums(void *context, size_t i, size_t first, size_t count, double *values,
                     double *errors, struct err *err)
{
    const struct given *g = context;

    if (g->lost && i + 1 == g->n && first > 0)
        return err_set(err, ERR_IO, "result %zu is lost", i);
    for (size_t j = 0; j < count; j++)
        values[j] = sum_of(g, i, first + j) / (g->errors ? items_of(i) : 1);
    for (size_t j = 0; errors && j < count; j++)
        errors[j] = error_of(i, first + j);
    return 0;
}

static int plausible(void *context, size_t first, size_t count, double *lower, double *upper,
                     struct err *err)
{
    (void)context, (void)first, (void)err;
    for (size_t j = 0; j < count; j++) {
        lower[j] = -100;
        upper[j] = 100;
    }
    return 0;
}

/* What is known of each result besides. */
struct known {
    double *share, *items;
    bool *excluded, *taken;
};

static struct known know(const struct given *g)
{
    struct known k = {calloc(g->n, sizeof(double)), calloc(g->n, sizeof(double)),
                      calloc(g->n, sizeof(bool)), calloc(g->n, sizeof(bool))};

    if (!k.share || !k.items || !k.excluded || !k.taken)
        fail();
    for (size_t i = 0; i < g->n; i++) {
        k.share[i] = (double)(i + 1) * 2 / (double)g->n / (double)(g->n + 1);
        k.items[i] = items_of(i);
        k.excluded[i] = g->odd && i == 2;
    }
    return k;
}

static void forget(struct known *k)
{
    free(k->share);
    free(k->items);
    free(k->excluded);
    free(k->taken);
}

static void print_decisions(const struct given *g, const struct filter_outcome *out)
{
    printf("threshold %a, of %zu\n", out->threshold, out->scored);
    for (size_t i = 0; i < g->n; i++) {
        const struct filter_decision *x = &out->decisions[i];
        printf("result %zu: %s, %s, score %a, worst", i, x->rejected ? "rejected" : "accepted",
               filter_why_name(x->why), x->score);
        for (size_t w = 0; w < FILTER_WORST; w++)
            printf(" %zu by %a", x->worst[w], x->deviation[w]);
        printf("\n");
    }
}

static void print_digest(struct hash *h)
{
    uint8_t digest[SHA256_LEN];
    char hex[DIGEST_TEXT];

    if (hash_final(h, digest, &e) < 0)
        fail();
    printf("sum %s\n", digest_text(hex, digest));
}

/* --- one process that holds all */

static int length(struct function_env *env, size_t *n)
{
    *n = (size_t)env->params[0].integer;
    return 0;
}

static int accumulate(struct function_env *env, double *state, const struct block *block)
{
    (void)env, (void)state, (void)block;
    return -1;
}

static int finish(struct function_env *env, const double *state, struct function_output *out)
{
    (void)env, (void)state, (void)out;
    return -1;
}

static int features(struct function_env *env, const double *state, double *value, double *error)
{
    (void)env, (void)state, (void)value, (void)error;
    return -1;
}

static void feature_name(const struct function_env *env, size_t i, char *text, size_t size)
{
    (void)env;
    snprintf(text, size, "x%zu", i);
}

static const struct function_param params[] = {
    {.name = "length", .type = FUNCTION_INTEGER, .required = 1, .min = 1, .max = 1e9, .help = "."}};

static const struct function adder = {.abi = METANEURON_FUNCTION_ABI,
                                      .size = sizeof adder,
                                      .name = "adder",
                                      .version = "1",
                                      .summary = "Sums.",
                                      .params = params,
                                      .params_count = 1,
                                      .length = length,
                                      .accumulate = accumulate,
                                      .finish = finish,
                                      .features_length = length,
                                      .features = features,
                                      .feature_name = feature_name,
                                      .without_data = 1};

static void merge_whole(const struct given *g, const double *states, const bool *taken)
{
    const struct function_setting m = {
        .name = "length", .type = FUNCTION_INTEGER, .value.integer = (int64_t)g->d + 1};
    struct bound *b = bound_create(&adder, &m, 1, NULL, 0, &e);
    struct reduction *t = b ? reduction_create(b, REDUCTION_UNCAPPED, &e) : NULL;
    double *root = malloc((g->d + 1) * sizeof *root);
    struct hash *h = hash_create(&e);
    uint64_t leaves = 0;

    if (!t || !root || !h)
        fail();
    for (size_t i = 0; i < g->n; i++) {
        double *leaf = taken[i] ? reduction_new_state(t, &e) : NULL;
        if (leaf)
            memcpy(leaf, states + i * (g->d + 1), (g->d + 1) * sizeof *leaf);
        if (leaf && reduction_push_leaf(t, leaves++, leaf, &e) < 0)
            fail();
    }
    if (reduction_finish(t, root, &e) < 0)
        fail();
    hash_add_doubles(h, root + 1, g->d);
    print_digest(h);
    hash_destroy(h);
    free(root);
    reduction_destroy(t);
    bound_destroy(b);
}

/* The trimmed mean of what was scored. */
static const enum estimate_method method = ESTIMATE_TRIMMED;
static const double wrong = 0.2;

static void estimate_whole(const struct given *g, const double *values, const double *items,
                           const struct filter_outcome *out)
{
    double *rows = malloc(g->n * g->d * sizeof *rows), *middle = malloc(g->d * sizeof *middle);
    struct estimate_input in = {.d = g->d, .x = rows, .items = items, .share = wrong};
    struct hash *h = hash_create(&e);

    if (!rows || !middle || !h)
        fail();
    for (size_t i = 0; i < g->n; i++)
        if (!isnan(out->decisions[i].score))
            memcpy(rows + in.n++ * g->d, values + i * g->d, g->d * sizeof *rows);
    if (estimate_apply(method, &in, middle, &e) < 0)
        fail();
    hash_add_doubles(h, middle, g->d);
    print_digest(h);
    hash_destroy(h);
    free(rows);
    free(middle);
}

static void judge_whole(const struct given *g)
{
    double *states = calloc(g->n * (g->d + 1), sizeof *states);
    double *values = calloc(g->n * g->d, sizeof *values),
           *errors = calloc(g->n * g->d, sizeof *errors),
           *bounds = calloc(2 * g->d, sizeof *bounds);
    struct known k = know(g);
    struct filter_outcome out = {0};

    if (!states || !values || !errors || !bounds)
        fail();
    for (size_t i = 0; i < g->n; i++) {
        double *state = states + i * (g->d + 1), *value = values + i * g->d;
        state[0] = k.items[i];
        read_sums((void *)g, i, 0, g->d, state + 1, errors + i * g->d, &e);
        for (size_t j = 0; j < g->d; j++)
            value[j] = state[1 + j] / (g->errors ? 1 : state[0]);
        if (g->odd && i == 0)
            value[0] = NAN;
    }
    plausible(NULL, 0, g->d, bounds, bounds + g->d, &e);
    const struct filter_input in = {.n = g->n,
                                    .d = g->d,
                                    .features = values,
                                    .errors = g->errors ? errors : NULL,
                                    .share = k.share,
                                    .items = k.items,
                                    .excluded = k.excluded,
                                    .lower = bounds,
                                    .upper = bounds + g->d};
    if (filter_apply(&g->o, &in, &out, &e) < 0)
        fail();
    print_decisions(g, &out);
    for (size_t i = 0; i < g->n; i++)
        k.taken[i] = !out.decisions[i].rejected && !g->none;
    estimate_whole(g, values, k.items, &out);
    merge_whole(g, states, k.taken);
    filter_outcome_free(&out);
    forget(&k);
    free(bounds);
    free(values);
    free(errors);
    free(states);
}

/* --- the ranks of a job */

static int add_to_hash(void *context, size_t first, size_t count, const double *values,
                       struct err *err)
{
    (void)first, (void)err;
    hash_add_doubles(context, values, count);
    return 0;
}

static void estimate_dealt(const struct given *g, struct shard *s,
                           const struct shard_compared *compared, const double *items,
                           const struct filter_outcome *out, bool master)
{
    bool *scored = calloc(g->n, sizeof *scored);
    const struct shard_estimate x = {method, wrong, scored, items};
    struct hash *h = hash_create(&e);

    if (!scored || !h)
        fail();
    for (size_t i = 0; master && i < g->n; i++)
        scored[i] = !isnan(out->decisions[i].score);
    if (shard_estimate(s, compared, master ? &x : NULL, &e) < 0 ||
        shard_deliver_middle(s, add_to_hash, h, &e) < 0)
        fail();
    if (master)
        print_digest(h);
    hash_destroy(h);
    free(scored);
}

static int halve(void *context, size_t first, size_t count, double *values, struct err *err)
{
    (void)context, (void)first, (void)err;
    for (size_t j = 0; j < count; j++)
        values[j] /= 2;
    return 0;
}

/* What a rank says of itself, gathered by the master. */
struct cost {
    struct shard_account all, collect;
    double seconds[5];
};

static void print_costs(const struct given *g, struct transport *t, struct cost *mine)
{
    struct buf all = {0};
    double N = transport_size(t), nd = (double)g->n * (double)g->d * 8;

    if (transport_gather(t, mine, sizeof *mine, &all, &e) < 0)
        fail();
    for (int r = 0; transport_rank(t) == 0 && r < transport_size(t); r++) {
        struct cost c;
        memcpy(&c, all.data + (size_t)r * sizeof c, sizeof c);
        printf("# rank %d: sent %.0f of at least %.0f bytes, received %.0f of %.0f; collect %.0f "
               "and %.0f; peak %.0f bytes; formula %.0f and a constant\n",
               r, (double)c.all.sent, (double)c.all.least_sent, (double)c.all.received,
               (double)c.all.least_received, (double)c.collect.sent, (double)c.collect.received,
               (double)c.all.peak,
               (double)g->d * 8 + nd / N * 1.5 + (double)g->n * (double)g->n * 16);
        if (r == 0)
            printf("# seconds: collect %.2f, filter %.2f, merge %.2f, deliver %.2f, spread %.2f\n",
                   c.seconds[0], c.seconds[1], c.seconds[2], c.seconds[3], c.seconds[4]);
    }
    buf_free(&all);
}

/* The model of a next round, and whether all ranks have the same. */
static void spread(const struct given *g, struct shard *s, struct transport *t)
{
    double *model = malloc(g->d * sizeof *model);
    uint8_t digest[SHA256_LEN];
    struct buf all = {0};

    if (!model || shard_each(s, halve, NULL, &e) < 0 || shard_spread(s, model, &e) < 0 ||
        hash_doubles(model, g->d, digest, &e) < 0 ||
        transport_gather(t, digest, sizeof digest, &all, &e) < 0)
        fail();
    for (size_t r = 1; r < all.len / sizeof digest; r++)
        if (memcmp(all.data, all.data + r * sizeof digest, sizeof digest) != 0)
            printf("rank %zu has another model\n", r);
    if (transport_rank(t) == 0)
        fprintf(stderr, "model %02x%02x%02x%02x\n", digest[0], digest[1], digest[2], digest[3]);
    buf_free(&all);
    free(model);
}

static void judge_dealt(const struct given *g, struct transport *t)
{
    int rank = transport_rank(t), N = transport_size(t), *owner = calloc(g->n, sizeof *owner);
    struct known k = know(g);
    const struct filter_input in = {
        .n = g->n, .d = g->d, .share = k.share, .items = k.items, .excluded = k.excluded};
    const struct shard_compared compared = {.means = !g->errors, .ranges = plausible};
    struct filter_outcome out = {0};
    struct cost cost = {0};
    struct hash *h = hash_create(&e);
    double at[6];

    if (!owner || !h)
        fail();
    for (size_t i = 0; i < g->n; i++)
        owner[i] = (int)(i * 7 % (size_t)N);
    const struct shard_shape shape = {N, g->n, g->d, owner, g->errors};
    at[0] = clock_steady();
    struct shard *s = shard_open(t, &shape, &e);
    if (!s || shard_collect(s, read_sums, (void *)g, &e) < 0)
        fail();
    at[1] = clock_steady();
    cost.collect = shard_account(s);
    if (shard_filter(s, &compared, &g->o, rank == 0 ? &in : NULL, &out, &e) < 0)
        fail();
    at[2] = clock_steady();
    if (rank == 0)
        print_decisions(g, &out);
    for (size_t i = 0; rank == 0 && i < g->n; i++)
        k.taken[i] = !out.decisions[i].rejected && !g->none;
    estimate_dealt(g, s, &compared, k.items, &out, rank == 0);
    if (shard_merge(s, rank == 0 ? k.taken : NULL, &e) < 0)
        fail();
    at[3] = clock_steady();
    if (shard_deliver(s, add_to_hash, h, &e) < 0)
        fail();
    at[4] = clock_steady();
    if (rank == 0)
        print_digest(h);
    spread(g, s, t);
    at[5] = clock_steady();
    for (size_t i = 0; i < 5; i++)
        cost.seconds[i] = at[i + 1] - at[i];
    cost.all = shard_account(s);
    print_costs(g, t, &cost);
    shard_free(s);
    hash_destroy(h);
    filter_outcome_free(&out);
    forget(&k);
    free(owner);
}

int main(int argc, char **argv)
{
    struct given g = {
        .o = {
            .threshold = NAN, .ratio = NAN, .kappa = 0.5, .target_fpr = 0.05, .decide_few = true}};

    if (argc < 6)
        return 2;
    g.n = strtoul(argv[2], NULL, 10);
    g.d = strtoul(argv[3], NULL, 10);
    g.o.method = filter_method_of(argv[4]);
    g.o.scale = strcmp(argv[5], "none") == 0 ? FILTER_SCALE_NONE : FILTER_SCALE_MAD;
    g.odd = argc > 6 && strcmp(argv[6], "odd") == 0;
    g.none = argc > 6 && strcmp(argv[6], "none") == 0;
    g.errors = argc > 6 && strcmp(argv[6], "errors") == 0;
    g.lost = argc > 6 && strcmp(argv[6], "lost") == 0;
    if (argc > 6 && strcmp(argv[6], "drawn") == 0)
        g.o.cut = FILTER_CUT_SIMULATED;
    if (!g.o.method || g.n < 4 || g.d < 4)
        return 2;
    if (strcmp(argv[1], "whole") == 0) {
        judge_whole(&g);
        return 0;
    }
    struct transport *t = transport_mpi(false, &e);
    if (!t)
        fail();
    judge_dealt(&g, t);
    transport_close(t);
    return 0;
}
