/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a centre says of itself, as a signed note. */
#include "site/house/identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site/house/fields.h"
#include "util/text.h"

enum { GROUPS = 10, GROUP = 4 }; /* of a fingerprint */

static const char heading[] = "metaneuron-id@v1";
static const uint64_t latest = 253402300799; /* the last second of the year 9999 */

int identity_write(struct buf *b, const struct identity *i, const struct key *own,
                   const struct note_key *before, const struct key *before_key, struct err *e)
{
    struct identity again;
    struct buf note = {0};
    int rc = -1;

    buf_addf(&note, "%s\nname %s\nnumber %" PRIu64 "\norigin %s\nkey ", heading, i->name, i->number,
             i->origin);
    note_key_write(&note, &i->key);
    buf_addf(&note, "\nseal %s\ncluster %s\nexpires %" PRId64 "\n", i->seal,
             i->cluster[0] ? i->cluster : "-", i->expires);
    /* What could not be read is not written. */
    if (!buf_failed(&note) && note_sign(&note, &i->key, own, 0, e) == 0 &&
        (!before || note_sign(&note, before, before_key, 0, e) == 0) &&
        identity_read(&again, note.data, note.len, NULL, e) == 0) {
        buf_add(b, note.data, note.len);
        rc = 0;
    }
    if (buf_failed(&note) || buf_failed(b))
        rc = err_memory(e, "an identity");
    buf_free(&note);
    return rc;
}

static int read_name(struct identity *i, struct fields *f, struct err *e)
{
    const char *name = fields_value(f, "name", e);

    if (!name)
        return -1;
    if (!house_is_name(name))
        return fields_wrong(f, "the name of a centre: small letters, digits and '-'", e);
    snprintf(i->name, sizeof i->name, "%s", name);
    return 0;
}

/* The key has the name of the log that it signs. */
static int read_key(struct identity *i, struct fields *f, struct err *e)
{
    const char *origin = fields_value(f, "origin", e);

    if (!origin)
        return -1;
    if (strlen(origin) >= sizeof i->origin)
        return fields_wrong(f, "an origin of 127 bytes at most", e);
    snprintf(i->origin, sizeof i->origin, "%s", origin);
    const char *key = fields_value(f, "key", e);
    if (!key)
        return -1;
    if (note_key_read(&i->key, key, strlen(key), e) < 0)
        return err_context(e, "%s: line %zu", f->what, f->number);
    if (i->key.kind != NOTE_ED25519 || strcmp(i->key.name, i->origin) != 0)
        return fields_wrong(f, "a key of Ed25519 whose name is the origin", e);
    return 0;
}

static int read_seal(struct identity *i, struct fields *f, struct err *e)
{
    const char *seal = fields_value(f, "seal", e);

    if (!seal)
        return -1;
    if (!age_is_recipient(seal))
        return fields_wrong(f, "a recipient of age (age1…)", e);
    snprintf(i->seal, sizeof i->seal, "%s", seal);
    return 0;
}

static int read_cluster(struct identity *i, struct fields *f, struct err *e)
{
    const char *cluster = fields_value(f, "cluster", e);

    if (!cluster)
        return -1;
    if (strcmp(cluster, "-") == 0)
        return 0;
    if (!text_is_name(cluster))
        return fields_wrong(f, "the name of a cluster, or -", e);
    snprintf(i->cluster, sizeof i->cluster, "%s", cluster);
    return 0;
}

static int read_lines(struct identity *i, const struct note *n, struct err *e)
{
    struct fields f;
    uint64_t expires;

    fields_begin(&f, "an identity", n->text, n->text_len);
    if (fields_heading(&f, heading, e) < 0 || read_name(i, &f, e) < 0 ||
        fields_number(&f, "number", 1, UINT32_MAX, &i->number, e) < 0 || read_key(i, &f, e) < 0 ||
        read_seal(i, &f, e) < 0 || read_cluster(i, &f, e) < 0 ||
        fields_number(&f, "expires", 1, latest, &expires, e) < 0)
        return -1;
    i->expires = (int64_t)expires;
    if (fields_end(&f))
        return 0;
    return fields_next(&f, e) < 0 ? -1 : fields_wrong(&f, "no more lines", e);
}

