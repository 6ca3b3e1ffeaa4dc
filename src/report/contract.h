/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A contract on paper.
 */
#ifndef REPORT_CONTRACT_H
#define REPORT_CONTRACT_H

#include "contract/contract.h"
#include "util/page.h"

/* Appends its id, and its canonical text as an indented document. */
int report_contract(struct page *to, const struct contract *c, struct err *e);

#endif
