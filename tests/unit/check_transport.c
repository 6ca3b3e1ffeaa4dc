/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages and the transport within one process. */
#include "unit.h"

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

    ck_assert(message_check(m, size));
    ck_assert(!message_check(m, size - 1));
    ck_assert(!message_check(m, 10));
    m->length = UINT64_MAX;
    ck_assert(!message_check(m, size));
    m->length = 16;
    m->type = 99;
    ck_assert(!message_check(m, size));
    m->type = MESSAGE_RESULT;
    memset(m->text, 'x', sizeof m->text);
    ck_assert(!message_check(m, size));
    free(m);
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

/* The handler of the in-process transport's test: answers with the partition's
 * number doubled. */
static int answer(void *context, struct team *team, const struct message *in, struct message **out,
                  struct err *e)
{
    ck_assert_int_eq(team_size(team), 1);
    (*(int *)context)++;
    *out = message_create(MESSAGE_RESULT, 2 * in->partition, 0, e);
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
    int calls = 0, group = -1;

    ck_assert(t && m);
    ck_ok(transport_split(t, 3, &e), &e);
    ck_assert_int_eq(transport_groups(t), 1);
    ck_ok(transport_serve(t, answer, &calls, &e), &e);
    ck_ok(transport_receive(t, 0, &group, &got, &e), &e);
    ck_assert_ptr_null(got);
    ck_ok(transport_send(t, 0, m, &e), &e);
    ck_ok(transport_receive(t, 0, &group, &got, &e), &e);
    ck_assert(got && got->partition == 42 && group == 0 && calls == 1);
    free(got);
    free(m);
    transport_close(t);
}
END_TEST

static void add(TCase *t)
{
    tcase_add_test(t, messages_are_checked);
    tcase_add_test(t, nodes_of_claims_have_names);
    tcase_add_test(t, a_process_alone_has_no_neighbours);
    tcase_add_test(t, local_transport_is_a_call);
}

UNIT_MAIN("transport", add)
