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

#endif
