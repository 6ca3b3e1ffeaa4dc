/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first record of a ledger. */
#include "ledger/genesis.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "ledger/ledger.h"
#include "ledger/lines.h"
#include "util/file.h"
#include "util/paths.h"

void genesis_make(struct record *r, const struct ledger_genesis *g,
                  const uint8_t random[static GENESIS_RANDOM])
{
    char hex[2 * KEY_PUBLIC_LEN + 1];

    record_begin(r, "genesis");
    record_set(r, "format", "1");
    record_set(r, "origin", "metaneuron/%s/%s", g->site, hex_encode(hex, random, GENESIS_RANDOM));
    record_set(r, "site", "%s", g->site);
    record_set(r, "key", "ed25519:%s", hex_encode(hex, g->key, KEY_PUBLIC_LEN));
    record_set(r, "supply", "%" PRIu64, CREDITS_SUPPLY);
    record_set(r, "granted", "%" PRIu64, CREDITS_GRANTED);
    record_set(r, "rate", "1/%" PRIu64, CREDITS_RATE);
    record_set(r, "policy", "none");
}

/* Reads the first line of a log as the first record. */
static int read_first(int fd, const char *path, struct record *r, struct err *e)
{
    struct lines in;
    struct err why = {0};
    const char *line;
    size_t len;
    struct hash *h = hash_create(e);

    if (!h || lines_open(&in, fd, path, 0, e) < 0) {
        hash_destroy(h);
        return -1;
    }
    int rc = lines_next(&in, &line, &len, e);
    if (rc == 0)
        err_set(&why, ERR_INPUT, "its first line has no end");
    if (rc == 1 && record_decode(r, line, len, h, &why) == 0 && strcmp(r->type, "genesis") != 0)
        err_set(&why, ERR_INPUT, "its first record is not genesis");
    lines_close(&in);
    hash_destroy(h);
    return rc >= 0 && why.code ? err_set(e, why.code, "%s: record 0: %s", path, why.text)
           : rc < 0            ? -1
                               : 0;
}

int ledger_origin(const char *directory, char origin[static RECORD_MOST], struct err *e)
{
    char path[PATH_MAX];
    struct record r;

    if (paths_join(path, sizeof path, directory, "log", e) < 0)
        return -1;
    int fd = file_open(path, e);
    int rc = fd < 0 ? -1 : read_first(fd, path, &r, e);
    file_close(fd);
    if (rc == 0)
        snprintf(origin, RECORD_MOST, "%s", record_get(&r, "origin"));
    return rc;
}
