/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The local outlier factor over stake: one code path for pos-lof, which is our
 * reconstruction, and for the textbook LOF (Breunig, Kriegel, Ng, Sander 2000).
 *
 * Convention: n points, known by their distances alone; the stake of a point is
 * how much of a neighbourhood it fills. Distances within 1e-12 of each other
 * (relative) are equal, so that rounding decides nothing.
 */
#ifndef STATS_LOF_H
#define STATS_LOF_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/distance.h"
#include "stats/ties.h"
#include "util/err.h"

enum { LOF_DENSER = 1000 };

/* The usual floor, of the length of the features. */
#define LOF_FLOOR 1e-9

struct lof_options {
    double kappa;  /* stake that makes a neighbourhood; textbook: k / n */
    bool self;     /* a point is its own first neighbour; textbook: no */
    bool all_ties; /* all points at the last distance belong whole; else they share what is left */
    bool harmonic; /* reference: harmonic mean of the neighbours' mr; else the stake's median mr */
    double floor;  /* > 0: a mr that is not more is that of a pile of duplicates */
    struct ties
        *ties;     /* NULL: ties are nothing special; else what is usual beside them: that of the
                        * points, if square is NaN */
    double denser; /* how many times denser a pile is than the densest place that is none, usually
                    * LOF_DENSER; 0: its mr is floor */
};

/* Returns the neighbours of textbook LOF among n points: k, or if that is 0 min(20, max(2, n/2)); at
 * most n-1. */
size_t lof_neighbours(size_t k, size_t n);

/* Returns the options of pos-lof, and those of textbook LOF with k neighbours of n. */
struct lof_options lof_pos(double kappa, double floor);
struct lof_options lof_textbook(size_t k, size_t n, double floor);

/*
 * Effect: score[o] for each of the n points. Their distances are symmetric and finite, and
 * each row of them is asked for twice, or three times; stake is n, >= 0, sum 1. In the
 * notation of the reconstruction, m_p is the part of p's stake in the neighbourhood of o, which is
 * filled in the order of d(o,p):
 *   kd(o)    = the last distance used
 *   mr(o)    = sum m_p sqrt(max(kd(p), d(o,p))^2 + ties->square) / sum m_p    mean reachability, 1/lrd
 *   score(o) = mr(o) / reference
 * Duplicates that fill a neighbourhood have mr 0. A score is finite, and with denser at most
 * denser * max mr / min mr over the points that are not of a pile.
 */
int lof_scores(const struct lof_options *o, struct distances *distances, const double *stake,
               double *score, struct err *e);

#endif
