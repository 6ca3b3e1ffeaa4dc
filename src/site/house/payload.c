/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is too large for a record, as files that are named by their SHA-256. */
#include "site/house/payload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/exchange/reading.h"
#include "util/directory.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"

enum { BELOW = 8 + SHA256_HEX + 1 }; /* bytes of fetched/HEX, with its NUL */

/* Effect: name is that of a payload below a directory of the house or the exchange. */
static const char *name_of(char name[static BELOW], const char *directory,
                           const uint8_t digest[static SHA256_LEN])
{
    char hex[SHA256_HEX + 1];

    snprintf(name, BELOW, "%s/%s", directory, hex_encode(hex, digest, SHA256_LEN));
    return name;
}

/* Effect: the house has that file, durably; what is there with that name is it already. */
static int keep(const struct house *h, const char *directory, const void *data, size_t len,
                const uint8_t digest[static SHA256_LEN], struct err *e)
{
    char path[PATH_MAX], parent[PATH_MAX], name[BELOW];

    if (house_path(h, name_of(name, directory, digest), path, e) < 0 ||
        file_mkdirs_within(file_parent(path, parent), e) < 0)
        return -1;
    return file_write(path, data, len, FILE_OWN, e);
}

int payload_put(struct house *h, const void *data, size_t len, uint8_t digest[static SHA256_LEN],
                struct err *e)
{
    return hash_bytes(data, len, digest, e) < 0 ? -1 : keep(h, "files", data, len, digest, e);
}

/* Whether those bytes have that digest. */
static int check(const char *data, size_t len, const uint8_t digest[static SHA256_LEN],
                 const char *site, const char *name, struct err *e)
{
    uint8_t is[SHA256_LEN];

    if (hash_bytes(data, len, is, e) < 0)
        return -1;
    if (memcmp(is, digest, SHA256_LEN) == 0)
        return 0;
    return err_set(e, ERR_VERIFY,
                   "%s/%s: what is there has another digest: it is damaged, and is fetched again "
                   "next time",
                   site, name);
}

/* Reads one that the house has. Returns 1, 0 if it has none, or -1. */
static int read_kept(const struct house *h, const char *site, const char *directory,
                     const uint8_t digest[static SHA256_LEN], uint64_t most, char **data,
                     size_t *len, struct err *e)
{
    char path[PATH_MAX], name[BELOW];

    if (house_path(h, name_of(name, directory, digest), path, e) < 0)
        return -1;
    if (!file_is_taken(path))
        return 0;
    if (file_read_own(path, most, false, data, len, e) < 0)
        return -1;
    if (check(*data, *len, digest, site, name, e) == 0)
        return 1;
    free(*data);
    *data = NULL;
    return -1;
}

int payload_get(struct house *h, const char *site, const uint8_t digest[static SHA256_LEN],
                uint64_t most, char **data, size_t *len, struct err *e)
{
    char name[BELOW];
    bool own = strcmp(site, h->name) == 0;
    struct err why = {0};
    int rc = read_kept(h, site, own ? "files" : "fetched", digest, most, data, len, &why);

    if (rc == 1)
        return 0;
    if (rc < 0 && (own || why.code != ERR_VERIFY)) /* a damaged copy is made anew */
        return err_set(e, why.code, "%s", why.text);
    name_of(name, "files", digest);
    rc = own ? 0 : reading_file(h->exchange, site, name, most, data, len, e);
    if (rc < 1)
        return rc < 0 ? -1 : err_set(e, ERR_INCOMPLETE, "%s/%s: is not there yet", site, name);
    if (check(*data, *len, digest, site, name, e) == 0 &&
        keep(h, "fetched", *data, *len, digest, e) == 0)
        return 0;
    free(*data);
    *data = NULL;
    return -1;
}

int payload_path(const struct house *h, const uint8_t digest[static SHA256_LEN],
                 char path[static PATH_MAX], struct err *e)
{
    char name[BELOW];

    if (house_path(h, name_of(name, "files", digest), path, e) < 0)
        return -1;
    return file_exists(path) ? 0 : house_path(h, name_of(name, "fetched", digest), path, e);
}
