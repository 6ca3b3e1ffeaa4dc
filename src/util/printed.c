/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program prints, on its way into a file. */
#include "util/printed.h"

#include <string.h>

#include "util/file.h"
#include "util/owner.h"
#include "util/tail.h"
#include "util/text.h"

static void keep_end(struct printed *p, const char *text, size_t len)
{
    size_t take = len < PRINTED_LAST ? len : PRINTED_LAST;
    size_t stay = p->last_len < PRINTED_LAST - take ? p->last_len : PRINTED_LAST - take;

    memmove(p->last, p->last + p->last_len - stay, stay);
    memcpy(p->last + stay, text + len - take, take);
    p->last_len = stay + take;
}

void printed_keep(struct printed *p, const char *text, size_t len)
{
    static const char cut[] = "\n[what follows is dropped]\n";

    if (len == 0)
        return;
    p->any = true;
    keep_end(p, text, len);
    if (!p->tried && p->path[0])
        p->fd = file_open_log(p->path, FILE_OWN, NULL);
    p->tried = true;
    if (p->fd < 0 || file_size(p->fd, p->path, &p->size, NULL) < 0 || p->size >= p->most)
        return;
    if (len <= p->most - p->size) {
        file_log(p->fd, p->path, text, len, NULL);
        return;
    }
    file_log(p->fd, p->path, text, (size_t)(p->most - p->size), NULL);
    file_log(p->fd, p->path, cut, sizeof cut - 1, NULL);
}

void printed_last(const struct printed *p, char *text, size_t size)
{
    char line[PRINTED_LAST + 1];
    size_t end = p->last_len;

    while (end > 0 && strchr(" \t\r\n", p->last[end - 1]) && p->last[end - 1] != '\0')
        end--;
    size_t begin = end;
    while (begin > 0 && p->last[begin - 1] != '\n')
        begin--;
    memcpy(line, p->last + begin, end - begin);
    line[end - begin] = '\0';
    text_printable(text, size, line);
}
