/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the options of a sandbox. */

#include <pwd.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/run_options.h"
#include "util/parse.h"

/* What would hide what the sandbox is made of, or is no allow-list. */
static bool is_whole(const char *directory)
{
    static const char *const whole[] = {"/", "/proc", "/dev"};

    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (strcmp(directory, whole[i]) == 0)
            return true;
    return false;
}

/* Whether it is the path of a directory as bubblewrap and the kernel agree on it. */
static bool is_plain(const char *directory)
{
    size_t n = strlen(directory);

    return directory[0] == '/' && (n == 1 || directory[n - 1] != '/') && !strstr(directory, "//") &&
           !strstr(directory, "/./") && !strstr(directory, "/../") &&
           (n < 2 || strcmp(directory + n - 2, "/.") != 0) &&
           (n < 3 || strcmp(directory + n - 3, "/..") != 0);
}

/* DIR, or several with commas between them. */
int run_take_bind(const struct options_given *g)
{
    struct run_words *w = g->words;
    struct host_sandbox *s = g->field;
    char *rest = g->value, *directory;

    while ((directory = strsep(&rest, ","))) {
        if (!is_plain(directory))
            return cli_usage(g->o->command,
                             "--%s: '%s' is no whole path: expected one that begins with '/', "
                             "without '.', '..' and a '/' at its end",
                             g->x->name, directory);
        if (is_whole(directory))
            return cli_usage(g->o->command,
                             "--%s: %s would show all that is to be hidden: name what programs "
                             "need of it",
                             g->x->name, directory);
        if (s->binds_count == RUN_BINDS)
            return cli_usage(g->o->command, "--%s: more than %d directories", g->x->name,
                             RUN_BINDS);
        w->binds[s->binds_count++] = directory;
        s->binds = w->binds;
    }
    return 0;
}

int run_take_sandbox_user(const struct options_given *g)
{
    struct host_sandbox *s = g->field;

    const struct passwd *user = getpwnam(g->value);
    if (!user)
        return options_wrong(g, "there is no such user on this node");
    if (user->pw_uid == 0 || user->pw_gid == 0)
        return options_wrong(g, "is root, or of root's group, and so no boundary");
    s->user = user->pw_uid;
    s->group = user->pw_gid;
    return 0;
}

int run_take_sandbox_space(const struct options_given *g)
{
    static const uint64_t least = 1 << 20;
    uint64_t *space = g->field;

    if (parse_size(g->value, space) == 0 && *space >= least)
        return 0;
    return options_wrong(g, "expected a size of 1 MiB or more, as in '4 GiB'");
}
