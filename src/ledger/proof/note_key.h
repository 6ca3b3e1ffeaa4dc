/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What names of keys may look like. Private to this room.
 */
#ifndef LEDGER_PROOF_NOTE_KEY_H
#define LEDGER_PROOF_NOTE_KEY_H

#include <stdbool.h>

/* Whether a key may have that name: some UTF-8 without white space and "+". */
bool note_is_name(const char *name);

#endif
