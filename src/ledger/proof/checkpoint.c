/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checkpoints, as texts of notes. */
#include "ledger/proof/checkpoint.h"

#include <inttypes.h>
#include <string.h>

#include "util/base64.h"
#include "util/parse.h"

void checkpoint_write(struct buf *b, const struct checkpoint *c)
{
    buf_addf(b, "%s\n%" PRIu64 "\n", c->origin, c->size);
    base64_encode(b, c->root, sizeof c->root);
    buf_addc(b, '\n');
}

/* The next line of *rest, which ends with a line feed. */
static const char *next_line(const char **rest, const char *end, size_t *len)
{
    const char *line = *rest;

    if (line == end)
        return NULL;
    const char *feed = memchr(line, '\n', (size_t)(end - line));
    *len = (size_t)(feed - line);
    *rest = feed + 1;
    return line;
}

int checkpoint_read(struct checkpoint *c, const struct note *n, struct err *e)
{
    const char *rest = n->text, *end = n->text + n->text_len;
    struct checkpoint read = {0};
    char number[NUMBER_TEXT];
    size_t len = 0, count = 0;

    const char *line = next_line(&rest, end, &len);
    if (!line || len == 0 || len >= sizeof read.origin)
        return err_set(e, ERR_INPUT,
                       "no checkpoint: its first line, the origin, has %zu bytes; "
                       "expected 1 to %zu",
                       len, sizeof read.origin - 1);
    memcpy(read.origin, line, len);
    line = next_line(&rest, end, &len);
    if (line && len < sizeof number) {
        memcpy(number, line, len);
        number[len] = '\0';
    }
    if (!line || len >= sizeof number || parse_u64(number, &read.size) < 0 || read.size > INT64_MAX)
        return err_set(e, ERR_INPUT,
                       "no checkpoint of %s: its second line is not the size of a tree",
                       read.origin);
    line = next_line(&rest, end, &len);
    if (!line || base64_decode(line, len, read.root, sizeof read.root, &count) < 0 ||
        count != sizeof read.root)
        return err_set(e, ERR_INPUT, "no checkpoint of %s: its third line is not a hash in base64",
                       read.origin);
    while ((line = next_line(&rest, end, &len)))
        if (len == 0)
            return err_set(e, ERR_INPUT, "no checkpoint of %s: it has an empty line", read.origin);
    *c = read;
    return 0;
}

bool checkpoint_same(const struct checkpoint *a, const struct checkpoint *b)
{
    return strcmp(a->origin, b->origin) == 0 && a->size == b->size && hash_same(a->root, b->root);
}
