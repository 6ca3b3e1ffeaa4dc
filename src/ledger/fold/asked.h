/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom a run of centres asks, and what is published of them: what its open record says.
 */
#ifndef LEDGER_FOLD_ASKED_H
#define LEDGER_FOLD_ASKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/record.h"
#include "util/err.h"

/* What the published result of a run holds of single slaves: each has what those before it have. */
enum disclose {
    DISCLOSE_NONE = 0, /* not a word that is known */
    DISCLOSE_AGGREGATE = 1,
    DISCLOSE_FEATURES = 2, /* features, standard errors and scores */
    DISCLOSE_STATES = 3,
};

/* Returns the word of what may be published, and back. */
const char *disclose_word(enum disclose d);
enum disclose disclose_of(const char *word);

/* Whether so many bytes are the name of a centre: [a-z][a-z0-9-]{0,30}. */
bool asked_is_site(const char *name, size_t len);

struct asked {
    char **sites; /* in the order of their names; NULL: no open record, so no run of centres */
    size_t count;
    enum disclose disclose;
};

/* Effect: *a is what an open record says. One whose sites are not names in their order, or that has
 * another word, is ERR_INPUT. The caller frees it, also after a failure. */
int asked_read(struct asked *a, const struct record *r, struct err *e);
void asked_free(struct asked *a);

/* Returns the number of the centre whose slave that is, SITE/DATA/1, from 1; 0: none of those. */
uint64_t asked_place(const struct asked *a, const char *slave);

#endif
