/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words for reasons, where no free text is to be: in the ledger of a run of centres, and in what is
 * published of one whose centres show nothing of their own.
 */
#ifndef ENGINE_RESULT_WORD_H
#define ENGINE_RESULT_WORD_H

/* Returns the word that a decision's reason, or an objection, begins with; "" of "", "other" of one
 * that is not known. It is a constant. */
const char *result_word(const char *why);

#endif
