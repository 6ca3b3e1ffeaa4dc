/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the result of a run to its file. */
#include "engine/flow/write.h"

#include <limits.h>

#include "engine/flow/provenance.h"
#include "engine/plan/output.h"
#include "util/owner.h"
#include "util/store.h"

int write_result(struct job *j, struct err *e)
{
    const char *out = j->plan->options->out;
    char temporary[PATH_MAX];

    j->result->stateless = j->plan->options->no_states;
    if (file_temporary(out, temporary, e) < 0 || provenance_set(j, e) < 0 ||
        result_write(j->result, temporary, e) < 0)
        return -1;
    if (owner_share(temporary, j->plan->options->ledger, e) < 0 ||
        file_digest(temporary, j->result_digest, e) < 0 ||
        output_announce(&j->seal, j->result_digest, e) < 0) {
        file_remove(temporary);
        return -1;
    }
    return file_commit(temporary, out, j->there != OUTPUT_NOTHING, e);
}
