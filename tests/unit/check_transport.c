/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages and the transport within one process. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow/claim.h"
#include "engine/transport/transport.h"
#include "util/text.h"

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

/* Every type with every thing wrong that can be: from the table of the messages. */
START_TEST(wrong_messages_of_each_type_are_refused)
{
    static const uint32_t failures[] = {MESSAGE_DECLINED, MESSAGE_FAILED, MESSAGE_HALTED};
    struct err e = {0};

    for (uint32_t type = MESSAGE_CLAIM; type <= MESSAGE_PULSE; type++) {
        bool master = type <= MESSAGE_STOP, fails = false;
        struct message *right = message_create(type, 0, 0, &e), *m = message_create(type, 0, 5, &e);
        size_t size = message_size(right);
        for (size_t i = 0; i < 3; i++)
            fails |= type == failures[i];
        right->code = fails ? ERR_INPUT : 0;
        ck_ok(message_check(right, size, master, &e), &e);
        ck_fails(message_check(right, size, !master, &e), &e, ERR_SOFTWARE, "does not send");
        char *texts[] = {m->run, m->node, m->text, m->warning};
        size_t sizes[] = {sizeof m->run, sizeof m->node, sizeof m->text, sizeof m->warning};
        for (size_t i = 0; i < 4; i++) {
            memcpy(m, right, size);
            memset(texts[i], 'x', sizes[i]);
            ck_fails(message_check(m, size, master, &e), &e, ERR_SOFTWARE, "has no end");
        }
        for (uint32_t code = 0; code <= 512; code++) {
            memcpy(m, right, size);
            m->code = code;
            if (fails ? err_is_code(code) : code == 0)
                ck_ok(message_check(m, size, master, &e), &e);
            else
                ck_fails(message_check(m, size, master, &e), &e, ERR_SOFTWARE, "has code");
        }
        for (int i = 0; i < 5; i++) {
            memcpy(m, right, size);
            m->seconds = i == 0 ? NAN : i == 1 ? INFINITY : i == 2 ? -1 : 0;
            m->ranges = i != 3;
            m->restored = i == 4;
            ck_fails(message_check(m, size, master, &e), &e, ERR_SOFTWARE, "seconds");
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

START_TEST(nodes_of_claims_have_names)
{
    struct err e = {0};
    struct message *m = message_create(MESSAGE_CLAIMED, 3, 0, &e);

    ck_ok(claim_check_node(m, &e), &e); /* it says nothing */
    memset(m->node, 'n', TEXT_NAME);
    ck_ok(claim_check_node(m, &e), &e);
    m->node[TEXT_NAME] = 'n';
    ck_fails(claim_check_node(m, &e), &e, ERR_SOFTWARE, "expected a name of at most 64 bytes");
    memcpy(m->node, "a/b", sizeof "a/b");
    ck_fails(claim_check_node(m, &e), &e, ERR_SOFTWARE, "says that it is on node 'a/b'");
    free(m);
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
    tcase_add_test(t, nodes_of_claims_have_names);
    tcase_add_test(t, a_process_alone_has_no_neighbours);
    tcase_add_test(t, local_transport_is_a_call);
    tcase_add_test(t, only_what_was_asked_is_taken);
}

UNIT_MAIN("transport", add)
