/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a program that has ended is of no use. */
#include "function/exec/exec.h"

#include <stdio.h>
#include <string.h>

/* Bubblewrap tells of a signal by an exit code. */
void exec_end_explain(const struct runner_outcome *o, bool sandbox, bool stays, double seconds,
                      char *text, size_t size)
{
    static const char *const faults[] = {
        [RUNNER_EARLY] = "answered before it was asked",
        [RUNNER_LONG] = "answered by a line of more than 4096 bytes",
        [RUNNER_MORE] = "answered by more than one line",
        [RUNNER_CLOSED] = "does not read what it is asked, or has closed a descriptor,",
    };
    bool killed = o->end == RUNNER_KILLED || (sandbox && o->code > 128 && o->code <= 128 + 64);
    int signal = o->end == RUNNER_KILLED ? o->code : o->code - 128;

    text[0] = '\0';
    if (o->end == RUNNER_FAILED)
        snprintf(text, size, "cannot be started: %s", strerror(o->code));
    else if (o->end == RUNNER_STOPPED)
        snprintf(text, size, "was ended, as the run is,");
    else if (o->end == RUNNER_TIMED_OUT)
        snprintf(text, size, "took longer than %.3g s", seconds);
    else if (o->end == RUNNER_UNEXPECTED)
        snprintf(text, size, "%s", faults[o->code]);
    else if (o->end == RUNNER_ANSWERED)
        return;
    else if (killed)
        snprintf(text, size, "was ended by signal %d (%s)", signal, strsignal(signal));
    else if (o->code != 0 || stays)
        snprintf(text, size, "ended with exit code %d%s", o->code,
                 o->code == 0 ? " and no answer" : "");
}
