/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says how far a run is. */
#include "cli/progress.h"

#include "cli/print.h"
#include "util/clock.h"

static const double terminal_every = 1, log_every = 30; /* seconds */

void progress_start(struct progress *p, bool quiet)
{
    *p = (struct progress){.quiet = quiet, .terminal = print_is_terminal(PRINT_ERRORS)};
    p->begin = p->last = clock_steady();
}

void progress_tick(struct progress *p)
{
    double now = clock_steady();

    if (p->quiet || p->now.slaves == 0 ||
        now - p->last < (p->terminal ? terminal_every : log_every))
        return;
    p->last = now;
    print_error(p->terminal ? "\r%zu slaves: %zu claimed, %zu answered, %zu failed; %.0f s "
                            : "%zu slaves: %zu claimed, %zu answered, %zu failed; %.0f s\n",
                p->now.slaves, p->now.claimed, p->now.answered, p->now.failed, now - p->begin);
    p->line = p->terminal;
}

void progress_report(struct progress *p, const struct engine_progress *now)
{
    p->now = *now;
    progress_tick(p);
}

void progress_end(struct progress *p)
{
    if (p->line)
        print_error("\r%70s\r", "");
    p->line = false;
}
