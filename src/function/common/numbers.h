/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers in a string parameter, one after the other, with spaces as one likes.
 */
#ifndef FUNCTION_NUMBERS_H
#define FUNCTION_NUMBERS_H

/* Effect: reads the number before the next separator, and moves *text behind it, or to
 * NULL after the last one; ';' ends them, too. Returns -1 when it is no number: *text
 * is then at its first letter. */
int numbers_read(const char **text, char separator, double *value);

/* Returns the letters of the word at text that an error's text may show. */
int numbers_word(const char *text);

#endif
