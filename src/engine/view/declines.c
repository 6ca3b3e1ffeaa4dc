/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps what slaves said when they declined. */
#include "engine/view/declines.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/names.h"
#include "util/file.h"
#include "util/owner.h"
#include "util/paths.h"
#include "util/store.h"
#include "util/tail.h"
#include "util/text.h"

enum {
    TEXT = 600,                        /* bytes of what a slave said */
    WHO = SLAVE_NAME + NODE_NAME + 32, /* of slave, node and word */
    DECLINES_MOST = 1 << 28,           /* of the file */
};

struct declines {
    char *bytes;        /* of the file, with a NUL for each line feed */
    const char **texts; /* of it */
    size_t count, capacity;
    struct lookup who; /* which text is of "SLAVE NODE WORD" */
};

static int find_path(const char *ledger, const char *run, char path[static PATH_MAX], struct err *e)
{
    char name[64];

    snprintf(name, sizeof name, "logs/%.40s/declines", run);
    return paths_join(path, PATH_MAX, ledger, name, e);
}

int declines_add(const char *ledger, const char *run, const char *slave, const char *node,
                 enum reason reason, const char *text, struct err *e)
{
    char path[PATH_MAX], line[WHO + TEXT];
    int n = snprintf(line, sizeof line - 1, "%s %s %s %.*s", slave, node, reason_word(reason),
                     TEXT - 2, text);

    if (find_path(ledger, run, path, e) < 0)
        return -1;
    if (n < 0 || (size_t)n >= sizeof line - 1)
        return err_set(e, ERR_SOFTWARE, "%s: a name is too long", path);
    for (int i = 0; i < n; i++)
        line[i] = line[i] == '\n' ? ' ' : line[i];
    line[n++] = '\n';
    int fd = file_open_log(path, FILE_OWN, e);
    int rc = fd < 0 ? -1 : file_log(fd, path, line, (size_t)n, e);
    file_close(fd);
    return rc;
}

/* One line; one that is none is left out, as after a crash. */
static int read_line(struct declines *d, char *line, struct err *e)
{
    char *text = line;

    for (int i = 0; text && i < 3; i++)
        text = strchr(text + (i > 0), ' ');
    if (!text || text - line >= WHO)
        return 0;
    const char **texts = err_grow(d->texts, d->count, &d->capacity, sizeof *texts, "declines", e);
    if (!texts)
        return -1;
    d->texts = texts;
    *text = '\0';
    text_clean(text + 1);
    texts[d->count] = text + 1;
    return lookup_add(&d->who, line, d->count++, e);
}

struct declines *declines_read(const char *ledger, const char *run)
{
    struct declines *d = err_alloc(1, sizeof *d, "declines", NULL);
    char path[PATH_MAX], *line, *rest;
    size_t len;

    if (!d || find_path(ledger, run, path, NULL) < 0 ||
        file_read_own(path, DECLINES_MOST, true, &d->bytes, &len, NULL) < 0) {
        declines_free(d);
        return NULL;
    }
    for (rest = d->bytes; (line = strsep(&rest, "\n")) && read_line(d, line, NULL) == 0;)
        ;
    return d;
}

void declines_free(struct declines *d)
{
    if (!d)
        return;
    free(d->bytes);
    free(d->texts);
    lookup_free(&d->who);
    free(d);
}

const char *declines_find(const struct declines *d, const char *slave, const char *node,
                          enum reason reason)
{
    const char *word = reason_word(reason);
    char who[WHO];

    if (!d || !word || snprintf(who, sizeof who, "%s %s %s", slave, node, word) >= WHO)
        return reason_text(reason);
    size_t i = lookup_find(&d->who, who);
    return i == LOOKUP_NONE ? reason_text(reason) : d->texts[i];
}

const char *declines_last(const struct declines *d, const struct run_slave *s)
{
    return s->declined ? declines_find(d, s->name, s->node, s->declined) : s->trouble;
}
