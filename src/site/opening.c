/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the opening of a claim. */
#include "site/opening.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/owner.h"
#include "util/parse.h"
#include "util/store.h"

enum { OPENING_MOST = 512 };

static const char heading[] = "metaneuron-opening@v1 ";

int claim_opening_write(const struct house *h, const char *run, const struct opening_of_claim *o,
                        struct err *e)
{
    char path[PATH_MAX], text[OPENING_MOST], salt[SHA256_HEX + 1], digest[SHA256_HEX + 1],
        snapshot[SHA256_HEX + 1];
    int n =
        snprintf(text, sizeof text, "%s%s %s %s %" PRIu64 "\n", heading,
                 hex_encode(salt, o->salt, SHA256_LEN), hex_encode(digest, o->digest, SHA256_LEN),
                 hex_encode(snapshot, o->snapshot, SHA256_LEN), o->items);

    return house_run_path(h, run, "opening", path, e) < 0
               ? -1
               : file_write(path, text, (size_t)n, FILE_OWN, e);
}

int claim_opening_read(const struct house *h, const char *run, struct opening_of_claim *o,
                       struct err *e)
{
    char path[PATH_MAX], *text;
    size_t len, n = strlen(heading);

    if (house_run_path(h, run, "opening", path, e) < 0 ||
        file_read_own(path, OPENING_MOST, true, &text, &len, e) < 0)
        return -1;
    char *end = strchr(text, '\n');
    bool good = end && strlen(text) == len && end[1] == '\0' && strncmp(text, heading, n) == 0 &&
                len > n + 3 * (SHA256_HEX + 1) + 1;
    if (good) {
        const char *at = text + n;
        *end = '\0';
        good = hex_read(at, o->salt, SHA256_LEN) == 0 && at[SHA256_HEX] == ' ' &&
               hex_read(at + SHA256_HEX + 1, o->digest, SHA256_LEN) == 0 &&
               at[2 * SHA256_HEX + 1] == ' ' &&
               hex_read(at + 2 * (SHA256_HEX + 1), o->snapshot, SHA256_LEN) == 0 &&
               at[3 * SHA256_HEX + 2] == ' ' &&
               parse_u64(at + 3 * (SHA256_HEX + 1), &o->items) == 0;
    }
    free(text);
    return good ? 0 : err_set(e, ERR_INPUT, "%s: is not what this program writes", path);
}
