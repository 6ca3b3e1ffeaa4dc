/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of notes: names, IDs and verifier keys. */
#include "ledger/proof/note_key.h"

#include <string.h>

#include "ledger/proof/note.h"
#include "util/base64.h"
#include "util/hash.h"
#include "util/text.h"

enum { HEX = 2 * NOTE_ID };

bool note_is_name(const char *name)
{
    return *name && text_is_utf8(name) && !text_has_space(name) && !strchr(name, '+');
}

int note_key_make(struct note_key *k, const char *name, enum note_kind kind,
                  const uint8_t public[static KEY_PUBLIC_LEN], struct err *e)
{
    size_t len = strlen(name);
    uint8_t bytes[NOTE_NAME + 1 + KEY_PUBLIC_LEN], digest[SHA256_LEN];
    struct note_key made = {.kind = kind};

    if (len >= NOTE_NAME)
        return err_set(e, ERR_INPUT, "a key's name of %zu bytes; the most is %d", len,
                       NOTE_NAME - 1);
    if (!note_is_name(name))
        return err_set(e, ERR_INPUT,
                       "'%s' cannot be a key's name: expected UTF-8 without spaces and '+'", name);
    memcpy(made.name, name, len + 1);
    memcpy(made.public, public, KEY_PUBLIC_LEN);
    /* The first bytes of SHA-256(name || LF || kind || public key). */
    memcpy(bytes, name, len);
    bytes[len] = '\n';
    bytes[len + 1] = (uint8_t)kind;
    memcpy(bytes + len + 2, public, KEY_PUBLIC_LEN);
    if (hash_bytes(bytes, len + 2 + KEY_PUBLIC_LEN, digest, e) < 0)
        return -1;
    memcpy(made.id, digest, NOTE_ID);
    *k = made;
    return 0;
}

static int no_key(const char *text, size_t len, const char *why, struct err *e)
{
    return err_set(e, ERR_INPUT, "'%.*s' is no verifier key: %s", (int)(len < 200 ? len : 200),
                   text, why);
}

int note_key_read(struct note_key *k, const char *text, size_t len, struct err *e)
{
    char name[NOTE_NAME], hex[HEX + 1], wanted[HEX + 1];
    uint8_t bytes[1 + KEY_PUBLIC_LEN];
    struct note_key made;
    size_t count;

    const char *plus = memchr(text, '+', len);
    if (!plus || memchr(text, '\0', len))
        return no_key(text, len, "expected NAME+ID+KEY", e);
    size_t name_len = (size_t)(plus - text), rest = len - name_len - 1;
    if (name_len >= sizeof name)
        return no_key(text, len, "its name is too long", e);
    if (rest < HEX + 1 || plus[1 + HEX] != '+')
        return no_key(text, len, "expected NAME+ID+KEY, with an ID of 8 hexadecimal digits", e);
    if (base64_decode(plus + 2 + HEX, rest - HEX - 1, bytes, sizeof bytes, &count) < 0 ||
        count == 0)
        return no_key(text, len, "its key is not base64", e);
    if (bytes[0] != NOTE_ED25519 && bytes[0] != NOTE_COSIGNATURE)
        return no_key(text, len, "expected an Ed25519 key, of type 0x01 or 0x04", e);
    if (count != sizeof bytes)
        return no_key(text, len, "its key has the wrong length", e);
    memcpy(name, text, name_len);
    name[name_len] = '\0';
    memcpy(hex, plus + 1, HEX);
    hex[HEX] = '\0';
    if (note_key_make(&made, name, (enum note_kind)bytes[0], bytes + 1, e) < 0)
        return -1;
    if (strcmp(hex, hex_encode(wanted, made.id, NOTE_ID)) != 0)
        return no_key(text, len, "its ID is not that of its name and key: was it mistyped?", e);
    *k = made;
    return 0;
}

void note_key_write(struct buf *b, const struct note_key *k)
{
    uint8_t bytes[1 + KEY_PUBLIC_LEN] = {(uint8_t)k->kind};
    char hex[HEX + 1];

    memcpy(bytes + 1, k->public, KEY_PUBLIC_LEN);
    buf_addf(b, "%s+%s+", k->name, hex_encode(hex, k->id, NOTE_ID));
    base64_encode(b, bytes, sizeof bytes);
}
