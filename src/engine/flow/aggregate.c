/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records the merge of what was accepted. */
#include "engine/flow/aggregate.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "engine/flow/shards.h"
#include "engine/judge/merge.h"

static int record_aggregate(struct job *j, const uint8_t digest[static SHA256_LEN], struct err *e)
{
    const struct result *x = j->result;
    uint64_t accepted = 0, items = 0;
    struct record *r = job_record(j, "aggregate", e);

    if (!r)
        return -1;
    for (size_t k = 0; k < x->slaves; k++) {
        if (x->slave[k].answered && !x->slave[k].decision.rejected) {
            accepted++;
            items += x->slave[k].items;
        }
    }
    record_set(r, "round", "%" PRIu64, j->round);
    record_set_digest(r, "state", digest);
    record_set(r, "accepted", "%" PRIu64, accepted);
    record_set(r, "items", "%" PRIu64, items);
    return 0;
}

/* Whether a slave that has not answered may do so when the same command is given again. */
static bool may_come(const struct job *j)
{
    for (size_t k = 0; !j->run.aggregated && k < j->result->slaves; k++)
        if (j->partitions[k].stage != JOB_ANSWERED && !err_is_permanent(j->partitions[k].code))
            return true;
    return false;
}

/* Effect: digest is that of the merge. */
static int merge(struct job *j, uint8_t digest[static SHA256_LEN], struct err *e)
{
    if (j->result->dealt.states)
        return shards_merge(j, digest, e);
    return judge_merge(j->bound, j->result, e) < 0
               ? -1
               : hash_doubles(j->result->aggregate, j->result->length, digest, e);
}

int aggregate(struct job *j, struct err *e)
{
    uint8_t digest[SHA256_LEN];

    if (merge(j, digest, e) < 0) {
        if (e && e->code == ERR_PERMANENT && may_come(j))
            e->code = ERR_INCOMPLETE;
        return -1;
    }
    if (!j->run.aggregated)
        return !j->result->dealt.states &&
                       job_keep(j, POOL_AGGREGATE, digest, j->result->aggregate,
                                j->result->length * sizeof *j->result->aggregate, e) < 0
                   ? -1
                   : record_aggregate(j, digest, e);
    if (memcmp(digest, j->run.state, SHA256_LEN) != 0)
        return err_set(e, ERR_IO,
                       "run %s: what is left of it does not give the aggregate in the ledger; "
                       "%s",
                       j->run.key, job_anew(j));
    return 0;
}
