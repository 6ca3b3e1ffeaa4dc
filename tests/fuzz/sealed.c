/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is sealed to a collector: what is read and written again is the same bytes. */
#include "fuzz.h"

#include <stdlib.h>

#include "site/sealed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const size_t most = 1000;
    struct sealed s;
    struct buf b = {0};
    struct err e = {0};

    fuzz_memory_begin();
    int rc = sealed_read(&s, (const char *)data, len, most, &e);
    fuzz_memory_end(4096 + len);
    if (rc < 0) {
        must_refuse(&e, ERR_INPUT, "a sealed result");
        return 0;
    }
    must(s.length > 0 && s.length <= most && s.state && house_is_name(s.site) && s.round > 0);
    must(sealed_write(&s, &b, &e) == 0);
    must_equal(b.data, b.len, data, len);
    buf_free(&b);
    sealed_free(&s);
    return 0;
}
