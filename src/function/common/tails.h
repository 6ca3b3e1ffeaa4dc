/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tails of the distributions that tests compare with, by GSL.
 *
 * Convention: what is not in the domain (a NaN, no degrees of freedom) gives NaN. For people to
 * read: no state, feature or decision comes from here, as the last bits are those of libm.
 */
#ifndef FUNCTION_TAILS_H
#define FUNCTION_TAILS_H

/* Probability that Student's t of df degrees of freedom is farther from 0 than t; and t that a
 * share p of the distribution is farther from 0 than. */
double tails_t(double t, double df);
double tails_t_quantile(double p, double df);

/* Probabilities that F and chi-square are above x. */
double tails_f(double x, double df1, double df2);
double tails_chisq(double x, double df);

/* z that a share p of the standard normal distribution is farther from 0 than. */
double tails_z_quantile(double p);

/* Fisher's exact test of the table [a b; c d]: the sum of the probabilities of all tables with
 * its margins that are no more probable than it is (by 1e-7, as in R). NaN for tables with more
 * than 2^24 such tables, where chi-square says the same. */
double tails_fisher(double a, double b, double c, double d);

#endif
