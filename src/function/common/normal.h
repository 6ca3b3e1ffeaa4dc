/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The normal distribution, and exp and log, in +, -, *, / and sqrt only.
 *
 * libm picks other code on other processors, and its last bits differ. What two
 * slaves compute with these is the same to the bit, wherever they are. Errors are
 * a few units in the last place. They stay as they are, as results have their bits; what is new
 * takes those of util/elementary.h, which are nearer and faster.
 */
#ifndef FUNCTION_NORMAL_H
#define FUNCTION_NORMAL_H

/* Returns e^x; 0 where that is below the normal numbers, INFINITY above them. */
double normal_exp(double x);

/* Returns the natural logarithm of a positive, finite, normal number. */
double normal_log(double x);

/* Returns z such that a standard normal variable is below it with probability p,
 * 0 < p < 1. Source: M. J. Wichura, algorithm AS 241, PPND16 (Applied Statistics
 * 37, 1988). */
double normal_quantile(double p);

#endif
