/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The inside of the fold: private to this room.
 *
 * Logs are read twice. First, what collectors say makes the runs; then what the centres that are
 * asked say of them. What was heard when is joined with that in the end, as a collector's log may be
 * read before those of which it speaks.
 */
#ifndef SITE_FOLD_INSIDE_H
#define SITE_FOLD_INSIDE_H

#include "site/fold/federation.h"

/* A heard or late record. */
struct fold_heard {
    size_t run; /* in the federation */
    char site[HOUSE_NAME];
    uint8_t record[SHA256_LEN];
    int64_t time_us;
    bool late;
};

struct fold {
    struct federation *f;
    const char *site; /* whose log is read */
    struct fold_heard *heard;
    size_t count, capacity;
    uint64_t submitted;      /* the number of the log's last submit record, behind which a deliver
                                record may stand */
    struct fed_submit *last; /* of it; NULL: it counts for nothing */
};

/* What a record does: 0, or -1. One that counts for nothing has *why set. */
typedef int fold_record(struct fold *x, const struct record *r, struct err *why, struct err *e);

/* Effect: r, of a collector's log, is folded in. */
fold_record fold_collector;

/* Effect: r, of the log of a centre that is asked, is folded in. */
fold_record fold_party;

/* Effect: what was heard is joined with what was said. */
int fold_join(struct fold *x, struct err *e);

/* Sets *run to the one that a record is of, or NULL. */
struct fed_run *fold_run(const struct fold *x, const struct record *r);

#endif
