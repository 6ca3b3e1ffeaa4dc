/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/report.h"
#include "cli/run_options.h"
#include "cli/session.h"
#include "ledger/credits.h"
#include "util/file.h"
#include "util/parse.h"
#include "util/text.h"

/* The plan's lines, in which titles and names come from others. */
static void print_plan(char *text, size_t problems)
{
    char safe[8192];

    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        printf("%s\n", text_printable(safe, sizeof safe, line));
    }
    if (!problems)
        printf("no problem seen\n");
}

static int dry_run(struct run_words *w)
{
    struct err e = {0};
    struct buf text = {0};
    size_t problems = 0;
    int code = 0;
    const char *launched = getenv("OMPI_COMM_WORLD_SIZE");
    uint64_t size = 1;

    if (!cli_speaks())
        return 0;
    if (launched)
        parse_u64(launched, &size);
    int ranks = w->ranks ? w->ranks : (int)size;
    struct reader *reader = reader_start(&e);
    struct runner *runner = reader ? runner_start(&e) : NULL;
    w->o.runner = runner;
    if (!runner || engine_dry_run(reader, &w->o, ranks, &text, &problems, &e) < 0)
        code = cli_fail(&e);
    else
        print_plan(text.data, problems);
    if (problems)
        code = ERR_INPUT;
    buf_free(&text);
    runner_stop(runner);
    reader_stop(reader);
    return code;
}

static void print_report(const struct run_words *w, const struct engine_report *report, bool said)
{
    const struct result *r = report->result;
    bool colour = cli_colour();
    char credits[CREDITS_TEXT], title[600];
    size_t answered, rejected;

    result_count(r, &answered, &rejected);
    if (report->shown)
        printf("this contract is settled already; this is its result (--again for a new run)\n");
    if (report->resumed)
        printf("resumed: results that had been submitted before were not computed again\n");
    printf("%s\n  contract %s\n  run %s in ledger %s%s\n\n",
           text_printable(title, sizeof title, r->title), r->id, r->run, w->o.ledger,
           said ? " (the default place)" : "");
    report_slaves(stdout, r, report->credits, colour);
    putchar('\n');
    report_rejections(stdout, r, colour);
    if (r->model_length > 0)
        printf("rounds    %" PRIu64 ": %s\n", r->round,
               r->converged ? "converged" : "not converged");
    printf("settled   %zu of %zu %s, %zu rejected; %s MNT of credits\n", answered, r->slaves,
           result_is_work(r) ? "ranges are in" : "slaves answered", rejected,
           credits_format(credits, report->emission));
    printf("result    %s   (metaneuron result show %s)\n", w->o.out, w->o.out);
}

int cmd_run(int argc, char **argv)
{
    struct run_words w = {
        .o = {.out = "result.h5", .checkpoint = ENGINE_CHECKPOINT, .lease = ENGINE_LEASE}};
    struct engine_report report = {0};
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
    if (cli_ledger(w.ledger, ledger, &is_default, &e) < 0)
        return cli_fail(&e);
    w.o.ledger = ledger;
    w.o.site = cli_site(w.site, site);
    if (w.dry_run)
        return dry_run(&w);
    code = 0;
    if (session_open(&s, w.o.contract, w.spin, w.quiet, &e) < 0 ||
        session_run(&s, &w.o, &report, &e) < 0)
        code = cli_fail(&e);
    else if (s.rank == 0 && w.json)
        cli_print_json(report_json(report.result, &report));
    else if (s.rank == 0)
        print_report(&w, &report, is_default);
    result_free(report.result);
    free(report.credits);
    run_words_free(&w);
    session_close(&s, code);
    return code;
}
