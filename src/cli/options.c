/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a command's options by a table, from which it makes the help, too. */
#include "cli/options.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/print.h"
#include "util/text.h"

enum { FIRST = 256 }; /* what getopt_long() returns for the first entry; letters are less */

int options_flag(const struct options_given *g)
{
    *(bool *)g->field = true;
    return 0;
}

int options_text(const struct options_given *g)
{
    *(const char **)g->field = g->value;
    return 0;
}

int options_wrong(const struct options_given *g, const char *format, ...)
{
    char text[200];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    return cli_usage(g->o->command, "--%s %s: %s", g->x->name, g->value, text);
}

static bool is_taken(const struct options *o, const struct options_entry *x)
{
    return o->of == 0 || (x->of & o->of) != 0;
}

/* Writes what help has left of an entry's text. Returns its width. */
static int write_left(char *text, size_t size, const struct options_entry *x)
{
    char letter[] = {'-', x->letter, ',', ' ', '\0'};

    return snprintf(text, size, "%s--%s%s%s", x->letter ? letter : "", x->name,
                    x->argument ? " " : "", x->argument ? x->argument : "");
}

static void add_entry(struct page *to, const struct options_entry *x, int width)
{
    char left[80];
    const char *help = x->help;
    size_t len;

    write_left(left, sizeof left, x);
    for (const char *line; (line = text_line(&help, &len));) {
        page_addf(to, "  %-*s  %.*s\n", width, left, (int)len, line);
        left[0] = '\0';
    }
}

static int show_help(const struct options *o)
{
    struct page page = print_page();
    char left[80];
    int width = o->width;

    if (!cli_speaks())
        return 0;
    page_own(&page, o->usage);
    for (int pass = 0; pass < 2; pass++) /* how wide the left side is, then the text */
        for (const struct options_entry *x = o->list; x->name; x++) {
            if (!x->help || !is_taken(o, x) || (x->of & o->unlisted))
                continue;
            int n = write_left(left, sizeof left, x);
            width = n > width ? n : width;
            if (pass == 1)
                add_entry(&page, x, width);
        }
    if (o->add)
        o->add(&page);
    if (o->end)
        page_own(&page, o->end);
    return cli_print(&page, 0);
}

/* Makes of the table what getopt_long() wants. */
static void make_table(const struct options *o, struct option table[static OPTIONS_MOST + 2],
                       char letters[static OPTIONS_MOST])
{
    size_t n = 0;
    char *p = stpncpy(letters, ":h", OPTIONS_MOST);

    for (const struct options_entry *x = o->list; x->name && n < OPTIONS_MOST; x++) {
        if (!is_taken(o, x))
            continue;
        table[n++] = (struct option){x->name, x->argument ? required_argument : no_argument, NULL,
                                     x->letter ? x->letter : FIRST + (int)(x - o->list)};
        if (x->letter) {
            *p++ = x->letter;
            *p++ = ':';
        }
    }
    *p = '\0';
    table[n] = (struct option){"help", no_argument, NULL, 'h'};
}

/* Returns the entry that getopt_long() has found. */
static const struct options_entry *entry_of(const struct options *o, int c)
{
    const struct options_entry *x = o->list;

    if (c >= FIRST)
        return x + (c - FIRST);
    while (x->letter != c)
        x++;
    return x;
}

/* Returns -1 to go on, or the exit code. */
static int take(const struct options *o, const struct options_entry *x, void *words)
{
    const struct options_given g = {o, x, x->argument ? optarg : NULL, words,
                                    (char *)words + x->at};
    int code = o->see ? o->see(&g) : -1;

    if (code < 0)
        code = x->take(&g);
    return code ? code : -1;
}

int options_read(const struct options *o, int argc, char **argv, void *words)
{
    struct option table[OPTIONS_MOST + 2] = {0};
    char letters[OPTIONS_MOST];
    int c, code = -1;

    make_table(o, table, letters);
    opterr = 0;
    while (code < 0 && (c = getopt_long(argc, argv, letters, table, NULL)) != -1) {
        if (c == 'h')
            code = show_help(o);
        else if (c == ':')
            code = cli_usage(o->command, "%s needs a value", argv[optind - 1]);
        else if (c == '?')
            code = cli_usage(o->command, "%s is no option here", argv[optind - 1]);
        else
            code = take(o, entry_of(o, c), words);
    }
    return code;
}
