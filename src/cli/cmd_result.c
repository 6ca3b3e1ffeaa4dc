/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows and exports results. */

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "engine/verify/what_if.h"
#include "util/blas.h"
#include "report/result.h"
#include "report/what_if.h"
#include "util/store.h"

struct words {
    struct report_parts parts;
    bool csv, json;
    const char *accepted, *rejected; /* if these were */
};

/* accepted=K[,K…] or rejected=K[,K…], each once. */
static int take_if(const struct options_given *g)
{
    struct words *w = g->words;
    const char *equals = strchr(g->value, '=');
    size_t n = equals ? (size_t)(equals - g->value) : 0;
    bool accepted = n == strlen("accepted") && strncmp(g->value, "accepted", n) == 0;
    bool rejected = n == strlen("rejected") && strncmp(g->value, "rejected", n) == 0;
    const char **words = accepted ? &w->accepted : &w->rejected;

    if ((!accepted && !rejected) || equals[1] == '\0')
        return options_wrong(g,
                             "expected accepted=K or rejected=K, with K a slave's number or name");
    if (*words)
        return options_wrong(g, "is given twice: several slaves have commas between them");
    *words = equals + 1;
    return 0;
}

static const struct options_entry entries[] = {
    {"slaves", NULL, NULL, options_flag, WORD(parts.slaves)},
    {"unfiltered", NULL, NULL, options_flag, WORD(parts.unfiltered)},
    {"csv", NULL, NULL, options_flag, WORD(csv)},
    {"json", NULL, NULL, options_flag, WORD(json)},
    {"rounds", NULL, NULL, options_flag, WORD(parts.rounds)},
    {"preparation", NULL, NULL, options_flag, WORD(parts.preparation)},
    {"if", "accepted=K|rejected=K", NULL, take_if, WORD(accepted)},
    {0},
};

static const struct options options = {
    "result",
    "Usage: metaneuron result show   RESULT.h5 [--slaves] [--rounds] [--unfiltered]\n"
    "                                        [--preparation]\n"
    "       metaneuron result show   RESULT.h5 --if accepted=K[,K] [--if rejected=K[,K]] [--json]\n"
    "       metaneuron result export RESULT.h5 --csv|--json\n"
    "\n"
    "show prints the answer with where it comes from; --slaves the table of slaves too,\n"
    "--rounds a line for each round of an iterative contract, --unfiltered what the answer\n"
    "would be without the filter, --preparation how many rows each slave has left out, and what\n"
    "was missing in them. --if shows what would have come out with slave K (a number\n"
    "or a name) accepted or rejected, beside what did: from the states in the result, and\n"
    "nothing is changed by it. export writes to standard\n"
    "output: --csv one value a line (array,row,column,value) after lines that begin with\n"
    "#, --json everything as one document.\n",
    .list = entries,
};

/* Appends what would have come out. */
static int show_if(struct page *to, const char *path, const struct result *r, const struct words *w,
                   struct err *e)
{
    struct reader *reader = reader_start(e);
    struct what_if x;
    int rc = reader && blas_prepare(e) == 0
                 ? engine_what_if(reader, path, r, w->accepted, w->rejected, &x, e)
                 : -1;

    reader_stop(reader);
    if (rc < 0)
        return -1;
    (w->json ? report_what_if_json : report_what_if)(to, r, &x);
    what_if_free(&x);
    return 0;
}

int cmd_result(int argc, char **argv)
{
    struct err e = {0};
    struct words w = {.parts.colour = cli_colour()};
    struct page text = print_page();
    int code = options_read(&options, argc, argv, &w);

    if (code >= 0)
        return code;
    if (argc - optind != 2)
        return cli_usage("result", "expected show or export, and one result");
    bool export = strcmp(argv[optind], "export") == 0;
    if (!export && strcmp(argv[optind], "show") != 0)
        return cli_usage("result", "'%s': expected show or export", argv[optind]);
    if (export && w.csv == w.json)
        return cli_usage("result", "export needs one of --csv and --json");
    bool what_if = w.accepted || w.rejected;
    if (what_if && (export || w.csv))
        return cli_usage("result", "--if is an option of show, as a table or with --json");
    struct result *r = cli_result(argv[optind + 1], &e);
    if (!r)
        return cli_fail(&e);
    if (what_if && show_if(&text, argv[optind + 1], r, &w, &e) < 0)
        code = cli_fail(&e);
    else if (what_if)
        code = 0;
    else if (w.csv)
        report_csv(&text, r);
    else if (w.json)
        report_result_json(&text, r);
    else
        report_result(&text, r, &w.parts);
    result_free(r);
    return cli_print(&text, code > 0 ? code : 0);
}
