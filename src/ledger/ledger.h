/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A ledger: a directory whose file log only ever grows, batch by batch.
 *
 * FORMAT gives the files and the line. One process writes at a time (an OFD
 * lock per batch), so several runs may share a ledger. Reading takes no lock
 * and sees whole batches only.
 *
 * Convention: a handle belongs to one thread, and to one side of a fork (the
 * sides would share its lock). After a failed write or fsync it is poisoned:
 * every further append or refresh fails, and the ledger must be opened anew.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include <stdbool.h>

#include "ledger/chain.h"
#include "ledger/genesis.h"

struct ledger;

/* Returns the ledger in that directory for appending; made, with genesis, when
 * there is none (with genesis NULL: ERR_OPEN). What an interrupted write left
 * is moved to torn/ and recorded; other damage is ERR_INPUT and nothing is
 * changed. Only its owner may use it from then on, or the group that its directory was made
 * for. */
struct ledger *ledger_open(const char *directory, const struct ledger_genesis *genesis,
                           struct err *e);

/* The same. Where locks do not hold between nodes, so that one on another node could write at the
 * same time, both refuse (ERR_REFUSED): unless the user has promised that no other node does, and
 * is alone. A lock is taken all the same, where there is one. */
struct ledger *ledger_open_alone(const char *directory, const struct ledger_genesis *genesis,
                                 bool alone, struct err *e);

/* Effect: as file_lock() and file_try_lock(), of a file in a ledger's directory. Who is alone goes
 * on where there are no locks. */
int ledger_lock(const struct ledger *l, int fd, const char *path, struct err *e);
int ledger_try_lock(const struct ledger *l, int fd, const char *path, bool *taken, struct err *e);

/* try.c. Returns 0 if ledger_open_alone() could be had of a directory, with all that a run opens
 * there, or else its error: files are opened for writing, and nothing is changed. run: the key of
 * one that is gone on with, or NULL. */
int ledger_try(const char *directory, const char *run, bool alone, struct err *e);

/* Returns it for reading only: never changes a file. */
struct ledger *ledger_open_read(const char *directory, struct err *e);
void ledger_close(struct ledger *l);

const char *ledger_directory(const struct ledger *l);

/* Where the intact part ends; as of the last open, append or ledger_refresh(). */
const struct chain_state *ledger_state(const struct ledger *l);
int ledger_refresh(struct ledger *l, struct err *e);

/* Returns bytes that opening moved to torn/; 0 nearly always. */
uint64_t ledger_repaired(const struct ledger *l);

/* Returns how many files and directories of the ledger others could use until it was opened. */
size_t ledger_tightened(const struct ledger *l);

/* Visits all records from the first on, as of ledger_state(); returns what ends
 * it: 0, a non-zero value of visit, or -1. If what was read before is no longer
 * there: ERR_INPUT. */
int ledger_scan(struct ledger *l, chain_visit *visit, void *context, struct err *e);

/* Effect: numbers, chains and writes the records, at least one, as one batch with one write
 * and one fdatasync; on success they are durable, and seq, time_us, prev and
 * sum are set in each. With head not NULL it is refused (ERR_INCOMPLETE,
 * nothing written) unless the ledger's head is still that one. */
int ledger_append(struct ledger *l, struct record *records, size_t count, const uint8_t *head,
                  struct err *e);

/* Effect: no other process writes to the ledger until it is released, and the state is at the end
 * of the log: for who writes beside it what must fit. Nothing is appended meanwhile. */
int ledger_hold(struct ledger *l, struct err *e);
void ledger_release(struct ledger *l);

/* genesis.c. Effect: origin is that of the ledger in a directory, by its first record alone. What
 * is no ledger: ERR_INPUT. */
int ledger_origin(const char *directory, char origin[static RECORD_MOST], struct err *e);

/* access.c. Whether a file or directory of that name in a ledger's directory is the ledger's. */
bool ledger_has_name(const char *name);

/* Effect: reads everything, and changes nothing: 0 if it is intact, else -1
 * (ERR_VERIFY) naming the record and what is wrong with it. *state is where the
 * intact part ends, unless the log cannot be read. */
int ledger_verify(const char *directory, struct chain_state *state, struct err *e);

/* What else is wanted of a pass over a ledger. */
struct ledger_also {
    struct ledger_root
        *roots; /* of the tree over the first so many records: count of them, sorted by
                                * size; those of sizes above the log's are not set */
    size_t count;
    chain_visit *visit; /* of all records of intact batches, and its context; or NULL */
    void *context;
};

/* The same, with that. What visit says is wrong is ERR_VERIFY, too. */
int ledger_verify_also(const char *directory, const struct ledger_also *also,
                       struct chain_state *state, struct err *e);

#endif
