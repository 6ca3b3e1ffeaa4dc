/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the result of a run to its file. */
#include "engine/flow/write.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/provenance.h"
#include "engine/flow/rejected.h"
#include "engine/flow/shards.h"
#include "engine/judge/robust.h"
#include "engine/plan/output.h"
#include "util/owner.h"
#include "util/store.h"

/* The settlement names these very bytes. */
static int keep_result(struct job *j, struct err *e)
{
    uint8_t digest[SHA256_LEN];
    char *bytes, hex[DIGEST_TEXT];
    size_t len;

    if (!j->pool->ops->keep || rejected_stops(j)) /* nobody has settled it */
        return 0;
    if (file_read(j->plan->options->out, RESULT_FILE_MOST, &bytes, &len, e) < 0)
        return -1;
    int rc = hash_bytes(bytes, len, digest, e);
    if (rc == 0 && strcmp(digest_text(hex, digest), j->result_digest) != 0)
        rc =
            err_set(e, ERR_IO, "--out %s: was changed while it was written", j->plan->options->out);
    if (rc == 0)
        rc = job_keep(j, POOL_RESULT, digest, bytes, len, e);
    free(bytes);
    return rc;
}

int write_result(struct job *j, struct err *e)
{
    const char *out = j->plan->options->out;
    char temporary[PATH_MAX];

    j->result->disclose = job_disclose(j);
    j->result->coded = job_is_collected(j) && j->result->disclose < DISCLOSE_FEATURES;
    if ((!j->result->dealt.features && judge_robust(j->plan->contract, j->result, e) < 0) ||
        file_temporary(out, temporary, e) < 0 || provenance_set(j, e) < 0)
        return -1;
    if ((j->result->dealt.states ? shards_write(j, temporary, e)
                                 : result_write(j->result, temporary, e)) < 0)
        return -1;
    if (owner_share(temporary, j->plan->options->ledger, e) < 0 ||
        file_digest(temporary, j->result_digest, e) < 0 ||
        output_announce(&j->seal, j->result_digest, e) < 0) {
        file_remove(temporary);
        return -1;
    }
    return file_commit(temporary, out, j->there != OUTPUT_NOTHING, e) < 0 ? -1 : keep_result(j, e);
}
