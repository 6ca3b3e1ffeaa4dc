/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text from elsewhere, as a terminal may be shown it; and what stands out on one.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdbool.h>

#include "util/buf.h"

enum { REPORT_SAFE = 600 }; /* bytes of such a text, with its NUL; the rest is left out */

/* Returns buffer, which has the text with nothing in it that a terminal would obey. */
const char *report_safe(char buffer[static REPORT_SAFE], const char *text);

/* Appends lines in which names and reasons come from others; text is cut up. */
void report_lines(struct buf *to, char *text);

/* What stands before and behind something red; nothing without colour. */
const char *report_red(bool colour);
const char *report_plain(bool colour);

#endif
