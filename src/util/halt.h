/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asked to halt: a signal says that this process is to end soon, in good order.
 *
 * Convention: work is done in steps, and the flag is looked at between two of
 * them. A signal that comes a second time has its usual effect.
 */
#ifndef UTIL_HALT_H
#define UTIL_HALT_H

#include <stdbool.h>

/* Effect: SIGINT, SIGTERM and SIGUSR1 set the flag from now on. */
void halt_on_signals(void);

/* Whether one of them came. */
bool halt_asked(void);

#endif
