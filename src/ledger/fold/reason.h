/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reasons: codes, from which the texts for people are made, and the words of declines.
 *
 * A decline record has a word for its reason; what the slave said stands beside the ledger
 * (engine/view/declines.h). Earlier versions wrote the text of the reason there.
 *
 * Convention: words and the texts of the first reasons stand in records and results of every age,
 * so they never change.
 */
#ifndef LEDGER_FOLD_REASON_H
#define LEDGER_FOLD_REASON_H

#include "util/err.h"

enum reason {
    REASON_NONE = 0,       /* no text */
    REASON_EXCLUDED = 1,   /* of lost: left out, as it failed again and again */
    REASON_COMMITMENT = 2, /* of an objection: the commitment does not open, which is the only
                            * one that is not found again from the states */
    REASON_ROWS = 3,       /* of decline: the site lets nobody compute over so few rows */
    REASON_EMPTY = 4,      /* of decline: there is nothing to compute over */
    REASON_OTHER = 5,      /* any other text, which is for people only */
    /* Of decline, by the code that it failed with: they decide nothing. */
    REASON_CONTENTS = 6,   /* ERR_INPUT */
    REASON_MISSING = 7,    /* ERR_OPEN */
    REASON_UNREADABLE = 8, /* ERR_IO */
    REASON_LACKING = 9,    /* ERR_PERMANENT */
    REASON_LATER = 10,     /* ERR_INCOMPLETE */
    REASON_REFUSED = 11,   /* ERR_REFUSED */
    REASON_INTERNAL = 12,  /* any other */
};

/* Returns the text of a reason; of REASON_OTHER, which has none of its own, NULL. */
const char *reason_text(enum reason reason);

/* Returns the reason that decides something and has this text, which may be NULL; else
 * REASON_OTHER. */
enum reason reason_of(const char *text);

/* Returns the reason of a decline that failed with that code, and that text. */
enum reason reason_of_decline(enum err_code code, const char *text);

/* Returns the word that the record of a decline has for that reason; NULL: it has none. */
const char *reason_word(enum reason reason);

/* Returns the reason whose word the record of a decline has; REASON_OTHER: it is a text. */
enum reason reason_of_word(const char *value);

#endif
