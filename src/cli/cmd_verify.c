/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "cli/cli.h"
#include "util/text.h"

static const char help[] =
    "Usage: metaneuron verify RESULT.h5 [--ledger DIR]\n"
    "\n"
    "Recomputes filter and aggregate from the states in the result, and compares bits\n"
    "and digests with the ledger. Prints everything that is wrong. Exit code 0 or 3.\n";

enum { LEDGER = 256 };

static const struct option options[] = {
    {"ledger", required_argument, NULL, LEDGER},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static void print_problem(void *context, const char *text)
{
    char safe[1600];

    (void)context;
    printf("WRONG  %s\n", text_printable(safe, sizeof safe, text));
}

static void print_good(const char *path, const struct result *r)
{
    size_t answered, rejected;

    result_count(r, &answered, &rejected);
    printf("verified  %s: %zu states, %zu rejected, the aggregate has the same bits; run %s\n",
           path, answered, rejected, r->run);
}

int cmd_verify(int argc, char **argv)
{
    struct err e = {0};
    struct result *result = NULL;
    const char *given = NULL;
    char ledger[PATH_MAX];
    size_t problems = 0;
    int c, code = 0;

    while ((c = cli_option(argc, argv, "verify", help, options, &code)) != -1) {
        if (c == 'h' || c == '?')
            return code;
        given = optarg;
    }
    if (argc - optind != 1)
        return cli_usage("verify", "expected one result");
    struct reader *reader = reader_start(&e);
    if (!reader || cli_ledger(given, ledger, NULL, &e) < 0 ||
        engine_verify(reader, argv[optind], ledger, print_problem, NULL, &problems, &result, &e) <
            0)
        code = cli_fail(&e);
    else if (problems)
        code = ERR_VERIFY;
    else
        print_good(argv[optind], result);
    result_free(result);
    reader_stop(reader);
    return code;
}
