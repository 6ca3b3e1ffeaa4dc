/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a contract. */

#include <stdlib.h>

#include "cli/cli.h"
#include "cli/print.h"
#include "cli/run_options.h"
#include "cli/session.h"
#include "engine/plan/dry_run.h"
#include "engine/transport/launcher.h"
#include "report/run.h"

static int dry_run(struct run_words *w)
{
    struct err e = {0};
    struct page text = print_page();
    struct engine_problems problems = {0};
    int code = 0;
    long size = launcher_find().ranks;

    if (!cli_speaks())
        return 0;
    int ranks = w->ranks ? w->ranks : size > 0 ? (int)size : 1;
    struct reader *reader = reader_start(&e);
    struct runner *runner = reader ? runner_start(&e) : NULL;
    w->o.runner = runner;
    if (!runner || engine_dry_run(reader, &w->o, ranks, &text, &problems, &e) < 0)
        code = cli_fail(&e);
    else if (!problems.count)
        page_addf(&text, "no problem seen\n");
    code = cli_print(&text, code ? code : (int)problems.first);
    runner_stop(runner);
    reader_stop(reader);
    return code;
}

/* What is settled stands; but little of the data may be in it. Returns the exit code. */
static int check_share(const struct engine_report *report)
{
    struct share share;
    struct err e = {0};

    result_share(report->result, &share);
    return share_check(&share, report->share_min, &e) < 0 ? cli_fail(&e) : 0;
}

int cmd_run(int argc, char **argv)
{
    struct run_words w = {
        .o = {.out = "result.h5", .save_every = ENGINE_SAVE_EVERY, .lease = ENGINE_LEASE}};
    struct engine_report report = {0};
    struct page text = print_page();
    struct session s;
    struct err e = {0};
    char ledger[PATH_MAX], site[80];
    bool is_default;
    int code = options_read(&run_options, argc, argv, &w);

    if (code >= 0)
        return code;
    if (optind + 1 != argc)
        return cli_usage("run", "expected one contract");
    w.o.contract = argv[optind];
    run_words_resolve_again(&w);
    if (cli_ledger(w.ledger, ledger, &is_default, &e) < 0)
        return cli_fail(&e);
    w.o.ledger = ledger;
    w.o.site = cli_site(w.site, site);
    if (w.dry_run)
        return dry_run(&w);
    code = 0;
    if (session_open(&s, w.o.contract, w.o.sandbox.on, w.spin, w.quiet, &e) < 0 ||
        session_run(&s, &w.o, &report, &e) < 0)
        code = cli_fail(&e);
    else if (s.rank == 0 && w.json)
        report_run_json(&text, &report);
    else if (s.rank == 0)
        report_run(&text, &w.o, &report, is_default, cli_colour());
    code = cli_print(&text, code);
    if (s.rank == 0 && code == 0)
        code = report.stopped.code != ERR_NONE ? cli_fail(&report.stopped) : check_share(&report);
    result_free(report.result);
    free(report.credits);
    free(report.ranks);
    run_words_free(&w);
    return session_close(&s, code);
}
