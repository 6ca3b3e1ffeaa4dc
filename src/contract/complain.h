/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is wrong with a value of a document, by its place: the line (of a spec) and the key.
 *
 * Convention: private to this layer.
 */
#ifndef CONTRACT_COMPLAIN_H
#define CONTRACT_COMPLAIN_H

#include "contract/contract.h"

/* A loading in progress. */
struct load {
    const struct flat *f;
    const char *name; /* of the file, for errors */
    struct contract *c;
    struct err *e;
    bool spec; /* the document is a spec's: what it leaves out is what is best today */
};

/* One error about the value at path, which may be missing. Returns -1. */
int load_complain(const struct load *l, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same of what came to the format with a later version than the document's. */
int load_too_new(const struct load *l, const char *path, int64_t format, int64_t since);

/* The same in the words of an error that another layer has set, which name the key. */
int load_pass(const struct load *l, const char *path, const struct err *why);

#endif
