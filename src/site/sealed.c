/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes that are sealed to a collector. */
#include "site/sealed.h"

#include <endian.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/house/fields.h"
#include "util/parse.h"

static const char heading[] = "metaneuron-state@v1";

/* In one form: what others write is what this would. */
static int read_seconds(struct fields *f, double *seconds, struct err *e)
{
    const char *text = fields_value(f, "seconds", e);
    char wanted[NUMBER_TEXT];

    if (!text)
        return -1;
    if (parse_double(text, seconds) == 0 && !signbit(*seconds) &&
        strcmp(format_double(wanted, *seconds), text) == 0)
        return 0;
    return fields_wrong(f, "seconds, in their shortest form", e);
}

static void add_doubles(struct buf *b, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        bits = htole64(bits);
        buf_add(b, &bits, sizeof bits);
    }
}

static void read_doubles(double *values, size_t count, const char *data)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, data + i * sizeof bits, sizeof bits);
        bits = le64toh(bits);
        memcpy(&values[i], &bits, sizeof bits);
    }
}

int sealed_write(const struct sealed *s, struct buf *b, struct err *e)
{
    char seconds[NUMBER_TEXT], salt[SHA256_HEX + 1], claim_salt[SHA256_HEX + 1],
        digest[SHA256_HEX + 1];
    uint8_t run[RUN_HEX / 2];

    if (hex_decode(s->run, run, sizeof run) < 0 || s->round == 0 || !house_is_name(s->site) ||
        !isfinite(s->seconds) || signbit(s->seconds) || s->length == 0)
        return err_set(e, ERR_SOFTWARE, "a result of run '%s' that cannot be sealed", s->run);
    buf_addf(b,
             "%s\nrun %s\nround %" PRIu64 "\nsite %s\nitems %" PRIu64
             "\nseconds %s\nsalt %s\nclaim-salt %s\ndigest %s\nlength %zu\n\n",
             heading, s->run, s->round, s->site, s->items, format_double(seconds, s->seconds),
             hex_encode(salt, s->salt, SHA256_LEN),
             hex_encode(claim_salt, s->claim_salt, SHA256_LEN),
             hex_encode(digest, s->digest, SHA256_LEN), s->length);
    add_doubles(b, s->state, s->length);
    return buf_failed(b) ? err_memory(e, "a sealed result") : 0;
}

/* Reads all but the state; *length is that of it. */
static int read_lines(struct sealed *s, struct fields *f, uint64_t most, uint64_t *length,
                      struct err *e)
{
    if (fields_heading(f, heading, e) < 0 || fields_run(f, s->run, e) < 0 ||
        fields_number(f, "round", 1, UINT64_MAX, &s->round, e) < 0)
        return -1;
    const char *site = fields_value(f, "site", e);
    if (!site)
        return -1;
    if (!house_is_name(site))
        return fields_wrong(f, "the name of a centre", e);
    snprintf(s->site, sizeof s->site, "%s", site);
    if (fields_number(f, "items", 0, UINT64_MAX, &s->items, e) < 0 ||
        read_seconds(f, &s->seconds, e) < 0 ||
        fields_bytes(f, "salt", s->salt, SHA256_LEN, e) < 0 ||
        fields_bytes(f, "claim-salt", s->claim_salt, SHA256_LEN, e) < 0 ||
        fields_bytes(f, "digest", s->digest, SHA256_LEN, e) < 0 ||
        fields_number(f, "length", 1, most, length, e) < 0)
        return -1;
    return fields_heading(f, "", e);
}

int sealed_read(struct sealed *s, const char *data, size_t len, size_t most, struct err *e)
{
    struct sealed read = {.state = NULL};
    struct fields f;
    uint64_t length;

    fields_begin(&f, "a sealed result", data, len);
    if (read_lines(&read, &f, most, &length, e) < 0)
        return -1;
    size_t left = (size_t)(f.end - f.at);
    if (left / sizeof(double) != length || left % sizeof(double) != 0)
        return err_set(e, ERR_INPUT,
                       "a sealed result: a state of %zu bytes; expected %" PRIu64 " doubles", left,
                       length);
    read.length = (size_t)length;
    read.state = err_alloc(read.length, sizeof *read.state, "a sealed result", e);
    if (!read.state)
        return -1;
    read_doubles(read.state, read.length, f.at);
    *s = read;
    return 0;
}

void sealed_free(struct sealed *s)
{
    free(s->state);
    *s = (struct sealed){.state = NULL};
}
