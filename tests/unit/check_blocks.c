/* SPDX-License-Identifier: GPL-3.0-or-later */
/* However the coordinates are cut into blocks, and whoever learns them, the decisions are the same. */
#include "filter_case.h"

#include "stats/filter_columns.h"

enum { N = 14, D = 40 };

static uint64_t state = 88172645463325252u;

static const enum filter_method methods[] = {FILTER_POS_LOF, FILTER_LOF,   FILTER_MAD,
                                             FILTER_NONE,    FILTER_UNION, FILTER_POSDIST};

struct round {
    double x[N * D], share[N], lower[D], upper[D];
    bool excluded[N];
    struct filter_input in;
};

/* Results of which some cannot be scored, some lie and some are equal; of any unit. */
static void draw_round(struct round *r, size_t d)
{
    double unit = ldexp(1, (int)(1800 * case_uniform(&state)) - 900), sum = 0;

    for (size_t i = 0; i < N * d; i++) {
        double odd = case_uniform(&state);
        r->x[i] = unit * case_normal(&state) * (odd < .05 ? 1e3 : 1);
        r->x[i] = odd > .997 ? NAN : odd > .99 ? unit * 1e6 : r->x[i];
    }
    memcpy(r->x + 3 * d, r->x + 4 * d, d * sizeof *r->x);
    for (size_t i = 0; i < N; i++) {
        sum += r->share[i] = case_uniform(&state);
        r->excluded[i] = case_uniform(&state) < .03;
    }
    for (size_t i = 0; i < N; i++)
        r->share[i] /= sum;
    for (size_t j = 0; j < d; j++) {
        r->lower[j] = -INFINITY;
        r->upper[j] = j % 2 ? 1e5 * unit : INFINITY;
    }
    r->in = (struct filter_input){.n = N,
                                  .d = d,
                                  .features = r->x,
                                  .share = r->share,
                                  .lower = r->lower,
                                  .upper = r->upper,
                                  .excluded = r->excluded};
}

static struct filter_block cut(const struct filter_options *o, const struct filter_input *in,
                               size_t first, size_t width)
{
    struct filter_block b = {.o = o, .in = *in, .first = first, .width = width, .stride = in->d};

    b.in.features += first;
    b.in.lower += first;
    b.in.upper += first;
    return b;
}

/* How the coordinates are cut: block k begins at at[k]. */
struct cuts {
    size_t count, at[D + 1];
};

static void draw_cuts(struct cuts *c, size_t d)
{
    c->count = 0;
    for (size_t j = 0; j < d; j += 1 + (size_t)(case_uniform(&state) * 12))
        c->at[c->count++] = j;
    c->at[c->count] = d;
}

enum way {
    ONE_BY_ONE, /* added in turn */
    APART,      /* each learnt by somebody else, then merged */
    KEPT,       /* with deviations that are kept instead of squares, as of very many results */
};

static void keep_instead(struct filter_columns *c)
{
    if (!c->squares)
        return;
    free(c->squares);
    c->squares = NULL;
    c->deviations = calloc(c->scored * c->d + 1, sizeof *c->deviations);
}

static void learn(struct filter_columns *c, const struct filter_options *o,
                  const struct filter_input *in, const enum filter_why *why,
                  const struct cuts *cuts, enum way way, double *centre)
{
    struct err e = {0};

    for (size_t k = 0; k < cuts->count; k++) {
        struct filter_block b = cut(o, in, cuts->at[k], cuts->at[k + 1] - cuts->at[k]);
        ck_ok(filter_columns_measure(c, &b, &e), &e);
    }
    for (size_t k = 0; k < cuts->count; k++) {
        struct filter_block b = cut(o, in, cuts->at[k], cuts->at[k + 1] - cuts->at[k]);
        struct filter_columns other;
        if (way != APART) {
            ck_ok(filter_columns_add(c, &b, centre + b.first, &e), &e);
            continue;
        }
        ck_ok(filter_columns_open(&other, o, in, why, &e), &e);
        memcpy(other.far, c->far, c->scored * sizeof *c->far);
        other.middle = c->middle;
        ck_ok(filter_columns_add(&other, &b, centre + b.first, &e), &e);
        filter_columns_merge(c, &other);
        filter_columns_free(&other);
    }
}

static struct filter_outcome in_blocks(const struct filter_options *o,
                                       const struct filter_input *in, const struct cuts *cuts,
                                       enum way way)
{
    enum filter_why why[N] = {0};
    struct filter_columns c;
    struct filter_outcome out;
    struct err e = {0};
    double *centre = calloc(in->d, sizeof *centre);

