/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The status file: how a run stands, for those who look at it from outside.
 *
 * FORMAT in this directory gives the document. It is a view: nothing is decided by
 * it, and what it says is checked before it is shown.
 */
#ifndef ENGINE_STATUS_DOCUMENT_H
#define ENGINE_STATUS_DOCUMENT_H

#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/err.h"

enum { STATUS_FILE_MOST = 64 << 20, STATUS_SLAVES_MOST = 65536 }; /* bytes; slaves */

/* Where one slave stands. */
enum status_part {
    STATUS_WAITING = 1,   /* not yet offered to a group of ranks */
    STATUS_OFFERED = 2,   /* a group was asked to claim it */
    STATUS_CLAIMED = 3,   /* claimed, not yet told to compute */
    STATUS_COMPUTING = 4, /* a group computes it */
    STATUS_ANSWERED = 5,  /* its result is submitted */
    STATUS_FAILED = 6,    /* declined or lost: trouble says why */
};

struct status_slave {
    const char *name;   /* SITE/DATA/k */
    uint64_t partition; /* from 1 */
    enum status_part stage;
    const char *node;                  /* or "" */
    int64_t group, first_rank;         /* that serve it, or did so in this start; -1: none did */
    uint64_t ranks;                    /* of the group */
    uint64_t items, units_done, units; /* 0: not known */
    double seconds;                    /* since it began to compute; then, of computing */
    double silent;                     /* seconds since the group's last sign; NaN: none is due */
    const char *trouble;               /* or "" */
};

struct status_document {
    const char *run, *contract, *title;
    const char *stage;      /* gather, filter, aggregate, write, settle */
    const char *host, *job; /* of the master; the batch system's job, or "" */
    uint64_t pid;
    uint64_t ranks, ranks_per_slave;
    const char *results; /* where they are, where the master does not have all; else "", or NULL */
    double started, written;    /* UTC, seconds; started: this start of the run */
    uint64_t units_done, units; /* of all slaves; units 0: not known */
    double time_left;           /* seconds; NaN: not known */
    enum err_code code;         /* with which this start of the run failed; ERR_NONE: it has not */
    const char *why;            /* or "", or NULL */
    size_t count;
    struct status_slave *slaves; /* count of them, by partition */
    void *owner;                 /* of the strings, or NULL */
};

/* Appends the document. Text that is not UTF-8, and control characters, become '?'. */
void status_encode(const struct status_document *d, struct buf *b);

/* Effect: fills *d from the bytes of a status file, which are not trusted: ERR_INPUT
 * says what is wrong with them. The caller frees *d. */
int status_decode(const char *bytes, size_t len, struct status_document *d, struct err *e);

/* Effect: frees the list and, if d was decoded, its strings. */
void status_document_free(struct status_document *d);

/* Returns the stage's word. */
const char *status_part_name(enum status_part part);

#endif
