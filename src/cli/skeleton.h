/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A directory to begin a function with.
 *
 * Convention: the texts are those of contrib/functions/new, in which @NAME@ stands for
 * the function's name.
 */
#ifndef CLI_SKELETON_H
#define CLI_SKELETON_H

#include <stdbool.h>

#include "util/err.h"

/* One line of one of the files, without its LF; made by contrib/functions/new/embed.awk. */
struct skeleton_line {
    const char *file, *text;
};

/* All lines, in order; the last has no file. */
extern const struct skeleton_line skeleton_lines[];

/* Effect: makes a new directory NAME with the function, over work or over data, its
 * Makefile, contract, test and page. One that is there already is ERR_INPUT. */
int skeleton_write(const char *name, bool work, struct err *e);

#endif
