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

/* What is known of each slave, as a dataset. */
enum result_column_type {
    RESULT_NUMBER = 1, /* double */
    RESULT_FLAG = 2,   /* bool, of a slave that answered */
    RESULT_TEXT = 3,   /* char * */
    RESULT_WHY = 4,    /* char [] */
    RESULT_COUNT = 5,  /* uint64_t */
};

/* How each is in the file. */
extern const enum flat_type result_flat_types[RESULT_COUNT + 1];

struct result_column {
    const char *name;
    enum result_column_type type;
    size_t offset; /* in struct result_slave */
    size_t room;   /* of a name, with its NUL; 0: a text has no limit */
    bool of_work;  /* of a contract without data only */
};

enum {
    RESULT_OF_SLAVES = 13, /* in /slaves: as it is in the last round */
    RESULT_OF_ROUNDS = 8,  /* in /rounds: as it is in each */
};

extern const struct result_column result_of_slaves[RESULT_OF_SLAVES];
extern const struct result_column result_of_rounds[RESULT_OF_ROUNDS];

/* write_column.c. Effect: adds a column of /slaves, or of /rounds. room: for a number, an
 * integer or a pointer of each slave in each of the rounds. */
void result_add_column(struct flat *f, const struct result *r, bool rounds,
                       const struct result_column *c, void *room);

/* write_rounds.c. Effect: adds all rounds of an iterative contract. */
int result_add_rounds(struct flat *f, const struct result *r, struct err *e);

#endif
