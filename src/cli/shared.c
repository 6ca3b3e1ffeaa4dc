/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds what is installed besides the program. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "util/paths.h"
#include "util/place.h"

int cli_find_shared(const char *name, char path[static PATH_MAX], struct err *e)
{
    static const char *const beside[] = {".", "..", "../share/metaneuron"};
    char program[PATH_MAX], directory[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);

    program[n > 0 ? n : 0] = '\0';
    file_parent(program, directory);
    for (size_t i = 0; n > 0 && i < sizeof beside / sizeof beside[0]; i++) {
        char below[256];
        snprintf(below, sizeof below, "%s/%s", beside[i], name);
        if (paths_join(path, PATH_MAX, directory, below, NULL) == 0 && file_exists(path))
            return 0;
    }
    if (paths_join(path, PATH_MAX, PKGDATADIR, name, e) < 0)
        return -1;
    return file_exists(path)
               ? 0
               : err_set(e, ERR_OPEN, "%s: is not there, as it was not installed", path);
}

int cli_find_jobs(const char *given, const char *holds, char jobs[static PATH_MAX], struct err *e)
{
    const char *told = given ? given : getenv("METANEURON_JOBS");
    char name[256], path[PATH_MAX];

    if (told) {
        if (paths_join(path, sizeof path, told, holds, e) < 0)
            return -1;
        snprintf(jobs, PATH_MAX, "%s", told);
        return file_exists(path) ? 0 : err_set(e, ERR_OPEN, "%s: holds no %s", told, holds);
    }
    snprintf(name, sizeof name, "jobs/%s", holds);
    if (cli_find_shared(name, path, NULL) < 0)
        return err_set(e, ERR_OPEN,
                       "the examples are not where they were installed (%s/jobs): give --jobs DIR",
                       PKGDATADIR);
    path[strlen(path) - strlen(holds) - 1] = '\0';
    snprintf(jobs, PATH_MAX, "%s", path);
    return 0;
}
