/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the child says about a file, which it may have been taken over by.
 *
 * Convention: private to this layer.
 */
#ifndef H5_ANSWER_H
#define H5_ANSWER_H

#include <stddef.h>

#include "util/err.h"
#include "util/flat.h"

/* First byte of an answer. */
enum answer_kind {
    ANSWER_DOCUMENT = 'D', /* an encoded flat document follows */
    ANSWER_ERROR = 'E',    /* what is wrong with the file follows */
    ANSWER_FAULT = 'F',    /* what is wrong with this machine follows */
};

/* Returns the document in the len bytes of an answer, which a NUL follows; or NULL: ERR_INPUT, or
 * ERR_SOFTWARE for a fault, with the reason that it gives. name is that of the file. */
struct flat *answer_read(const char *name, const char *answer, size_t len, struct err *e);

#endif
