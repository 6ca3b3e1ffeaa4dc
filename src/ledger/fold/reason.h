/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reasons that decide something: codes, from which the texts for people are made.
 *
 * Convention: the texts stand in records and results of every age, so they never change.
 */
#ifndef LEDGER_FOLD_REASON_H
#define LEDGER_FOLD_REASON_H

enum reason {
    REASON_NONE = 0,       /* no text */
    REASON_EXCLUDED = 1,   /* of lost: left out, as it failed again and again */
    REASON_COMMITMENT = 2, /* of an objection: the commitment does not open, which is the only
                            * one that is not found again from the states */
    REASON_ROWS = 3,       /* of decline: the site lets nobody compute over so few rows */
    REASON_EMPTY = 4,      /* of decline: there is nothing to compute over */
    REASON_OTHER = 5,      /* any other text, which is for people only */
};

/* Returns the text of a reason; of REASON_OTHER, which has none of its own, NULL. */
const char *reason_text(enum reason reason);

/* Returns the reason that has this text, which may be NULL. */
enum reason reason_of(const char *text);

#endif
