/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writers of a ledger that live more than once, and what each was told is on the disk.
 *
 * Convention: a writer stands in memory that its processes share with who starts them.
 */
#ifndef TESTS_CRASH_WRITER_H
#define TESTS_CRASH_WRITER_H

#include "../unit/ledger_fixture.h"

enum { WRITERS = 32, WRITER_LIVES = 400, WRITER_BATCH = 5 };

struct writer {
    uint64_t life;                  /* the number of its process */
    uint64_t batches[WRITER_LIVES]; /* that were acknowledged, in each */
    uint64_t records;               /* in all of them */
    uint64_t count;                 /* of the ledger's records, as of the last one */
    uint64_t reached;               /* what that may become by the next */
    uint8_t head[SHA256_LEN];       /* its sum */
};

/* Returns so many of them, all zero. */
struct writer *writer_create(size_t count);
void writer_destroy(struct writer *w, size_t count);

/* Effect: appends the next batch, which says whose it is and in which life, and notes that it is
 * acknowledged; told, if not -1, is a pipe that then gets a byte. */
bool writer_append(struct writer *w, size_t who, struct ledger *l, size_t size, int told,
                   struct err *e);

/* What a ledger holds of them. */
struct writer_look {
    uint64_t acknowledged, repairs;       /* batches, records */
    uint64_t next[WRITERS][WRITER_LIVES]; /* batches of each */
    uint64_t items;                       /* of the batch that is being read */
    const struct writer *writers;
    bool met; /* the last record that the first was told of */
};

/* Returns what is there; fails unless all that they were told is, each batch once, in order and
 * as a whole, with at most one more of each life. */
struct writer_look *writer_look(const char *dir, const struct writer *w, size_t count);

#endif
