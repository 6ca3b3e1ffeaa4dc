/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the result of a run to its file. */
#include "engine/flow/write.h"

#include <stdlib.h>

#include "engine/flow/provenance.h"
#include "util/store.h"

int write_result(struct job *j, struct err *e)
{
    const char *out = j->plan->options->out;
    char *bytes;
    size_t len;

    if (provenance_set(j, e) < 0 || result_write(j->result, out, e) < 0 ||
        file_read(out, UINT64_MAX, &bytes, &len, e) < 0)
        return -1;
    int rc = hash_bytes(bytes, len, j->result_digest, e);
    free(bytes);
    return rc;
}
