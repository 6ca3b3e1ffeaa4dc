/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows functions with their parameters. */
#include "report/function.h"

#include <inttypes.h>
#include <stdio.h>

#include "function/registry.h"
#include "util/parse.h"

const char *report_function_kind(const struct function *f)
{
    return f->without_data ? "work" : "data";
}

static int list_file(void *context, const char *name, const struct search_file *file, struct err *e)
{
    struct page *to = context;

    (void)e;
    page_addf(to, "%-12s %-5s %s  %s\n", name, "file",
              file->digest[0] ? file->digest : "(unreadable)", file->path);
    return 0;
}

int report_functions(struct page *to, struct err *e)
{
    for (size_t i = 0; registry_at(i); i++)
        page_addf(to, "%-12s %-5s %s\n", registry_at(i)->name, report_function_kind(registry_at(i)),
                  registry_at(i)->summary);
    return search_each(list_file, to, e);
}

static void add_param(struct page *to, const struct function_param *p)
{
    char low[NUMBER_TEXT], high[NUMBER_TEXT], value[NUMBER_TEXT];

    page_addf(to, "  %-13s %s\n                ", p->name, p->help);
    format_double(low, p->min);
    format_double(high, p->max);
    switch (p->type) {
    case FUNCTION_INTEGER:
        page_addf(to, "a whole number, %s to %s", low, high);
        snprintf(value, sizeof value, "%" PRId64, p->fallback.integer);
        break;
    case FUNCTION_NUMBER:
        page_addf(to, "a number, %s to %s", low, high);
        format_double(value, p->fallback.number);
        break;
    case FUNCTION_STRING:
        page_addf(to, "%s%s", p->choices ? "one of: " : "text", p->choices ? p->choices : "");
        snprintf(value, sizeof value, "%s",
                 p->fallback.string && *p->fallback.string ? p->fallback.string : "none");
        break;
    case FUNCTION_BOOLEAN:
        page_addf(to, "true or false");
        snprintf(value, sizeof value, "%s", p->fallback.integer ? "true" : "false");
        break;
    }
    if (p->required == 1)
        page_addf(to, "; required\n");
    else
        page_addf(to, "; default %s\n", value);
}

void report_function(struct page *to, const struct function *f, const struct search_file *file)
{
    page_addf(to, "%s  %s\n", f->name, f->summary);
    if (file->path[0])
        page_addf(to, "  digest %s\n  file %s\n  version %s\n", file->digest, file->path,
                  f->version);
    else
        page_addf(to, "  digest builtin:%s@%s\n", f->name, f->version);
    page_addf(to, "  over %s%s\n", report_function_kind(f),
              METANEURON_FUNCTION_COUNTS(f) ? "; says which numbers of a state count rows" : "");
    for (size_t i = 0; i < f->params_count; i++)
        add_param(to, &f->params[i]);
}
