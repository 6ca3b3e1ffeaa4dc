/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A result that comes as a document of any types and shapes: as from a hostile file. Its
 * contract, which a file of its own holds in the document, is one of three by its first byte.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "contract/document.h"
#include "engine/result/result.h"

static const char *const contracts[] = {
    "title: data\nfunction: {name: linreg, version: 1}\ndata: {name: d, slaves: 4}\n",
    "title: rounds\nrounds: 3\nfunction: {name: kmeans}\ndata: {name: d, slaves: 2}\n",
    "title: work\nfunction: {name: montecarlo}\nwork: {units: 8, range: 4}\n",
};

enum { CONTRACTS = sizeof contracts / sizeof contracts[0] };

/* In place of the reader, which would ask another process. */
struct flat *__wrap_reader_read(struct reader *r, const char *name, const void *bytes, size_t len,
                                const struct reader_limits *limits, struct err *e);

struct flat *__wrap_reader_read(struct reader *r, const char *name, const void *bytes, size_t len,
                                const struct reader_limits *limits, struct err *e)
{
    static struct buf encoded[CONTRACTS];
    size_t i = len > 0 ? *(const uint8_t *)bytes : CONTRACTS;

    (void)r;
    (void)limits;
    if (i >= CONTRACTS)
        return err_null(err_set(e, ERR_INPUT, "%s: is not an HDF5 file", name));
    if (!encoded[i].data) {
        struct contract *c =
            contract_from_spec(fuzz_file(contracts[i], strlen(contracts[i]), NULL), NULL);
        must(c);
        struct flat *f = document_make(c, NULL);
        must(f);
        flat_encode(f, &encoded[i]);
        flat_destroy(f);
        contract_destroy(c);
    }
    return flat_decode(encoded[i].data, encoded[i].len, e);
}

/* What a result is written as, read and written again is the same. */
static void write_again(const struct result *r)
{
    struct buf one = {0}, two = {0};
    struct err e = {0};
    struct flat *f = result_document(r, &e);

    must(f);
    struct result *again = result_of_document(NULL, "file", f, &e);
    must(again);
    struct flat *g = result_document(again, &e);
    must(g);
    flat_encode(f, &one);
    flat_encode(g, &two);
    must_equal(two.data, two.len, one.data, one.len);
    flat_destroy(f);
    flat_destroy(g);
    result_free(again);
    buf_free(&one);
    buf_free(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct flat *f = fuzz_document(data, len);
    struct buf b = {0};
    struct err e = {0};

    flat_encode(f, &b);
    fuzz_memory_begin();
    struct result *r = result_of_document(NULL, "file", f, &e);
    fuzz_memory_end((1 << 20) + 64 * b.len);
    if (r)
        write_again(r);
    else
        must_refuse(&e, ERR_INPUT, "file: ");
    result_free(r);
    flat_destroy(f);
    buf_free(&b);
    return 0;
}
