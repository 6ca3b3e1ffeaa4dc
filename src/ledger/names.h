/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long the names in records are, in bytes with the NUL.
 *
 * Sites, data and nodes have names as text_is_name() says, and numbers in a slave's name
 * have ten digits at most. A line of a ledger has room for more, and a name that was cut would
 * be another slave's. So names from elsewhere are refused where they enter, if they do not fit:
 * those of records in chain.c and run.c, and where results, status files and claims are read.
 */
#ifndef LEDGER_NAMES_H
#define LEDGER_NAMES_H

#include "util/text.h"

enum {
    SITE_NAME = 72,   /* a site's */
    NODE_NAME = 72,   /* a node's */
    SLAVE_NAME = 160, /* SITE/DATA/k, SITE/NODE/SLOT, or SITE/NODE/SLOT#k for its range k */
};

/* In place of a node, of who speaks through files. */
#define NODE_EXCHANGE "exchange"

_Static_assert((int)SITE_NAME > (int)TEXT_NAME && (int)NODE_NAME > (int)TEXT_NAME, "a name fits");
_Static_assert(SLAVE_NAME >= 2 * TEXT_NAME + sizeof "//1234567890#1234567890", "a slave's fits");

#endif