/* Whether signature number at is by that key. A key of another number is not looked for: so there
 * is one note of the same identity, and one fingerprint. */
static int check_signature(const struct note *n, size_t at, const struct note_key *k,
                           const char *whose, struct err *e)
{
    struct note one = {.text = n->text, .text_len = n->text_len, .count = 1};

    one.signatures[0] = n->signatures[at];
    int found = note_check(&one, k, NULL, e);
    if (found == 0)
        return err_set(e, ERR_VERIFY, "signature %zu is not by %s", at + 1, whose);
    return found < 0 ? -1 : 0;
}

/* It is signed by itself, and by the identity that it follows. */
static int check_signatures(const struct identity *i, const struct note *n,
                            const struct identity *before, struct err *e)
{
    size_t wanted = i->number > 1 ? 2 : 1;

    if (n->count != wanted)
        return err_set(e, ERR_VERIFY, "has %zu signatures; expected %zu", n->count, wanted);
    if (check_signature(n, 0, &i->key, "its own key", e) < 0)
        return -1;
    return before ? check_signature(n, 1, &before->key, "the key of the identity before", e) : 0;
}

static int check_order(const struct identity *i, const struct identity *before, struct err *e)
{
    if (!before)
        return 0;
    if (strcmp(i->name, before->name) != 0 || i->number != before->number + 1 ||
        strcmp(i->origin, before->origin) != 0)
        return err_set(e, ERR_VERIFY,
                       "does not follow number %" PRIu64 " of %s, which has the origin %s",
                       before->number, before->name, before->origin);
    if (memcmp(i->key.public, before->key.public, KEY_PUBLIC_LEN) == 0)
        return err_set(e, ERR_VERIFY, "has the key of the one before");
    return 0;
}

int identity_read(struct identity *i, const char *data, size_t len, const struct identity *before,
                  struct err *e)
{
    struct identity read = {.number = 0};
    struct note *n;
    int rc = -1;

    if (len > IDENTITY_MOST)
        return err_set(e, ERR_INPUT, "an identity of %zu bytes; the most is %d", len,
                       IDENTITY_MOST);
    if (!(n = err_alloc(1, sizeof *n, "an identity", e)))
        return -1;
    if (note_read(n, data, len, e) < 0)
        err_context(e, "an identity");
    else if (read_lines(&read, n, e) == 0) {
        if (check_order(&read, before, e) == 0 && check_signatures(&read, n, before, e) == 0)
            rc = hash_bytes(data, len, read.digest, e);
        else
            err_context(e, "identity %" PRIu64 " of %s", read.number, read.name);
    }
    free(n);
    if (rc == 0)
        *i = read;
    return rc;
}

const char *identity_fingerprint(char text[static IDENTITY_FINGERPRINT],
                                 const uint8_t digest[static SHA256_LEN])
{
    char *at = text;

    for (size_t g = 0; g < GROUPS; g++, at += GROUP + 1) {
        hex_encode(at, digest + g * GROUP / 2, GROUP / 2);
        at[GROUP] = g + 1 < GROUPS ? ' ' : '\0';
    }
    return text;
}

bool identity_is(const char *text, const uint8_t digest[static SHA256_LEN])
{
    char digits[GROUPS * GROUP + 1], wanted[sizeof digits];
    size_t n = 0;

    for (const char *c = text; *c; c++) {
        if (*c == ' ')
            continue;
        if (n + 1 == sizeof digits)
            return false;
        digits[n++] = *c >= 'A' && *c <= 'F' ? (char)(*c - 'A' + 'a') : *c;
    }
    digits[n] = '\0';
    return strcmp(digits, hex_encode(wanted, digest, GROUPS * GROUP / 2)) == 0;
}
