/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What slaves said when they declined: LEDGER/logs/RUN/declines, for people.
 *
 * The ledger has a word for each (ledger/fold/reason.h), as what it says may be given to others,
 * and what a slave says may have names of files and columns in it. Nothing is decided by the file,
 * which FORMAT describes.
 */
#ifndef ENGINE_VIEW_DECLINES_H
#define ENGINE_VIEW_DECLINES_H

#include "ledger/fold/run.h"

struct declines;

/* Effect: appends what a slave said. Node is the record's, and reason has a word. Not synced. */
int declines_add(const char *ledger, const char *run, const char *slave, const char *node,
                 enum reason reason, const char *text, struct err *e);

/* Returns what the slaves of a run said, or NULL: there is no file, or none that is this user's or
 * the group's alone. */
struct declines *declines_read(const char *ledger, const char *run);
void declines_free(struct declines *d);

/* Returns what the slave said last for that reason on that node, or the reason's text. */
const char *declines_find(const struct declines *d, const char *slave, const char *node,
                          enum reason reason);

/* Returns what the slave said last, as far as that is known: else what the ledger says; NULL if it
 * neither declined nor was lost. */
const char *declines_last(const struct declines *d, const struct run_slave *s);

#endif
