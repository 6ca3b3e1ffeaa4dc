/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What writing and reading result.h5 have in common.
 *
 * Convention: private to the result files.
 */
#ifndef ENGINE_RESULT_PRIVATE_H
#define ENGINE_RESULT_PRIVATE_H

#include "engine/result/result.h"
#include "function/params.h"

enum {
    RESULT_FORMAT = 1,
    RESULT_TEXTS = 8,
    RESULT_PATH = 120, /* bytes of a path in the file, with its NUL */
};

_Static_assert(RESULT_PATH >= sizeof "/rounds/aggregate/" + (size_t)PARAMS_NAME + sizeof "_columns",
               "the path of an array fits");

/* A text that is an attribute of the file, and where it is in struct result. */
struct result_text {
    const char *path;
    size_t offset;
};

extern const struct result_text result_texts[RESULT_TEXTS];

/* What a round knows of each slave, as datasets of /rounds. */
enum result_column_type {
    RESULT_NUMBER = 1, /* double */
    RESULT_FLAG = 2,   /* bool */
    RESULT_TEXT = 3,   /* char * */
    RESULT_WHY = 4,    /* char [] */
};

struct result_column {
    const char *name;
    enum result_column_type type;
    size_t offset; /* in struct result_slave */
};

enum { RESULT_COLUMNS = 8 };
extern const struct result_column result_columns[RESULT_COLUMNS];

/* Effect: adds all rounds of an iterative contract. */
int result_add_rounds(struct flat *f, const struct result *r, struct err *e);

#endif
