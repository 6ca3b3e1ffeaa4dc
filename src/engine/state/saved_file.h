/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of saved units, one by one.
 *
 * Convention: private to the files saved*.c.
 */
#ifndef ENGINE_SAVED_FILE_H
#define ENGINE_SAVED_FILE_H

#include "engine/state/saved.h"

/* Whether a file is used, or why it is not. */
enum saved_kind {
    SAVED_USED = 0,
    SAVED_GONE = 1,    /* it was removed meanwhile, or cannot be read */
    SAVED_FOREIGN = 2, /* it is another user's */
    SAVED_OLD = 3,     /* it has no seal, as those of earlier versions */
    SAVED_FORGED = 4,  /* its seal is not that of the run */
    SAVED_OTHER = 5,   /* it is of other data */
    SAVED_KINDS = 6,
};

/* One that was read. */
struct saved_file {
    const char *name;
    enum saved_kind kind;
    uint64_t first, last; /* used: units [first, last) are the rank's share */
    const char *nodes;    /* used: their bytes */
    size_t len;
    uint8_t digest[SHA256_LEN]; /* used: of the content */
};

enum { SAVED_NAME = 64 }; /* bytes of a file's name, with its NUL */

/* Effect: name is that of the file of the rank whose share begins at unit first. */
void saved_name(const struct saved_key *c, uint64_t first, char name[static SAVED_NAME]);

/* Appends the line with which a content begins. */
void saved_add_head(const struct saved_key *c, uint64_t first, uint64_t last, struct buf *b);

/* Calls visit for each file that has a name as those of the partition. */
typedef int saved_visit(void *context, const struct saved_file *f, struct err *e);
int saved_each(const struct saved_key *c, saved_visit *visit, void *context, struct err *e);

#endif
