/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An age file, its header alone, and a recipient: what was read is all that is there. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "util/age_private.h"
#include "util/bech32.h"

/* Of the files that others have published, which are among the seeds. */
#define IDENTITY "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"

static const struct age_identity *identity(void)
{
    static struct age_identity i;
    static bool made;

    if (!made)
        must(bech32_decode(IDENTITY, "AGE-SECRET-KEY-", i.secret, AGE_KEY) == 0 &&
             age_public(i.secret, i.public, NULL) == 0);
    made = true;
    return &i;
}

/* A header of our kind alone is what would be written. */
static void read_header(const char *data, size_t len)
{
    static struct age_header h;
    struct buf b = {0};
    struct err e = {0};

    if (age_header_read(&h, data, len, &e) < 0) {
        must_refuse(&e, ERR_INPUT, "header");
        return;
    }
    must(h.count + h.others > 0 && h.count + h.others <= AGE_STANZAS);
    must(h.covered < h.len && h.len <= len && data[h.len - 1] == '\n');
    if (h.others > 0)
        return;
    age_header_begin(&b, h.stanzas, h.count);
    must(b.len == h.covered);
    age_header_end(&b, h.mac);
    must_equal(b.data, b.len, data, h.len);
    buf_free(&b);
}

static void open_file(const void *data, size_t len)
{
    struct buf b = {0};
    struct err e = {0};

    fuzz_memory_begin();
    int rc = age_open(identity(), data, len, &b, &e);
    fuzz_memory_end((1 << 20) + 4 * len); /* libcrypto finds its algorithms at first use */
    must(rc < 0 ? b.len == 0 : b.len < len);
    if (rc < 0)
        must_refuse(&e, e.code == ERR_INPUT ? ERR_INPUT : ERR_VERIFY, "age file");
    buf_free(&b);
}

static void read_recipient(const char *text)
{
    struct age_identity i;
    struct err e = {0};
    char again[AGE_RECIPIENT];

    if (age_recipient_read(text, i.public, &e) < 0)
        must_refuse(&e, ERR_INPUT, "recipient");
    else
        must(strcmp(age_recipient(again, &i), text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *text = fuzz_text(data, len);

    read_header((const char *)data, len);
    open_file(data, len);
    read_recipient(text);
    free(text);
    return 0;
}
