/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages and the transport within one process. */
#include "unit.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/claim.h"
#include "engine/transport/transport.h"
#include "ledger/fold/reason.h"
#include "util/clock.h"

START_TEST(messages_are_checked)
{
    struct err e = {0};
    struct message *m = message_create(MESSAGE_RESULT, 3, 16, &e);
    size_t size = message_size(m);

    ck_ok(message_check(m, size, false, &e), &e);
    ck_fails(message_check(m, size, true, &e), &e, ERR_SOFTWARE, "which a master does not send");
    ck_fails(message_check(m, size - 1, false, &e), &e, ERR_SOFTWARE, "is not whole");
    ck_fails(message_check(m, 10, false, &e), &e, ERR_SOFTWARE, "is not whole");
    m->length = UINT64_MAX;
    ck_fails(message_check(m, size, false, &e), &e, ERR_SOFTWARE, "is not whole");
    m->length = 16;
    m->type = 99;
    ck_fails(message_check(m, size, false, &e), &e, ERR_SOFTWARE, "has type 99");
    free(m);
}
END_TEST

/* Returns a right message of that type, which the caller frees. */
static struct message *right_of(uint32_t type)
{
    struct err e = {0};
    struct message *m = message_create(type, 0, 0, &e);

    ck_assert(m);
    if (type == MESSAGE_DECLINED || type == MESSAGE_FAILED)
        m->code = ERR_INPUT;
    if (type == MESSAGE_HALTED)
        m->code = ERR_INCOMPLETE;
    if (m->code != 0)
        strcpy(m->text, "a reason");
    if (type == MESSAGE_PULSE)
        m->units = MESSAGE_COUNT_MOST;
    ck_ok(message_check(m, message_size(m), type <= MESSAGE_STOP, &e), &e);
    ck_fails(message_check(m, message_size(m), type > MESSAGE_STOP, &e), &e, ERR_SOFTWARE,
             "does not send");
    return m;
}

#define BYTES(text) text, sizeof text - 1

/* What may stand in each kind of field, and what may not. */
static const struct content {
    enum message_content content;
    const char *bytes;
    size_t size;
    bool right;
} contents[] = {
    {MESSAGE_NUMBER, BYTES("\xff\xff\xff\xff"), true},
    {MESSAGE_COUNT, BYTES("\0\0\0\0\0\0\1"), true},          /* 2^48 */
    {MESSAGE_COUNT, BYTES("\1\0\0\0\0\0\1"), false},         /* 2^48 + 1 */
    {MESSAGE_COUNT, BYTES("\0\0\0\0\0\0\0\x80"), false},     /* 2^63 */
    {MESSAGE_SECONDS, BYTES("\0\0\0\0\0\0\xf0\x3f"), true},  /* 1 */
    {MESSAGE_SECONDS, BYTES("\0\0\0\0\0\0\xf8\x7f"), false}, /* NaN */
    {MESSAGE_SECONDS, BYTES("\0\0\0\0\0\0\xf0\x7f"), false}, /* inf */
    {MESSAGE_SECONDS, BYTES("\0\0\0\0\0\0\xf0\xbf"), false}, /* -1 */
    {MESSAGE_DIGEST, BYTES("any"), true},
    {MESSAGE_LINE, BYTES("one line of text, \xc3\xa4\xc3\xb6"), true},
    {MESSAGE_LINE, BYTES("two\nlines"), false},
    {MESSAGE_LINE, BYTES("\x1b[2Jgone"), false},
    {MESSAGE_LINE, BYTES("\xff"), false},
    {MESSAGE_LINE, BYTES("turned \xe2\x80\xae round"), false}, /* U+202E */
};

static bool is_text(const struct message_field *f)
{
    return f->content == MESSAGE_LINE || f->content == MESSAGE_WORDS;
}

/* One field of a message, with each content that is of its kind. */
static void check_field(const struct message *right, const struct message_field *f)
{
    size_t size = message_size(right);
    struct message *m = malloc(size);
    bool master = right->type <= MESSAGE_STOP, has = message_has(right->type, f);
    bool notes = right->type == MESSAGE_CLAIMED && f->content == MESSAGE_WORDS;
    char *at = (char *)m + f->offset, words[80];
    struct err e = {0};

    snprintf(words, sizeof words, "type %u has a wrong field '%s', expected", right->type, f->name);
    ck_assert(m);
    for (size_t i = 0; i < f->size; i++) { /* a field of other types is empty to its last byte */
        memcpy(m, right, size);
        at[i] ^= 1;
        if (!has)
            ck_fails(message_check(m, size, master, &e), &e, ERR_SOFTWARE, words);
    }
    for (size_t i = 0; has && i < sizeof contents / sizeof *contents; i++) {
        const struct content *c = &contents[i];
        if (c->content != (is_text(f) ? MESSAGE_LINE : f->content))
            continue;
        memcpy(m, right, size);
        memset(at, 0, f->size);
        memcpy(at, c->bytes, c->size);
        if (c->right && strcmp(f->name, "counts") == 0) /* which are not there */
            ck_fails(message_check(m, size, master, &e), &e, ERR_SOFTWARE, "has a payload of 0");
        else if (c->right || notes)
            ck_ok(message_check(m, size, master, &e), &e);
        else
            ck_fails(message_check(m, size, master, &e), &e, ERR_SOFTWARE, words);
    }
    memcpy(m, right, size);
    if (has && is_text(f)) {
        memset(at, 'x', f->size);
        ck_fails(message_check(m, size, master, &e), &e, ERR_SOFTWARE, "expected a text that ends");
        at[f->size - 1] = '\0';
        ck_ok(message_check(m, size, master, &e), &e);
        at[0] = '\0';
        if (f->content == MESSAGE_WORDS && right->code != 0)
            ck_fails(message_check(m, size, master, &e), &e, ERR_SOFTWARE, "expected a reason");
        else
            ck_ok(message_check(m, size, master, &e), &e);
    }
    free(m);
}

