/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The states in which a crash may leave a disk: all that the model below allows, after each of the
 * operations.
 *
 * The model is of what POSIX says, and less than ext4 and xfs promise:
 *
 *  1. A sync of a file makes its bytes and its length durable; that of a directory the names in it.
 *     Neither makes the other durable.
 *  2. Of the names that changed in a directory since its sync, each change is there or not. A
 *     rename is there as a whole or not. A directory without its name takes along all below it.
 *  3. Of a file that was written since its sync: its length is any that it had, or within one
 *     write; each sector of 512 bytes that was written is as it was after any of the writes since,
 *     or before them (zero where nothing was): later ones may be there and earlier ones not.
 *     A sector is written as a whole, so that bytes which were synced before are not harmed by
 *     what is written beside them.
 *  4. Any cut within a write, at every byte, also with one of its sectors zero.
 *  5. Bytes whose sync failed are there or not, even after later syncs that succeed (the kernel
 *     does not write them again).
 *
 * All names are combined with all states of one file, while the others are as before their writes
 * or as after them; so are hints always, files whose bytes decide nothing.
 */
#ifndef TESTS_CRASH_STATES_H
#define TESTS_CRASH_STATES_H

#include "disk.h"

enum states_depth {
    STATES_ALL = 1, /* every cut at every byte, with each sector zero */
    STATES_MANY,    /* with one of them; in writes of more than a few sectors not at every byte */
    STATES_SOME,    /* cuts at a few bytes only: of a process that died before */
};

/* Called with a state that was not seen before after so much was said. Non-zero ends. */
typedef int states_visit(void *context, const struct disk *d, const struct disk_image *i,
                         size_t said);

/* Numbers of states that were seen. */
struct states_seen {
    uint64_t *hashes;
    size_t count, room; /* a power of two */
};
void states_forget(struct states_seen *seen);

/* Visits the states after each operation from the one of that number on; returns what ended it,
 * or 0. */
int states_each(const struct disk *d, size_t from, enum states_depth depth,
                struct states_seen *seen, states_visit *visit, void *context);

#endif
