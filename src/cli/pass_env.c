/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the names of the variables that programs may have. */

#include <string.h>

#include "cli/cli.h"
#include "cli/run_options.h"
#include "engine/plan/bind.h"

static bool is_variable(const char *name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    size_t digits = strspn(name, "0123456789");

    return *name && digits == 0 && name[strspn(name, letters)] == '\0';
}

/* NAME, or several with commas between them. */
int run_take_pass_env(const struct options_given *g)
{
    struct run_words *w = g->words;
    char *rest = g->value, *name;

    while ((name = strsep(&rest, ","))) {
        if (!is_variable(name))
            return cli_usage(g->o->command,
                             "--%s: '%s' is no variable's name: expected letters, digits and '_', "
                             "no digit first, and no value",
                             g->x->name, name);
        if (bind_sets_variable(name))
            return cli_usage(g->o->command,
                             "--%s: %s is set for each program, and cannot be passed: leave it out",
                             g->x->name, name);
        if (w->o.pass_env_count == RUN_PASS_ENV)
            return cli_usage(g->o->command, "--%s: more than %d names", g->x->name, RUN_PASS_ENV);
        w->pass_env[w->o.pass_env_count++] = name;
        w->o.pass_env = w->pass_env;
    }
    return 0;
}