/* Every type with every field and every wrong content of it: from the table of the messages. */
START_TEST(wrong_messages_of_each_type_are_refused)
{
    struct err e = {0};

    for (uint32_t type = MESSAGE_CLAIM; type <= MESSAGE_PULSE; type++) {
        bool master = type <= MESSAGE_STOP;
        struct message *right = right_of(type), *m = message_create(type, 0, 5, &e);
        size_t size = message_size(right);
        for (size_t i = 0; i < MESSAGE_FIELDS; i++)
            check_field(right, &message_fields[i]);
        for (uint32_t code = 0; code <= 512; code++) {
            memcpy(m, right, size);
            m->code = code;
            bool fits = right->code == 0         ? code == 0
                        : type == MESSAGE_HALTED ? code == ERR_INCOMPLETE
                                                 : err_is_code(code) && code != ERR_VERIFY &&
                                                       code != ERR_SHARE && code != ERR_STOPPED;
            if (fits)
                ck_ok(message_check(m, size, master, &e), &e);
            else
                ck_fails(message_check(m, size, master, &e), &e, ERR_SOFTWARE,
                         "wrong field 'code'");
        }
        memcpy(m, right, size);
        m->ranges = 0;
        ck_fails(message_check(m, size, master, &e), &e, ERR_SOFTWARE, "says 0 ranges");
        if (type == MESSAGE_PULSE) {
            memcpy(m, right, size);
            m->units = 1;
            m->restored = 2;
            ck_fails(message_check(m, size, master, &e), &e, ERR_SOFTWARE, "2 of them restored");
        }
        memcpy(m, right, size);
        m->length = 5; /* neither doubles nor, without a NUL at its end, names */
        memset(m->payload, 'x', 5);
        ck_fails(message_check(m, size + 5, master, &e), &e, ERR_SOFTWARE, "payload of 5 bytes");
        free(m);
        free(right);
    }
}
END_TEST

/* What is not a field of some type is one of all: nothing is left that is not looked at. */
START_TEST(the_table_has_all_of_a_message)
{
    size_t size = offsetof(struct message, round), end = size;

    for (size_t i = 0; i < MESSAGE_FIELDS; i++) {
        const struct message_field *f = &message_fields[i];
        ck_assert_msg(f->types != 0, "field %s belongs to no type", f->name);
        ck_assert_msg(f->offset >= end && f->offset < end + sizeof(double), "a gap before %s",
                      f->name);
        end = f->offset + f->size;
    }
    ck_assert(offsetof(struct message, length) - end < sizeof(double));
}
END_TEST

/* A text by which something is decided is the master's to say. */
START_TEST(reasons_of_slaves_decide_nothing)
{
    struct message *m = right_of(MESSAGE_FAILED);
    const enum reason decides[] = {REASON_EXCLUDED, REASON_COMMITMENT, REASON_ROWS, REASON_EMPTY};
    struct err why = {0};

    claim_trouble(m, &why);
    ck_assert_str_eq(why.text, "a reason");
    ck_assert_int_eq(why.code, ERR_INPUT);
    for (size_t i = 0; i < 4; i++) {
        err_clear(&why);
        strcpy(m->text, reason_text(decides[i]));
        claim_trouble(m, &why);
        ck_assert_int_eq(reason_of(why.text), REASON_OTHER);
        ck_assert(strstr(why.text, reason_text(decides[i])));
    }
    m->type = MESSAGE_DECLINED; /* of some a slave does decide */
    for (size_t i = 0; i < 4; i++) {
        err_clear(&why);
        strcpy(m->text, reason_text(decides[i]));
        claim_trouble(m, &why);
        ck_assert_int_eq(reason_of(why.text), i < 2 ? REASON_OTHER : decides[i]);
    }
    free(m);
}
END_TEST

