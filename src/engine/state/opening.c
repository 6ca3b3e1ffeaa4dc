/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes and reads the openings of claims. */
#include "engine/state/opening.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/state/commitment.h"
#include "util/paths.h"
#include "util/store.h"

enum { OPENINGS_MOST = 1 << 30 }; /* bytes of the file */

int opening_path(const char *ledger, const char *run, char path[static PATH_MAX], struct err *e)
{
    char name[64];

    snprintf(name, sizeof name, "openings/%.40s", run);
    return paths_join(path, PATH_MAX, ledger, name, e);
}

size_t opening_line(char line[static OPENING_LINE], uint32_t number, const struct opening *x)
{
    char salt[SHA256_HEX + 1], commit[SHA256_HEX + 1], digest[SHA256_HEX + 1];

    return (size_t)snprintf(
        line, OPENING_LINE, "%" PRIu32 " %" PRIu64 " %" PRIu64 " %" PRId64 " %s %s %s\n", number,
        x->items, x->size, x->time_ns, hex_encode(salt, x->salt, SHA256_LEN),
        hex_encode(commit, x->commit, SHA256_LEN), hex_encode(digest, x->digest, SHA256_LEN));
}

/* One line of the file; a line that is none is left out, as after a crash. */
static void read_line(const char *line, struct opening *list, size_t count)
{
    char salt[SHA256_HEX + 1], commit[SHA256_HEX + 1], digest[SHA256_HEX + 1];
    struct opening x = {.known = true};
    size_t k;

    int fields = sscanf(line, "%zu %" SCNu64 " %" SCNu64 " %" SCNd64 " %64s %64s %64s", &k,
                        &x.items, &x.size, &x.time_ns, salt, commit, digest);
    if (fields < 6 || k < 1 || k > count || hex_decode(salt, x.salt, SHA256_LEN) < 0 ||
        hex_decode(commit, x.commit, SHA256_LEN) < 0)
        return;
    x.whole = fields == 7 && hex_decode(digest, x.digest, SHA256_LEN) == 0;
    list[k - 1] = x;
}

struct opening *opening_read(const char *path, size_t count, struct err *e)
{
    struct opening *list = err_alloc(count, sizeof *list, "openings", e);
    char *text = NULL, *line, *rest;
    struct err why = {0};
    size_t len = 0;

    if (!list)
        return NULL;
    if (file_read_own(path, OPENINGS_MOST, true, &text, &len, &why) < 0 && why.code != ERR_OPEN) {
        free(list);
        return err_null(err_set(e, why.code, "%s", why.text));
    }
    for (rest = text; rest && (line = strsep(&rest, "\n"));)
        read_line(line, list, count);
    free(text);
    return list;
}

bool opening_opens(const struct opening *x)
{
    uint8_t commit[SHA256_LEN];

    return commitment_make(x->salt, x->items, x->digest, commit, NULL) == 0 &&
           memcmp(commit, x->commit, sizeof commit) == 0;
}
