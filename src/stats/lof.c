/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Computes local outlier factors from distances and stakes. */
#include "stats/lof.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "stats/minima.h"
#include "stats/nearest.h"
#include "stats/robust.h"
#include "util/blas.h"
#include "util/crew.h"
#include "util/versions.h"

enum {
    LIST_BYTES = DISTANCE_KEPT, /* that lists of neighbours may take, at most */
    LANES = 16,                 /* squares that are compared at a time */
};

/* Some points of a neighbourhood, and the squares of their distances. */
struct members {
    uint32_t *who;
    double *square;
    size_t count;
};

/* What one thread has for itself. */
struct room {
    double *rows; /* a group of them; NULL: they are kept */
    struct nearest_room search;
    struct members members;
};

struct run {
    const struct lof_options *o;
    const struct distances *distances;
    const double *stake;
    double *score;
    size_t n;
    size_t group; /* rows that are computed at a time */
    unsigned threads;
    struct room *rooms;
    struct nearest *hoods;
    double *last; /* that of each neighbourhood: kd, as a square */
    double *mr;
    struct ties ties;
    size_t most;           /* members of a list; 0: there are none */
    struct members *lists; /* of each point; those with more than most have none */
    struct members all;    /* where the lists are: n times most */
};

size_t lof_neighbours(size_t k, size_t n)
{
    if (k == 0)
        k = n / 2 < 2 ? 2 : n / 2 > 20 ? 20 : n / 2;
    return k < n ? k : n - 1;
}

struct lof_options lof_pos(double kappa, double floor)
{
    return (struct lof_options){.kappa = kappa, .self = true, .floor = floor};
}

struct lof_options lof_textbook(size_t k, size_t n, double floor)
{
    return (struct lof_options){
        .kappa = (double)k / (double)n, .all_ties = true, .harmonic = true, .floor = floor};
}

/* How many members a list has room for: k, and some that are as far as the last. */
static size_t list_room(const struct lof_options *o, size_t n)
{
    size_t most = (size_t)(o->kappa * (double)n + 0.5) + 8;

    /* pos-lof asks for its neighbours once, and they are half of all */
    if (!o->harmonic || most > n / 4 || n > LIST_BYTES / (most * 2 * sizeof(double)))
        return 0;
    return most;
}

static int open_lists(struct run *r, struct err *e)
{
    r->lists = err_alloc(r->n, sizeof *r->lists, "neighbours", e);
    r->most = list_room(r->o, r->n);
    r->all.who = err_alloc(r->n * r->most, sizeof *r->all.who, "neighbours", e);
    r->all.square = err_alloc(r->n * r->most, sizeof *r->all.square, "neighbours", e);
    if (!r->lists || !r->all.who || !r->all.square)
        return -1;
    for (size_t i = 0; i < r->n; i++)
        r->lists[i] =
            (struct members){r->all.who + i * r->most, r->all.square + i * r->most, SIZE_MAX};
    return 0;
}

static int open_rooms(struct run *r, struct err *e)
{
    r->rooms = err_alloc(r->threads, sizeof *r->rooms, "rooms", e);
    for (unsigned t = 0; r->rooms && t < r->threads; t++) {
        struct room *room = &r->rooms[t];
        size_t rows = r->distances->squares ? 0 : r->group * r->n;
        room->rows = err_alloc(rows, sizeof *room->rows, "rows of distances", e);
        int rc = nearest_open(&room->search, r->n, e);
        room->members.who = err_alloc(r->n, sizeof *room->members.who, "neighbours", e);
        room->members.square = err_alloc(r->n, sizeof *room->members.square, "neighbours", e);
        if (rc < 0 || !room->rows || !room->members.who || !room->members.square)
            return -1;
    }
    return r->rooms ? 0 : -1;
}

static int open_run(struct run *r, struct err *e)
{
    r->hoods = err_alloc(r->n, sizeof *r->hoods, "neighbourhoods", e);
    r->last = err_alloc(r->n, sizeof *r->last, "neighbourhoods", e);
    r->mr = err_alloc(r->n, sizeof *r->mr, "reachabilities", e);
    return r->hoods && r->last && r->mr && open_lists(r, e) == 0 ? open_rooms(r, e) : -1;
}

