/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was taken from a mirror. */
#include "site/mirror/taken.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/owner.h"
#include "util/parse.h"
#include "util/paths.h"
#include "util/place.h"
#include "util/store.h"
#include "util/text.h"

enum { TAKEN_MOST = 1 << 28 }; /* bytes of the file */

/* Reads the number of records, and after it keys of runs, a line each. */
static bool read_lines(struct taken *t, const char *data)
{
    char number[NUMBER_TEXT];
    size_t len = 0;
    uint8_t key[RUN_HEX / 2];
    const char *rest = data, *line = text_line(&rest, &len);

    if (!line || len >= sizeof number)
        return false;
    memcpy(number, line, len);
    number[len] = '\0';
    if (parse_u64(number, &t->count) < 0)
        return false;
    buf_adds(&t->runs, rest);
    while ((line = text_line(&rest, &len)))
        if (len != RUN_HEX || hex_read(line, key, sizeof key) < 0)
            return false;
    return true;
}

int taken_load(const char *directory, struct taken *t, struct err *e)
{
    char path[PATH_MAX], *data;
    size_t len;

    *t = (struct taken){0};
    if (paths_join(path, sizeof path, directory, "taken", e) < 0)
        return -1;
    if (!file_is_taken(path))
        return 0;
    if (file_read_own(path, TAKEN_MOST, false, &data, &len, e) < 0)
        return -1;
    if (strlen(data) != len || !read_lines(t, data)) {
        buf_free(&t->runs);
        t->count = 0;
    }
    free(data);
    return buf_failed(&t->runs) ? err_memory(e, "runs") : 0;
}

int taken_save(const char *directory, const struct taken *t, struct err *e)
{
    char path[PATH_MAX];
    struct buf b = {0};

    buf_addf(&b, "%" PRIu64 "\n", t->count);
    buf_add(&b, t->runs.data, t->runs.len);
    int rc = buf_failed(&b) ? err_memory(e, "runs")
                            : paths_join(path, sizeof path, directory, "taken", e);
    if (rc == 0)
        rc = file_write(path, b.data, b.len, FILE_OWN, e);
    buf_free(&b);
    return rc;
}
