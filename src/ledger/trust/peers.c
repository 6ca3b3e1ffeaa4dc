/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps the lines by which peers have cosigned a checkpoint. */
#include "ledger/trust/peers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ledger/trust/kept.h"
#include "util/text.h"

/* Effect: the line of one signature is kept, under the name of who gave it. */
static int keep_line(struct ledger *l, const struct kept *k, const struct note_signature *s,
                     struct err *e)
{
    char peer[TEXT_NAME + 1], name[NOTE_NAME];
    const char *text = k->bytes.data, *end = text + k->bytes.len;

    snprintf(name, sizeof name, "%.*s", (int)s->name_len, s->name);
    text_to_name(peer, sizeof peer, strncmp(name, "metaneuron/", 11) == 0 ? name + 11 : name);
    /* The line begins before the name, by a dash and a space. */
    const char *line = s->name;
    while (line > text && line[-1] != '\n')
        line--;
    const char *lf = memchr(line, '\n', (size_t)(end - line));
    return kept_write_cosignature(ledger_directory(l), k->c.size, peer, line,
                                  (size_t)(lf + 1 - line), e);
}

/* Whether a signature is a line of a peer's: not the log's own, and, if a policy is there, of one of
 * its witnesses and right. */
static int is_peers(const struct kept *k, const struct note_signature *s,
                    const struct policy *policy, struct err *e)
{
    if (s->len != NOTE_TIME + KEY_SIGNATURE_LEN)
        return 0;
    for (size_t i = 0; policy && i < policy_witnesses(policy); i++) {
        const char *name;
        const struct note_key *key = policy_witness(policy, i, &name);
        if (strlen(key->name) == s->name_len && memcmp(key->name, s->name, s->name_len) == 0 &&
            memcmp(key->id, s->id, NOTE_ID) == 0)
            return note_check(&k->note, key, NULL, e);
    }
    return !policy;
}

int peers_keep(struct ledger *l, const char *file, const struct policy *policy, size_t *count,
               struct err *e)
{
    struct kept k, own;

    *count = 0;
    if (kept_read_file(&k, file, e) < 0)
        return -1;
    int rc = kept_read(&own, ledger_directory(l), k.c.size, e);
    if (rc == 0 && !checkpoint_same(&own.c, &k.c))
        rc = err_set(e, ERR_VERIFY, "%s: is not of this ledger's checkpoint of %" PRIu64 " records",
                     file, k.c.size);
    for (size_t i = 0; rc == 0 && i < k.note.count; i++) {
        int is = is_peers(&k, &k.note.signatures[i], policy, e);
        rc = is == 1 ? keep_line(l, &k, &k.note.signatures[i], e) : is;
        *count += is == 1 && rc == 0;
    }
    if (rc == 0 && *count == 0)
        rc = err_set(e, ERR_INPUT, "%s: has no cosignature%s", file,
                     policy ? " of a witness of the trust policy" : "");
    kept_free(&k);
    kept_free(&own);
    return rc;
}
