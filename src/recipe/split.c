/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hashes a row to its place in a split. */
#include "recipe/split.h"

#include <math.h>
#include <stdlib.h>

#include "util/hash.h"

/* What stands before a value of a whole row. */
enum split_byte { SPLIT_MISSING = 0, SPLIT_NUMBER = 1, SPLIT_TEXT = 2 };

struct split {
    uint8_t seed[8];
    struct hash *hash;
};

static void little_endian(uint8_t bytes[static 8], uint64_t x)
{
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(x >> 8 * i);
}

struct split *split_create(uint64_t seed, struct err *e)
{
    struct split *s = err_alloc(1, sizeof *s, "a split", e);

    if (!s)
        return NULL;
    little_endian(s->seed, seed);
    s->hash = hash_create(e);
    if (s->hash)
        return s;
    split_free(s);
    return NULL;
}

void split_free(struct split *s)
{
    if (!s)
        return;
    hash_destroy(s->hash);
    free(s);
}

static enum split_byte byte_of(const struct split_value *v)
{
    if (v->type == EXPRESSION_TEXT)
        return v->text.at ? SPLIT_TEXT : SPLIT_MISSING;
    return isnan(v->number) ? SPLIT_MISSING : SPLIT_NUMBER;
}

static void begin(struct split *s)
{
    static const char version[] = "metaneuron-split-v1"; /* with its NUL */

    hash_add(s->hash, version, sizeof version);
    hash_add(s->hash, s->seed, sizeof s->seed);
}

static void add_value(struct split *s, const struct split_value *v)
{
    double number = v->number + 0.0; /* -0 is 0 */

    switch (byte_of(v)) {
    case SPLIT_MISSING:
        return;
    case SPLIT_NUMBER:
        hash_add_doubles(s->hash, &number, 1);
        return;
    case SPLIT_TEXT:
        hash_add(s->hash, v->text.at, v->text.length);
        return;
    }
}

/* Lengths keep "ab", "c" apart from "a", "bc". */
static void add_told(struct split *s, const struct split_value *v)
{
    enum split_byte byte = byte_of(v);
    uint8_t head[9] = {(uint8_t)byte};

    little_endian(head + 1, byte == SPLIT_TEXT     ? v->text.length
                            : byte == SPLIT_NUMBER ? sizeof v->number
                                                   : 0);
    hash_add(s->hash, head, sizeof head);
    add_value(s, v);
}

static int end(struct split *s, double *place, struct err *e)
{
    uint8_t digest[SHA256_LEN];
    uint64_t x = 0;

    if (hash_final(s->hash, digest, e) < 0)
        return -1;
    for (size_t i = 8; i-- > 0;)
        x = x << 8 | digest[i];
    *place = (double)x * 0x1p-64;
    return 0;
}

int split_by(struct split *s, const struct split_value *key, double *place, struct err *e)
{
    if (byte_of(key) == SPLIT_MISSING)
        return err_set(
            e, ERR_INPUT,
            "a row has no key to split by, so that it could be on both sides; leave such "
            "rows out by data.where, as in !missing(patient)");
    begin(s);
    add_value(s, key);
    return end(s, place, e);
}

int split_whole(struct split *s, const struct split_value *values, size_t count, double *place,
                struct err *e)
{
    begin(s);
    for (size_t i = 0; i < count; i++)
        add_told(s, &values[i]);
    return end(s, place, e);
}
