/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log of a copy, to which lines of another are appended. */
#include "ledger/trust/copy_log.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/record.h"
#include "util/file.h"
#include "util/owner.h"
#include "util/tail.h"

enum { PART = 1 << 20 }; /* bytes of a log that are copied at once */

/* Returns how many bytes of a part, which is not empty, are of the next so many lines. */
static size_t take_lines(const char *part, size_t len, uint64_t *lines)
{
    size_t used = 0;

    while (*lines > 0 && used < len) {
        const char *lf = memchr(part + used, '\n', len - used);
        if (!lf)
            return len;
        used = (size_t)(lf - part) + 1;
        --*lines;
    }
    return used;
}

int copy_log_append(int from, const char *path, uint64_t at, const char *log, uint64_t *lines,
                    struct err *why, struct err *e)
{
    uint64_t size = 0, has = 0;
    char *part = err_alloc(PART, 1, "a part of a log", e);
    int to = part ? file_open_append(log, FILE_OWN, e) : -1;
    int rc = to < 0 || file_size(to, log, &has, e) < 0 ? -1 : 0;

    if (rc == 0 && has > at) /* what an interruption has left, or came to nothing */
        rc = file_truncate(to, log, at, e);
    if (rc == 0)
        rc = file_size(from, path, &size, e);
    for (; rc == 0 && at<size && * lines> 0; at += PART) {
        size_t n = size - at < PART ? (size_t)(size - at) : PART;
        if (file_pread(from, path, part, n, at, why) < 0)
            break;
        if (n > RECORD_MOST && !memchr(part, '\n', n)) {
            err_set(why, ERR_VERIFY, "%s: has a line that is longer than a record", path);
            break;
        }
        rc = file_write_all(to, log, part, take_lines(part, n, lines), e);
    }
    if (rc == 0)
        rc = file_sync(to, log, e);
    file_close(to);
    free(part);
    return rc;
}

bool copy_log_same(const char *log, uint64_t end, int other)
{
    char own[RECORD_MOST], theirs[RECORD_MOST];
    size_t n = end < RECORD_MOST ? (size_t)end : RECORD_MOST;
    int fd = file_open(log, NULL);
    bool same = fd >= 0 && file_pread(fd, log, own, n, end - n, NULL) == 0 &&
                file_pread(other, log, theirs, n, end - n, NULL) == 0 &&
                memcmp(own, theirs, n) == 0;

    file_close(fd);
    return same;
}
