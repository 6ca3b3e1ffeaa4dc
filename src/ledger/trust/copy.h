/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copies of somebody else's log, each verified, which only grow.
 *
 * A copy is a directory: a log as far as the newest checkpoint that was believed, and that
 * checkpoint. What stands behind that in the log was not looked at, or came to nothing, and is
 * nobody's. What contradicts a checkpoint is kept as evidence.
 *
 * Convention: a checkpoint that is given was signed with a key of its log, as the caller has found.
 * What is wrong with what others have made is told in the report; -1 is a failure here.
 */
#ifndef LEDGER_TRUST_COPY_H
#define LEDGER_TRUST_COPY_H

#include <limits.h>

#include "ledger/ledger.h"
#include "ledger/trust/kept.h"

struct copy {
    char directory[PATH_MAX], log[PATH_MAX];
    struct kept before; /* the newest checkpoint that was believed … */
    bool had;           /* … if there is one */
    int lock;
    chain_visit *visit; /* of records that are taken, before it is known that they are; or NULL … */
    void *context;      /* … which copy_open() leaves to the caller to set */
};

enum copy_found {
    COPY_SAME = 0,  /* nothing new */
    COPY_NEWER = 1, /* records came */
    COPY_OLDER = 2, /* it is of an earlier size, and the copy continues it */
    COPY_SHORT = 3, /* the log has fewer records than it covers */
    COPY_WRONG = 4, /* the log is not what it covers */
    COPY_LIES = 5,  /* it and the one before cannot both be true */
};

struct copy_report {
    enum copy_found found;
    uint64_t records; /* of COPY_SHORT: that the log has */
    bool visited;     /* of COPY_NEWER: all that is new was visited, and nothing else */
    int64_t last_us;  /* time of the copy's last record; 0: it has none */
    struct err why;   /* of COPY_WRONG: what is wrong; of COPY_SHORT, if the log cannot be read */
    char evidence[PATH_MAX]; /* of COPY_LIES: the file that proves it */
};

/* Effect: the copy in that directory, which is made if it is not there, is nobody else's until
 * copy_close(). One of another origin is ERR_INPUT. */
int copy_open(struct copy *c, const char *directory, const char *origin, struct err *e);
void copy_close(struct copy *c);

/* Effect: what that checkpoint says is part of the copy, durably, if the log bears it out. fd: the
 * log, open for reading; -1: there is none. Costs what is new. */
int copy_take(struct copy *c, const struct kept *now, int fd, const char *path,
              struct copy_report *r, struct err *e);

/* The same of a checkpoint that somebody else was shown: the copy stays as it is. One that is
 * larger than what is there is COPY_SHORT. */
int copy_compare(struct copy *c, const struct kept *now, struct copy_report *r, struct err *e);

/* Returns the copy in a directory for reading, as far as its checkpoint says, or NULL; where there
 * is none, e is as it was. */
struct ledger *copy_read(const char *directory, struct err *e);

#endif
