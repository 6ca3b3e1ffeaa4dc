/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may use a ledger's files: its owner alone, or the group that its directory was made for.
 */
#ifndef LEDGER_ACCESS_H
#define LEDGER_ACCESS_H

#include <stdbool.h>

#include "ledger/handle.h"

/* Effect: nobody else may; l->tightened is how many of its files and directories others could
 * use before. Those of other members of a group are left to them. */
int access_tighten(struct ledger *l, struct err *e);

/* Returns 0 if a lock in the directory, which may have to be made first, keeps out all others who
 * may write there, or if the user has promised to be alone; else ERR_REFUSED. */
int access_check_nodes(const char *directory, bool alone, struct err *e);

#endif
