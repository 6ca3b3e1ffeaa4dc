/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of record types and their keys. FORMAT explains each.
 */
#ifndef LEDGER_TYPES_H
#define LEDGER_TYPES_H

#include <stddef.h>

/* Returns the keys of a type in order, separated by spaces, or NULL when the
 * type is unknown to this version. */
const char *types_keys(const char *type);

/* Returns the i-th type of the table, or NULL after the last. */
const char *types_name(size_t i);

#endif
