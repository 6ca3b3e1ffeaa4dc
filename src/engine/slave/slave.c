/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers the master's messages. */
#include "engine/slave/slave.h"

#include <stdlib.h>

#include "engine/slave/claim.h"
#include "engine/slave/shards.h"
#include "engine/slave/submit.h"

int slave_handle(void *context, struct team *team, const struct message *in, struct message **out,
                 struct err *e)
{
    struct slave *s = context;

    if (in->type == MESSAGE_CLAIM)
        return claim(s, team, in, out, e);
    if (in->type == MESSAGE_COMPUTE)
        return submit(s, team, in, out, e);
    if (in->type == MESSAGE_SHARD)
        return shards_take_part(s, in, e);
    return err_set(e, ERR_SOFTWARE, "a slave got a message of type %u", in->type);
}

void slave_free(struct slave *s)
{
    bound_destroy(s->bound);
    partition_close(s->partition);
    contract_destroy(s->contract);
    free(s->contract_bytes);
    free(s->claims);
    if (s->shards)
        shards_free(s->shards);
    free(s->shards);
    free(s->model);
    seal_forget(&s->seal);
}
