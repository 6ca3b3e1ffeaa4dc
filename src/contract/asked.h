/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a contract asks of data: the part of its canonical text on which the numbers depend that a
 * slave sends.
 */
#ifndef CONTRACT_ASKED_H
#define CONTRACT_ASKED_H

#include "contract/contract.h"

/* Appends the canonical text without what changes none of those numbers: words for people, what is
 * asked of nodes, how results are judged and paid for, how many there are. FORMAT has the list. What
 * is not in it counts, so that a field that comes later does. */
int contract_asked(const struct contract *c, struct buf *b, struct err *e);

#endif
