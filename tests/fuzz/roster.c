/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A roster: what is read and written again is the same bytes, and names stand in their order. */
#include "fuzz.h"

#include <string.h>

#include "site/roster.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct roster r;
    struct buf b = {0};
    struct err e = {0};

    fuzz_memory_begin();
    int rc = roster_read(&r, (const char *)data, len, &e);
    fuzz_memory_end(4096 + 2 * len);
    if (rc < 0) {
        must_refuse(&e, ERR_INPUT, "a roster");
        return 0;
    }
    must(r.count > 0 && r.round > 0 && r.attempt > 0);
    for (size_t i = 0; i < r.count; i++) {
        must(house_is_name(r.list[i].site) && roster_find(&r, r.list[i].site) == &r.list[i]);
        must(i == 0 || strcmp(r.list[i - 1].site, r.list[i].site) < 0);
    }
    roster_write(&b, &r);
    must_equal(b.data, b.len, data, len);
    buf_free(&b);
    roster_free(&r);
    return 0;
}
