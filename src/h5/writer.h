/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The writer: a flat document as an HDF5 file, whole or not at all.
 */
#ifndef H5_WRITER_H
#define H5_WRITER_H

#include "h5/slabs.h"
#include "util/err.h"
#include "util/flat.h"

enum {
    WRITER_OWN = 0600,    /* for this user alone, whatever umask is */
    WRITER_PUBLIC = 0666, /* for whoever umask lets in */
};

/* Effect: the file at path holds the document, or is as it was. Groups are made
 * as paths need them. Without times inside, so that equal documents give equal
 * bytes with one version of HDF5. Its mode is that less umask, or WRITER_OWN. */
int writer_write(const char *path, const struct flat *f, unsigned mode, struct err *e);

/* The same; fill then adds what is too large to be a part of the document. */
typedef int writer_fill(struct slabs *s, void *context, struct err *e);
int writer_write_slabs(const char *path, const struct flat *f, unsigned mode, writer_fill *fill,
                       void *context, struct err *e);

/* Effect: *bytes (the caller frees) is what the document's file would hold.
 * Nothing is written to a disk. */
int writer_image(const struct flat *f, char **bytes, size_t *len, struct err *e);

#endif
