/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes what a slave says has happened to its rows. */
#include "engine/flow/prepared.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/result/preparation.h"

enum { FILE_NAME = 32 };

static const char *file_name(uint32_t k, char name[static FILE_NAME])
{
    snprintf(name, FILE_NAME, "prepared-%" PRIu32, k + 1);
    return name;
}

int64_t prepared_check(const struct job *j, const struct message *m, struct err *why)
{
    const struct contract *c = j->plan->contract;
    const uint64_t *counts = (const uint64_t *)(const void *)m->payload;

    if (m->counts == 0)
        return 0;
    if (m->counts != counts_of(c))
        return err_set(why, ERR_INPUT, "claims %" PRIu64 " counts of rows, the contract has %zu",
                       m->counts, counts_of(c));
    return counts_check(c, counts, m->items, why) < 0 ? -1 : (int64_t)(m->counts * sizeof *counts);
}

/* Effect: it is durable before the record of the claim that it belongs to. */
static int save(const struct job *j, const struct message *m, struct err *e)
{
    char name[FILE_NAME];
    struct buf b = {0};

    seal_start(&b);
    buf_add(&b, m->payload, (size_t)m->counts * sizeof m->counts);
    int rc = seal_write(&j->seal, file_name(m->partition, name), &b, e);
    buf_free(&b);
    return rc;
}

int prepared_keep(struct job *j, const struct message *m, struct err *e)
{
    const struct contract *c = j->plan->contract;
    const uint64_t *counts = m->counts ? (const uint64_t *)(const void *)m->payload : NULL;

    if (counts_of(c) == 0)
        return 0;
    if (preparation_set(j->result, c, m->partition, counts, e) < 0)
        return -1;
    return save(j, m, e);
}

int prepared_resume(struct job *j, uint32_t k, struct err *e)
{
    const struct contract *c = j->plan->contract;
    size_t bytes = counts_of(c) * sizeof(uint64_t), len;
    char name[FILE_NAME], *data;
    int rc = 0;

    if (bytes == 0 || job_read(j, file_name(k, name), bytes + 4096, &data, &len, NULL) <= 0)
        return 0;
    uint64_t *counts = len == bytes ? err_alloc(len, 1, "counts", e) : NULL;
    if (counts) { /* aligned */
        memcpy(counts, data, len);
        if (counts_check(c, counts, j->result->slave[k].items, NULL) == 0)
            rc = preparation_set(j->result, c, k, counts, e);
    } else if (len == bytes) {
        rc = -1;
    }
    free(counts);
    free(data);
    return rc;
}
