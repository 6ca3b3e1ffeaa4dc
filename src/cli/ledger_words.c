/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the options by which records are chosen. */

#include <string.h>

#include "cli/ledger_verbs.h"
#include "ledger/fold/runs.h"
#include "util/clock.h"

/* One type of records, or several with commas between them. */
int ledger_take_types(const struct options_given *g)
{
    struct report_filter *f = g->field;

    for (char *type, *rest = g->value; (type = strsep(&rest, ","));) {
        if (!type[0])
            return options_wrong(g, "expected types of records, with commas between them");
        if (f->types_count == REPORT_TYPES)
            return options_wrong(g, "more than %d types", REPORT_TYPES);
        f->types[f->types_count++] = type;
    }
    return 0;
}

int ledger_take_time(const struct options_given *g)
{
    if (clock_parse(g->value, g->field) == 0)
        return 0;
    return options_wrong(g, "expected YYYY-MM-DD, YYYY-MM-DDTHH:MM:SSZ or seconds since 1970, UTC");
}

int ledger_take_contract(const struct options_given *g)
{
    size_t len = strlen(g->value);

    if (len < RUN_PREFIX || len > SHA256_HEX || strspn(g->value, "0123456789abcdef") != len)
        return options_wrong(g, "expected %d to %d hexadecimal digits of a contract's id",
                             RUN_PREFIX, SHA256_HEX);
    *(const char **)g->field = g->value;
    return 0;
}

int ledger_take_by(const struct options_given *g)
{
    if (strcmp(g->value, "slave") != 0 && strcmp(g->value, "node") != 0 &&
        strcmp(g->value, "account") != 0)
        return options_wrong(g, "expected slave, node or account");
    *(const char **)g->field = g->value;
    return 0;
}
