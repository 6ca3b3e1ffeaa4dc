/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a child that has been taken over answers: a document has one form, and a refusal a reason. */
#include "fuzz.h"

#include <stdlib.h>

#include "h5/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *answer = fuzz_text(data, len);
    struct buf b = {0};
    struct err e = {0};

    fuzz_memory_begin();
    struct flat *f = answer_read("file", answer, len, &e);
    /* A path is in the list and in the table; of all else there is one copy. */
    fuzz_memory_end(65536 + 32 * len);
    if (f) {
        flat_encode(f, &b);
        must_equal(b.data, b.len, answer + 1, len - 1);
        must(flat_ok(f, NULL) == 0);
        for (size_t i = 0; i < flat_count(f); i++)
            must(flat_find(f, flat_at(f, i)->path) == flat_at(f, i));
        buf_free(&b);
    } else {
        must_refuse(&e, len > 0 && answer[0] == ANSWER_FAULT ? ERR_SOFTWARE : ERR_INPUT, "file: ");
    }
    flat_destroy(f);
    free(answer);
    return 0;
}
