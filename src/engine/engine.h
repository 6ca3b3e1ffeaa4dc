/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The engine: runs a contract from publication to settlement.
 *
 * Convention: every function says whether it is collective over the transport.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "engine/flow/pool.h"
#include "engine/flow/report.h"
#include "engine/plan/options.h"
#include "engine/transport/transport.h"
#include "h5/reader.h"

/* Collective. On rank 0, effect: runs the contract, and fills *report; on the
 * others: serves until rank 0 is done. */
int engine_run(struct transport *t, struct reader *r, const struct engine_options *o,
               struct engine_report *report, struct err *e);

/* Not collective. The same with results that do not come from the ranks of this job: open
 * makes the pool that they come from, of the context. */
int engine_collect(struct reader *r, const struct engine_options *o, pool_opener *open,
                   void *context, struct engine_report *report, struct err *e);

#endif