    for (size_t k = cuts->count; k-- > 0;) { /* in any order */
        enum filter_why alone[N] = {0};
        struct filter_block b = cut(o, in, cuts->at[k], cuts->at[k + 1] - cuts->at[k]);
        filter_block_sieve(&b, alone);
        for (size_t i = 0; i < in->n; i++)
            why[i] = filter_why_first(why[i], alone[i]);
    }
    ck_ok(filter_columns_open(&c, o, in, why, &e), &e);
    if (way == KEPT)
        keep_instead(&c);
    learn(&c, o, in, why, cuts, way, centre);
    ck_ok(filter_rows(o, &c, &out, &e), &e);
    out.centre = centre;
    filter_columns_free(&c);
    return out;
}

/* Sums of parts may differ in the last digits, from which nothing else follows. */
static void check_same(const struct filter_outcome *a, const struct filter_outcome *b, size_t d,
                       bool to_the_bit)
{
    ck_assert_uint_eq(a->scored, b->scored);
    ck_assert_mem_eq(&a->threshold, &b->threshold, sizeof a->threshold);
    ck_assert_mem_eq(a->centre, b->centre, d * sizeof *a->centre);
    for (size_t i = 0; i < N; i++) {
        const struct filter_decision *p = &a->decisions[i], *q = &b->decisions[i];
        ck_assert_int_eq(p->why, q->why);
        ck_assert_int_eq(p->rejected, q->rejected);
        ck_assert_mem_eq(p->worst, q->worst, sizeof p->worst);
        ck_assert_mem_eq(p->deviation, q->deviation, sizeof p->deviation);
        ck_assert_int_eq(isnan(p->score), isnan(q->score));
        if (to_the_bit)
            ck_assert_mem_eq(&p->score, &q->score, sizeof p->score);
        else if (!isnan(p->score))
            ck_near(p->score, q->score);
    }
}

START_TEST(blocks_change_nothing)
{
    static struct round r;
    struct cuts cuts;

    for (int trial = 0; trial < 1200; trial++) {
        struct filter_options o =
            case_options(methods[(size_t)trial % (sizeof methods / sizeof methods[0])]);
        size_t d = 1 + (size_t)(case_uniform(&state) * D);
        o.scale = trial / 6 % 2 ? FILTER_SCALE_MAD : FILTER_SCALE_NONE;
        draw_round(&r, d);
        draw_cuts(&cuts, d);
        struct filter_outcome whole = case_apply(&o, &r.in);
        struct filter_outcome turn = in_blocks(&o, &r.in, &cuts, ONE_BY_ONE);
        struct filter_outcome apart = in_blocks(&o, &r.in, &cuts, APART);
        check_same(&whole, &turn, d, false);
        check_same(&turn, &apart, d, true);
        struct filter_outcome kept = in_blocks(&o, &r.in, &cuts, KEPT);
        check_same(&whole, &kept, d, false);
        filter_outcome_free(&kept);
        filter_outcome_free(&whole);
        filter_outcome_free(&turn);
        filter_outcome_free(&apart);
    }
}
END_TEST

/* More coordinates than a block has: the liar's is in the last. */
START_TEST(long_results_are_cut)
{
    enum { FEW = 6, LONG = 2 * FILTER_BLOCK + 3 };
    double *x = calloc(FEW * (size_t)LONG, sizeof *x),
           *errors = calloc(FEW * (size_t)LONG, sizeof *x);

    for (size_t i = 0; i < FEW * (size_t)LONG; i++) {
        x[i] = (double)((i / LONG + i % LONG) % FEW);
        errors[i] = .5;
    }
    x[2 * (size_t)LONG - 2] = 500;
    for (int scale = FILTER_SCALE_MAD; scale <= FILTER_SCALE_NONE; scale++) {
        struct filter_options o = case_options(FILTER_UNION);
        struct filter_input in = {.n = FEW, .d = LONG, .features = x, .errors = errors};
        o.scale = (enum filter_scale)scale;
        struct filter_outcome out = case_apply(&o, &in);
        for (size_t i = 0; i < FEW; i++)
            ck_assert_int_eq(out.decisions[i].rejected, i == 1);
        ck_assert_uint_eq(out.decisions[1].worst[0], LONG - 2);
        ck_assert_double_gt(out.decisions[1].deviation[0], 100);
        filter_outcome_free(&out);
    }
    free(x);
    free(errors);
}
END_TEST

