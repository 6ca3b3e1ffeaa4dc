/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the lines by which peers have cosigned this centre's log. */
#include "site/mirror/vouched.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/trust/kept.h"
#include "site/exchange/reading.h"

enum { BELOW = 80 }; /* bytes of cosig/NAME, with its NUL */

/* Effect: the line of that key in a note is kept beside the checkpoint. */
static int keep_line(struct house *h, const struct peer *p, const struct kept *k,
                     const struct note_key *key, struct err *e)
{
    const char *text = k->bytes.data, *end = text + k->bytes.len;

    for (size_t i = 0; i < k->note.count; i++) {
        const struct note_signature *s = &k->note.signatures[i];
        if (s->name_len != strlen(key->name) || memcmp(s->name, key->name, s->name_len) != 0 ||
            memcmp(s->id, key->id, NOTE_ID) != 0)
            continue;
        const char *line = s->name, *lf = memchr(line, '\n', (size_t)(end - line));
        while (line > text && line[-1] != '\n')
            line--;
        return kept_write_cosignature(ledger_directory(h->ledger), k->c.size, p->identity.name,
                                      line, (size_t)((lf ? lf + 1 : end) - line), e);
    }
    return 0;
}

/* Effect: a note of a peer's is looked at: it counts if it is a checkpoint of this centre's, which
 * the peer has cosigned. The first line stays: it has the earliest time. */
static int take_note(struct house *h, const struct peer *p, const struct kept *k, struct err *e)
{
    struct note_key key;
    struct kept own;
    int rc = 0;

    if (strcmp(k->c.origin, h->origin) != 0 ||
        note_key_make(&key, p->identity.origin, NOTE_COSIGNATURE, p->identity.key.public, NULL) <
            0 ||
        note_check(&k->note, &key, NULL, NULL) != 1 ||
        kept_read_cosigned(&own, ledger_directory(h->ledger), k->c.size, NULL) < 0)
        return 0;
    if (checkpoint_same(&own.c, &k->c) && note_check(&own.note, &key, NULL, NULL) == 0)
        rc = keep_line(h, p, k, &key, e);
    kept_free(&own);
    return rc;
}

int vouched_take(struct house *h, const struct peers *peers, struct err *e)
{
    char name[BELOW], *data;
    size_t len;
    int rc = 0;

    snprintf(name, sizeof name, "cosig/%s", h->name);
    for (size_t i = 0; rc == 0 && i < peers->count; i++) {
        const struct peer *p = &peers->list[i];
        struct kept k;
        if (p->state != PEER_KNOWN ||
            reading_file(h->exchange, p->identity.name, name, NOTE_MOST, &data, &len, NULL) != 1)
            continue;
        if (kept_take(&k, name, data, len, NULL) == 0) {
            rc = take_note(h, p, &k, e);
            kept_free(&k);
        }
        free(data);
    }
    return rc;
}
