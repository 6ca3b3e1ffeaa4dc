/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * k-means by rounds: what its parameters, state and model come to.
 *
 * Round 1 takes the profile of the columns. In round 2 the rows vote: candidates are
 * drawn from a normal distribution with the columns' means and standard deviations, and
 * of each it is counted how many rows are nearer to it than to the others. k-means++ (D.
 * Arthur and S. Vassilvitskii, 2007) then chooses seeds among the candidates, each as
 * likely as that many rows; several times, and the seeds of least cost are taken. So no
 * row is ever a seed, nor is the mean of some. From round 3 on, Lloyd's method: a centre
 * moves to the mean of the rows that are nearest to it.
 *
 * State: [the profile of the columns; the sum of f = D/(D + W), the sum of f^2, with D the
 *         squared distance of a row to the nearest point, and W its mean in the round before; in round 2: a vote count for each candidate, later: k counts,
 *         k x d sums of offsets from the centre, k x d sums of their squares].
 * Model: [a struct kmeans_head; the columns' centres, the units by which they are divided
 *         and their deviations in these units, d each; k x d centres of clusters in these
 *         units, about the columns' centres; k x d variances within clusters].
 *         All zeros is the model of round 1.
 *
 * What is shown of rows: a slave's state has the sum of the rows in each cluster, and of
 * a cluster with one row of that slave it is the row. Only who collects states sees it.
 * Models are seen by all slaves: a cluster with fewer than `least` rows in all does not
 * move its centre to their mean; it counts as empty.
 *
 * Everything is plain C: the same blocks give the same bits on every processor.
 */
#ifndef FUNCTION_KMEANS_PLAN_H
#define FUNCTION_KMEANS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metaneuron/function.h>

/* The parameters, in the order of their table. */
enum kmeans_param {
    KMEANS_K,
    KMEANS_SEED,
    KMEANS_SCALE,
    KMEANS_LEAST,
    KMEANS_TOLERANCE,
    KMEANS_PARAMS
};

struct kmeans {
    size_t k, d;
    uint64_t seed;
    double tolerance; /* of convergence: longest way of a centre, in units of all rows' spread */
    double least;     /* rows of a cluster that is not empty */
    bool scale;       /* whether columns are divided by their standard deviations */
    size_t candidates;
};

enum kmeans_phase {
    KMEANS_PROFILE = 0, /* round 1 */
    KMEANS_VOTES = 1,   /* round 2 */
    KMEANS_LLOYD = 2,   /* the others */
};

/* What a model begins with. All are doubles. */
struct kmeans_head {
    double phase;     /* enum kmeans_phase */
    double total;     /* mean squared distance of the rows from their mean */
    double within;    /* mean squared distance of the rows from their centres */
    double moved;     /* the longest way of a centre in the last step, as tolerance */
    double steps;     /* of Lloyd's method */
    double splits;    /* empty clusters that were moved */
    double converged; /* 1 when the last step was short enough */
};

enum {
    KMEANS_HEAD = sizeof(struct kmeans_head) / sizeof(double),
    KMEANS_COUNT = 2, /* where counts are in a state, behind the profile */
};

struct kmeans_model {
    struct kmeans_head *head;
    double *centre, *unit, *width; /* d */
    double *point, *variance;      /* k x d */
};

struct kmeans_sums {
    double *far, *far_squares; /* sums of f and f^2 */
    double *count;             /* candidates, or k */
    double *offset, *square;   /* k x d, behind k counts */
};

/* Returns what the parameters come to. */
struct kmeans kmeans_plan(const struct function_env *env);

/* Where everything is; and the phase of env's model. */
size_t kmeans_length(const struct kmeans *p);
size_t kmeans_model_length(const struct kmeans *p);
struct kmeans_sums kmeans_sums_at(const struct kmeans *p, const double *state);
struct kmeans_model kmeans_model_at(const struct kmeans *p, const double *model);
enum kmeans_phase kmeans_phase_of(const struct function_env *env);

/* kmeans_rows.c: the callback accumulate. */
int kmeans_accumulate(struct function_env *env, double *state, const struct block *block);

/* kmeans_seed.c. Effect: candidates x d points, of which coordinate j has the standard
 * deviation width[j]. */
void kmeans_candidates(const struct kmeans *p, const double *width, double *points);

/* Effect: chooses k of the points, each at most once, with their votes. -1: no memory. */
int kmeans_choose(const struct kmeans *p, const double *points, const double *votes,
                  double *chosen);

/* kmeans_step.c: the callback update. */
int kmeans_update(struct function_env *env, double *model, const double *state, int *converged);

/* kmeans_read.c: the callbacks of results and features. The features are the means and
 * standard deviations of the columns; the mean of f above, which a few wild rows do not
 * move; the share of each cluster, and the slave's own mean of each, which says nothing of
 * a cluster with less than two of its rows. Votes are no features: who lies about them
 * chooses bad seeds at worst. */
int kmeans_finish(struct function_env *env, const double *state, struct function_output *out);
int kmeans_features_length(struct function_env *env, size_t *n);
int kmeans_features(struct function_env *env, const double *state, double *value, double *error);
void kmeans_feature_name(const struct function_env *env, size_t i, char *text, size_t size);

#endif
