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

/* First byte of the child's answer. */
enum {
    SANDBOX_DOCUMENT = 'D', /* an encoded flat document follows */
    SANDBOX_ERROR = 'E',    /* the text of an error follows */
};

/* Effect: limits this process, reads the bytes, writes the answer to fd, and
 * ends the process. */
_Noreturn void sandbox_child(const void *bytes, size_t len, const struct reader_limits *limits,
                             int fd);

#endif
