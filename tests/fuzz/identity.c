/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An identity: what is believed has the lines of FORMAT and its own signature, and no more. */
#include "fuzz.h"

#include <inttypes.h>
#include <string.h>

#include "site/house/identity.h"

/* The text that is signed, out of what was read of it. */
static void write_again(const struct identity *i, const char *data, size_t len)
{
    struct buf b = {0};

    buf_addf(&b, "metaneuron-id@v1\nname %s\nnumber %" PRIu64 "\norigin %s\nkey ", i->name,
             i->number, i->origin);
    note_key_write(&b, &i->key);
    buf_addf(&b, "\nseal %s\ncluster %s\nexpires %" PRId64 "\n\n\u2014 %s ", i->seal,
             i->cluster[0] ? i->cluster : "-", i->expires, i->origin);
    must(b.len < len);
    must_equal(data, b.len, b.data, b.len);
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const char *text = (const char *)data;
    struct identity i, next;
    struct err e = {0};

    fuzz_memory_begin();
    int rc = identity_read(&i, text, len, NULL, &e);
    fuzz_memory_end((1 << 20) + 4 * len); /* libcrypto finds its algorithms at first use */
    if (rc < 0) {
        must(e.code == ERR_INPUT || e.code == ERR_VERIFY);
        must_refuse(&e, e.code, "");
        return 0;
    }
    must(house_is_name(i.name) && i.number > 0 && i.expires > 0 && age_is_recipient(i.seal));
    must(strcmp(i.key.name, i.origin) == 0);
    write_again(&i, text, len);
    /* Nothing follows itself. */
    must(identity_read(&next, text, len, &i, NULL) < 0);
    return 0;
}
