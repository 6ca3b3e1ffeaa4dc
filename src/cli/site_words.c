/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the options of a centre's verbs. */

#include <string.h>

#include "cli/cli.h"
#include "cli/site_verbs.h"
#include "util/parse.h"

int site_take_sites(const struct options_given *g)
{
    struct site_words *w = g->words;
    char *rest = g->value, *name;

    while ((name = strsep(&rest, ","))) {
        if (!house_is_name(name))
            return cli_usage(g->o->command, "--%s: '%s' is no name of a centre", g->x->name, name);
        if (w->sites_count == SITE_CENTRES)
            return cli_usage(g->o->command, "--%s: more than %d centres", g->x->name, SITE_CENTRES);
        w->sites[w->sites_count++] = name;
    }
    return 0;
}

int site_take_min(const struct options_given *g)
{
    uint64_t *min = g->field;

    return parse_u64(g->value, min) == 0 && *min > 0 ? 0
                                                     : options_wrong(g, "expected a number from 1");
}

int site_take_span(const struct options_given *g)
{
    double *seconds = g->field;

    return parse_duration(g->value, seconds) == 0 && *seconds > 0
               ? 0
               : options_wrong(g, "expected a time span, as in '2 h'");
}

int site_take_disclose(const struct options_given *g)
{
    enum disclose *d = g->field;

    *d = disclose_of(g->value);
    return *d != DISCLOSE_NONE ? 0 : options_wrong(g, "expected aggregate, features or states");
}

int site_take_auditor(const struct options_given *g)
{
    struct site_words *w = g->words;

    if (!age_is_recipient(g->value))
        return options_wrong(g, "expected a recipient of age, age1…");
    if (w->auditors_count == AGE_RECIPIENTS - 1)
        return options_wrong(g, "at most %d can be given", AGE_RECIPIENTS - 1);
    w->auditors[w->auditors_count++] = g->value;
    return 0;
}

int site_take_stage(const struct options_given *g)
{
    static const char *const words[] = {
        [RULES_CLAIM] = "claim", [RULES_COMPUTE] = "compute", [RULES_SUBMIT] = "submit"};
    enum rules_stage *stage = g->field;

    for (enum rules_stage i = RULES_CLAIM; i <= RULES_SUBMIT; i++)
        if (strcmp(g->value, words[i]) == 0) {
            *stage = i;
            return 0;
        }
    return options_wrong(g, "expected claim, compute or submit");
}

int site_take_centres(const struct options_given *g)
{
    uint64_t *centres = g->field;

    return parse_u64(g->value, centres) == 0 && *centres >= 3 && *centres <= 8
               ? 0
               : options_wrong(g, "expected 3 to 8");
}