static void close_run(struct run *r)
{
    for (unsigned t = 0; r->rooms && t < r->threads; t++) {
        free(r->rooms[t].rows);
        nearest_close(&r->rooms[t].search);
        free(r->rooms[t].members.who);
        free(r->rooms[t].members.square);
    }
    free(r->rooms);
    free(r->hoods);
    free(r->last);
    free(r->mr);
    free(r->lists);
    free(r->all.who);
    free(r->all.square);
}

/* Effect: the members of a neighbourhood, at most `most`, or SIZE_MAX, are those of some points that
 * are near enough. */
static void list_members(const struct run *r, size_t self, const double *row, const uint32_t *who,
                         size_t count, size_t most, struct members *m)
{
    m->count = 0;
    for (size_t q = 0; q < count; q++) {
        size_t p = who[q];
        if (row[p] > r->last[self] || (p == self && !r->o->self))
            continue;
        if (m->count == most) {
            m->count = SIZE_MAX;
            return;
        }
        m->who[m->count] = (uint32_t)p;
        m->square[m->count++] = row[p];
    }
}

/* The same from the whole row. */
static void list_row(const struct run *r, struct room *room, size_t self, const double *row,
                     size_t most, struct members *m)
{
    uint32_t *who = room->search.who;
    size_t count = minima_below(row, r->n, NULL, r->last[self], who, r->n);

    list_members(r, self, row, who, count, most, m);
}

static void find_hood(struct run *r, struct room *room, size_t i, const double *row)
{
    const struct nearest_row of = {row, r->stake, r->n, r->o->self ? r->n : i};

    r->hoods[i] = nearest_stake(&of, r->o->kappa, r->o->all_ties, &room->search);
    r->last[i] = r->hoods[i].last;
    if (r->most > 0 && room->search.found != SIZE_MAX)
        list_members(r, i, row, room->search.who, room->search.found, r->most, &r->lists[i]);
    else if (r->most > 0)
        list_row(r, room, i, row, r->most, &r->lists[i]);
}

/* The neighbours of point i: from its list, or else from its row. */
static const struct members *members_of(struct run *r, struct room *room, size_t i,
                                        const double *row)
{
    if (r->lists[i].count != SIZE_MAX)
        return &r->lists[i];
    list_row(r, room, i, row, r->n, &room->members);
    return &room->members;
}

/* The stake of p, at this distance, in the neighbourhood. */
static double member(const struct nearest *hood, double square, double stake)
{
    return square < hood->near ? stake : hood->part * stake;
}

/* The mean reachability from a row: where half of all points are neighbours, that is faster than
 * to list them. */
VERSIONS static double row_mr(const double *square, const double *stake, const double *last,
                              size_t n, const struct nearest *hood, double resolution)
{
    double sum[LANES] = {0}, mass[LANES] = {0};
    double near = hood->near, end = hood->last, part = hood->part;

    for (size_t first = 0; first + LANES <= n; first += LANES)
        for (size_t l = 0, p = first; l < LANES; l++, p++) {
            double some = square[p] < near ? stake[p] : square[p] <= end ? part * stake[p] : 0;
            sum[l] += some * sqrt((square[p] < last[p] ? last[p] : square[p]) + resolution);
            mass[l] += some;
        }
    for (size_t p = n / LANES * LANES; p < n; p++) {
        double some = square[p] < near ? stake[p] : square[p] <= end ? part * stake[p] : 0;
        sum[0] += some * sqrt(fmax(square[p], last[p]) + resolution);
        mass[0] += some;
    }
    for (size_t l = 1; l < LANES; l++) {
        sum[0] += sum[l];
        mass[0] += mass[l];
    }
    return mass[0] > 0 ? sum[0] / mass[0] : 0;
}

/* The same from a list. */
static double list_mr(const struct run *r, const struct members *m, const struct nearest *hood)
{
    double sum = 0, mass = 0;

    for (size_t q = 0; q < m->count; q++) {
        size_t p = m->who[q];
        double stake = member(hood, m->square[q], r->stake[p]);
        sum += stake * sqrt(fmax(r->last[p], m->square[q]) + r->ties.square);
        mass += stake;
    }
    return mass > 0 ? sum / mass : 0;
}

