/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what other centres have put into the exchange. */
#include "site/exchange/reading.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/beneath.h"
#include "util/file.h"

enum { NAME_MOST = 64, SITE_MOST = 31 };

/* Whether so many bytes are the name of a file of the exchange. */
static bool is_name(const char *name, size_t len)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";

    return len > 0 && len <= NAME_MOST && name[0] != '.' && strspn(name, letters) >= len;
}

/* Whether all parts of a path are. */
static bool is_path(const char *path)
{
    size_t len = strcspn(path, "/");

    while (is_name(path, len) && path[len] == '/') {
        path += len + 1;
        len = strcspn(path, "/");
    }
    return is_name(path, len) && path[len] == '\0';
}

static bool is_site(const char *site)
{
    size_t len = strspn(site, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return len > 0 && len <= SITE_MOST && site[len] == '\0' && site[0] >= 'a' && site[0] <= 'z';
}

int reading_open(const char *exchange, const char *site, const char *name, uint64_t most, int *fd,
                 uint64_t *size, struct err *e)
{
    char path[PATH_MAX];

    *fd = -1;
    if (!is_site(site) || !is_path(name))
        return 0;
    if (snprintf(path, sizeof path, "%s/%s", site, name) >= (int)sizeof path)
        return 0;
    int rc = beneath_file(exchange, path, fd, e);
    if (rc == 1 && file_size(*fd, path, size, e) < 0)
        rc = -1;
    if (rc == 1 && *size > most)
        rc = err_set(e, ERR_INPUT, "%s/%s: has %" PRIu64 " bytes, and at most %" PRIu64 " are read",
                     exchange, path, *size, most);
    if (rc < 0) {
        file_close(*fd);
        *fd = -1;
    }
    return rc;
}

int reading_file(const char *exchange, const char *site, const char *name, uint64_t most,
                 char **data, size_t *len, struct err *e)
{
    uint64_t size = 0;
    int fd, rc = reading_open(exchange, site, name, most, &fd, &size, e);
    struct err why = {0};

    if (rc < 1)
        return rc;
    char *bytes = err_alloc(size + 1, 1, "a file of the exchange", e);
    if (bytes && file_pread(fd, name, bytes, size, 0, &why) == 0) {
        file_close(fd);
        *data = bytes;
        *len = size;
        return 1;
    }
    free(bytes);
    file_close(fd);
    if (bytes) /* it is being replaced, or its server fails: its digest would tell no more */
        err_set(e, ERR_INPUT, "%s/%s/%s: could not be read whole: %s", exchange, site, name,
                why.text);
    return -1;
}
