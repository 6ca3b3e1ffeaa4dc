/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Features of honest slaves of many shapes. */
#include "shapes.h"

#include <math.h>
#include <stdlib.h>

enum { FACTORS = 3 };

static const double usual_items = 100, least_items = 8;

static const struct {
    const char *name;
    double together; /* correlation of each two features */
    bool unequal;
} shapes[SHAPES] = {
    [SHAPE_INDEPENDENT] = {"independent", 0, false},
    [SHAPE_EQUI_50] = {"equi-.5", .5, false},
    [SHAPE_EQUI_90] = {"equi-.9", .9, false},
    [SHAPE_EQUI_95] = {"equi-.95", .95, false},
    [SHAPE_AUTO_90] = {"auto-.9", 0, false},
    [SHAPE_LOW_RANK] = {"low-rank", 0, false},
    [SHAPE_UNEQUAL] = {"unequal", 0, true},
    [SHAPE_UNEQUAL_90] = {"unequal-.9", .9, true},
    [SHAPE_UNEQUAL_SPREAD] = {"unequal-spread", 0, true},
    [SHAPE_T3] = {"t3", 0, false},
    [SHAPE_EXPONENTIAL] = {"exponential", 0, false},
    [SHAPE_GROUPS] = {"groups", 0, false},
    [SHAPE_COUNTS] = {"counts", 0, false},
    [SHAPE_COUNTS_5] = {"counts-5", 0, false},
    [SHAPE_YES_NO] = {"yes-no", 0, false},
    [SHAPE_RARE] = {"rare", 0, false},
    [SHAPE_GRADES] = {"grades", 0, false},
    [SHAPE_HALF_ZERO] = {"half-zero", 0, false},
};

const char *shape_name(enum shape shape)
{
    return shapes[shape].name;
}

bool shape_unequal(enum shape shape)
{
    return shapes[shape].unequal;
}

bool shape_normal(enum shape shape)
{
    return shape < SHAPE_UNEQUAL_SPREAD;
}

/* How many events there are in a time in which `mean` are usual. */
static double count_events(double mean, struct dice *r)
{
    double count = 0, time = dice_exponential(r);

    for (; time < mean; time += dice_exponential(r))
        count++;
    return count;
}

static double one(enum shape shape, struct dice *r)
{
    switch (shape) {
    case SHAPE_T3:
        return dice_t(r, 3);
    case SHAPE_EXPONENTIAL:
        return dice_exponential(r);
    case SHAPE_COUNTS:
        return count_events(.7, r);
    case SHAPE_COUNTS_5:
        return count_events(5, r);
    case SHAPE_YES_NO:
        return (double)dice_below(r, 2);
    case SHAPE_RARE:
        return dice_below(r, 10) == 0 ? 1000 : 0;
    case SHAPE_GRADES:
        return 1 + (double)dice_below(r, 3);
    case SHAPE_HALF_ZERO:
        return dice_below(r, 2) == 0 ? 0 : dice_normal(r);
    default:
        return dice_normal(r);
    }
}

static void draw_row(enum shape shape, size_t d, const double *loading, double *x, struct dice *r)
{
    double common = shapes[shape].together > 0 ? dice_normal(r) : 0, factor[FACTORS];
    double a = sqrt(shapes[shape].together), b = sqrt(1 - shapes[shape].together);

    for (size_t k = 0; k < FACTORS && loading; k++)
        factor[k] = dice_normal(r);
    for (size_t j = 0; j < d; j++) {
        x[j] = a * common + b * one(shape, r);
        if (shape == SHAPE_AUTO_90 && j > 0)
            x[j] = .9 * x[j - 1] + sqrt(1 - .81) * x[j];
        if (loading)
            x[j] *= .1;
        for (size_t k = 0; k < FACTORS && loading; k++)
            x[j] += factor[k] * loading[j * FACTORS + k];
    }
}

/* Rows are means of items; what is said of their errors is as well known as these items allow. */
static void spread_by_items(enum shape shape, struct round *round, struct dice *r)
{
    for (size_t i = 0; i < round->n; i++) {
        double items = fmax(least_items, floor(usual_items * exp(dice_normal(r))));
        double noise = sqrt(usual_items / items);
        round->items[i] = items;
        for (size_t j = 0; j < round->d; j++) {
            size_t at = i * round->d + j;
            round->x[at] *= noise;
            round->errors[at] = noise * (1 + dice_normal(r) / sqrt(2 * (items - 1)));
            round->errors[at] = fmax(round->errors[at], noise / 100);
            if (shape == SHAPE_UNEQUAL_SPREAD)
                round->x[at] += dice_normal(r);
        }
    }
}

static void set_apart(struct round *round, struct dice *r)
{
    size_t first = round->n - (size_t)lround(.3 * (double)round->n);

    for (size_t j = 0; j < round->d; j++) {
        double by = dice_bits(r) >> 63 ? 3 : -3;
        for (size_t i = first; i < round->n; i++)
            round->x[i * round->d + j] += by;
    }
}

struct round shape_round(enum shape shape, size_t n, size_t d, struct dice *r)
{
    struct round round = round_new(n, d);
    double *loading = NULL;

    if (shape == SHAPE_LOW_RANK) {
        loading = round_alloc(d * FACTORS, sizeof *loading);
        for (size_t k = 0; k < d * FACTORS; k++)
            loading[k] = dice_normal(r);
    }
    for (size_t i = 0; i < n; i++)
        draw_row(shape, d, loading, round.x + i * d, r);
    if (shapes[shape].unequal)
        spread_by_items(shape, &round, r);
    if (shape == SHAPE_GROUPS)
        set_apart(&round, r);
    free(loading);
    return round;
}
