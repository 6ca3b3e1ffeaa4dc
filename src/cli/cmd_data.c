/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells what a file of data holds. */

#include <string.h>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/print.h"
#include "data/survey.h"
#include "report/survey.h"
#include "util/parse.h"
#include "util/place.h"
#include "util/text.h"

enum { COLUMNS = 256, USUAL_MOST = 100, MOST = 65536 };

struct words {
    const char *columns[COLUMNS];
    size_t count;
    size_t most;
    bool counts;
};

static options_take take_column, take_most;

static const struct options_entry entries[] = {
    {"column", "C", "of this column, whatever it holds; may be given again (default: all)",
     take_column, WORD(columns)},
    {"most", "N", "values that differ, of a column, before it is no factor (default 100)",
     take_most, WORD(most)},
    {"counts", NULL, "levels: how many rows have each, in a comment", options_flag, WORD(counts)},
    {0},
};

static const struct options options = {
    "data",
    "Usage: metaneuron data levels [NAME=]PATH [OPTION…]\n"
    "       metaneuron data columns [NAME=]PATH [OPTION…]\n"
    "\n"
    "Looks into a file of data, CSV or HDF5 (PATH or PATH:/OBJECT), for who writes a\n"
    "contract over such files. levels prints the values of its text columns as lines for\n"
    "a spec: factors, whose first level is the base. columns prints what each column\n"
    "holds: numbers, dates or text. Both read all of the file, and tell nobody else.\n"
    "\n",
    .list = entries,
    .width = 12,
};

static int take_column(const struct options_given *g)
{
    struct words *w = g->words;

    if (w->count == COLUMNS)
        return cli_usage("data", "too many --%s", g->x->name);
    w->columns[w->count++] = g->value;
    return 0;
}

static int take_most(const struct options_given *g)
{
    uint64_t most;

    if (parse_u64(g->value, &most) < 0 || most < 2 || most > MOST)
        return options_wrong(g, "expected a number from 2 to %d", MOST);
    *(size_t *)g->field = most;
    return 0;
}

/* Returns what follows NAME=, or all of it. A file of that name is one. */
static const char *location_in(char *word)
{
    char *equals = strchr(word, '=');

    if (!equals || file_exists(word))
        return word;
    *equals = '\0';
    bool name = text_is_name(word);
    *equals = '=';
    return name ? equals + 1 : word;
}

static void tell_notes(const struct survey *s)
{
    const char *notes = s->notes;
    size_t len;

    for (const char *note; (note = text_line(&notes, &len));)
        print_error("metaneuron: note: %.*s\n", (int)len, note);
}

int cmd_data(int argc, char **argv)
{
    struct words w = {.most = USUAL_MOST};
    struct page text = print_page();
    struct survey s;
    struct err e = {0};
    int code = options_read(&options, argc, argv, &w);

    if (code >= 0)
        return code;
    const char *verb = optind < argc ? argv[optind] : "";
    bool levels = strcmp(verb, "levels") == 0;
    if ((!levels && strcmp(verb, "columns") != 0) || argc - optind != 2)
        return cli_usage("data", "'%s': expected levels or columns, and a file", verb);
    if (w.counts && !levels)
        return cli_usage("data", "--counts goes with levels");
    if (survey_make(&s, location_in(argv[optind + 1]), w.count ? w.columns : NULL, w.count, w.most,
                    &e) < 0) {
        page_free(&text);
        return cli_fail(&e);
    }
    tell_notes(&s);
    if (levels)
        report_levels(&text, &s, w.count > 0, w.most, w.counts);
    else
        report_columns(&text, &s, w.most);
    survey_free(&s);
    return cli_print(&text, 0);
}
