/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The roster of a round, as a file. */
#include "site/roster.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/house/fields.h"

static const char heading[] = "metaneuron-roster@v1";

void roster_write(struct buf *b, const struct roster *r)
{
    char hex[SHA256_HEX + 1];

    buf_addf(b, "%s\nrun %s\nround %" PRIu64 "\nattempt %" PRIu64 "\n", heading, r->run, r->round,
             r->attempt);
    for (size_t i = 0; i < r->count; i++)
        buf_addf(b, "%s %s\n", r->list[i].site, hex_encode(hex, r->list[i].claim, SHA256_LEN));
}

/* Reads a line for a centre, which stands behind the one before by its name. */
static int read_line(struct roster *r, struct fields *f, struct err *e)
{
    struct roster_line *line = &r->list[r->count];

    if (fields_next(f, e) < 0)
        return -1;
    char *space = strchr(f->line, ' ');
    if (space)
        *space = '\0';
    bool good =
        space && house_is_name(f->line) && hex_decode(space + 1, line->claim, SHA256_LEN) == 0;
    if (space)
        *space = ' ';
    if (!good)
        return fields_wrong(f, "a centre and the sum of its claim record", e);
    snprintf(line->site, sizeof line->site, "%.*s", (int)(space - f->line), f->line);
    if (r->count > 0 && strcmp(r->list[r->count - 1].site, line->site) >= 0)
        return fields_wrong(f, "a centre whose name comes after the one before", e);
    r->count++;
    return 0;
}

int roster_read(struct roster *r, const char *data, size_t len, struct err *e)
{
    struct roster read = {{0}, 0, 0, NULL, 0};
    struct fields f;
    size_t lines = 0;

    if (len > ROSTER_MOST)
        return err_set(e, ERR_INPUT, "a roster of %zu bytes; the most is %d", len, ROSTER_MOST);
    fields_begin(&f, "a roster", data, len);
    if (fields_heading(&f, heading, e) < 0 || fields_run(&f, read.run, e) < 0 ||
        fields_number(&f, "round", 1, UINT64_MAX, &read.round, e) < 0 ||
        fields_number(&f, "attempt", 1, UINT64_MAX, &read.attempt, e) < 0)
        return -1;
    for (const char *c = f.at; c < f.end; c++)
        lines += *c == '\n';
    /* Each has at least its sum. */
    read.list = err_alloc(lines < len / SHA256_HEX ? lines : len / SHA256_HEX, sizeof *read.list,
                          "a roster", e);
    int rc = read.list ? 0 : -1;
    do
        rc = rc < 0 ? rc : read_line(&read, &f, e);
    while (rc == 0 && !fields_end(&f));
    if (rc < 0) {
        free(read.list);
        return -1;
    }
    *r = read;
    return 0;
}

void roster_free(struct roster *r)
{
    free(r->list);
    *r = (struct roster){{0}, 0, 0, NULL, 0};
}

const struct roster_line *roster_find(const struct roster *r, const char *site)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->list[i].site, site) == 0)
            return &r->list[i];
    return NULL;
}
