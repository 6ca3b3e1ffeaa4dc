/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a site keeps its files. */
#include "util/paths.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *variable, *under_home;
} places[] = {
    [PATHS_DATA] = {"XDG_DATA_HOME", ".local/share"},
    [PATHS_CONFIG] = {"XDG_CONFIG_HOME", ".config"},
    [PATHS_STATE] = {"XDG_STATE_HOME", ".local/state"},
};

int paths_find(enum paths_kind kind, const char *name, char *path, size_t size, struct err *e)
{
    const char *base = getenv(places[kind].variable), *home = getenv("HOME");
    int n;

    if (!home || home[0] != '/') {
        const struct passwd *user = getpwuid(getuid());
        home = user ? user->pw_dir : NULL;
    }
    if (base && base[0] == '/')
        n = snprintf(path, size, "%s/metaneuron/%s", base, name);
    else if (home && home[0] == '/')
        n = snprintf(path, size, "%s/%s/metaneuron/%s", home, places[kind].under_home, name);
    else
        return err_set(e, ERR_OPEN, "no home directory: set HOME or %s", places[kind].variable);
    if (n < 0 || (size_t)n >= size)
        return err_set(e, ERR_OPEN, "the path of %s is too long", name);
    return 0;
}

int paths_join(char *path, size_t size, const char *directory, const char *name, struct err *e)
{
    int n = snprintf(path, size, "%s/%s", directory, name);

    if (n < 0 || (size_t)n >= size)
        return err_set(e, ERR_OPEN, "%s/%s: the path is too long", directory, name);
    return 0;
}

int paths_absolute(const char *path, char absolute[static PATH_MAX], struct err *e)
{
    char here[PATH_MAX] = "";

    if (path[0] != '/' && !getcwd(here, sizeof here))
        return err_errno(e, ERR_OPEN, "the current directory");
    int n = snprintf(absolute, PATH_MAX, "%s%s%s", here, here[0] ? "/" : "", path);
    return n < 0 || n >= PATH_MAX ? err_set(e, ERR_OPEN, "%s: the path is too long", path) : 0;
}

const char *file_last(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

const char *file_parent(const char *path, char parent[static PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    int n = slash ? (int)(slash - path) : 0;

    snprintf(parent, PATH_MAX, "%.*s", n, path);
    return !slash ? "." : n == 0 ? "/" : parent;
}
