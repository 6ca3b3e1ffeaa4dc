/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signed notes: read, signed and checked. */
#include "ledger/proof/note.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/proof/note_key.h"
#include "util/base64.h"
#include "util/hash.h"
#include "util/text.h"

#define DASH "\u2014 " /* with which a signature line begins */

enum { LINE = 200 }; /* bytes of a line that are shown */

/* A copy that ends with NUL of what may be a note, or NULL. */
static char *take_text(const char *data, size_t len, struct err *e)
{
    if (len > NOTE_MOST)
        return err_null(
            err_set(e, ERR_INPUT, "a note of %zu bytes; the most is %d", len, NOTE_MOST));
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)data[i] < ' ' && data[i] != '\n')
            return err_null(err_set(e, ERR_INPUT,
                                    "a note with the control character 0x%02X (byte %zu)",
                                    (unsigned)data[i], i + 1));
    char *text = err_alloc(len + 1, 1, "a note", e);
    if (!text)
        return NULL;
    memcpy(text, data, len);
    if (text_is_utf8(text))
        return text;
    free(text);
    return err_null(err_set(e, ERR_INPUT, "a note that is not UTF-8"));
}

/* Where the text ends: behind the line feed before the last empty line. 0: there is none. */
static size_t end_of_text(const char *data, size_t len)
{
    for (size_t i = len; i >= 2; i--)
        if (data[i - 1] == '\n' && data[i - 2] == '\n')
            return i - 1;
    return 0;
}

static bool read_signature(struct note_signature *s, const char *line, size_t len)
{
    uint8_t bytes[NOTE_ID + sizeof s->bytes];
    char name[NOTE_MOST];
    size_t dash = strlen(DASH), count;

    if (len < dash || memcmp(line, DASH, dash) != 0)
        return false;
    s->name = line + dash;
    const char *space = memchr(s->name, ' ', len - dash);
    if (!space)
        return false;
    s->name_len = (size_t)(space - s->name);
    memcpy(name, s->name, s->name_len);
    name[s->name_len] = '\0';
    if (!note_is_name(name) ||
        base64_decode(space + 1, (size_t)(line + len - space) - 1, bytes, sizeof bytes, &count) < 0)
        return false;
    if (count <= NOTE_ID)
        return false;
    memcpy(s->id, bytes, NOTE_ID);
    s->len = count <= sizeof bytes ? count - NOTE_ID : 0;
    memcpy(s->bytes, bytes + NOTE_ID, s->len);
    return true;
}

/* Reads what is behind the empty line, up to end. */
static int read_signatures(struct note *n, const char *line, const char *end, struct err *e)
{
    n->count = 0;
    for (const char *next; line < end; line = next) {
        const char *feed = memchr(line, '\n', (size_t)(end - line));
        if (!feed)
            return err_set(e, ERR_INPUT, "a note that ends without a line feed: was it cut?");
        next = feed + 1;
        if (n->count == NOTE_SIGNATURES)
            return err_set(e, ERR_INPUT, "a note with more than %d signatures", NOTE_SIGNATURES);
        int shown = (int)(feed - line < LINE ? feed - line : LINE);
        if (!read_signature(&n->signatures[n->count++], line, (size_t)(feed - line)))
            return err_set(e, ERR_INPUT,
                           "'%.*s' is no signature line of a note: expected an em dash, the "
                           "key's name, and base64",
                           shown, line);
    }
    return n->count > 0 ? 0 : err_set(e, ERR_INPUT, "a note without signatures: was it cut?");
}

int note_read(struct note *n, const char *data, size_t len, struct err *e)
{
    char *text = take_text(data, len, e);

    if (!text)
        return -1;
    free(text);
    n->text = data;
    n->text_len = end_of_text(data, len);
    if (n->text_len == 0)
        return err_set(e, ERR_INPUT, "no note: a text, an empty line and signatures were expected");
    return read_signatures(n, data + n->text_len + 1, data + len, e);
}

/* Appends what a key of that kind signs. */
static void add_signed(struct buf *b, enum note_kind kind, const char *text, size_t len,
                       uint64_t time)
{
    if (kind == NOTE_COSIGNATURE)
        buf_addf(b, "cosignature/v1\ntime %" PRIu64 "\n", time);
    buf_add(b, text, len);
}

