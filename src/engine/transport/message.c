/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes and checks messages. */
#include "engine/transport/message.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

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
    PAYLOAD_NAMES = 1, /* counts, and then texts, each ended by NUL */
    PAYLOAD_DOUBLES = 2,
};

/* What is known of each type of message: who sends it, as an answer to what (0: unasked), and
 * what its payload is. */
static const struct kind {
    bool from_master;
    enum message_type answers;
    enum payload payload;
} kinds[MESSAGE_SHARD + 1] = {
    [MESSAGE_CLAIM] = {.from_master = true},
    [MESSAGE_COMPUTE] = {.from_master = true, .payload = PAYLOAD_DOUBLES},
    [MESSAGE_STOP] = {.from_master = true},
    [MESSAGE_CLAIMED] = {.answers = MESSAGE_CLAIM, .payload = PAYLOAD_NAMES},
    [MESSAGE_DECLINED] = {.answers = MESSAGE_CLAIM},
    [MESSAGE_RESULT] = {.answers = MESSAGE_COMPUTE, .payload = PAYLOAD_DOUBLES},
    [MESSAGE_FAILED] = {.answers = MESSAGE_COMPUTE},
    [MESSAGE_HALTED] = {.answers = MESSAGE_COMPUTE},
    [MESSAGE_PULSE] = {0},
    [MESSAGE_SHARD] = {.from_master = true, .payload = PAYLOAD_DOUBLES},
};

#define OF(type)  (UINT32_C(1) << (type))
#define AT(field) #field, offsetof(struct message, field), sizeof((struct message){0}.field)

static const uint32_t failures = OF(MESSAGE_DECLINED) | OF(MESSAGE_FAILED) | OF(MESSAGE_HALTED);

const struct message_field message_fields[MESSAGE_FIELDS] = {
    {AT(round), MESSAGE_NUMBER, OF(MESSAGE_CLAIM) | OF(MESSAGE_COMPUTE)},
    {AT(again), MESSAGE_NUMBER, OF(MESSAGE_COMPUTE)},
    {AT(code), MESSAGE_CODE, OF(MESSAGE_DECLINED) | OF(MESSAGE_FAILED) | OF(MESSAGE_HALTED)},
    {AT(items), MESSAGE_COUNT, OF(MESSAGE_CLAIMED)},
    {AT(units), MESSAGE_COUNT, OF(MESSAGE_CLAIMED) | OF(MESSAGE_HALTED) | OF(MESSAGE_PULSE)},
    {AT(restored), MESSAGE_COUNT, OF(MESSAGE_PULSE)},
    {AT(counts), MESSAGE_COUNT, OF(MESSAGE_CLAIMED)},
    {AT(seconds), MESSAGE_SECONDS, OF(MESSAGE_RESULT)},
    {AT(copy), MESSAGE_DIGEST, OF(MESSAGE_CLAIMED) | OF(MESSAGE_DECLINED)},
    {AT(commit), MESSAGE_DIGEST, OF(MESSAGE_CLAIMED)},
    {AT(meaning), MESSAGE_DIGEST, OF(MESSAGE_CLAIMED)},
    {AT(salt), MESSAGE_DIGEST, OF(MESSAGE_RESULT)},
    {AT(digest), MESSAGE_DIGEST, OF(MESSAGE_CLAIM) | OF(MESSAGE_RESULT) | OF(MESSAGE_HALTED)},
    {AT(key), MESSAGE_DIGEST, OF(MESSAGE_CLAIM)},
    {AT(run), MESSAGE_LINE, OF(MESSAGE_CLAIM) | OF(MESSAGE_COMPUTE) | OF(MESSAGE_SHARD)},
    {AT(text), MESSAGE_WORDS,
     OF(MESSAGE_CLAIMED) | OF(MESSAGE_DECLINED) | OF(MESSAGE_FAILED) | OF(MESSAGE_HALTED)},
    {AT(warning), MESSAGE_LINE, OF(MESSAGE_CLAIMED) | OF(MESSAGE_DECLINED) | OF(MESSAGE_FAILED)},
};

bool message_has(uint32_t type, const struct message_field *f)
{
    return (f->types & OF(type)) != 0;
}

bool message_answers(uint32_t type, uint32_t asked)
{
    return type >= MESSAGE_CLAIM && type <= MESSAGE_SHARD && kinds[type].answers != 0 &&
           kinds[type].answers == asked;
}

