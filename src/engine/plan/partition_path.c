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
    const char *place = strstr(location, "{slave}");
    int n;

    if (strcmp(c->split, "rows") == 0)
        n = snprintf(path, size, "%s", location);
    else if (!place)
        return err_set(e, ERR_USAGE,
                       "%s: the contract splits %s by files, so its path must hold {slave}",
                       location, c->data);
    else
        n = snprintf(path, size, "%.*s%" PRIu32 "%s", (int)(place - location), location, k + 1,
                     place + strlen("{slave}"));
    return n < 0 || (size_t)n >= size ? err_set(e, ERR_OPEN, "%s: the path is too long", location)
                                      : 0;
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
