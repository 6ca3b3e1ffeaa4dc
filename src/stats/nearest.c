/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds how far the nearest stake reaches, by selection. */
#include "stats/nearest.h"

#include <math.h>
#include <stdlib.h>

#include "stats/minima.h"
#include "util/versions.h"

static const double stake_tolerance = 1e-12;
static const double tie = 2e-12; /* of squares */
static const double usual_width = 2.5;

enum {
    SAMPLE = 512, /* points that tell where to look, at most, and */
    OF_MANY = 8,  /* one of so many */
    SORTED = 48,  /* that are sorted at once */
    LANES = 8,    /* squares that are compared at a time */
};

int nearest_open(struct nearest_room *room, size_t n, struct err *e)
{
    *room = (struct nearest_room){0};
    room->points = err_alloc(2 * n, sizeof *room->points, "neighbours", e);
    room->minima = err_alloc(minima_count(n), sizeof *room->minima, "neighbours", e);
    room->who = err_alloc(n, sizeof *room->who, "neighbours", e);
    return room->points && room->minima && room->who ? 0 : -1;
}

void nearest_close(struct nearest_room *room)
{
    free(room->points);
    free(room->minima);
    free(room->who);
    *room = (struct nearest_room){0};
}

/* What is looked at of a row: squares from low to high. */
struct bracket {
    double low, high;
};

/* How far the search is. */
struct search {
    struct robust_point *points; /* those between */
    struct robust_point *other;  /* room for as many */
    size_t count;
    double left;  /* of the mass, when all nearer ones are taken */
    double whole; /* stake of the points */
    struct bracket in;
};

/* What one thread knows of a sample: as arrays, which are compared fast. */
struct sample {
    double square[SAMPLE], stake[SAMPLE];
    size_t count;
};

/* The stake of the sample that is nearer than a square, or as near. */
VERSIONS static double stake_within(const struct sample *sample, double square)
{
    double within[LANES] = {0};
    size_t i = 0;

    for (; i + LANES <= sample->count; i += LANES)
        for (size_t l = 0; l < LANES; l++) {
            double stake = sample->stake[i + l];
            within[l] += sample->square[i + l] <= square ? stake : 0;
        }
    for (; i < sample->count; i++)
        within[0] += sample->square[i] <= square ? sample->stake[i] : 0;
    return ((within[0] + within[1]) + (within[2] + within[3])) +
           ((within[4] + within[5]) + (within[6] + within[7]));
}

/* Squares between which that stake of the sample is reached: by halves, until what is between is
 * little enough. */
static struct bracket reach(const struct sample *sample, struct bracket ends, double stake,
                            double enough)
{
    double less = 0, more = INFINITY;

    while (more - less > enough) {
        double middle = minima_halfway(ends.low, ends.high);
        if (!(middle > ends.low))
            break;
        double within = stake_within(sample, middle);
        if (within < stake) {
            ends.low = middle;
            less = within;
        } else {
            ends.high = middle;
            more = within;
        }
    }
    return ends;
}

/* Where the share q of the stake is probably reached, judging by a sample: `width` standard deviations
 * about it. What equals an end is inside. */
static struct bracket guess(const struct sample *sample, double q, double width)
{
    struct bracket b = {-INFINITY, INFINITY}, ends = {INFINITY, 0};
    double whole = 0, squares = 0;

    for (size_t i = 0; i < sample->count; i++) {
        whole += sample->stake[i];
        squares += sample->stake[i] * sample->stake[i];
        if (sample->square[i] > 0) /* the point itself is no end */
            ends.low = fmin(ends.low, sample->square[i]);
        ends.high = sample->square[i] > ends.high ? sample->square[i] : ends.high;
    }
    if (!(whole > 0 && ends.low < ends.high))
        return b;
    double each = squares / (whole * whole), about = width * sqrt(q * (1 - q) * each) + each;
    double enough = about * whole / 4;
    if (q - about > 0)
        b.low = ends.low = reach(sample, ends, (q - about) * whole, enough).low;
    if (q + about < 1)
        b.high = reach(sample, ends, (q + about) * whole, enough).high;
    b.low = b.low > 0 ? b.low * (1 - 4 * tie) : -INFINITY;
    b.high *= 1 + 4 * tie;
    return b;
}

/* The stake of the row's points from first to end that are nearer than a square. */
VERSIONS static double stake_nearer(const struct nearest_row *row, size_t first, size_t end,
                                    double square)
{
    double nearer[LANES] = {0}, sum = 0;
    size_t p = first;

    for (; p + LANES <= end; p += LANES)
        for (size_t l = 0; l < LANES; l++) {
            double stake = row->stake[p + l];
            nearer[l] += row->squares[p + l] < square ? stake : 0;
        }
    for (; p < end; p++)
        nearer[0] += row->squares[p] < square ? row->stake[p] : 0;
    for (size_t l = 0; l < LANES; l++)
        sum += nearer[l];
    return sum;
}

/* Points of the row from first to end that are within, without a branch that could be guessed wrongly;
 * and the stake of the nearer ones. */
static void take(const struct nearest_row *row, size_t first, size_t end, uint32_t *who,
                 struct search *s)
{
    const double *square = row->squares, low = s->in.low, high = s->in.high;
    size_t found = 0;

    for (size_t p = first; p < end; p++) {
        who[found] = (uint32_t)p;
        found += (square[p] >= low) & (square[p] <= high);
    }
    for (size_t i = 0; i < found; i++) {
        s->points[s->count] = (struct robust_point){square[who[i]], row->stake[who[i]]};
        s->count += row->stake[who[i]] > 0;
    }
    s->left -= stake_nearer(row, first, end, low);
}

