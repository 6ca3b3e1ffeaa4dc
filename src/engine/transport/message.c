/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes and checks messages. */
#include "engine/transport/message.h"

#include <string.h>

struct message *message_create(enum message_type type, uint32_t partition, size_t payload,
                               struct err *e)
{
    struct message *m = err_alloc(1, sizeof *m + payload, "a message", e);

    if (m) {
        m->type = type;
        m->partition = partition;
        m->ranges = 1;
        m->length = payload;
    }
    return m;
}

size_t message_size(const struct message *m)
{
    return sizeof *m + m->length;
}

bool message_check(const void *data, size_t len)
{
    const struct message *m = data;

    return len >= sizeof *m && m->length == len - sizeof *m && m->type >= MESSAGE_CLAIM &&
           m->type <= MESSAGE_PULSE && memchr(m->run, '\0', sizeof m->run) &&
           memchr(m->node, '\0', sizeof m->node) && memchr(m->text, '\0', sizeof m->text) &&
           memchr(m->warning, '\0', sizeof m->warning);
}