START_TEST(progress_is_no_more_than_there_is)
{
    struct job_partition p = {.units = 10};
    const struct engine_options o = {.run = NULL}, of_centres = {.run = "0123456789abcdef"};
    struct plan plan = {.options = &o};
    struct job j = {.round_since = clock_steady(), .plan = &plan};

    job_count(&p, 4, 1);
    ck_assert(p.units_done == 4 && p.units_before == 1);
    job_count(&p, MESSAGE_COUNT_MOST, MESSAGE_COUNT_MOST);
    ck_assert(p.units_done == 10 && p.units_before == 10);
    job_count(&p, UINT64_MAX, UINT64_MAX);
    ck_assert(p.units_done == 10 && p.units_before == 10);
    p = (struct job_partition){0};
    job_count(&p, UINT64_MAX, 0);
    job_count(&p, UINT64_MAX, 0);
    ck_assert(p.units_done == MESSAGE_COUNT_MOST);
    ck_assert(job_seconds(&j, 1e300) < 1e6);
    ck_assert(job_seconds(&j, 0) == 0);
    plan.options = &of_centres; /* they have computed before, elsewhere */
    ck_assert(job_seconds(&j, 1e6) == 1e6 && job_seconds(&j, NAN) == 0 && job_seconds(&j, -1) == 0);
}
END_TEST

/* The handler of the in-process transport's test: answers with what it was told to. */
static struct {
    int calls;
    uint32_t type, partition, ranges;
} told;

static int answer(void *context, struct team *team, const struct message *in, struct message **out,
                  struct err *e)
{
    (void)context, (void)in;
    ck_assert_int_eq(team_size(team), 1);
    told.calls++;
    *out = message_create(told.type, told.partition, 0, e);
    if (*out)
        (*out)->ranges = told.ranges;
    return *out ? 0 : -1;
}

/* Within one process there is nobody else on the node. */
START_TEST(a_process_alone_has_no_neighbours)
{
    struct err e = {0};
    struct buf all = {0};
    struct transport *t = transport_local(&e);

    ck_ok(transport_neighbours(t, "word", 5, &all, &e), &e);
    ck_assert(all.len == 5 && memcmp(all.data, "word", 5) == 0);
    buf_free(&all);
    transport_close(t);
}
END_TEST

START_TEST(local_transport_is_a_call)
{
    struct err e = {0};
    struct transport *t = transport_local(&e);
    struct message *m = message_create(MESSAGE_COMPUTE, 21, 0, &e), *got;
    int group = -1;

    ck_assert(t && m);
    ck_ok(transport_split(t, 3, &e), &e);
    ck_assert_int_eq(transport_groups(t), 1);
    ck_ok(transport_serve(t, answer, NULL, &e), &e);
    ck_ok(transport_receive(t, 0, &group, &got, &e), &e);
    ck_assert_ptr_null(got);
    told.type = MESSAGE_RESULT;
    told.partition = 21;
    told.ranges = 1;
    ck_ok(transport_send(t, 0, m, &e), &e);
    ck_ok(transport_receive(t, 0, &group, &got, &e), &e);
    ck_assert(got && got->partition == 21 && group == 0 && told.calls == 1);
    free(got);
    free(m);
    transport_close(t);
}
END_TEST

/* To each question each type of message, and the right ones for what was not asked. */
START_TEST(only_what_was_asked_is_taken)
{
    struct err e = {0};
    int group;

    for (uint32_t asked = MESSAGE_CLAIM; asked <= MESSAGE_COMPUTE; asked++)
        for (uint32_t type = MESSAGE_CLAIM; type <= MESSAGE_PULSE; type++)
            for (uint32_t wrong = 0; wrong < 3; wrong++) {
                struct transport *t = transport_local(&e);
                struct message *m = message_create(asked, 5, 0, &e), *got;
                bool right = type == MESSAGE_PULSE || (message_answers(type, asked) && !wrong);
                told.type = type;
                told.partition = wrong == 1 ? 6 : 5;
                told.ranges = wrong == 2 ? 2 : 1;
                ck_ok(transport_serve(t, answer, NULL, &e), &e);
                ck_ok(transport_send(t, 0, m, &e), &e);
                if (right)
                    ck_ok(transport_receive(t, 0, &group, &got, &e), &e);
                else
                    ck_fails(transport_receive(t, 0, &group, &got, &e), &e, ERR_SOFTWARE,
                             "rank 0 sent a message of type");
                ck_assert((got != NULL) == right);
                free(got);
                free(m);
                transport_close(t);
            }
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, messages_are_checked);
    tcase_add_test(t, wrong_messages_of_each_type_are_refused);
    tcase_add_test(t, the_table_has_all_of_a_message);
    tcase_add_test(t, reasons_of_slaves_decide_nothing);
    tcase_add_test(t, progress_is_no_more_than_there_is);
    tcase_add_test(t, a_process_alone_has_no_neighbours);
    tcase_add_test(t, local_transport_is_a_call);
    tcase_add_test(t, only_what_was_asked_is_taken);
}

UNIT_MAIN("transport", add)
