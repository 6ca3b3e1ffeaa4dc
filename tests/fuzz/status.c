/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A status file: what is read and written is read and written the same. */
#include "fuzz.h"

#include <string.h>

#include "engine/view/document.h"
#include "ledger/names.h"

static void check(const struct status_document *d)
{
    must(d->run && d->contract && d->title && d->stage && d->host && d->job && d->why);
    must(d->count <= STATUS_SLAVES_MOST && d->started >= 0 && d->written >= 0);
    must(d->code == ERR_NONE || err_is_code(d->code));
    for (size_t k = 0; k < d->count; k++) {
        const struct status_slave *s = &d->slaves[k];
        must(s->partition == k + 1 && status_part_name(s->stage)[0] && s->trouble);
        must(strlen(s->name) < SLAVE_NAME && strlen(s->node) < NODE_NAME);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct status_document d, again;
    struct buf one = {0}, two = {0};
    struct err e = {0};

    fuzz_memory_begin();
    int rc = status_decode((const char *)data, len, &d, &e);
    fuzz_memory_end((1 << 20) + 512 * len);
    if (rc < 0) {
        must_refuse(&e, ERR_INPUT, "");
        must(!d.slaves && !d.owner && d.count == 0);
        return 0;
    }
    check(&d);
    status_encode(&d, &one);
    must(!buf_failed(&one) && status_decode(one.data, one.len, &again, &e) == 0);
    check(&again);
    must(again.count == d.count);
    status_encode(&again, &two);
    must_equal(two.data, two.len, one.data, one.len);
    status_document_free(&d);
    status_document_free(&again);
    buf_free(&one);
    buf_free(&two);
    return 0;
}
