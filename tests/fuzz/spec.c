/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract in YAML: what is read and made a document is the same contract. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "contract/document.h"
#include "contract/load.h"

/* Memory that a formula may take, which is a short form: limits are on what it makes. */
enum { FORMULA = 64 << 20 };

/* As an HDF5 file would bring it back. */
static void read_back(const struct contract *c)
{
    struct contract *d = calloc(1, sizeof *d);
    struct buf sent = {0}, text = {0}, again = {0};
    struct err e = {0};

    struct flat *f = document_make(c, &e);
    must(d && f);
    flat_encode(f, &sent);
    struct flat *g = flat_decode(sent.data, sent.len, &e);
    must(g && load_document(&(struct load){g, "file", d, &e, false}) == 0);
    must(contract_canonical(c, &text, &e) == 0 && contract_canonical(d, &again, &e) == 0);
    must_equal(again.data, again.len, text.data, text.len);
    flat_destroy(f);
    flat_destroy(g);
    contract_destroy(d);
    buf_free(&sent);
    buf_free(&text);
    buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct err e = {0};
    const char *path = fuzz_file(data, len, NULL);

    fuzz_memory_begin();
    struct contract *c = contract_from_spec(path, &e);
    fuzz_memory_end((1 << 20) + 256 * len + (memmem(data, len, "formula", 7) ? FORMULA : 0));
    if (c) {
        must(strlen(c->id) == SHA256_HEX && c->title && c->digest && c->function);
        read_back(c);
    } else {
        must_refuse(&e, ERR_INPUT, path);
    }
    contract_destroy(c);
    return 0;
}
