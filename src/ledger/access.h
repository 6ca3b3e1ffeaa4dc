/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may use a ledger's files: its owner alone, or the group that its directory was made for.
 */
#ifndef LEDGER_ACCESS_H
#define LEDGER_ACCESS_H

#include "ledger/handle.h"

/* Effect: nobody else may; l->tightened is how many of its files and directories others could
 * use before. Those of other members of a group are left to them. */
int access_tighten(struct ledger *l, struct err *e);

#endif
