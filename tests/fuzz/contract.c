/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract that comes as a document of any types and shapes: as from a hostile file. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "contract/document.h"
#include "contract/load.h"

/* Returns the contract in a document; *text is its canonical text. */
static struct contract *load(const struct flat *f, struct buf *text, struct err *e)
{
    struct contract *c = calloc(1, sizeof *c);

    must(c);
    if (load_document(&(struct load){f, "file", c, e, false}) == 0) {
        must(contract_canonical(c, text, e) == 0);
        return c;
    }
    contract_destroy(c);
    return NULL;
}

/* Of a contract over centres each round that it has is a part, which is one of none. */
static void take_part(const struct contract *c)
{
    struct contract *part = NULL, *none = NULL;
    struct err e = {0};
    uint64_t round = (uint64_t)c->rounds;
    int rc = contract_part(c, round, NULL, 0, &part, &e);

    must(contract_over_sites(c) ? rc == 0 && part && contract_round(part, 1) == round
                                : rc < 0 && !part && e.code == ERR_INPUT);
    err_clear(&e);
    must(!part || (contract_part(part, 1, NULL, 0, &none, &e) < 0 && !none));
    contract_destroy(part);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct flat *f = fuzz_document(data, len), *g = NULL;
    struct buf text = {0}, again = {0};
    struct err e = {0};

    fuzz_memory_begin();
    struct contract *c = load(f, &text, &e), *d = NULL;
    fuzz_memory_end((1 << 20) + 64 * len);
    if (c) {
        must((g = document_make(c, &e)));
        must((d = load(g, &again, &e)));
        must_equal(again.data, again.len, text.data, text.len);
        take_part(c);
    } else {
        must_refuse(&e, ERR_INPUT, "");
    }
    contract_destroy(c);
    contract_destroy(d);
    flat_destroy(f);
    flat_destroy(g);
    buf_free(&text);
    buf_free(&again);
    return 0;
}
