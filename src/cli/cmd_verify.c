/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifies a result. */

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "engine/verify/verify.h"
#include "function/blas.h"
#include "report/verdict.h"

struct words {
    const char *ledger;
};

static const struct options_entry entries[] = {
    {"ledger", "DIR", NULL, options_text, WORD(ledger)},
    {0},
};

static const struct options options = {
    "verify",
    "Usage: metaneuron verify RESULT.h5 [--ledger DIR]\n"
    "\n"
    "Recomputes filter and aggregate from the states in the result, and compares bits\n"
    "and digests with the ledger. Prints everything that is wrong. Exit code 0 or 3.\n",
    .list = entries,
};

static void print_problem(void *context, const char *text)
{
    (void)context;
    print_answer("WRONG  %s\n", text);
}

int cmd_verify(int argc, char **argv)
{
    struct err e = {0};
    struct engine_verdict verdict = {0};
    struct words w = {0};
    struct page text = print_page();
    char ledger[PATH_MAX];
    int code = options_read(&options, argc, argv, &w);

    if (code >= 0)
        return code;
    if (argc - optind != 1)
        return cli_usage("verify", "expected one result");
    code = 0;
    struct reader *reader = reader_start(&e);
    if (!reader || blas_prepare(&e) < 0 || cli_ledger(w.ledger, ledger, NULL, &e) < 0 ||
        engine_verify(reader, argv[optind], ledger, print_problem, NULL, &verdict, &e) < 0)
        code = cli_fail(&e);
    else if (verdict.problems)
        code = ERR_VERIFY;
    else
        report_verdict(&text, argv[optind], &verdict);
    result_free(verdict.result);
    reader_stop(reader);
    return cli_print(&text, code);
}
