/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who interprets a program: the file that a script's first line names, or a binary's loader.
 *
 * Where that is missing, the kernel's word is that the program is not there, though it is.
 */
#ifndef UTIL_INTERPRETER_H
#define UTIL_INTERPRETER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "util/err.h"

/* Where programs are looked for if PATH is not set. */
#define INTERPRETER_PATH "/usr/local/bin:/usr/bin:/bin"

/* Returns 0 if what interprets the program of these bytes (its first 4096 are enough) is
 * here; else -1 and ERR_OPEN, which names both, and a carriage return or byte order mark that
 * is to blame. */
int interpreter_check(const char *name, const char *bytes, size_t len, struct err *e);

/* Whether a file may be what is looked for. */
typedef bool interpreter_sees(const void *context, const char *path);

/* Effect: path is the file that interprets the program of these bytes, which has been checked:
 * where it is looked for in PATH, the first one that is seen, and if none is, the first one.
 * Returns false if the first line names none. */
bool interpreter_find(const char *bytes, size_t len, interpreter_sees *sees, const void *context,
                      char path[static PATH_MAX]);

/* As interpreter_check() for the program that a command line means by that word, a path or a
 * name to be looked for in PATH; 0, too, if there is none. */
int interpreter_check_command(const char *word, struct err *e);

#endif
