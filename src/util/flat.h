/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A flat document: named, typed values in the order in which they were added.
 *
 * It is what a small HDF5 file looks like to the rest of the program, and what
 * comes out of the sandboxed reader's pipe. A path is "/group" for a group,
 * "/group@name" for an attribute and "/group/name" for a dataset.
 *
 * Convention: the add functions copy what they are given, and replace nothing:
 * a path may be added once. Failures of memory stick and are reported by
 * flat_ok(), so that a document is built without a check on every line.
 */
#ifndef UTIL_FLAT_H
#define UTIL_FLAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/err.h"

enum flat_type {
    FLAT_GROUP = 1,   /* no value */
    FLAT_INTEGER = 2, /* int64_t */
    FLAT_NUMBER = 3,  /* double */
    FLAT_STRING = 4,  /* UTF-8, no NUL */
    FLAT_BOOLEAN = 5, /* int64_t 0 or 1 */
    FLAT_BYTES = 6,   /* one dimension of uint8_t */
};

struct flat_value {
    char *path;
    enum flat_type type;
    unsigned rank;  /* 0 scalar, 1 or 2 */
    size_t dims[2]; /* of the first rank entries; the others are 1 */
    size_t count;   /* product of dims; 1 for a scalar */
    unsigned line;  /* line in the text that it was read from, or 0 */
    union {
        int64_t *integers; /* FLAT_INTEGER, FLAT_BOOLEAN */
        double *numbers;
        char **strings;
        uint8_t *bytes;
        void *data;
    };
};

struct flat;

struct flat *flat_create(struct err *e);
void flat_destroy(struct flat *f);

/* Adds one value. data: count elements of the type's C type (char * for
 * strings); dims: rank of them. */
void flat_add(struct flat *f, const char *path, enum flat_type type, unsigned rank,
              const size_t *dims, const void *data, unsigned line);

/* The common cases of flat_add(). */
void flat_add_group(struct flat *f, const char *path);
void flat_add_integer(struct flat *f, const char *path, int64_t value);
void flat_add_number(struct flat *f, const char *path, double value);
void flat_add_string(struct flat *f, const char *path, const char *value);

/* Returns 0 when every add succeeded, else -1 and why. */
int flat_ok(const struct flat *f, struct err *e);

size_t flat_count(const struct flat *f);
const struct flat_value *flat_at(const struct flat *f, size_t i);

/* Returns the value of that path, or NULL. */
const struct flat_value *flat_find(const struct flat *f, const char *path);

/* Appends the document to b in the form that flat_decode() reads. */
void flat_encode(const struct flat *f, struct buf *b);

/* Returns the document that len bytes hold. They are not trusted: whatever is
 * not exactly what flat_encode() writes is ERR_INPUT, strings that are not
 * UTF-8, control characters in paths and more than 16384 values among it. */
struct flat *flat_decode(const void *data, size_t len, struct err *e);

#endif
