/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of record types and their keys. FORMAT explains each.
 */
#ifndef LEDGER_TYPES_H
#define LEDGER_TYPES_H

/* Returns the keys of a type in order, separated by spaces, or NULL when the
 * type is unknown to this version. */
const char *types_keys(const char *type);

#endif
