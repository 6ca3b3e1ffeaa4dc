/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names the file of each partition. */
#include "engine/plan/partition.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "util/place.h"

int partition_path(const struct contract *c, const char *location, uint32_t k, char *path,
                   size_t size, struct err *e)
{
    static const char mark[] = "{slave}";
    bool files = strcmp(c->split, "files") == 0;
    const char *rest = location;
    size_t used = 0;

    if (files && !strstr(location, mark))
        return err_set(e, ERR_USAGE,
                       "%s: the contract splits %s by files, so its path must hold {slave}",
                       location, c->data);
    for (const char *at; files && used < size && (at = strstr(rest, mark));
         rest = at + strlen(mark))
        used += (size_t)snprintf(path + used, size - used, "%.*s%" PRIu32, (int)(at - rest), rest,
                                 k + 1);
    if (used < size)
        used += (size_t)snprintf(path + used, size - used, "%s", rest);
    return used >= size ? err_set(e, ERR_OPEN, "%s: the path is too long", location) : 0;
}

void partition_hint(const struct contract *c, const char *location, struct err *e)
{
    char zero[PATH_MAX], last[PATH_MAX];

    if (e && e->code == ERR_OPEN &&
        partition_path(c, location, UINT32_MAX, zero, sizeof zero, NULL) == 0 &&
        partition_path(c, location, (uint32_t)c->slaves - 1, last, sizeof last, NULL) == 0 &&
        file_exists(zero) && !file_exists(last))
        err_context(e, "slaves are numbered from 1, files here from 0");
}
