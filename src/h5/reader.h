/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sandboxed reader: turns an HDF5 file from elsewhere into a flat document.
 *
 * HDF5 crashes on some damaged files and follows links and external storage
 * into others, so it never sees foreign bytes in this process. A helper is
 * forked at start, before MPI and before threads; for every file it forks a
 * child that gives up everything but memory and one pipe, opens the bytes as an
 * image, walks them by a fixed set of rules, and hands back what it found. The
 * child may crash, hang or lie: the answer is bounded, decoded strictly, and
 * checked again by whoever asked.
 *
 * A file of ours is plain: no chunks, no filters, nothing that is filled in. Who says so of
 * a file pays for the bytes that it has, and for no extent that it only declares.
 *
 * Accepted: groups and datasets by hard links, once each; compact, contiguous
 * or chunked layout; deflate, shuffle, fletcher32; integers of at most 64 bits,
 * 32 and 64-bit floating point, strings, h5py's booleans; at most 2 dimensions;
 * scalar attributes may be variable-length strings of at most 64 KiB.
 */
#ifndef H5_READER_H
#define H5_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/err.h"
#include "util/flat.h"

struct reader;

/* What a file may cost. */
struct reader_limits {
    uint64_t elements; /* in one dataset */
    uint64_t memory;   /* bytes of its contents */
    unsigned seconds;  /* of wall time */
    bool plain;        /* all values lie in the file as they are, and each has its own place */
};

/* Returns a started reader. Call before MPI_Init. */
struct reader *reader_start(struct err *e);

/* Effect: ends the helper. */
void reader_stop(struct reader *r);

/* Returns the document in the len bytes of a file, or NULL. name is for
 * errors. A file that breaks a rule, damages the child or takes too long is
 * ERR_INPUT, with the reason. */
struct flat *reader_read(struct reader *r, const char *name, const void *bytes, size_t len,
                         const struct reader_limits *limits, struct err *e);

#endif
