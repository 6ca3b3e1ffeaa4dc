/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes in results whose states stay with the ranks that have them. */
#include "engine/flow/shards.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/answered.h"
#include "engine/flow/openings.h"
#include "engine/flow/shards_private.h"
#include "ledger/fold/reason.h"

enum { READ = 8192 }; /* doubles at a time */

/* The file that keeps an objection to result k, which cannot be found again later. */
static const char *objection_name(const struct job *j, uint32_t k, char name[static SUBMITTED_NAME])
{
    if (shards_named_round(j) > 0)
        snprintf(name, SUBMITTED_NAME, "objection-%" PRIu32 "-%" PRIu64, k + 1, j->round);
    else
        snprintf(name, SUBMITTED_NAME, "objection-%" PRIu32, k + 1);
    return name;
}

static int keep_objection(struct job *j, uint32_t k, const char *objection, struct err *e)
{
    char name[SUBMITTED_NAME];
    struct buf b = {0};

    if (!objection[0])
        return 0;
    seal_start(&b);
    buf_adds(&b, objection);
    int rc = seal_write(&j->seal, objection_name(j, k, name), &b, e);
    buf_free(&b);
    return rc;
}

int shards_objection(struct job *j, uint32_t k, char **objection, struct err *e)
{
    char name[SUBMITTED_NAME];
    size_t len;
    int found = job_read(j, objection_name(j, k, name), 4096, objection, &len, e);

    if (found > 0)
        return 0;
    *objection = found < 0 ? NULL : err_alloc(1, 1, "an objection", e);
    return *objection ? 0 : -1;
}

int shards_accept(struct job *j, const struct message *m, bool opened, struct err *e)
{
    struct result_slave *s = &j->result->slave[m->partition];
    char objection[200] = "";
    struct shards_said said;

    if (m->length != sizeof said)
        return err_set(e, ERR_SOFTWARE,
                       "slave %s says %" PRIu64 " bytes of its state, expected %zu", s->name,
                       m->length, sizeof said);
    memcpy(&said, m->payload, sizeof said);
    if (!opened)
        snprintf(objection, sizeof objection, "%s", reason_text(REASON_COMMITMENT));
    else if (said.items != (double)s->items && (isfinite(said.items) || j->result->dealt.aggregate))
        snprintf(objection, sizeof objection, "count: the state has %.17g items, the claim %.0f",
                 said.items, (double)s->items);
    if (keep_objection(j, m->partition, objection, e) < 0 ||
        result_set(&s->objection, objection, e) < 0 || (opened && openings_keep(j, m, e) < 0))
        return -1;
    memcpy(s->state, said.digest, SHA256_LEN);
    s->counted = said.items;
    return answered_accept(j, m, said.digest, e);
}

/* Whether the file has that very state; *items is its first double. Memory: a part of it. */
static bool is_there(const struct job *j, uint32_t k, const uint8_t digest[static SHA256_LEN],
                     double *items)
{
    double part[READ];
    char name[SUBMITTED_NAME];
    size_t left = j->result->length - 1;
    struct submitted *x =
        submitted_open(j->directory, submitted_name(name, k, shards_named_round(j)),
                       j->result->length, digest, items, NULL);
    int rc = x ? 0 : -1;

    for (size_t n; rc == 0 && left > 0; left -= n) {
        n = left < READ ? left : READ;
        rc = submitted_read(x, n, part, NULL);
    }
    submitted_close(x);
    return rc == 0;
}

int shards_resume(struct job *j, uint32_t k, const struct run_slave *known, struct err *e)
{
    struct result_slave *s = &j->result->slave[k];
    char *objection;

    if (!is_there(j, k, known->state, &s->counted))
        return 0;
    if (shards_objection(j, k, &objection, e) < 0)
        return -1;
    int rc = result_set(&s->objection, objection, e);
    free(objection);
    memcpy(s->state, known->state, SHA256_LEN);
    s->answered = true;
    s->items = known->items;
    s->seconds = known->seconds;
    j->partitions[k].stage = JOB_ANSWERED;
    return rc == 0 && known->node ? result_set(&s->node, known->node, e) : rc;
}
