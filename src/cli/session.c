/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Holds what contracts are run with. */
#include "cli/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/print.h"
#include "engine/plan/slurm.h"
#include "util/blas.h"
#include "util/halt.h"
#include "util/lock.h"
#include "util/store.h"

static const double patience = 10; /* seconds; what is slower is computing, or hangs */

static void on_progress(void *context, const struct engine_progress *p)
{
    progress_report(&((struct session *)context)->progress, p);
}

static void on_tick(void *context)
{
    progress_tick(&((struct session *)context)->progress);
}

static void on_warning(void *context, const char *text)
{
    progress_end(&((struct session *)context)->progress);
    print_error("metaneuron: warning: %s\n", text);
}

static void on_wait(void *context, const char *line)
{
    progress_end(&((struct session *)context)->progress);
    cli_note(NULL, line);
}

static void on_fatal(void *context, const struct err *why)
{
    struct session *s = context;
    char whole[ERR_WHOLE];

    progress_end(&s->progress);
    print_end();
    if (s->rank != 0)
        print_error("metaneuron: rank %d: %s\n", s->rank, err_whole(why, whole));
    transport_abort(s->transport, cli_fail(why));
}

/* Whether programs may have to be started, which is to be known before MPI is there and the
 * contract can be read: the name of the function, or the digest of a shared object, stands in
 * its file. What cannot be read here may be readable for rank 0. */
static bool may_start_programs(const char *contract, bool sandbox)
{
    static const char name[] = "exec", digest[] = "sha256:";
    char *bytes;
    size_t len;

    if (!contract)
        return false;
    if (file_read(contract, CONTRACT_FILE_MOST, &bytes, &len, NULL) < 0)
        return true;
    bool may = memmem(bytes, len, name, sizeof name - 1) != NULL ||
               (sandbox && memmem(bytes, len, digest, sizeof digest - 1) != NULL);
    free(bytes);
    return may;
}

int session_open(struct session *s, const char *contract, bool sandbox, bool spin, bool quiet,
                 struct err *e)
{
    *s = (struct session){.reader = reader_start(e)};
    if (!s->reader)
        return -1;
    if (may_start_programs(contract, sandbox) && !(s->runner = runner_start(e)))
        return -1;
    if (blas_prepare(e) < 0)
        return -1;
    if (cli_speaks())
        slurm_learn();
    s->transport = transport_launched() ? transport_mpi(spin, e) : transport_local(e);
    if (!s->transport)
        return -1;
    s->patience = patience;
    s->rank = transport_rank(s->transport);
    s->size = transport_size(s->transport);
    progress_start(&s->progress, quiet);
    lock_tell(on_wait, s);
    return 0;
}

int session_run(struct session *s, struct engine_options *o, struct engine_report *report,
                struct err *e)
{
    halt_on_signals();
    o->progress = on_progress;
    o->tick = on_tick;
    o->warn = on_warning;
    o->fatal = on_fatal;
    o->runner = s->runner;
    o->context = s;
    if (o->lease > 0 && o->lease < s->patience)
        s->patience = o->lease;
    int rc = engine_run(s->transport, s->reader, o, report, e);
    progress_end(&s->progress);
    return rc;
}

int session_close(struct session *s, int code)
{
    if (s->transport && !transport_finish(s->transport, s->patience, &code)) {
        on_warning(s, "some ranks do not come to their end; the job is ended without them");
        print_end();
        runner_stop(s->runner);
        reader_stop(s->reader);
        transport_abort(s->transport, code);
    }
    transport_close(s->transport);
    lock_tell(cli_note, NULL);
    runner_stop(s->runner);
    reader_stop(s->reader);
    return code;
}
