/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/progress.h"

/* OpenBLAS would start a thread per core in every rank; a rank owns one core. */
extern void openblas_set_num_threads(int n) __attribute__((weak));

/* What the engine's callbacks need. */
struct watch {
    struct progress progress;
    struct transport *transport;
};

static void on_progress(void *context, const struct engine_progress *p)
{
    progress_report(&((struct watch *)context)->progress, p);
}

static void on_tick(void *context)
{
    progress_tick(&((struct watch *)context)->progress);
}

static void on_warning(void *context, const char *text)
{
    progress_end(&((struct watch *)context)->progress);
    fprintf(stderr, "metaneuron: warning: %s\n", text);
}

static void on_fatal(void *context, const struct err *why)
{
    struct watch *w = context;

    progress_end(&w->progress);
    fflush(stdout);
    transport_abort(w->transport, cli_fail(why));
}

int cli_run(struct engine_options *o, bool spin, bool quiet, struct engine_report *report,
            int *rank, struct err *e)
{
    struct watch w;
    int rc = -1;
    struct reader *reader = reader_start(e); /* before MPI */

    *report = (struct engine_report){0};
    *rank = 0;
    if (!reader)
        return -1;
    if (openblas_set_num_threads)
        openblas_set_num_threads(1);
    w.transport = transport_launched() ? transport_mpi(spin, e) : transport_local(e);
    if (w.transport) {
        progress_start(&w.progress, quiet);
        o->progress = on_progress;
        o->tick = on_tick;
        o->warn = on_warning;
        o->fatal = on_fatal;
        o->context = &w;
        *rank = transport_rank(w.transport);
        rc = engine_run(w.transport, reader, o, report, e);
        progress_end(&w.progress);
    }
    transport_close(w.transport);
    reader_stop(reader);
    return rc;
}