static void find_mr(struct run *r, struct room *room, size_t i, const double *row)
{
    double mr;

    if (r->most == 0 && r->o->self)
        mr = row_mr(row, r->stake, r->last, r->n, &r->hoods[i], r->ties.square);
    else
        mr = list_mr(r, members_of(r, room, i, row), &r->hoods[i]);
    r->mr[i] = fmax(mr, r->o->floor);
}

/* The reference is the harmonic mean of the neighbours' mr; that of a point without any is its own. */
static void find_score(struct run *r, struct room *room, size_t i, const double *row)
{
    const struct members *m = members_of(r, room, i, row);
    double sum = 0, mass = 0;

    for (size_t q = 0; q < m->count; q++) {
        size_t p = m->who[q];
        double stake = member(&r->hoods[i], m->square[q], r->stake[p]);
        sum += stake / r->mr[p];
        mass += stake;
    }
    r->score[i] = mass > 0 ? r->mr[i] / (mass / sum) : 1;
}

/* What is done with each point, by a thread with its room. */
struct step {
    struct run *r;
    void (*do_point)(struct run *r, struct room *room, size_t i, const double *row);
    bool first; /* there are no lists yet */
};

static bool need_rows(const struct step *step, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++)
        if (step->first || step->r->lists[i].count == SIZE_MAX)
            return true;
    return false;
}

static void do_group(void *shared, unsigned who, size_t part)
{
    const struct step *step = shared;
    struct run *r = step->r;
    struct room *room = &r->rooms[who];
    size_t first = part * r->group, left = r->n - first, count = left < r->group ? left : r->group;
    const double *rows = room->rows;

    if (need_rows(step, first, count))
        rows = distances_rows(r->distances, first, count, room->rows);
    for (size_t i = 0; i < count; i++)
        step->do_point(r, room, first + i, rows + i * r->n);
}

static void do_all(struct run *r, bool first,
                   void (*do_point)(struct run *r, struct room *room, size_t i, const double *row))
{
    struct step step = {r, do_point, first};

    crew_run(r->threads, (r->n + r->group - 1) / r->group, do_group, &step);
}

/* Gives piles of duplicates their density: denser than any place that is none. */
static void set_piles(const struct lof_options *o, const double *stake, size_t n, double *mr)
{
    double least = INFINITY;

    for (size_t p = 0; p < n; p++)
        if (mr[p] > o->floor && stake[p] > 0)
            least = fmin(least, mr[p]);
    for (size_t p = 0; p < n && o->denser > 0 && isfinite(least); p++)
        if (mr[p] <= o->floor)
            mr[p] = least / o->denser;
}

static int find_ties(struct run *r, struct err *e)
{
    const struct ties_points p = {r->distances, r->stake, r->last, r->o->floor};
    struct ties *ties = r->o->ties;

    if (ties && isnan(ties->square) && ties_find(&p, ties, e))
        return -1;
    r->ties = ties ? *ties : (struct ties){0, 0.5};
    return 0;
}

static double usual_mr(const struct run *r)
{
    struct robust_point *points = r->rooms[0].search.points;

    for (size_t p = 0; p < r->n; p++)
        points[p] = (struct robust_point){r->mr[p], r->stake[p]};
    return robust_quantile(points, r->n, r->ties.reach);
}

/* From the neighbourhoods on. */
static void score_all(struct run *r)
{
    do_all(r, false, find_mr);
    set_piles(r->o, r->stake, r->n, r->mr);
    if (r->o->harmonic) {
        do_all(r, false, find_score);
        return;
    }
    double usual = usual_mr(r);
    for (size_t i = 0; i < r->n; i++)
        r->score[i] = r->mr[i] / usual;
}

int lof_scores(const struct lof_options *o, struct distances *distances, const double *stake,
               double *score, struct err *e)
{
    unsigned before = blas_threads();
    struct run r = {.o = o,
                    .distances = distances,
                    .stake = stake,
                    .score = score,
                    .n = distances->n,
                    .group = distances_group(distances),
                    .threads = distances_crew(distances->n, distances->d)};
    int rc = -1;

    if (open_run(&r, e) < 0)
        goto done;
    if (r.threads > 1)
        blas_take_threads(1);
    do_all(&r, true, find_hood);
    rc = find_ties(&r, e);
    if (rc == 0)
        score_all(&r);
    if (r.threads > 1)
        blas_take_threads(before);
done:
    close_run(&r);
    return rc;
}
