/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decimal text to double, exactly rounded.
 *
 * Convention: no locale, no allocation. The text need not end with a NUL, but a
 * byte that cannot be part of a number must follow it.
 */
#ifndef DATA_NUMBER_H
#define DATA_NUMBER_H

/* Returns the byte after the longest number at text (sign, digits with an
 * optional point, optional exponent), or NULL when there is none. *value has
 * the bits that strtod() gives: infinite when the number is out of range. */
const char *number_read(const char *text, double *value);

#endif