/* The bytes of a signature before Ed25519's. */
static size_t before(enum note_kind kind)
{
    return kind == NOTE_COSIGNATURE ? NOTE_TIME : 0;
}

/* Sets the bytes of a signature line over the text. */
static int sign(uint8_t *bytes, const struct note_key *k, const struct key *private,
                const char *text, size_t len, uint64_t time, struct err *e)
{
    struct buf b = {0};
    int rc;

    memcpy(bytes, k->id, NOTE_ID);
    for (size_t i = 0; i < before(k->kind); i++)
        bytes[NOTE_ID + i] = (uint8_t)(time >> (8 * (NOTE_TIME - 1 - i)));
    add_signed(&b, k->kind, text, len, time);
    if (buf_failed(&b))
        rc = err_memory(e, "a note");
    else
        rc = key_sign(private, b.data, b.len, bytes + NOTE_ID + before(k->kind), e);
    buf_free(&b);
    return rc;
}

int note_sign(struct buf *b, const struct note_key *k, const struct key *private, uint64_t time,
              struct err *e)
{
    uint8_t public[KEY_PUBLIC_LEN], bytes[NOTE_ID + NOTE_TIME + KEY_SIGNATURE_LEN];
    struct note *n = err_alloc(1, sizeof *n, "a note", e);
    size_t was = b->len, len;
    int rc = -1;

    if (!n)
        return -1;
    key_public(private, public);
    if (memcmp(public, k->public, sizeof public) != 0 || time > INT64_MAX) {
        err_set(e, ERR_SOFTWARE, "%s: another's key, or no time", k->name);
        goto done;
    }
    bool note = b->len > 0 && note_read(n, b->data, b->len, NULL) == 0;
    len = note ? n->text_len : b->len;
    if (sign(bytes, k, private, b->data ? b->data : "", len, time, e) < 0)
        goto done;
    buf_adds(b, note ? DASH : "\n" DASH);
    buf_addf(b, "%s ", k->name);
    base64_encode(b, bytes, NOTE_ID + before(k->kind) + KEY_SIGNATURE_LEN);
    buf_addc(b, '\n');
    if (buf_failed(b))
        err_memory(e, "a note");
    else if (note_read(n, b->data, b->len, e) == 0 && n->text_len == len)
        rc = 0;
    else
        err_set(e, ERR_INPUT, "a text that does not end with a line feed cannot be signed");
    if (rc < 0 && b->len > was) {
        b->len = was;
        b->data[was] = '\0';
    }
done:
    free(n);
    return rc;
}

static int check_one(const struct note *n, const struct note_signature *s, const struct note_key *k,
                     uint64_t *time, struct err *e)
{
    struct buf b = {0};
    uint64_t t = 0;
    int rc;

    if (s->len != before(k->kind) + KEY_SIGNATURE_LEN)
        return err_set(e, ERR_VERIFY, "a signature of the wrong length");
    for (size_t i = 0; i < before(k->kind); i++)
        t = t << 8 | s->bytes[i];
    if (t > INT64_MAX)
        return err_set(e, ERR_VERIFY, "a cosignature of no time");
    add_signed(&b, k->kind, n->text, n->text_len, t);
    if (buf_failed(&b))
        rc = err_memory(e, "a note");
    else
        rc = key_verify(k->public, b.data, b.len, s->bytes + before(k->kind), e);
    buf_free(&b);
    if (rc == 0 && time && k->kind == NOTE_COSIGNATURE)
        *time = t;
    return rc;
}

int note_check(const struct note *n, const struct note_key *k, uint64_t *time, struct err *e)
{
    int found = 0;

    for (size_t i = 0; i < n->count; i++) {
        const struct note_signature *s = &n->signatures[i];
        if (s->name_len != strlen(k->name) || memcmp(s->name, k->name, s->name_len) != 0 ||
            memcmp(s->id, k->id, NOTE_ID) != 0)
            continue;
        if (++found > 1)
            return err_set(e, ERR_VERIFY, "%s has signed the note twice", k->name);
        if (check_one(n, s, k, time, e) < 0)
            return err_context(e, "%s", k->name);
    }
    return found;
}
