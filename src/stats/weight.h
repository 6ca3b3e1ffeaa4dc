/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Weights from history: POS weight P of a slave, and each slave's share w.
 *
 * The formulas are a reconstruction: the white paper's own are lost, and only
 * its inputs (n, s_i, t_i) are known. P = sum s_i phi(t_i), where s_i is the
 * number of items of the i-th accepted computation, t_i its age in seconds, and
 * phi(t) = clip((t-t_min)/(t_max-t_min), 0, 1) * 2^(-max(0, t-t_max)/half_life).
 */
#ifndef STATS_WEIGHT_H
#define STATS_WEIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

enum weight_method {
    WEIGHT_POS = 1,     /* the reconstruction above; the default */
    WEIGHT_COINAGE = 2, /* P = sum s_i t_i, the literal reading */
    WEIGHT_RECENCY = 3, /* P = sum s_i 2^(-t_i/half_life) */
    WEIGHT_VOLUME = 4,  /* P = sum s_i */
    WEIGHT_UNIFORM = 5, /* P = 0: no history counts, all have equal shares */
};

struct weight_options {
    enum weight_method method;
    double t_min;     /* seconds; a younger computation counts nothing */
    double t_max;     /* seconds; an older one counts in full, before decay; > t_min */
    double half_life; /* seconds, > 0 */
    double penalty;   /* what a rejection multiplies earlier earnings by, in [0, 1] */
    double lambda;    /* what every slave gets besides P/mean(P), >= 0 */
};

/* One settled computation of a slave. */
struct weight_event {
    double items;  /* s_i */
    double age;    /* t_i, seconds, at least 0 */
    bool rejected; /* earns nothing, and multiplies what was earned before by penalty */
};

/* Returns the method's name ("pos", …, "uniform"), and the method of a name or 0. */
const char *weight_method_name(enum weight_method method);
enum weight_method weight_method_of(const char *name);

/* Returns P of one slave from its events, oldest first. */
double weight_of_history(const struct weight_options *o, const struct weight_event *events,
                         size_t count);

/* Effect: term[i] is what event i still gives to that P: their sum, but for rounding. */
void weight_terms(const struct weight_options *o, const struct weight_event *events, size_t count,
                  double *term);

/* Effect: share[i] = (P_i/mean(P) + lambda) normalised to sum 1 over the n
 * slaves, each at most max(0.25, 1/n), the excess going to the others in
 * proportion (water-filling). All P zero: all equal. P[i] finite and >= 0, else
 * ERR_INPUT. Nothing is ever divided by a single P. */
int weight_shares(const double *P, size_t n, double lambda, double *share, struct err *e);

#endif
