/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>

#include <stdlib.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "util/text.h"

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
    char safe[1600];

    (void)context;
    printf("WRONG  %s\n", text_printable(safe, sizeof safe, text));
}

static void print_good(const char *path, const struct engine_verdict *v)
{
    const struct result *r = v->result;
    size_t states = 0, rejected = 0;

    for (size_t i = 0; i <= r->past_count; i++) {
        size_t some, bad;
        result_count(result_round(r, i), &some, &bad);
        states += result_round(r, i)->states ? some : 0;
        rejected += result_round(r, i)->states ? bad : 0;
    }
    printf("verified  %s: %zu states, %zu rejected, the aggregate has the same bits; run %s\n",
           path, states, rejected, r->run);
    if (r->model_length > 0)
        printf("          rounds: %" PRIu64 ", and the model that each led to\n", r->round);
    if (v->recorded > 0)
        printf(
            "          the models are as recorded: a program said them, which is not run here\n");
    if (v->unkept > 0)
        printf("          of rounds 1 to %" PRIu64 " the states were not kept: not verified\n",
               v->unkept);
}

int cmd_verify(int argc, char **argv)
{
    struct err e = {0};
    struct engine_verdict verdict = {0};
    struct words w = {0};
    char ledger[PATH_MAX];
    int code = options_read(&options, argc, argv, &w);

    if (code >= 0)
        return code;
    if (argc - optind != 1)
        return cli_usage("verify", "expected one result");
    code = 0;
    struct reader *reader = reader_start(&e);
    if (!reader || cli_ledger(w.ledger, ledger, NULL, &e) < 0 ||
        engine_verify(reader, argv[optind], ledger, print_problem, NULL, &verdict, &e) < 0)
        code = cli_fail(&e);
    else if (verdict.problems)
        code = ERR_VERIFY;
    else
        print_good(argv[optind], &verdict);
    result_free(verdict.result);
    reader_stop(reader);
    return code;
}
