/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records that a result is in. */
#include "engine/flow/answered.h"

#include <inttypes.h>
#include <string.h>

int answered_record(struct job *j, uint32_t k, const uint8_t digest[static SHA256_LEN],
                    struct err *e)
{
    const struct result_slave *s = &j->result->slave[k];
    struct record *r = job_record(j, "submit", e);

    if (!r)
        return -1;
    record_set(r, "round", "%" PRIu64, j->round);
    record_set(r, "slave", "%s", s->name);
    record_set_digest(r, "state", digest);
    record_set(r, "items", "%" PRIu64, s->items);
    record_set_number(r, "seconds", s->seconds);
    return 0;
}

/* Whether the ledger has this very state: of who has submitted in this ledger itself, or of an
 * earlier start whose file is gone. Then it says how long that took. */
static bool is_recorded(const struct job *j, struct result_slave *s,
                        const uint8_t digest[static SHA256_LEN])
{
    const struct run_slave *known = runs_slave(&j->run, s->name);

    if (!job_is_collected(j) || !known || !known->submitted || known->submitted_items != s->items ||
        memcmp(known->state, digest, SHA256_LEN) != 0)
        return false;
    s->seconds = known->seconds;
    return true;
}

int answered_accept(struct job *j, const struct message *m, const uint8_t digest[static SHA256_LEN],
                    struct err *e)
{
    struct job_partition *p = &j->partitions[m->partition];
    struct result_slave *s = &j->result->slave[m->partition];

    s->answered = true;
    s->seconds = job_seconds(j, m->seconds);
    p->stage = JOB_ANSWERED;
    p->units_done = p->units;
    return is_recorded(j, s, digest) ? 0 : answered_record(j, m->partition, digest, e);
}
