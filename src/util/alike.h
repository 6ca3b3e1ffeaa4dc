/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names that look alike and are not the same bytes: what is asked for is not there, and the
 * reader of the message sees no difference.
 *
 * Such a name is never taken for the other one; it is named in the message.
 */
#ifndef UTIL_ALIKE_H
#define UTIL_ALIKE_H

#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

enum {
    ALIKE_HOW = 120,  /* bytes of what names differ by, with its NUL */
    ALIKE_HINT = 400, /* bytes of a hint, likewise */
};

/* Whether they are two ways to write one name. Effect: how is what they differ by, as in "case
 * and white space"; or else "". */
bool alike_how(char how[static ALIKE_HOW], const char *one, const char *other);

/* Whether there is another way to write the name that is wanted: as
 * above. Effect: if so, the hint is
 * "; there is 'NAME', which differs only by its case"; else it stays what it is. */
bool alike_hint(char hint[static ALIKE_HINT], const char *wanted, const char *there);

/* The same for a list of names: the first one that is alike. Without any the hint is "".
 * Returns hint. */
const char *alike_among(char hint[static ALIKE_HINT], const char *wanted, const char *const *names,
                        size_t count);

/* Effect: if there is no file at the path, but one in its directory whose name is alike, the
 * error says so. Keeps errno. */
void alike_file(const char *path, struct err *e);

#endif
