/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names of results: SITE/DATA/k of a slave with data, SITE/NODE/SLOT#k of a range.
 *
 * Convention: names that are given fit, as ledger/names.h says; so do those that are made.
 */
#ifndef ENGINE_RESULT_NAME_H
#define ENGINE_RESULT_NAME_H

#include "contract/contract.h"
#include "engine/result/result.h"
#include "ledger/names.h"
#include "ledger/fold/run.h"

/* Returns the number behind the # of an entry's name, or NULL: it is over data. */
const char *result_range(const char *name);

/* Whether the entries are ranges of a contract without data. */
bool result_is_work(const struct result *r);

/* Effect: writes the name without it: that of the slave. Returns slave. */
char *result_slave_name(const char *name, char slave[static SLAVE_NAME]);

/* Returns name: that of slave k (from 0) of a data contract in that run: SITE/DATA/k + 1, where site
 * is the ledger's; of a run of centres it is the centre's, which has one slave. */
char *result_partition_name(const struct run *run, const char *site, const struct contract *c,
                            size_t k, char name[static SLAVE_NAME]);

#endif
