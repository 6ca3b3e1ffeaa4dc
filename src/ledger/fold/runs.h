/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs, found in a ledger.
 */
#ifndef LEDGER_FOLD_RUNS_H
#define LEDGER_FOLD_RUNS_H

#include "ledger/ledger.h"
#include "ledger/fold/run.h"

enum { RUN_PREFIX = 4 }; /* digits of a run's key that name it among others */

/* Effect: fills *run with the run of that key; ERR_INPUT when there is none. */
int runs_find(struct ledger *l, const char *key, struct run *run, struct err *e);

/* The same, of the records that have a round those of that round only (0: the model that
 * the first one began with). */
int runs_find_round(struct ledger *l, const char *key, uint64_t round, struct run *run,
                    struct err *e);

/* Effect: key is that of the one run whose key begins with prefix, which is at least
 * RUN_PREFIX hex digits (else ERR_USAGE), or with prefix NULL that of the last one
 * that was published. None, or several: ERR_INPUT. */
int runs_choose(struct ledger *l, const char *prefix, char key[static RUN_HEX + 1], struct err *e);

/* Effect: fills *run with the last run of that contract on that data; key is
 * empty when there is none, or its files were removed (prune): nobody goes on with it. */
int runs_last(struct ledger *l, const char *contract, const char *data, struct run *run,
              struct err *e);

#endif
