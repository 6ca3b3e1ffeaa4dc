/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text as printf makes it, in which every string is shown: for messages and pages.
 *
 * Of printf's conversions there are no others than c, d, e, f, g, o, s, u, x, X and %, with l, ll,
 * z or j before those of whole numbers. %s and %c are shown as text_printable() does; the width of
 * %s is in columns, its precision in bytes of the string, of which no character is cut in two.
 */
#ifndef UTIL_SHOW_H
#define UTIL_SHOW_H

#include <stdarg.h>

#include "util/buf.h"

/* Appends the text. A conversion that is none of those fails the buffer. */
void show_addv(struct buf *b, const char *format, va_list ap) __attribute__((format(printf, 2, 0)));

#endif
