/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The families of generalised linear models, each with its canonical link: what one
 * observation y says about its linear predictor eta.
 *
 *   gaussian  mean eta                variance 1 (times the dispersion)
 *   binomial  mean 1/(1 + e^-eta)     y is 0 or 1
 *   poisson   mean e^eta              y is at least 0
 *
 * With these links the observed information is the expected one, and Newton's method
 * is IRLS (P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd ed., 1989,
 * chapter 2). All in +, -, *, / and sqrt, with exp and log of normal.h: the same bits
 * on every processor.
 */
#ifndef FUNCTION_FAMILY_H
#define FUNCTION_FAMILY_H

enum family {
    FAMILY_GAUSSIAN = 1,
    FAMILY_BINOMIAL = 2,
    FAMILY_POISSON = 3,
};

/* What one observation adds. */
struct family_terms {
    double residual; /* y - mean: the derivative of the log-likelihood by eta */
    double weight;   /* variance function at the mean: minus the second derivative */
    double deviance; /* twice the log-likelihood that is missing to a mean of y; >= 0 */
};

/* Returns the family of a name ("gaussian", …), or 0. */
enum family family_of(const char *name);

/* Returns why y cannot be of the family, or NULL: "must be 0 or 1". */
const char *family_refuses(enum family f, double y);

/* Returns the terms; NaN where eta is not finite. A poisson eta counts as 100 at most,
 * and as -100 at least: a step too far is then a large number, and not infinite. */
struct family_terms family_terms(enum family f, double eta, double y);

/* Returns the linear predictor of a mean that lies inside the family's range. */
double family_link(enum family f, double mean);

/* Returns the log-likelihood of y under a mean of y; gaussian: 0, as it depends on the
 * dispersion. */
double family_saturated(enum family f, double y);

#endif
