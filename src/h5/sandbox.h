/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The child that reads a foreign HDF5 file and may do nothing else.
 *
 * Convention: private to this layer.
 */
#ifndef H5_SANDBOX_H
#define H5_SANDBOX_H

#include <stddef.h>

#include "h5/reader.h"

/* Effect: limits this process for good: its memory (len: that of the file), its
 * time, and its system calls to those that memory and writing to fd need. */
int sandbox_enter(const struct reader_limits *limits, size_t len, int fd, struct err *e);

/* Effect: enters the sandbox, reads the bytes, writes the answer to fd, and
 * ends the process. */
_Noreturn void sandbox_child(const void *bytes, size_t len, const struct reader_limits *limits,
                             int fd);

#endif
