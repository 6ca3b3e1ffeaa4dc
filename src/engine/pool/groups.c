/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Speaks to the groups of ranks. */
#include "engine/pool/groups.h"

#include <stdlib.h>
#include <string.h>

int groups_open(struct groups *s, struct job *j, const struct pool_ops *pool,
                const struct groups_ops *ops, struct err *e)
{
    *s = (struct groups){.pool = {pool}, .ops = ops, .j = j};
    s->count = transport_groups(j->transport);
    s->group = err_alloc((size_t)s->count, sizeof *s->group, "groups", e);
    for (int g = 0; s->group && g < s->count; g++)
        s->group[g].serves = -1;
    return s->group ? 0 : -1;
}

void groups_close(struct groups *s)
{
    free(s->group);
}

int groups_ask(struct groups *s, int group, enum message_type type, uint32_t k, uint32_t ranges,
               bool again, struct err *e)
{
    size_t model = type == MESSAGE_COMPUTE && s->j->iterative && s->j->told != s->j->round
                       ? bound_model_length(s->j->bound) * sizeof(double)
                       : 0;
    struct message *m = message_create(type, k, model, e);
    const struct run_slave *known = runs_slave(&s->j->run, s->j->result->slave[k].name);

    if (!m)
        return -1;
    if (model > 0)
        memcpy(m->payload, s->j->model, model);
    m->round = (uint32_t)s->j->round;
    m->ranges = ranges;
    m->again = again;
    memcpy(m->run, s->j->run.key, sizeof s->j->run.key);
    if (type == MESSAGE_CLAIM)
        memcpy(m->key, s->j->seal.key, sizeof m->key);
    if (type == MESSAGE_CLAIM && known && known->withdrawn)
        memcpy(m->digest, known->saved, sizeof m->digest);
    s->j->asked = k;
    int rc = transport_send(s->j->transport, group, m, e);
    free(m);
    return rc;
}

void groups_halt(struct groups *s)
{
    if (!s->halting)
        transport_halt(s->j->transport);
    s->halting = true;
}
