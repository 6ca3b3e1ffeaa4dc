/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long the names in records are, in bytes with the NUL.
 *
 * Sites, data and nodes have names as text_is_name() says, and numbers in a slave's name
 * have ten digits at most. A line of a ledger has room for more: who copies a name out of
 * a record sees to it that it fits, as one that was cut would be another slave's.
 */
#ifndef LEDGER_NAMES_H
#define LEDGER_NAMES_H

#include "util/text.h"

enum {
    SITE_NAME = 72,   /* a site's */
    NODE_NAME = 72,   /* a node's */
    SLAVE_NAME = 160, /* SITE/DATA/k, SITE/NODE/SLOT, or SITE/NODE/SLOT#k for its range k */
};

_Static_assert((int)SITE_NAME > (int)TEXT_NAME && (int)NODE_NAME > (int)TEXT_NAME, "a name fits");
_Static_assert(SLAVE_NAME >= 2 * TEXT_NAME + sizeof "//1234567890#1234567890", "a slave's fits");

#endif
