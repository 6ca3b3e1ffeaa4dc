/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of a text that a centre has written for others, read strictly. */
#include "site/house/fields.h"

#include <inttypes.h>
#include <string.h>

#include "util/hash.h"
#include "util/parse.h"

void fields_begin(struct fields *f, const char *what, const char *data, size_t len)
{
    *f = (struct fields){.what = what, .at = data, .end = data + len};
}

bool fields_end(const struct fields *f)
{
    return f->at == f->end;
}

int fields_wrong(const struct fields *f, const char *expected, struct err *e)
{
    return err_set(e, ERR_INPUT, "%s: line %zu is '%.80s'; expected %s", f->what, f->number,
                   f->line, expected);
}

int fields_next(struct fields *f, struct err *e)
{
    size_t left = (size_t)(f->end - f->at);
    const char *feed = left > 0 ? memchr(f->at, '\n', left) : NULL;

    f->number++;
    if (!feed)
        return err_set(e, ERR_INPUT, "%s: line %zu does not end: was it cut?", f->what, f->number);
    size_t len = (size_t)(feed - f->at);
    if (len >= sizeof f->line)
        return err_set(e, ERR_INPUT, "%s: line %zu has %zu bytes; the most is %zu", f->what,
                       f->number, len, sizeof f->line - 1);
    for (size_t i = 0; i < len; i++)
        if (f->at[i] < ' ' || f->at[i] > '~')
            return err_set(e, ERR_INPUT, "%s: line %zu has the byte 0x%02X; expected ASCII",
                           f->what, f->number, (unsigned)(unsigned char)f->at[i]);
    memcpy(f->line, f->at, len);
    f->line[len] = '\0';
    f->at = feed + 1;
    return 0;
}

int fields_heading(struct fields *f, const char *heading, struct err *e)
{
    if (fields_next(f, e) < 0)
        return -1;
    return strcmp(f->line, heading) == 0 ? 0 : fields_wrong(f, heading, e);
}

const char *fields_value(struct fields *f, const char *key, struct err *e)
{
    size_t n = strlen(key);

    if (fields_next(f, e) < 0)
        return NULL;
    if (strncmp(f->line, key, n) == 0 && f->line[n] == ' ' && f->line[n + 1])
        return f->line + n + 1;
    return err_null(err_set(e, ERR_INPUT, "%s: line %zu is '%.80s'; expected '%s' and its value",
                            f->what, f->number, f->line, key));
}

int fields_number(struct fields *f, const char *key, uint64_t least, uint64_t most, uint64_t *value,
                  struct err *e)
{
    const char *text = fields_value(f, key, e);

    if (!text)
        return -1;
    if (parse_u64(text, value) == 0 && *value >= least && *value <= most)
        return 0;
    return err_set(e, ERR_INPUT,
                   "%s: line %zu is '%.80s'; expected a number from %" PRIu64 " to %" PRIu64,
                   f->what, f->number, f->line, least, most);
}

int fields_bytes(struct fields *f, const char *key, uint8_t *bytes, size_t len, struct err *e)
{
    const char *text = fields_value(f, key, e);

    if (!text)
        return -1;
    if (hex_decode(text, bytes, len) == 0)
        return 0;
    return err_set(e, ERR_INPUT,
                   "%s: line %zu is '%.80s'; expected %zu digits of small hexadecimal", f->what,
                   f->number, f->line, 2 * len);
}

int fields_run(struct fields *f, char run[static RUN_HEX + 1], struct err *e)
{
    uint8_t bytes[RUN_HEX / 2];

    if (fields_bytes(f, "run", bytes, sizeof bytes, e) < 0)
        return -1;
    hex_encode(run, bytes, sizeof bytes);
    return 0;
}
