/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The border to HDF5's own errors.
 *
 * Convention: private to this layer. h5err_quiet() is called once per process
 * before any other HDF5 call; then each failed call is turned into a struct err
 * at once, as the next HDF5 call empties HDF5's error stack.
 */
#ifndef H5_H5ERR_H
#define H5_H5ERR_H

#include "util/err.h"

/* Effect: HDF5 prints nothing by itself and loads no plug-ins. */
void h5err_quiet(void);

/* Effect: sets e to the words, then HDF5's innermost reason. Returns -1. */
int h5err_set(struct err *e, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a failure to read a site's own file, whose code follows from HDF5's reason:
 * ERR_OPEN for an object that is not there, ERR_IO for a file that another program locks or
 * a device that fails, ERR_INPUT for contents. */
int h5err_read(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
