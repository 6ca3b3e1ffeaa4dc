/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which HDF5 this is: the one that was compiled for, and the one that is loaded.
 */
#ifndef H5_FLAVOUR_H
#define H5_FLAVOUR_H

#include <stddef.h>

#include "h5/reader.h"
#include "util/err.h"

/* Effect: text is the version that is loaded and the kind of build. Another
 * version than the program was compiled for is ERR_SOFTWARE. */
int flavour_check(char *text, size_t size, struct err *e);

/* Effect: writes a tiny document in memory and has the sandboxed reader read it
 * back: 0 when files from elsewhere can be read on this machine. */
int flavour_try_reader(struct reader *r, struct err *e);

#endif
