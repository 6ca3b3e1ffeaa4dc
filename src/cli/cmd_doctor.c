/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Says whether a run would work here. */

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "cli/session.h"
#include "engine/doctor/doctor.h"
#include "report/doctor.h"

struct words {
    const char *ledger, *out;
    bool exclusive, json;
};

static const struct options_entry entries[] = {
    {"ledger", "DIR", CLI_LEDGER_HELP, options_text, WORD(ledger)},
    {"out", "FILE", "the result (default: result.h5)", options_text, WORD(out)},
    {"exclusive", NULL, "the run will have that option: no other node writes to the ledger",
     options_flag, WORD(exclusive)},
    {"json", NULL, "the findings as one JSON document", options_flag, WORD(json)},
    {0},
};

static const struct options options = {
    "doctor",
    "Usage: metaneuron doctor [OPTION…]\n"
    "       mpirun -n N metaneuron doctor [OPTION…]\n"
    "       srun --mpi=" MN_SRUN_MPI " metaneuron doctor [OPTION…]\n"
    "\n"
    "Says whether a run would work here: start it as the run would be. A line per\n"
    "finding: ok, note (a run works, but …) or PROBLEM, and what to do.\n"
    "\n",
    .list = entries,
    .end = "\n"
           "Exit code: 0 when a run would work, else the first problem's: 66 a place that\n"
           "cannot be written, 70 MPI, HDF5 or the sandbox, 74 locks, fsync or space,\n"
           "75 clocks or the job's time, 77 a ledger that is another's, or whose locks do\n"
           "not hold between nodes.\n",
};

/* Effect: opens the session; where MPI cannot begin, that is a finding, and this
 * process goes on alone. */
static int open_session(struct session *s, struct doctor_options *o, struct err *e)
{
    if (session_open(s, NULL, false, false, true, &o->mpi) == 0)
        return 0;
    if (!s->reader)
        return err_set(e, o->mpi.code, "%s", o->mpi.text);
    s->transport = transport_local(e);
    s->size = 1;
    return s->transport ? 0 : -1;
}

/* Tasks that know nothing of each other would all print: the first does. */
static bool speaks(const struct session *s)
{
    const char *task = getenv("SLURM_PROCID");

    return s->rank == 0 && cli_speaks() && !(s->size == 1 && task && strcmp(task, "0") != 0);
}

static int examine(struct doctor_options *o, bool json)
{
    struct session s = {0};
    struct doctor_report report = {0};
    struct page text = print_page();
    struct err e = {0};
    int code = 0;

    if (open_session(&s, o, &e) < 0 || engine_doctor(s.transport, s.reader, o, &report, &e) < 0)
        code = cli_fail(&e);
    else if (speaks(&s) && json)
        report_doctor_json(&text, &report, s.size);
    else if (speaks(&s))
        report_doctor(&text, &report, "a run would work", "a run would not work");
    code = cli_print(&text, code ? code : (int)doctor_code(&report));
    return session_close(&s, code);
}

int cmd_doctor(int argc, char **argv)
{
    struct words w = {.out = "result.h5"};
    char ledger[PATH_MAX];
    struct err e = {0};
    int code = options_read(&options, argc, argv, &w);

    if (code >= 0)
        return code;
    if (optind != argc)
        return cli_usage("doctor", "expected options only, found '%s'", argv[optind]);
    if (cli_ledger(w.ledger, ledger, NULL, &e) < 0)
        return cli_fail(&e);
    struct doctor_options o = {
        .ledger = ledger, .out = w.out, .exclusive = w.exclusive, .launch = doctor_launch()};
    return examine(&o, w.json);
}
