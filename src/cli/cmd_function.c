/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"
#include "function/registry.h"
#include "util/parse.h"

static const char help[] =
    "Usage: metaneuron function list\n"
    "       metaneuron function show NAME\n"
    "\n"
    "list names the functions that a contract may use, and whether over data or over\n"
    "work; show prints one with its parameters.\n";

static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};

/* Which group of a contract the function goes with. */
static const char *kind(const struct function *f)
{
    return f->without_data ? "work" : "data";
}

static void list(void)
{
    for (size_t i = 0; registry_at(i); i++)
        printf("%-12s %-5s %s\n", registry_at(i)->name, kind(registry_at(i)),
               registry_at(i)->summary);
}

static void print_param(const struct function_param *p)
{
    char low[NUMBER_TEXT], high[NUMBER_TEXT], value[NUMBER_TEXT];

    printf("  %-13s %s\n                ", p->name, p->help);
    format_double(low, p->min);
    format_double(high, p->max);
    switch (p->type) {
    case FUNCTION_INTEGER:
        printf("a whole number, %s to %s", low, high);
        snprintf(value, sizeof value, "%" PRId64, p->fallback.integer);
        break;
    case FUNCTION_NUMBER:
        printf("a number, %s to %s", low, high);
        format_double(value, p->fallback.number);
        break;
    case FUNCTION_STRING:
        printf("%s%s", p->choices ? "one of: " : "text", p->choices ? p->choices : "");
        snprintf(value, sizeof value, "%s",
                 p->fallback.string && *p->fallback.string ? p->fallback.string : "none");
        break;
    case FUNCTION_BOOLEAN:
        printf("true or false");
        snprintf(value, sizeof value, "%s", p->fallback.integer ? "true" : "false");
        break;
    }
    if (p->required)
        printf("; required\n");
    else
        printf("; default %s\n", value);
}

static int show(const char *name)
{
    struct err e = {0};
    const struct function *f = registry_find(name, &e);

    if (!f)
        return cli_fail(&e);
    printf("%s  %s\n  digest builtin:%s@%s\n  over %s\n", f->name, f->summary, f->name, f->version,
           kind(f));
    for (size_t i = 0; i < f->params_count; i++)
        print_param(&f->params[i]);
    return 0;
}

int cmd_function(int argc, char **argv)
{
    int code = 0;

    if (cli_option(argc, argv, "function", help, options, &code) != -1)
        return code;
    if (argc - optind == 1 && strcmp(argv[optind], "list") == 0) {
        list();
        return 0;
    }
    if (argc - optind == 2 && strcmp(argv[optind], "show") == 0)
        return show(argv[optind + 1]);
    return cli_usage("function", "expected list, or show and a name");
}