/* What a result's deviations are expected to be, squared and added. */
START_TEST(a_precise_result_is_expected_nearer)
{
    const double x[] = {1, 1, 2, 2, 3, 3, 4, 4, 5, 5}, items[] = {1, 4, 8, 16, 4};
    const double errors[] = {0, 0, 1, 0, 1, 0, .5, 0, 3, 0};
    const double known[] = {2, 1 + 1, 1 + .5, 1 - .75 / 1.4826 / 1.4826 + .25, 1 + 1};
    struct filter_options o = case_options(FILTER_UNION);
    struct filter_input in = {.n = 5, .d = 2, .features = x, .errors = errors, .items = items};
    struct filter_block b = {.o = &o, .in = in, .width = 2};
    enum filter_why why[5] = {0};
    struct filter_columns c;
    struct err e = {0};
    double centre[2];

    o.cut = FILTER_CUT_SIMULATED;
    for (int scale = FILTER_SCALE_MAD; scale <= FILTER_SCALE_NONE; scale++) {
        o.scale = (enum filter_scale)scale;
        ck_ok(filter_columns_open(&c, &o, &in, why, &e), &e);
        ck_ok(filter_columns_measure(&c, &b, &e), &e);
        ck_ok(filter_columns_add(&c, &b, centre, &e), &e);
        for (size_t i = 0; i < 5; i++)
            ck_near(c.factor[i], scale == FILTER_SCALE_MAD ? known[i] : 2);
        filter_columns_free(&c);
    }
}
END_TEST

/* What adds up is the same to the bit, whoever has learnt a block. */
START_TEST(sums_are_of_blocks)
{
    enum { PART = 5000, WIDE = 3 * PART };
    static double x[N * WIDE], errors[N * WIDE], centre[WIDE];
    double items[N];
    struct filter_options o = case_options(FILTER_UNION);
    struct filter_input in = {.n = N, .d = WIDE, .features = x, .errors = errors, .items = items};
    enum filter_why why[N] = {0};
    struct filter_columns turn, apart, one;
    struct err e = {0};

    o.cut = FILTER_CUT_SIMULATED;
    for (size_t i = 0; i < N * WIDE; i++) {
        x[i] = case_normal(&state);
        errors[i] = i % 5 == 0 ? 0 : case_uniform(&state);
        items[i / WIDE] = 1 + 10 * case_uniform(&state);
    }
    ck_ok(filter_columns_open(&turn, &o, &in, why, &e), &e);
    ck_ok(filter_columns_open(&apart, &o, &in, why, &e), &e);
    for (size_t first = 0; first < WIDE; first += PART) {
        struct filter_block b = {.o = &o, .in = in, .first = first, .width = PART, .stride = WIDE};
        b.in.features += first;
        b.in.errors += first;
        ck_ok(filter_columns_add(&turn, &b, centre, &e), &e);
        ck_ok(filter_columns_open(&one, &o, &in, why, &e), &e);
        ck_ok(filter_columns_add(&one, &b, centre, &e), &e);
        filter_columns_merge(&apart, &one);
        filter_columns_free(&one);
    }
    ck_assert_uint_eq(apart.coordinates, WIDE);
    ck_assert_mem_eq(turn.factor, apart.factor, N * sizeof *turn.factor);
    ck_assert_mem_eq(turn.largest, apart.largest, N * sizeof *turn.largest);
    ck_assert_mem_eq(turn.squares, apart.squares, N * N * sizeof *turn.squares);
    filter_columns_free(&turn);
    filter_columns_free(&apart);
}
END_TEST

START_TEST(what_comes_first_wins)
{
    const enum filter_why order[] = {FILTER_EXCLUDED, FILTER_NOT_FINITE, FILTER_IMPLAUSIBLE,
                                     FILTER_ACCEPTED};

    for (size_t a = 0; a < 4; a++)
        for (size_t b = 0; b < 4; b++)
            ck_assert_int_eq(filter_why_first(order[a], order[b]), order[a < b ? a : b]);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, blocks_change_nothing);
    tcase_add_test(t, long_results_are_cut);
    tcase_add_test(t, a_precise_result_is_expected_nearer);
    tcase_add_test(t, sums_are_of_blocks);
    tcase_add_test(t, what_comes_first_wins);
}

UNIT_MAIN("blocks", add)
