/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header of an age file: stanzas, each for a recipient, and a MAC. */
#include <string.h>

#include "util/age_private.h"
#include "util/base64.h"
#include "util/text.h"

#define FORMAT "age-encryption.org/v1"
#define STANZA "-> "
#define END    "---"

enum { COLUMNS = 64 }; /* of a line of a body; a shorter one is its last */

/* A line of the header, without its LF. */
struct line {
    const char *text;
    size_t len;
};

/* Where a reader is. */
struct reader {
    const char *data;
    size_t len, at, lines;
    struct line line; /* the last */
};

static int complain(const struct reader *r, struct err *e, const char *what)
{
    return err_set(e, ERR_INPUT, "no age file: line %zu of its header %s", r->lines, what);
}

static int next_line(struct reader *r, struct err *e)
{
    const char *text = r->data + r->at;
    const char *feed = r->len > r->at ? memchr(text, '\n', r->len - r->at) : NULL;

    r->lines++;
    if (!feed)
        return complain(r, e, "does not end: was it cut?");
    r->line = (struct line){text, (size_t)(feed - text)};
    r->at += r->line.len + 1;
    return 0;
}

static bool begins(const struct line *l, const char *word)
{
    return l->len >= strlen(word) && memcmp(l->text, word, strlen(word)) == 0;
}

static bool is_word(const struct line *l, const char *word)
{
    return l->len == strlen(word) && begins(l, word);
}

/* Exactly so many bytes of bare base64. */
static bool read_bytes(const char *text, size_t len, uint8_t *bytes, size_t wanted)
{
    size_t count;

    return base64_decode_bare(text, len, bytes, wanted, &count) == 0 && count == wanted;
}

enum { ARGUMENTS = 3 }; /* that are looked at */

/* Reads the arguments of a stanza: the first of them, and how many there are. */
static int read_arguments(const struct reader *r, struct line *words, size_t *count, struct err *e)
{
    const char *at = r->line.text + strlen(STANZA), *end = r->line.text + r->line.len;

    for (*count = 0;; at++) {
        const char *begin = at;
        while (at<end && * at> ' ' && *at <= '~')
            at++;
        if (at == begin || (at < end && *at != ' '))
            return complain(r, e, "has an argument that is empty, or not of printable ASCII");
        if (*count < ARGUMENTS)
            words[*count] = (struct line){begin, (size_t)(at - begin)};
        ++*count;
        if (at == end)
            return 0;
    }
}

/* Reads a body. *count is its bytes, of which body has the first, AGE_BODY at most. */
static int read_body(struct reader *r, uint8_t body[static AGE_BODY], size_t *count, struct err *e)
{
    *count = 0;
    do {
        size_t n, kept = *count < AGE_BODY ? *count : AGE_BODY;
        if (next_line(r, e) < 0)
            return -1;
        if (r->line.len > COLUMNS ||
            base64_decode_bare(r->line.text, r->line.len, body + kept, AGE_BODY - kept, &n) < 0)
            return complain(r, e, "is no base64 of at most 64 characters");
        *count += n;
    } while (r->line.len == COLUMNS);
    return 0;
}

/* Reads the stanza whose first line was read. */
static int read_stanza(struct age_header *h, struct reader *r, bool *passphrase, struct err *e)
{
    struct line words[ARGUMENTS];
    struct age_stanza s = {{0}, {0}};
    size_t count, body;

    if (read_arguments(r, words, &count, e) < 0)
        return -1;
    bool ours = is_word(&words[0], "X25519");
    if (ours && (count != 2 || !read_bytes(words[1].text, words[1].len, s.share, AGE_KEY)))
        return complain(r, e, "has no share of 32 bytes");
    *passphrase = *passphrase || is_word(&words[0], "scrypt");
    if (h->count + h->others == AGE_STANZAS)
        return complain(r, e, "is the 65th stanza; the most is 64");
    if (read_body(r, s.body, &body, e) < 0)
        return -1;
    if (ours && body != AGE_BODY)
        return complain(r, e, "ends a body that has not 32 bytes");
    if (ours)
        h->stanzas[h->count++] = s;
    else
        h->others++;
    return 0;
}

int age_header_read(struct age_header *h, const char *data, size_t len, struct err *e)
{
    struct reader r = {.data = data, .len = len};
    bool passphrase = false;

    h->count = h->others = 0;
    if (next_line(&r, e) < 0)
        return -1;
    if (!is_word(&r.line, FORMAT))
        return complain(&r, e, "is not '" FORMAT "'");
    for (;;) {
        h->covered = r.at + strlen(END);
        if (next_line(&r, e) < 0)
            return -1;
        if (!begins(&r.line, STANZA))
            break;
        if (read_stanza(h, &r, &passphrase, e) < 0)
            return -1;
    }
    if (!begins(&r.line, END " ") ||
        !read_bytes(r.line.text + strlen(END " "), r.line.len - strlen(END " "), h->mac,
                    sizeof h->mac))
        return complain(&r, e, "is no stanza, and not '--- ' with a MAC of 32 bytes");
    if (h->count + h->others == 0)
        return complain(&r, e, "ends it, and there was no stanza");
    if (passphrase && h->count + h->others > 1)
        return complain(&r, e, "ends it, and there were a passphrase and others");
    h->len = r.at;
    return 0;
}

void age_header_begin(struct buf *b, const struct age_stanza *stanzas, size_t count)
{
    buf_adds(b, FORMAT "\n");
    for (size_t i = 0; i < count; i++) {
        buf_adds(b, STANZA "X25519 ");
        base64_encode_bare(b, stanzas[i].share, AGE_KEY);
        buf_addc(b, '\n');
        base64_encode_bare(b, stanzas[i].body, AGE_BODY);
        buf_addc(b, '\n');
    }
    buf_adds(b, END);
}

void age_header_end(struct buf *b, const uint8_t mac[static SHA256_LEN])
{
    buf_addc(b, ' ');
    base64_encode_bare(b, mac, SHA256_LEN);
    buf_addc(b, '\n');
}
