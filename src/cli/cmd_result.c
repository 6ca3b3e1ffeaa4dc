/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows and exports results. */

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "report/result.h"
#include "util/store.h"

struct words {
    struct report_parts parts;
    bool csv, json;
};

static const struct options_entry entries[] = {
    {"slaves", NULL, NULL, options_flag, WORD(parts.slaves)},
    {"unfiltered", NULL, NULL, options_flag, WORD(parts.unfiltered)},
    {"csv", NULL, NULL, options_flag, WORD(csv)},
    {"json", NULL, NULL, options_flag, WORD(json)},
    {"rounds", NULL, NULL, options_flag, WORD(parts.rounds)},
    {0},
};

static const struct options options = {
    "result",
    "Usage: metaneuron result show   RESULT.h5 [--slaves] [--rounds] [--unfiltered]\n"
    "       metaneuron result export RESULT.h5 --csv|--json\n"
    "\n"
    "show prints the answer with where it comes from; --slaves the table of slaves too,\n"
    "--rounds a line for each round of an iterative contract, --unfiltered what the answer\n"
    "would be without the filter. export writes to standard\n"
    "output: --csv one value a line (array,row,column,value) after lines that begin with\n"
    "#, --json everything as one document.\n",
    .list = entries,
};

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
    struct result *r = cli_result(argv[optind + 1], &e);
    if (!r)
        return cli_fail(&e);
    if (w.csv)
        report_csv(&text, r);
    else if (w.json)
        report_result_json(&text, r);
    else
        report_result(&text, r, &w.parts);
    result_free(r);
    return cli_print(&text, 0);
}
