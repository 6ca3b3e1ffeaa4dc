/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What writing and reading result.h5 have in common.
 *
 * Convention: private to the result files.
 */
#ifndef ENGINE_RESULT_PRIVATE_H
#define ENGINE_RESULT_PRIVATE_H

#include "engine/result.h"

enum { RESULT_FORMAT = 1, RESULT_TEXTS = 8 };

/* A text that is an attribute of the file, and where it is in struct result. */
struct result_text {
    const char *path;
    size_t offset;
};

extern const struct result_text result_texts[RESULT_TEXTS];

#endif
