/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Generalised linear models by rounds of Newton's method, which with the canonical link
 * is IRLS: what logreg and glm are made of.
 *
 * Round 1 takes the profile of the columns. From round 2 on, each row gives what the
 * log-likelihood at the model is made of, and its first and second derivatives by the
 * coefficients; update takes a step. What is minimised is deviance + ridge * sum of
 * squared coefficients; it is convex, so that a step halved often enough makes it
 * smaller. The information X'WX loses digits with the square of the condition of X, but
 * only the way to the solution is taken with it: where the gradient is 0 is as exact as
 * the gradient, and columns are centred and scaled.
 *
 * State: [the profile of all columns, where the target is 0 or 1 for a label;
 *         sums of: deviance D, f = D/(D + typical), f^2, Pearson's chi squared, the
 *         log-likelihood of a perfect fit;
 *         the gradient, q; the information, upper triangle, row by row, q (q + 1)/2].
 * Model: [a struct newton_head; the centres and the spreads of p regressors; q
 *         coefficients of the scaled columns, q before the last step, the step of q,
 *         q inflations]. All zeros is the model of round 1.
 *
 * Everything is plain C: the same blocks give the same bits on every processor.
 */
#ifndef FUNCTION_NEWTON_H
#define FUNCTION_NEWTON_H

#include <stdbool.h>
#include <stddef.h>

#include <metaneuron/function.h>
#include <math.h>

#include "function/fit/family.h"
#include "function/table.h"

/* A problem, as logreg and glm make it of their parameters. */
struct newton {
    enum family family;
    bool intercept;       /* whether a constant, the first coefficient, is among the regressors */
    bool scale;           /* whether the ridge is on coefficients per standard deviation */
    bool labelled;        /* whether the target is a label, 1 where it equals positive */
    double positive;      /* that label */
    double ridge;         /* at least 0 */
    double tolerance;     /* of convergence: length of a step, in standard errors */
    size_t target;        /* its column */
    size_t exposure;      /* the exposure's; the number of columns if there is none */
    size_t p, q;          /* regressors; coefficients */
    const char *names[2]; /* parameters target and exposure, for errors */
};

/* What a model begins with. All are doubles. */
struct newton_head {
    double phase;      /* 0: nothing is known; 1: the profile is */
    double rows, mark; /* of the rows of the last state, see profile_mark() */
    double objective;  /* before the last step; NaN is not allowed in models, so: */
    double measured;   /* 1 once there is an objective */
    double step;       /* part of the step that was taken, 1, 1/2, 1/4, … */
    double decrement;  /* length of the whole step, in standard errors */
    double noise;      /* mean squared residual, or variance beyond a poisson one, at least 1 */
    double typical;    /* mean deviance of a row */
    double unit;       /* squared unit of the target: its variance if gaussian, else 1 */
    double steps;      /* that were taken */
    double halvings;   /* of steps */
    double null;       /* deviance of the first model */
    double converged;  /* 1 when the last step was shorter than the tolerance */
};

enum {
    NEWTON_HEAD = sizeof(struct newton_head) / sizeof(double),
    NEWTON_COLUMNS = 4096, /* at most: an information of 64 MiB */
};

/* The parts of a model. */
struct newton_model {
    struct newton_head *head;
    double *centre, *spread;                /* p */
    double *beta, *last, *step, *inflation; /* q */
};

/* The parts of a state behind the profile. */
struct newton_sums {
    double *deviance, *far, *far_squares, *pearson, *saturated;
    double *gradient, *information; /* q, and q (q + 1)/2 */
};

/* newton.c: completes n, whose columns and parameters are found to fit or not; the
 * callbacks of rows. */
int newton_prepare(struct function_env *env, struct newton *n);
size_t newton_length(const struct function_env *env, const struct newton *n);
size_t newton_model_length(const struct newton *n);
struct newton_model newton_model_at(const struct newton *n, const double *model);
struct newton_sums newton_sums_at(const struct function_env *env, const struct newton *n,
                                  const double *state);
bool newton_has_model(const struct function_env *env);
size_t newton_column(const struct newton *n, size_t i); /* of regressor i */
int newton_accumulate(struct function_env *env, const struct newton *n, double *state,
                      const struct block *block);
void newton_merge(const struct function_env *env, const struct newton *n, double *into,
                  const double *from);

/* newton_step.c: the callback update; and the penalty of coefficient i. */
int newton_update(struct function_env *env, const struct newton *n, double *model,
                  const double *state, int *converged);
double newton_penalty(const struct newton *n, const struct newton_model *m, size_t i);

/* newton_read.c: the callbacks of results and features. The features are means and
 * standard deviations of all columns, the target's among them; the mean score of each
 * coefficient beside the constant, of which a slave whose target is otherwise related to
 * the columns has another one; and the mean of f above, which a few wild rows do not
 * move. */
int newton_finish(struct function_env *env, const struct newton *n, const double *state,
                  struct function_output *out);
size_t newton_features_length(const struct function_env *env, const struct newton *n);
void newton_features(const struct function_env *env, const struct newton *n, const double *state,
                     double *value, double *error);
void newton_feature_name(const struct function_env *env, const struct newton *n, size_t i,
                         char *text, size_t size);

/* The parameters that logreg and glm share, in tables with these places. */
#define NEWTON_PARAMS                                                                            \
    PARAM_BOOLEAN(INTERCEPT, "intercept", 1, "whether a constant is among the regressors"),      \
        PARAM_NUMBER(RIDGE, "ridge", 0, 0, INFINITY,                                             \
                     "penalty: deviance + ridge * sum of squared coefficients, the intercept's " \
                     "not among them"),                                                          \
        PARAM_BOOLEAN(SCALE, "scale", 1,                                                         \
                      "whether the penalty is on coefficients per standard deviation of the "    \
                      "column; no matter without a ridge"),                                      \
        PARAM_NUMBER(TOLERANCE, "tolerance", 1e-8, 1e-12, 0.01,                                  \
                     "length of a step, in standard errors, below which it was the last")

#endif