static void take_all(const struct nearest_row *row, double mass, struct bracket in, uint32_t *who,
                     struct search *s)
{
    s->count = 0;
    s->left = mass;
    s->in = in;
    if (row->without < row->n) {
        take(row, 0, row->without, who, s);
        take(row, row->without + 1, row->n, who, s);
    } else {
        take(row, 0, row->n, who, s);
    }
    s->whole = 0;
    for (size_t i = 0; i < s->count; i++)
        s->whole += s->points[i].weight;
}

/* Where few points make the mass if all have the same stake: as many groups' minima are not above
 * a square, and so are as many points. Returns false where they are not few. */
static bool take_few(const struct nearest_row *row, double mass, struct nearest_room *room,
                     struct search *s)
{
    size_t groups = minima_count(row->n), k = (size_t)(fmin(mass, 1) * (double)row->n) + 3;

    room->found = SIZE_MAX;
    if (2 * k > groups)
        return false;
    minima_find(row->squares, row->n, room->minima);
    double high = minima_bound(room->minima, row->n, k) * (1 + 4 * tie);
    size_t count = minima_below(row->squares, row->n, room->minima, high, room->who, row->n);
    *s = (struct search){room->points, room->points + row->n, 0, mass, 0, {-INFINITY, high}};
    for (size_t i = 0; i < count; i++) {
        size_t p = room->who[i];
        if (p == row->without || !(row->stake[p] > 0))
            continue;
        s->points[s->count++] = (struct robust_point){row->squares[p], row->stake[p]};
        s->whole += row->stake[p];
    }
    room->found = count;
    return true;
}

/* Whether the end of the neighbourhood is among the points. */
static bool holds(const struct search *s)
{
    return s->left > stake_tolerance &&
           (s->whole >= s->left - stake_tolerance || !(s->in.high < INFINITY));
}

static void begin(const struct nearest_row *row, double mass, struct nearest_room *room,
                  struct search *s)
{
    const struct bracket all = {-INFINITY, INFINITY};
    struct sample sample;

    if (take_few(row, mass, room, s) && holds(s))
        return;
    room->found = SIZE_MAX;
    sample.count = row->n / OF_MANY < SAMPLE ? row->n / OF_MANY : SAMPLE;
    if (sample.count >= SORTED) {
        for (size_t i = 0; i < sample.count; i++) {
            size_t p = i * (row->n / sample.count);
            sample.square[i] = row->squares[p];
            sample.stake[i] = row->stake[p];
        }
        take_all(row, mass, guess(&sample, fmin(mass, 1), usual_width), room->who, s);
        if (holds(s))
            return;
    }
    take_all(row, mass, all, room->who, s);
}

/* Leaves out what is surely nearer, or farther, than the end. Returns whether there was any. */
static bool narrow(struct search *s, double width)
{
    struct sample sample;
    size_t count = 0;
    double nearer[4] = {0}, between[4] = {0};

    sample.count = s->count / 4 < SAMPLE ? s->count / 4 : SAMPLE;
    for (size_t i = 0; i < sample.count; i++) {
        struct robust_point point = s->points[i * (s->count / sample.count)];
        sample.square[i] = point.value;
        sample.stake[i] = point.weight;
    }
    struct bracket b = guess(&sample, fmin(fmax(s->left / s->whole, 0), 1), width);
    for (size_t i = 0; i < s->count; i++) {
        struct robust_point point = s->points[i];
        bool within = (point.value >= b.low) & (point.value <= b.high);
        nearer[i % 4] += point.value < b.low ? point.weight : 0;
        between[i % 4] += within ? point.weight : 0;
        s->other[count] = point;
        count += within;
    }
    double left = s->left - ((nearer[0] + nearer[1]) + (nearer[2] + nearer[3]));
    double whole = (between[0] + between[1]) + (between[2] + between[3]);
    if (count == s->count || left <= stake_tolerance || whole < left - stake_tolerance)
        return false;
    struct robust_point *before = s->points;
    s->points = s->other;
    s->other = before;
    s->count = count;
    s->left = left;
    s->whole = whole;
    s->in.low = fmax(s->in.low, b.low);
    s->in.high = fmin(s->in.high, b.high);
    return true;
}

/* The group of equal distances that begins at i: returns its end. */
static size_t group_end(const struct search *s, size_t i, double *stake)
{
    double last = s->points[i].value * (1 + tie);

    for (*stake = 0; i < s->count && s->points[i].value <= last; i++)
        *stake += s->points[i].weight;
    return i;
}

/* Takes group after group of the sorted points until the mass is reached. */
static struct nearest walk(const struct search *s, bool whole)
{
    struct nearest found = {0, 0, 0};
    double left = s->left, group;

    for (size_t i = 0, end; i < s->count && left > stake_tolerance; i = end) {
        end = group_end(s, i, &group);
        found.near = s->points[i].value;
        found.last = s->points[end - 1].value;
        found.part = whole || group <= left ? 1 : left / group;
        left -= group;
    }
    return found;
}

struct nearest nearest_stake(const struct nearest_row *row, double mass, bool whole,
                             struct nearest_room *room)
{
    struct search s = {.points = room->points, .other = room->points + row->n};

    begin(row, mass, room, &s);
    for (double width = usual_width; s.count > SORTED && width < 8; width *= 2)
        while (s.count > SORTED && narrow(&s, width))
            ;
    robust_sort(s.points, s.count);
    struct nearest found = walk(&s, whole);
    /* at an end of what was looked at, a group may have lost some of its points */
    if (found.near * (1 - 2 * tie) <= s.in.low || found.last * (1 + 2 * tie) >= s.in.high) {
        take_all(row, mass, (struct bracket){-INFINITY, INFINITY}, room->who, &s);
        robust_sort(s.points, s.count);
        room->found = SIZE_MAX;
        found = walk(&s, whole);
    }
    return found;
}