static bool fits(enum payload payload, const struct message *m)
{
    switch (payload) {
    case PAYLOAD_NAMES:
        if (m->counts > m->length / sizeof m->counts)
            return false;
        return m->length == m->counts * sizeof m->counts || m->payload[m->length - 1] == '\0';
    case PAYLOAD_DOUBLES:
        return m->length % sizeof(double) == 0;
    default:
        return m->length == 0;
    }
}

static bool is_zero(const char *bytes, size_t size)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* What a slave can fail with: whether a run was settled or is to be, or a verification found
 * something wrong, is not its to say. */
static bool is_code(const struct message *m)
{
    return m->type == MESSAGE_HALTED ? m->code == ERR_INCOMPLETE
                                     : err_is_code(m->code) && m->code != ERR_VERIFY &&
                                           m->code != ERR_SHARE && m->code != ERR_STOPPED;
}

static bool is_line(const char *text)
{
    char shown[MESSAGE_TEXT + 16]; /* room for one more character as it is shown */

    return strcmp(text_printable(shown, sizeof shown, text), text) == 0;
}

/* Returns what is expected of a field, if it has something else; or NULL. */
static const char *find_fault(const struct message *m, const struct message_field *f)
{
    const char *at = (const char *)m + f->offset;
    uint64_t count = 0;

    if (!message_has(m->type, f))
        return is_zero(at, f->size) ? NULL : "nothing";
    switch (f->content) {
    case MESSAGE_CODE:
        return is_code(m) ? NULL : m->type == MESSAGE_HALTED ? "75" : "a code of a failure";
    case MESSAGE_COUNT:
        memcpy(&count, at, sizeof count);
        return count <= MESSAGE_COUNT_MOST ? NULL : "at most 2^48";
    case MESSAGE_SECONDS:
        return isfinite(m->seconds) && m->seconds >= 0 ? NULL : "a time";
    case MESSAGE_LINE:
    case MESSAGE_WORDS:
        if (!memchr(at, '\0', f->size))
            return "a text that ends";
        if (f->content == MESSAGE_WORDS && !(failures & OF(m->type)))
            return NULL;
        return f->content == MESSAGE_WORDS && !*at ? "a reason"
               : is_line(at)                       ? NULL
                                                   : "one line of what can be shown";
    case MESSAGE_NUMBER:
    case MESSAGE_DIGEST:
        break;
    }
    return NULL;
}

int message_check(const void *data, size_t len, bool from_master, struct err *e)
{
    const struct message *m = data;

    if (len < sizeof *m || m->length != len - sizeof *m)
        return err_set(e, ERR_SOFTWARE, "a message of %zu bytes is not whole", len);
    if (m->type < MESSAGE_CLAIM || m->type > MESSAGE_SHARD ||
        kinds[m->type].from_master != from_master)
        return err_set(e, ERR_SOFTWARE, "a message has type %" PRIu32 ", which a %s does not send",
                       m->type, from_master ? "master" : "slave");
    for (size_t i = 0; i < MESSAGE_FIELDS; i++) {
        const char *expected = find_fault(m, &message_fields[i]);
        if (expected)
            return err_set(e, ERR_SOFTWARE,
                           "a message of type %" PRIu32 " has a wrong field '%s', expected %s",
                           m->type, message_fields[i].name, expected);
    }
    if (m->ranges == 0 || m->restored > m->units)
        return err_set(e, ERR_SOFTWARE,
                       "a message of type %" PRIu32 " says %" PRIu32 " ranges, %" PRIu64
                       " units and %" PRIu64 " of them restored",
                       m->type, m->ranges, m->units, m->restored);
    if (!fits(kinds[m->type].payload, m))
        return err_set(e, ERR_SOFTWARE,
                       "a message of type %" PRIu32 " has a payload of %" PRIu64
                       " bytes, which is none of that type",
                       m->type, m->length);
    return 0;
}

const char **message_names(const char *text, size_t len, size_t *count, struct err *e)
{
    size_t used = 0;

    *count = 0;
    for (size_t i = 0; i < len; i++)
        *count += text[i] == '\0';
    const char **names = err_alloc(*count, sizeof *names, "column names", e);
    for (size_t i = 0; names && i < *count; i++) {
        names[i] = text + used;
        used += strlen(names[i]) + 1;
    }
    *count = used == len ? *count : 0;
    for (size_t i = 0; names && i < *count; i++) {
        if (!strchr(names[i], '\n') && text_is_utf8(names[i]))
            continue;
        err_set(e, ERR_INPUT, "the name of column %zu has a line feed or is not UTF-8", i + 1);
        free(names);
        return NULL;
    }
    return names;
}
