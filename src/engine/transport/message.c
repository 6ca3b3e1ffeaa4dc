/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes and checks messages. */
#include "engine/transport/message.h"

#include <inttypes.h>
#include <math.h>
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

/* What the payload of a message is. */
enum payload {
    PAYLOAD_NONE = 0,
    PAYLOAD_NAMES = 1, /* texts, each ended by NUL */
    PAYLOAD_DOUBLES = 2,
};

/* What is known of each type of message: who sends it, as an answer to what (0: unasked), and
 * whether it says that something failed. */
static const struct kind {
    bool from_master, fails;
    enum message_type answers;
    enum payload payload;
} kinds[MESSAGE_PULSE + 1] = {
    [MESSAGE_CLAIM] = {.from_master = true},
    [MESSAGE_COMPUTE] = {.from_master = true, .payload = PAYLOAD_DOUBLES},
    [MESSAGE_STOP] = {.from_master = true},
    [MESSAGE_CLAIMED] = {.answers = MESSAGE_CLAIM, .payload = PAYLOAD_NAMES},
    [MESSAGE_DECLINED] = {.answers = MESSAGE_CLAIM, .fails = true},
    [MESSAGE_RESULT] = {.answers = MESSAGE_COMPUTE, .payload = PAYLOAD_DOUBLES},
    [MESSAGE_FAILED] = {.answers = MESSAGE_COMPUTE, .fails = true},
    [MESSAGE_HALTED] = {.answers = MESSAGE_COMPUTE, .fails = true},
    [MESSAGE_PULSE] = {0},
};

bool message_answers(uint32_t type, uint32_t asked)
{
    return type >= MESSAGE_CLAIM && type <= MESSAGE_PULSE && kinds[type].answers != 0 &&
           kinds[type].answers == asked;
}

static bool fits(enum payload payload, const struct message *m)
{
    switch (payload) {
    case PAYLOAD_NAMES:
        return m->length == 0 || m->payload[m->length - 1] == '\0';
    case PAYLOAD_DOUBLES:
        return m->length % sizeof(double) == 0;
    default:
        return m->length == 0;
    }
}

int message_check(const void *data, size_t len, bool from_master, struct err *e)
{
    const struct message *m = data;

    if (len < sizeof *m || m->length != len - sizeof *m)
        return err_set(e, ERR_SOFTWARE, "a message of %zu bytes is not whole", len);
    if (m->type < MESSAGE_CLAIM || m->type > MESSAGE_PULSE ||
        kinds[m->type].from_master != from_master)
        return err_set(e, ERR_SOFTWARE, "a message has type %" PRIu32 ", which a %s does not send",
                       m->type, from_master ? "master" : "slave");
    if (!memchr(m->run, '\0', sizeof m->run) || !memchr(m->node, '\0', sizeof m->node) ||
        !memchr(m->text, '\0', sizeof m->text) || !memchr(m->warning, '\0', sizeof m->warning))
        return err_set(e, ERR_SOFTWARE, "a text of a message of type %" PRIu32 " has no end",
                       m->type);
    if (kinds[m->type].fails ? !err_is_code(m->code) : m->code != 0)
        return err_set(e, ERR_SOFTWARE,
                       "a message of type %" PRIu32 " has code %" PRIu32 ", expected %s", m->type,
                       m->code, kinds[m->type].fails ? "one of a failure" : "0");
    if (!isfinite(m->seconds) || m->seconds < 0 || m->ranges == 0 || m->restored > m->units)
        return err_set(e, ERR_SOFTWARE,
                       "a message of type %" PRIu32 " says %g seconds, %" PRIu32 " ranges, %" PRIu64
                       " units and %" PRIu64 " of them restored",
                       m->type, m->seconds, m->ranges, m->units, m->restored);
    if (!fits(kinds[m->type].payload, m))
        return err_set(e, ERR_SOFTWARE,
                       "a message of type %" PRIu32 " has a payload of %" PRIu64
                       " bytes, which is none of that type",
                       m->type, m->length);
    return 0;
}
