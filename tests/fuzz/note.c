/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A signed note, and the checkpoint in it: what was read is all that is there. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "ledger/proof/checkpoint.h"
#include "util/base64.h"

/* Of notes that others have published, which are among the seeds. */
static const char *const keys[] = {
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
};

/* The note out of what was read of it; the signatures that are kept are whole. */
static void write_again(const struct note *n, const char *data, size_t len)
{
    struct buf b = {0};

    buf_add(&b, n->text, n->text_len);
    buf_addc(&b, '\n');
    for (size_t i = 0; i < n->count; i++) {
        const struct note_signature *s = &n->signatures[i];
        uint8_t bytes[NOTE_ID + sizeof s->bytes];
        if (s->len == 0) {
            buf_free(&b);
            return; /* of an unknown kind, and longer than is kept */
        }
        memcpy(bytes, s->id, NOTE_ID);
        memcpy(bytes + NOTE_ID, s->bytes, s->len);
        buf_adds(&b, "\u2014 ");
        buf_add(&b, s->name, s->name_len);
        buf_addc(&b, ' ');
        base64_encode(&b, bytes, NOTE_ID + s->len);
        buf_addc(&b, '\n');
    }
    must_equal(b.data, b.len, data, len);
    buf_free(&b);
}

/* A key has signed, has not, or its signature is wrong; each time the same. */
static void check_keys(const struct note *n)
{
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct note_key k;
        struct err e = {0};
        must(note_key_read(&k, keys[i], strlen(keys[i]), NULL) == 0);
        int rc = note_check(n, &k, NULL, &e);
        must(rc >= -1 && rc <= 1 && rc == note_check(n, &k, NULL, NULL));
        if (rc < 0)
            must_refuse(&e, ERR_VERIFY, k.name);
    }
}

static void read_checkpoint(const struct note *n)
{
    struct checkpoint c, again;
    struct buf b = {0};
    struct err e = {0};

    if (checkpoint_read(&c, n, &e) < 0) {
        must_refuse(&e, ERR_INPUT, "checkpoint");
        return;
    }
    checkpoint_write(&b, &c);
    must(b.len <= n->text_len);
    must_equal(b.data, b.len, n->text, b.len); /* extension lines may follow */
    const struct note alone = {.text = b.data, .text_len = b.len};
    must(checkpoint_read(&again, &alone, &e) == 0 && checkpoint_same(&c, &again));
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct note n;
    const char *text = (const char *)data;
    struct err e = {0};

    fuzz_memory_begin();
    int rc = note_read(&n, text, len, &e);
    fuzz_memory_end(65536 + 4 * len);
    if (rc < 0) {
        must_refuse(&e, ERR_INPUT, "");
        return 0;
    }
    must(n.text == text && n.text_len > 0 && n.text[n.text_len - 1] == '\n');
    must(n.count > 0 && n.count <= NOTE_SIGNATURES);
    for (size_t i = 0; i < n.count; i++)
        must(n.signatures[i].name > text && n.signatures[i].name_len > 0 &&
             n.signatures[i].name + n.signatures[i].name_len < text + len);
    write_again(&n, text, len);
    check_keys(&n);
    read_checkpoint(&n);
    return 0;
}
