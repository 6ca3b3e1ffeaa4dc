/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message, of which each rank may be hostile: as it comes, and made of single fields.
 *
 * The input is lines: "master" or "slave", who sends it; "FIELD=BYTES" of a message that is
 * otherwise zero, with \n for a line feed; and "payload=BYTES". Numbers are in decimal digits.
 */
#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/transport/message.h"

enum { PAYLOAD_MOST = 4096 };

/* Fields that each message has; those that depend on its type are in message_fields. */
static const struct message_field common[] = {
    {"type", offsetof(struct message, type), 4, MESSAGE_NUMBER, 0},
    {"partition", offsetof(struct message, partition), 4, MESSAGE_NUMBER, 0},
    {"ranges", offsetof(struct message, ranges), 4, MESSAGE_NUMBER, 0},
};

static const struct message_field *find(const char *name)
{
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (strcmp(name, common[i].name) == 0)
            return &common[i];
    for (size_t i = 0; i < MESSAGE_FIELDS; i++)
        if (strcmp(name, message_fields[i].name) == 0)
            return &message_fields[i];
    return NULL;
}

/* Effect: turns \n and \0 in place into what they stand for. Returns the length. */
static size_t unescape(char *text)
{
    char *out = text;

    for (const char *p = text; *p; p++)
        if (*p == '\\' && (p[1] == 'n' || p[1] == '0'))
            *out++ = *++p == 'n' ? '\n' : '\0';
        else
            *out++ = *p;
    *out = '\0';
    return (size_t)(out - text);
}

static void set(struct message *m, const struct message_field *f, const char *value, size_t len)
{
    char *at = (char *)m + f->offset;
    uint64_t whole = strtoull(value, NULL, 10);
    double number = strtod(value, NULL);

    if (f->content == MESSAGE_SECONDS)
        memcpy(at, &number, sizeof number);
    else if (f->content <= MESSAGE_COUNT)
        memcpy(at, &whole, f->size); /* little-endian */
    else
        memcpy(at, value, len < f->size ? len : f->size);
}

/* Returns the message that the lines say, and sets *from_master; the caller frees it. */
static struct message *make(char *lines, bool *from_master)
{
    struct message *m = message_create(MESSAGE_CLAIM, 0, PAYLOAD_MOST, NULL);
    char *line;

    must(m);
    m->length = 0;
    while ((line = strsep(&lines, "\n"))) {
        char *value = strchr(line, '=');
        if (!value)
            *from_master = strcmp(line, "master") == 0;
        if (!value)
            continue;
        *value++ = '\0';
        const struct message_field *f = find(line);
        size_t len = unescape(value);
        if (f)
            set(m, f, value, len);
        else if (strcmp(line, "payload") == 0 && m->length + len <= PAYLOAD_MOST) {
            memcpy(m->payload + m->length, value, len);
            m->length += len;
        }
    }
    return realloc(m, message_size(m));
}

/* What whoever gets it takes for granted. */
static void believe(const struct message *m, size_t len)
{
    must(message_size(m) == len && m->ranges >= 1);
    must(memchr(m->text, '\0', sizeof m->text) && memchr(m->warning, '\0', sizeof m->warning));
    must(memchr(m->run, '\0', sizeof m->run));
    must(m->items <= MESSAGE_COUNT_MOST && m->units <= MESSAGE_COUNT_MOST);
    must(isfinite(m->seconds) && m->seconds >= 0);
    if (m->type == MESSAGE_RESULT || m->type == MESSAGE_COMPUTE)
        must(m->length % sizeof(double) == 0);
    else if (m->type == MESSAGE_CLAIMED)
        must(m->length == 0 || m->payload[m->length - 1] == '\0');
    else
        must(m->length == 0);
    if (m->type == MESSAGE_FAILED || m->type == MESSAGE_DECLINED)
        must(err_is_code(m->code) && m->text[0] && !strchr(m->text, '\n'));
}

static void check(const struct message *m, size_t len)
{
    int accepted = 0;

    for (int master = 0; master < 2; master++) {
        struct err e = {0};
        fuzz_memory_begin();
        int rc = message_check(m, len, master != 0, &e);
        fuzz_memory_end(4096);
        if (rc < 0)
            must_refuse(&e, ERR_SOFTWARE, "message");
        else
            believe(m, len);
        accepted += rc == 0;
    }
    must(accepted <= 1); /* no type is sent by both */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    bool from_master = false;
    char *lines = fuzz_text(data, len);
    struct message *m = make(lines, &from_master);

    must(m);
    check(m, message_size(m));
    must(message_check(m, message_size(m) - 1, from_master, NULL) < 0);
    free(m);
    free(lines);
    m = malloc(len ? len : 1); /* aligned, as a transport has it */
    must(m);
    memcpy(m, data, len);
    check(m, len);
    free(m);
    return 0;
}
