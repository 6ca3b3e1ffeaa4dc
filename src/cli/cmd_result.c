/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/report.h"
#include "util/file.h"
#include "util/parse.h"

struct words {
    bool slaves, unfiltered, csv, json, rounds;
};

static const struct options_entry entries[] = {
    {"slaves", NULL, NULL, options_flag, WORD(slaves)},
    {"unfiltered", NULL, NULL, options_flag, WORD(unfiltered)},
    {"csv", NULL, NULL, options_flag, WORD(csv)},
    {"json", NULL, NULL, options_flag, WORD(json)},
    {"rounds", NULL, NULL, options_flag, WORD(rounds)},
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

static struct result *open_result(const char *path, struct err *e)
{
    struct reader *reader = reader_start(e);
    struct result *r = NULL;
    char *bytes;
    size_t len;

    if (reader && file_read(path, UINT64_MAX, &bytes, &len, e) == 0) {
        r = result_read(reader, path, bytes, len, e);
        free(bytes);
    }
    reader_stop(reader);
    return r;
}

static void show(const struct result *r, bool slaves, bool rounds, bool unfiltered)
{
    bool colour = cli_colour();

    report_provenance(stdout, r, "");
    putchar('\n');
    if (slaves) {
        report_slaves(stdout, r, NULL, colour);
        putchar('\n');
        report_rejections(stdout, r, colour);
        putchar('\n');
    }
    if (rounds) {
        report_rounds(stdout, r);
        putchar('\n');
    }
    report_arrays(stdout, unfiltered ? &r->all : &r->accepted);
}

/* A CSV field, quoted when it has to be. */
static void print_field(const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

static void print_index(char **labels, size_t i)
{
    if (labels)
        print_field(labels[i]);
    else
        printf("%zu", i);
}

static void export_csv(const struct result *r)
{
    char number[NUMBER_TEXT];

    report_provenance(stdout, r, "# ");
    printf("array,row,column,value\n");
    for (size_t i = 0; i < r->accepted.count; i++) {
        const struct result_array *x = &r->accepted.list[i];
        for (size_t k = 0; k < x->rows * x->columns; k++) {
            printf("%s,", x->name);
            print_index(x->row_labels, k / x->columns);
            putchar(',');
            if (x->columns > 1)
                print_index(x->column_labels, k % x->columns);
            printf(",%s\n", format_double(number, x->values[k]));
        }
    }
}

int cmd_result(int argc, char **argv)
{
    struct err e = {0};
    struct words w = {0};
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
    struct result *r = open_result(argv[optind + 1], &e);
    if (!r)
        return cli_fail(&e);
    if (w.csv)
        export_csv(r);
    else if (w.json)
        cli_print_json(report_json(r, NULL));
    else
        show(r, w.slaves, w.rounds, w.unfiltered);
    result_free(r);
    return 0;
}
