/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A crew: threads that share the parts of one piece of work.
 *
 * Convention: which thread does which part is not known beforehand, so what a part computes may
 * depend on the part alone; then it has the same bits with any number of threads. Work cannot
 * fail: what it needs is allocated before.
 */
#ifndef UTIL_CREW_H
#define UTIL_CREW_H

#include <stddef.h>

enum { CREW_MOST = 256 }; /* threads */

/* One part; who, below the number of threads, is the thread that does it: for its own room. */
typedef void crew_work(void *shared, unsigned who, size_t part);

/* Effect: work is done once for each part below parts, by at most that many threads, of which the
 * caller is the first. Where a thread cannot be started, fewer do it. Signals are left to the
 * threads that were there before. */
void crew_run(unsigned threads, size_t parts, crew_work *work, void *shared);

#endif
