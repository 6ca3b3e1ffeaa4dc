/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file as a sequence of lines. */
#include "ledger/lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/record.h"
#include "util/file.h"

enum { WINDOW = 1 << 18 }; /* bytes read at once: they stay in the processor's cache */

int lines_open(struct lines *in, int fd, const char *path, uint64_t from, struct err *e)
{
    *in = (struct lines){.fd = fd, .path = path, .offset = from};
    if (file_size(fd, path, &in->size, e) < 0)
        return -1;
    if (in->size < from)
        return err_set(e, ERR_INPUT,
                       "%s: has %" PRIu64 " bytes, %" PRIu64 " were there before: it was cut", path,
                       in->size, from);
    in->room = in->size - from < WINDOW ? (size_t)(in->size - from) : WINDOW;
    return 0;
}

void lines_close(struct lines *in)
{
    free(in->data);
    in->data = NULL;
}

/* Effect: moves the window on, so that it begins with what is not yet returned. */
static int fill(struct lines *in, struct err *e)
{
    if (!in->data && !(in->data = err_alloc(in->room, 1, "reading the ledger", e)))
        return -1;
    size_t kept = in->len - in->at;
    uint64_t left = in->size - in->offset - in->len;
    size_t n = left < in->room - kept ? (size_t)left : in->room - kept;
    memmove(in->data, in->data + in->at, kept);
    in->offset += in->at;
    in->len = kept;
    in->at = 0;
    if (file_pread(in->fd, in->path, in->data + kept, n, in->offset + kept, e) < 0)
        return -1;
    in->len += n;
    return 0;
}

int lines_next(struct lines *in, const char **line, size_t *len, struct err *e)
{
    if (in->len - in->at < RECORD_MOST && in->offset + in->len < in->size && fill(in, e) < 0)
        return -1;
    size_t room = in->len - in->at;
    if (room > RECORD_MOST)
        room = RECORD_MOST;
    *line = room ? in->data + in->at : ""; /* of an empty log nothing was read */
    const char *lf = room ? memchr(*line, '\n', room) : NULL;
    *len = lf ? (size_t)(lf - *line) : room;
    in->at += lf ? *len + 1 : 0;
    return lf != NULL;
}

void lines_skip(struct lines *in, size_t n)
{
    in->at += n;
}

void lines_seek(struct lines *in, uint64_t offset)
{
    in->offset = offset;
    in->len = in->at = 0;
}
