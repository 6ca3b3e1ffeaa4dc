/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strict conversion between numbers and text.
 *
 * Convention: the whole text must be the number, without leading or trailing
 * space; 0 or -1, and on failure the result is not touched. The caller words
 * the error, as only it knows the object.
 */
#ifndef UTIL_PARSE_H
#define UTIL_PARSE_H

#include <stddef.h>
#include <stdint.h>

enum { NUMBER_TEXT = 48 }; /* bytes that any number's text fits in, with its NUL */

/* Decimal, no sign, no leading zero. */
int parse_u64(const char *text, uint64_t *value);

/* The same, of a variable of the environment, and below 2^32. */
int parse_variable(const char *name, uint64_t *value);

/* Decimal, '-' allowed, no leading zero. */
int parse_i64(const char *text, int64_t *value);

/* Any form of a finite decimal number that C knows; no hexadecimal, Inf or NaN. */
int parse_double(const char *text, double *value);

/* The shortest decimal text that reads back as the same double, in the form of
 * ECMAScript's Number::toString (RFC 8785, section 3.2.2.3), so that one number
 * has one text. Not finite: "nan", "inf", "-inf". Returns text. */
const char *format_double(char text[static NUMBER_TEXT], double value);

/* A number of bytes: an integer with an optional KiB, MiB, GiB, TiB, kB, MB, GB, TB. */
int parse_size(const char *text, uint64_t *bytes);

/* A time span in seconds: a number with an optional s, min, h, d, w. */
int parse_duration(const char *text, double *seconds);

/* Effect: writes bytes as "1.5 GiB" and the like. Returns text. */
const char *format_size(char text[static NUMBER_TEXT], double bytes);

#endif
